"""What the routes share: the services behind the counter, and who may stand in front of it."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.domain.device import name_of_key
from hub.ports.links import BrokerUsers
from hub.ports.store import UnitOfWork
from hub.ports.world import DiskGauge, PasswordHasher
from hub.services.back_off import BackOffs
from hub.services.boards import Boards
from hub.services.changes import Changed, Changes
from hub.services.desk import House
from hub.services.forward import Forwarding
from hub.services.lookout import BrokerView
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.standings import Standings
from shared.http.problem import problem, problem_error
from shared.http.sessions import TOKEN_BYTES, Session, SessionCookie, SessionTable
from shared.sync.tally import ReceiveTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where the pages' files are."""

    own: Path
    shared: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A running hub as its HTTP interface needs it."""

    house: House
    boards: Boards
    doors: Doors
    presence: Presence
    changes: Changes
    forwarding: Forwarding
    back_offs: BackOffs
    users: BrokerUsers
    hasher: PasswordHasher
    appended: asyncio.Event
    standings: Standings
    broker: BrokerView
    disk: DiskGauge
    tally: ReceiveTally
    software: str = ""
    metrics_token: Callable[[], str] = str
    staff: SessionCookie = field(default_factory=lambda: SessionCookie("stallholder_hub", SessionTable()))
    terminals: SessionCookie = field(
        default_factory=lambda: SessionCookie("stallholder_hub_terminal", SessionTable(idle_s=90 * 24 * 3600))
    )
    collecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def require_staff(self, request: Request) -> Session:
        """Return the staff's session, unless the password is another one meanwhile; raises ProblemError."""
        return await self._require(self.staff, request, _staff_now)

    async def require_terminal(self, request: Request) -> Session:
        """Return a terminal's session, unless its key was removed; raises ProblemError."""
        return await self._require(self.terminals, request, _terminals_now)

    async def require_anybody(self, request: Request) -> Session:
        """Return the session of staff or of a terminal; raises ProblemError."""
        if self.staff.find(request, self.now_s()):
            return await self.require_staff(request)
        return await self.require_terminal(request)

    async def _require(
        self, cookie: SessionCookie, request: Request, admitted: Callable[[UnitOfWork], Collection[str]]
    ) -> Session:
        """Hold a session to what the database says now: commands change that from another process."""
        session = cookie.require(request, self.now_s())
        if session.who not in await self.house.store.read(admitted):
            cookie.table.close_all_of(session.who)
        return cookie.require(request, self.now_s())

    def signed_in(self, cookie: SessionCookie, request: Request, who: str) -> Response:
        """Begin a session, and answer with its CSRF token while the browser keeps the other in a cookie."""
        token, csrf = (self.house.randomness.draw(TOKEN_BYTES).hex() for _ in range(2))
        session = cookie.table.open(who=who, token=token, csrf=csrf, now_s=self.now_s())
        response = JSONResponse({"csrf": session.csrf})
        cookie.give(response, request, token)
        return response

    def told(self, changed: Iterable[Changed]) -> None:
        """Something was decided: tell who watches, and the cloud."""
        self.changes.announce(changed)
        self.appended.set()

    def now_s(self) -> float:
        """Return monotonic seconds."""
        return self.house.clock.monotonic_ms() / 1000

    def require_patience(self, who: str) -> None:
        """Raise ProblemError while `who` has to wait after a miss."""
        wait_s = self.back_offs.wait_s(who)
        if wait_s > 0:
            raise problem_error(
                429,
                "wait",
                "There were wrong tries here.",
                f"Wait {wait_s} {'second' if wait_s == 1 else 'seconds'}, then try again.",
                retry_after_s=wait_s,
            )


def staff_with(password_hash: str) -> str:
    """Return what staff's sessions are called as long as this is the password."""
    return f"staff {hashlib.sha256(password_hash.encode()).hexdigest()[:16]}"


def terminal_with(key_hash: str) -> str:
    """Return what a terminal's sessions are called as long as its key is admitted."""
    return f"terminal {name_of_key(key_hash)}"


def _staff_now(uow: UnitOfWork) -> Collection[str]:
    kept = uow.credentials.staff_password()
    return {staff_with(kept)} if kept else set()


def _terminals_now(uow: UnitOfWork) -> Collection[str]:
    return {terminal_with(key.key_hash) for key in uow.credentials.terminal_keys()}


def address_of(request: Request) -> str:
    """Return whose tries count together while nobody is signed in."""
    return request.client.host if request.client else "unknown"


def unknown_parcel() -> Response:
    """Return the answer about a parcel that is not here."""
    return problem(404, "unknown-parcel", "This hub has no such parcel.", "Reload the page.")
