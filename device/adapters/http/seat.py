"""Who asks: a cashier with a session, or this machine's own user with the running till's key."""

import hmac
from dataclasses import dataclass

from fastapi import Request, Response

from device.adapters.http.phone_gate import phone_of
from device.adapters.http.till_services import TillServices
from device.domain.people import NOBODYS_NAME, Role, named
from shared.http.problem import ProblemError, problem_error
from shared.http.sessions import TOKEN_BYTES, Session, SessionCookie

COOKIE = "stallholder_till"
LOCAL_SCHEME = "Stallholder-Local "
LOCAL_CASHIER = NOBODYS_NAME


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """The place at the till; as a FastAPI dependency it answers the cashier's name, or refuses with 401 or 403."""

    till: TillServices
    cookie: SessionCookie

    def __call__(self, request: Request) -> str:
        """Return who is signed in."""
        given = request.headers.get("authorization", "")
        if given.startswith(LOCAL_SCHEME):
            return self._local(given.removeprefix(LOCAL_SCHEME))
        session = self.cookie.require(request, self.now_s())
        who = session.who
        if session.device != phone_of(request):
            raise _signed_out("This sign-in belongs to another phone.", "Type your PIN on this one.")
        person = named(self.till.settings.current.cashiers, who)
        if person is not None and not person.active:
            raise _signed_out(f"{who} no longer sells here.", "Somebody else types their PIN.")
        return who

    def manager(self, request: Request) -> str:
        """Return who is signed in, a manager; refuses others with 403."""
        who = self(request)
        if who != LOCAL_CASHIER and self.role(who) is not Role.MANAGER:
            raise problem_error(
                403, "managers-only", "Only a manager may do this.", "Ask a manager to sign in."
            )
        return who

    def role(self, who: str) -> Role:
        """Return what somebody may do."""
        person = named(self.till.settings.current.cashiers, who)
        return Role.MANAGER if person is not None and person.is_manager else Role.CASHIER

    def find(self, request: Request) -> Session | None:
        """Return the session of a browser, or None; who left has none, and a phone has only its own."""
        found = self.cookie.find(request, self.now_s())
        if found is not None and found.device != phone_of(request):
            return None
        person = named(self.till.settings.current.cashiers, found.who) if found else None
        return None if person is not None and not person.active else found

    def is_taken(self, request: Request) -> bool:
        """Whether whoever was let in still is; a command of this machine is for as long as it listens."""
        is_local = request.headers.get("authorization", "").startswith(LOCAL_SCHEME)
        return is_local or self.find(request) is not None

    def take(self, cashier: str, request: Request, response: Response) -> Session:
        """Begin a session."""
        token, csrf = (self.till.randomness.bytes(TOKEN_BYTES).hex() for _ in range(2))
        session = self.cookie.table.open(
            who=cashier, token=token, csrf=csrf, now_s=self.now_s(), device=phone_of(request)
        )
        self.cookie.give(response, request, token)
        return session

    def now_s(self) -> float:
        """Return monotonic seconds."""
        return self.till.clock.monotonic_ms() / 1000

    def _local(self, key: str) -> str:
        if not hmac.compare_digest(key.encode(), self.till.local_key.encode()):
            raise _signed_out("This key is not the running till's.", "Start the command again.")
        return LOCAL_CASHIER


def _signed_out(message: str, remedy: str) -> ProblemError:
    return problem_error(401, "signed-out", message, remedy)
