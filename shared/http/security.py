"""What every server of ours does to every request: strict headers, known host names, same origin, bounded bodies.

Pure ASGI middleware, so that event streams pass through untouched. `secure` puts all of it around an app.

- SecurityHeaders: a Content-Security-Policy without inline script or style, no sniffing, no referrer, no caching of
  answers of the interface.
- KnownHosts: a name that is not ours means DNS rebinding (a foreign page that lets its own name point here).
- SameOrigin: an unsafe request that a browser sends for another site's page carries that site's Origin.
- BoundedBody: a body larger than the limit is refused before anything reads it.
"""

import ipaddress
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problem import install_problem_handlers, problem, too_large

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - compared, not bound
EVERYWHERE = frozenset({ANY_ADDRESS, "::"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
BODY_BYTES_MAX = 1024 * 1024

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def secure(
    app: FastAPI, *, bind: str, extra_hosts: Sequence[str] = (), body_bytes_max: int = BODY_BYTES_MAX
) -> None:
    """Put all of this module around an app, and the plain error bodies with it."""
    install_problem_handlers(app)
    app.add_middleware(BoundedBody, body_bytes_max=body_bytes_max)
    app.add_middleware(SameOrigin)
    app.add_middleware(KnownHosts, bind=bind, extra_hosts=tuple(extra_hosts))
    app.add_middleware(SecurityHeaders)  # added last, so outermost: refusals carry the headers too


class SecurityHeaders:
    """Adds the headers above; a header that the answer already has is left as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caching = "no-store" if scope["path"].startswith("/api/") else "no-cache"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", caching)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownHosts:
    """Refuses requests whose Host is neither a loopback name, nor where the server listens, nor configured.

    A server that listens everywhere (0.0.0.0 or ::) also answers to any address: rebinding needs a name.
    """

    def __init__(self, app: ASGIApp, *, bind: str, extra_hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._any_address = bind in EVERYWHERE
        self._known = LOOPBACK_NAMES | {bind.lower()} | {host.lower() for host in extra_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its host is known."""
        if scope["type"] == "http" and not self._knows(host_name(Headers(scope=scope).get("host", ""))):
            refusal = problem(
                421,
                "unknown-host",
                "This server is not known under the name in the address.",
                "Open it by its own address, or add the name to extra_hosts in its configuration.",
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, name: str) -> bool:
        return name in self._known or (self._any_address and _is_address(name))


class SameOrigin:
    """Refuses unsafe requests whose Origin, when there is one, is not the host that they are sent to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if it comes from one of our own pages, or from no page at all."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
                refusal = problem(
                    403,
                    "other-origin",
                    "The request came from another site's page. Nothing was changed.",
                    "Open this server's own page and try again.",
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BoundedBody:
    """Refuses bodies of more than `body_bytes_max` bytes, announced or not."""

    def __init__(self, app: ASGIApp, *, body_bytes_max: int) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what its body brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._body_bytes_max:
            await too_large()(scope, receive, send)
            return
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._body_bytes_max:
                raise HTTPException(413)  # the one error that FastAPI lets through while it reads a body
            return message

        await self._app(scope, receive_counted, send)


def host_name(host: str) -> str:
    """Return the name in a Host header, in lower case: without its port, and without an IPv6 address's brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
