"""Answers in the reader's language: which one a request asks for (RFC 9110, section 12.5.4), and refusals put into it.

Only what is sent to a reader is touched: `message` and `remedy` of an answer that says no. Routes that send other sentences ask
`spoken` for a way to say them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.entry import Json
from shared.phrase_book import PhraseBook

Say: TypeAlias = Callable[[str], str]
BODY_MAX: Final = 64 * 1024
_SAY: Final = "stallholder.say"
_SAID: Final = ("message", "remedy")
_ENGLISH: Final = "en"


def spoken(request: Request) -> Say:
    """Return what puts a sentence into the language of a request; English stays as it is."""
    return cast("Say", request.scope.get(_SAY, str))


def language_of(header: str, languages: frozenset[str]) -> str:
    """Return the first language of an Accept-Language header that there is, as its two letters; English if none is.

    Weights are not looked at: browsers list languages in the order of their weights.
    """
    for part in header.split(","):
        tag = part.split(";")[0].strip().lower().split("-")[0]
        if tag == _ENGLISH or tag in languages:
            return tag
    return _ENGLISH


class Spoken:
    """ASGI middleware. `books` are by language; English needs none."""

    def __init__(self, app: ASGIApp, books: Mapping[str, PhraseBook]) -> None:
        self._app = app
        self._books = books

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        book = self._books.get(
            language_of(Headers(scope=scope).get("accept-language", ""), frozenset(self._books))
        )
        if book is None:
            await self._app(scope, receive, send)
            return
        scope[_SAY] = book.say
        await self._app(scope, receive, _Refusals(send, book.say))


class _Refusals:
    """Holds back the start of a refusal until its body is there, puts it into words, and sends both. All else passes by."""

    def __init__(self, send: Send, say: Say) -> None:
        self._send = send
        self._say = say
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _says_no(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is None:
            await self._send(message)
            return
        whole = message["type"] == "http.response.body" and not message.get("more_body", False)
        body = message.get("body", b"")
        said = _in_words(body, self._say) if whole and len(body) <= BODY_MAX else body
        MutableHeaders(scope=start)["content-length"] = str(len(said))
        await self._send(start)
        await self._send({**message, "body": said})


def _says_no(message: Message) -> bool:
    kind = Headers(raw=message.get("headers", ())).get("content-type", "")
    return message["status"] >= 400 and kind.startswith("application/json")


def _in_words(body: bytes, say: Say) -> bytes:
    try:
        told = json.loads(body)
    except ValueError:
        return body
    if not isinstance(told, dict):
        return body
    fields = cast("dict[str, Json]", told)
    for name in _SAID:
        text = fields.get(name)
        if isinstance(text, str):
            fields[name] = say(text)
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # a refusal may quote half a character
