"""Keep sign-ins over a restart of the till, in the second store: sales rung up meanwhile then go out by themselves."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from device.domain.errors import DiskFullError
from device.domain.signed_in import (
    LONGEST_MS,
    NOTED_EVERY_MS,
    SignedIn,
    age_after_restart_ms,
    with_age_noted,
    with_sign_in,
    without_sign_in,
)
from device.ports.stores import SettingsStore
from device.ports.world import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The age that a sign-in had at one moment of this run."""

    age_ms: int
    at_ms: int
    noted: bool


class StaySignedIn:
    """Sign-ins by the SHA-256 of their token. Each ends 16 hours after it began, however often the till restarts.

    `on_ended` hears of each that somebody ended.
    """

    def __init__(
        self, *, settings: SettingsStore, clock: Clock, on_ended: Callable[[], None] = lambda: None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._on_ended = on_ended
        now, at_ms = clock.now(), clock.monotonic_ms()
        self._counted = {
            kept.token_sha256: _Counted(age_after_restart_ms(kept, now), at_ms, noted=False)
            for kept in settings.current.signed_in
        }

    def begin(self, *, token_sha256: str, csrf: str, cashier: str, phone_id: str = "") -> None:
        """Keep a new sign-in, durable before this returns; raises DiskFullError."""
        now_ms = self._clock.monotonic_ms()
        self._counted[token_sha256] = _Counted(0, now_ms, noted=True)
        new = SignedIn(token_sha256=token_sha256, csrf=csrf, cashier=cashier, noted_at=self._clock.now(),
                       phone_id=phone_id)  # fmt: skip
        kept = self._settings.change(lambda old: replace(old, signed_in=with_sign_in(old.signed_in, new)))
        known = {one.token_sha256 for one in kept.signed_in}
        self._counted = {token: counted for token, counted in self._counted.items() if token in known}

    def find(self, token_sha256: str) -> SignedIn | None:
        """Return a sign-in that has not ended, or None."""
        counted = self._counted.get(token_sha256)
        everyone = self._settings.current.signed_in
        kept = next((kept for kept in everyone if kept.token_sha256 == token_sha256), None)
        if counted is None or kept is None:
            return None
        since_ms = self._clock.monotonic_ms() - counted.at_ms
        if counted.age_ms + since_ms > LONGEST_MS:
            return None
        if not counted.noted or since_ms >= NOTED_EVERY_MS:
            self._note_age(kept, counted.age_ms + since_ms)
        return kept

    def end(self, token_sha256: str) -> None:
        """Sign out, durable before this returns; one that has ended is fine. Raises DiskFullError."""
        self._counted.pop(token_sha256, None)
        self._settings.change(
            lambda old: replace(old, signed_in=without_sign_in(old.signed_in, token_sha256))
        )
        self._on_ended()

    def _note_age(self, kept: SignedIn, age_ms: int) -> None:
        """Write down how old a sign-in is. A disk without room only means that a restart counts a bit less."""
        self._counted[kept.token_sha256] = _Counted(age_ms, self._clock.monotonic_ms(), noted=True)
        aged = replace(kept, age_ms=age_ms, noted_at=self._clock.now())
        try:
            self._settings.change(lambda old: replace(old, signed_in=with_age_noted(old.signed_in, aged)))
        except (DiskFullError, OSError) as error:
            log.warning("the age of a sign-in could not be noted: %s", error)
