"""Listens to what pages complain of on the console, and whom they ask for files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# A refusal, or a door that does not open: the page tells it in words of its own; Chromium writes a line all the same.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d|50[234])")
_UNREACHED = "net::ERR_"


class Watch:
    """Collects errors, broken rules of the Content-Security-Policy, and requests to hosts that are not ours."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.context = context
        self._may_be_away = False
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.on("request", self._look)

    @contextmanager
    def somebody_away(self) -> Iterator[None]:
        """A server does not answer for a while: a request in vain is then no complaint."""
        self._may_be_away = True
        yield
        self._may_be_away = False

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        address = message.location.get("url", "")
        if _REFUSED.match(message.text) and urlsplit(address).path.startswith("/api/"):
            return
        if self._may_be_away and _UNREACHED in message.text:
            return
        self.complaints.append(f"{message.type}: {message.text} ({address})")

    def _catch(self, thrown: WebError) -> None:
        self.complaints.append(f"thrown: {thrown.error}")

    def _look(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "localhost":
            self.complaints.append(f"asked a stranger: {request.url}")
