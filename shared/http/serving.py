"""Running a part's HTTP interface: takes its address, says when it is ready, ends when told."""

import asyncio
import contextlib
import errno
import signal
import socket
import ssl
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.settings import SettingsError

END_WITHIN_S = 1
BACKLOG = 128
CONNECTIONS_MAX = 512
BODY_LOOKS = 12


def open_socket(bind: str, port: int, *, key: str = "port") -> socket.socket:
    """Take the address, before anything else begins; port 0 takes any free one. Raises SettingsError that names `key`."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        listener = socket.create_server((bind, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise _not_to_be_had(bind, port, key, error) from error
    # Connections inherit it. asyncio would set it itself, but not on a socket that it did not make; without it
    # every answer waits 40 ms for the client's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _not_to_be_had(bind: str, port: int, key: str, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            key,
            f"is {port}, where something else listens",
            "Choose another in the TOML file or as STALLHOLDER_TILL_PORT (HUB, CLOUD likewise), or stop the other (ss -ltnp names it).",
        )
    if error.errno == errno.EACCES:
        return SettingsError(key, f"is {port}, which only root may take", "Choose one above 1023.")
    return SettingsError(
        "bind", f"is {bind}, which this machine cannot listen on ({error.strerror})", "See: ip address."
    )


def url_of(listener: socket.socket) -> str:
    """Return the address that was taken, as a browser writes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class PunctualProtocol(H11Protocol):
    """Ends connections on which a request does not arrive: a few hundred silent ones would keep everybody else out.

    It looks every `look_every_s`. A connection that was waiting for the same request's head at two looks in a row is
    closed, and one that has been waiting for its body at BODY_LOOKS. What is being answered, such as an event stream,
    may take as long as it likes.
    """

    look_every_s = 10.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to look."""
        super().connection_made(transport)
        self._seen_cycle = self.cycle
        self._looks = 0
        self._next_look = self.loop.call_later(self.look_every_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._next_look.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        cycle = self.cycle
        has_begun = cycle is not None and not cycle.response_complete
        is_waiting = not has_begun or cycle.more_body
        self._looks = self._looks + 1 if is_waiting and cycle is self._seen_cycle else 0
        self._seen_cycle = cycle
        if self._looks >= (BODY_LOOKS if has_begun else 1):
            self.transport.close()
            return
        self._next_look = self.loop.call_later(self.look_every_s, self._look)


class Server(uvicorn.Server):
    """Serves an app on a socket that is open already; `on_ready` is called once it answers. With `tls` it speaks HTTPS."""

    def __init__(
        self,
        app: ASGIApp,
        on_ready: Callable[[], None],
        protocol: type[H11Protocol] = PunctualProtocol,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                limit_concurrency=CONNECTIONS_MAX,
                timeout_graceful_shutdown=END_WITHIN_S,
                ssl_context_factory=(lambda _config, _default: tls) if tls else None,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell when it is done."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again at the end, before a part has closed its store."""
        yield

    def end(self) -> None:
        """Answer what is under way and stop."""
        self.should_exit = True

    async def serve_until_told(self, listener: socket.socket) -> None:
        """Serve until `end` is called, or SIGTERM or SIGINT arrives."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        try:
            await self.serve(sockets=[listener])
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


def announce(listener: socket.socket) -> None:
    """Print the line that a supervisor waits for."""
    print(f"ready {url_of(listener)}", flush=True)  # noqa: T201 -- a protocol with the supervisor, not a message
