"""The gate behind the door for phones: only paired ones reach the till's interface."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from device.adapters.http.phrase_books import phrase_books
from device.services.phones import PhoneBook
from shared.http.problem import problem
from shared.http.security import SecurityHeaders
from shared.http.sessions import token_sha256
from shared.http.spoken import Spoken

COOKIE: Final = "stallholder_phone"
LASTS_S: Final = (
    400 * 24 * 3600
)  # the most that browsers keep a cookie; each visit renews it (RFC 6265bis, section 5.5)
OPEN_PATHS: Final = ("/api/phones/pair", "/api/phones/here", "/api/display/")
RENEWED_AT: Final = "/api/session"
_KEY: Final = "stallholder.phone"


class PhoneGate:
    """Lets pages through, and the interface for paired phones alone. Whatever comes by is marked with its phone."""

    def __init__(self, app: ASGIApp, phones: PhoneBook) -> None:
        self._app = app
        self._phones = phones

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        phone = self._phones.find(token_sha256(token)) if token else None
        path: str = scope["path"]
        if phone is None and path.startswith("/api/") and not path.startswith(OPEN_PATHS):
            await _not_paired(scope, receive, send)
            return
        scope[_KEY] = phone.phone_id if phone else ""
        renew = phone is not None and path == RENEWED_AT
        await self._app(scope, receive, _renewing(send, token) if renew else send)


def gated(app: ASGIApp, phones: PhoneBook) -> ASGIApp:
    """Return an app behind the gate; refusals carry the same headers as answers."""
    return SecurityHeaders(Spoken(PhoneGate(app, phones), phrase_books()))


def phone_of(request: Request) -> str:
    """Return the id of the phone that asks; empty for the till's own screen, and for a phone that is not paired."""
    return str(request.scope.get(_KEY, ""))


def came_through_door(request: Request) -> bool:
    """Tell whether a request came from a phone, paired or not."""
    return _KEY in request.scope


def phone_cookie(token: str) -> str:
    """Return the header by which a phone keeps its token: no script reads it, and it goes nowhere else."""
    response = Response()
    response.set_cookie(
        COOKIE, token, max_age=LASTS_S, httponly=True, samesite="strict", secure=True, path="/"
    )
    return response.headers["set-cookie"]


async def _not_paired(scope: Scope, receive: Receive, send: Send) -> None:
    refusal = problem(
        401, "phone-not-paired", "This phone is not paired with the till.",
        "A manager pairs it at the till: Menu, Phones. Sales that are kept on this phone stay on it until then.",
    )  # fmt: skip
    await refusal(scope, receive, send)


def _renewing(send: Send, token: str) -> Send:
    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", phone_cookie(token))
        await send(message)

    return send_with_cookie
