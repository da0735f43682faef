"""Signed-in people: a bounded table of sessions in memory, and the cookie that names one.

Sessions of this table end with the server: whoever was signed in signs in again, nothing else is lost. Tokens and time
are arguments.
Only the SHA-256 of a token is kept, so a look at the memory does not sign anybody in.
"""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from shared.http.problem import problem_error
from shared.http.security import SAFE_METHODS

CSRF_HEADER = "X-Stallholder-CSRF"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in (`who` as the part wants to call them), and the token its unsafe requests must carry.

    `device` is the one on which it began, where a part tells devices apart.
    """

    who: str
    csrf: str
    seen_s: float
    device: str = ""


class SessionTable:
    """Sessions by token: at most `sessions_max`, the longest unused goes first; unused for `idle_s` they end."""

    def __init__(self, *, sessions_max: int = 1_000, idle_s: float = 12 * 3600) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._sessions_max = sessions_max
        self._idle_s = idle_s

    def open(self, *, who: str, token: str, csrf: str, now_s: float, device: str = "") -> Session:
        """Begin a session; `token` and `csrf` are fresh random texts, `now_s` is monotonic."""
        session = Session(who=who, csrf=csrf, seen_s=now_s, device=device)
        self._sessions[token_sha256(token)] = session
        while len(self._sessions) > self._sessions_max:
            self._sessions.popitem(last=False)
        return session

    def find(self, token: str, now_s: float) -> Session | None:
        """Return the session of a token, and count it as used now; None if there is none, or no more."""
        key = token_sha256(token)
        session = self._sessions.get(key)
        if session is None:
            return None
        if now_s - session.seen_s > self._idle_s:
            del self._sessions[key]
            return None
        self._sessions[key] = session = replace(session, seen_s=now_s)
        self._sessions.move_to_end(key)
        return session

    def close(self, token: str) -> None:
        """End a session; one that has ended is fine."""
        self._sessions.pop(token_sha256(token), None)

    def close_all_of(self, who: str) -> None:
        """End every session of one person, as when the password changes."""
        for key in [key for key, session in self._sessions.items() if session.who == who]:
            del self._sessions[key]


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie of one kind of session, such as `stallholder_hub`, and the table that it names."""

    name: str
    table: SessionTable

    def require(self, request: Request, now_s: float) -> Session:
        """Return who is signed in, and hold an unsafe request to its CSRF token; raises ProblemError."""
        session = self.find(request, now_s)
        if session is None:
            raise problem_error(401, "signed-out", "Nobody is signed in here.", "Sign in and try again.")
        if request.method not in SAFE_METHODS:
            given = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                raise problem_error(
                    403,
                    "wrong-csrf",
                    "This page belongs to an earlier sign-in. Nothing was changed.",
                    "Reload the page and try again.",
                )
        return session

    def find(self, request: Request, now_s: float) -> Session | None:
        """Return who is signed in, or None."""
        token = request.cookies.get(self.name)
        return self.table.find(token, now_s) if token else None

    def give(self, response: Response, request: Request, token: str) -> None:
        """Let a browser keep a token: not readable by scripts, never sent for another site's page."""
        secure = request.url.scheme == "https"
        response.set_cookie(self.name, token, httponly=True, samesite="strict", secure=secure, path="/")

    def take_back(self, response: Response, request: Request) -> None:
        """Sign out: end the session and clear the cookie."""
        token = request.cookies.get(self.name)
        if token:
            self.table.close(token)
        response.delete_cookie(self.name, path="/", httponly=True, samesite="strict")


def token_sha256(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
