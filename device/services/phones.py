"""Which phones may come: let them in, pair one, send one away."""

import logging
from dataclasses import replace

from device.domain.errors import DiskFullError
from device.domain.phones import (
    PairingOffer,
    Phone,
    PhoneRefusal,
    UnknownPhone,
    code_of,
    may_join,
    must_note_seen,
    phone_with,
    try_code,
    with_phone,
    with_seen,
    without_phone,
)
from device.domain.settings import Settings
from device.domain.signed_in import without_phone as without_sign_ins_of
from device.ports.phones import PhoneDoor
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.changes import Changes

log = logging.getLogger(__name__)

CODE_BYTES = 16


class PhoneBook:
    """The service behind `/api/phones`, for one event loop. One pairing code is open at a time; it lives in memory alone."""

    def __init__(
        self, *, settings: SettingsStore, clock: Clock, randomness: Randomness, changes: Changes, door: PhoneDoor
    ) -> None:  # fmt: skip
        self._settings = settings
        self._clock = clock
        self._randomness = randomness
        self._changes = changes
        self._offer: PairingOffer | None = None
        self.door = door

    @property
    def paired(self) -> tuple[Phone, ...]:
        """The phones that are paired, oldest first."""
        return self._settings.current.phones.paired

    @property
    def are_welcome(self) -> bool:
        """Whether phones may come at all."""
        return self._settings.current.phones.welcome

    def welcome(self, *, welcome: bool) -> None:
        """Let phones come, or nobody; who is paired stays so. Raises DiskFullError."""
        self._settings.change(lambda old: replace(old, phones=replace(old.phones, welcome=welcome)))
        self._offer = self._offer if welcome else None
        self.door.look()

    def offer(self, offered_by: str) -> PairingOffer:
        """Begin to pair a phone; a code of before counts no more."""
        self._offer = PairingOffer(
            code=code_of(self._randomness.bytes(CODE_BYTES)), offered_by=offered_by,
            begun_ms=self._clock.monotonic_ms(),
        )  # fmt: skip
        self.door.look()
        return self._offer

    def offer_left_s(self) -> int:
        """How long the open code still counts, in seconds; 0 without one."""
        return self._offer.left_s(self._clock.monotonic_ms()) if self._offer else 0

    def pair(self, code: str, name: str, *, token_sha256: str) -> Phone | PhoneRefusal:
        """Return the new phone, which shows that token from now on; durable before this returns.

        A name that will not do costs no try, and the code stays open. Raises DiskFullError.
        """
        unfit = may_join(self._settings.current.phones, name.strip())
        if unfit is not None:
            return unfit
        offer = self._offer
        self._offer, refusal = try_code(offer, code, self._clock.monotonic_ms())
        if refusal is not None:
            return refusal
        return self._join(name.strip(), offer.offered_by if offer else "", token_sha256)

    def _join(self, name: str, paired_by: str, token_sha256: str) -> Phone:
        now = self._clock.now()
        phone = Phone(phone_id=self._randomness.new_id(), name=name, token_sha256=token_sha256, paired_at=now,
                      paired_by=paired_by, seen_at=now)  # fmt: skip
        kept = self._settings.change(lambda old: replace(old, phones=with_phone(old.phones, phone)))
        self._changes.tell()
        return kept.phones.paired[-1]

    def unpair(self, phone_id: str) -> UnknownPhone | None:
        """Send a phone away: it is known no more, and whoever was signed in on it is not; durable before this returns.

        Raises DiskFullError.
        """
        if all(one.phone_id != phone_id for one in self.paired):
            return UnknownPhone()

        def forget(old: Settings) -> Settings:
            return replace(old, phones=without_phone(old.phones, phone_id),
                           signed_in=without_sign_ins_of(old.signed_in, phone_id))  # fmt: skip

        self._settings.change(forget)
        self._changes.tell()  # its event streams look, and end
        return None

    def find(self, token_sha256: str) -> Phone | None:
        """Return the phone that shows this token, and note now and then that it was here."""
        phone = phone_with(self.paired, token_sha256)
        if phone is not None and must_note_seen(phone, self._clock.now()):
            self._note_seen(phone.phone_id)
        return phone

    def _note_seen(self, phone_id: str) -> None:
        """A disk without room only means that the list shows an older time."""
        now = self._clock.now()
        try:
            self._settings.change(lambda old: replace(old, phones=with_seen(old.phones, phone_id, now)))
        except (DiskFullError, OSError) as error:
            log.warning("when a phone was here could not be noted: %s", error)
