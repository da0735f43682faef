"""The till's sessions: those of the second store, so that a restart signs nobody out."""

from device.services.stay_signed_in import StaySignedIn
from shared.http.sessions import Session, SessionTable, token_sha256


class LastingSessions(SessionTable):
    """A session table that holds nothing itself; `StaySignedIn` bounds and ends what it shows."""

    def __init__(self, stay_signed_in: StaySignedIn) -> None:
        super().__init__()
        self._stay_signed_in = stay_signed_in

    def open(self, *, who: str, token: str, csrf: str, now_s: float, device: str = "") -> Session:
        """Begin a session that is there again after a restart; raises DiskFullError."""
        self._stay_signed_in.begin(token_sha256=token_sha256(token), csrf=csrf, cashier=who, phone_id=device)
        return Session(who=who, csrf=csrf, seen_s=now_s, device=device)

    def find(self, token: str, now_s: float) -> Session | None:
        """Return the session of a token; None if there is none, or no more."""
        kept = self._stay_signed_in.find(token_sha256(token))
        if kept is None:
            return None
        return Session(who=kept.cashier, csrf=kept.csrf, seen_s=now_s, device=kept.phone_id)

    def close(self, token: str) -> None:
        """End a session for good; raises DiskFullError."""
        self._stay_signed_in.end(token_sha256(token))
