"""What could not be taken, in SQLite. What is kept is bounded in number and in bytes; what is dropped is counted.

The same message again, as a sender repeats it until it is answered, is kept once. Where room is needed, the oldest of whoever
holds most of it goes: one device that sends nonsense does not push out what others sent.
"""

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import NoteRow, QuarantinedRow, RejectedRow, TallyRow
from hub.domain.stream import Quarantined, Rejected

REJECTED_MAX = 10_000
REJECTED_BYTES_MAX = 64 * 1024 * 1024
QUARANTINED_MAX = 1_000
QUARANTINED_BYTES_MAX = 64 * 1024 * 1024
PAYLOAD_BYTES_MAX = 1024 * 1024
"""As much as a broker carries; of what is larger the beginning stays, and it is not read again."""
_DROPPED = "rejected-dropped"


class SqliteRefusals:
    """The Refusals port over one session."""

    def __init__(
        self, session: Session, *, rejected_max: int = REJECTED_MAX, bytes_max: int = REJECTED_BYTES_MAX
    ) -> None:
        self._session = session
        self._rejected_max = rejected_max
        self._bytes_max = bytes_max

    def reject(self, rejected: Rejected) -> None:
        """Keep a message that could not be taken; one that is kept already only counts how often it came."""
        at, hashed = rejected.at.isoformat(), hashlib.sha256(rejected.payload).hexdigest()
        same = select(RejectedRow).where(
            RejectedRow.topic == rejected.topic, RejectedRow.payload_hash == hashed
        )
        row = self._session.scalars(same).first()
        if row is not None:
            row.times, row.last_at, row.reason, row.dismissed = row.times + 1, at, rejected.reason, False
            return
        self._session.add(
            RejectedRow(
                at=at, topic=rejected.topic, reason=rejected.reason, payload=rejected.payload[:PAYLOAD_BYTES_MAX],
                payload_hash=hashed, times=1, last_at=at, size=len(rejected.payload),
            )
        )  # fmt: skip
        self._session.flush()
        self._make_room()

    def set_aside(self, quarantined: Quarantined) -> None:
        """Keep the evidence of a chain that contradicts what is held."""
        row = QuarantinedRow(
            at=quarantined.at.isoformat(), source=quarantined.source, epoch=quarantined.epoch,
            reason=quarantined.reason, payload=quarantined.payload[:PAYLOAD_BYTES_MAX],
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        self._session.execute(
            delete(QuarantinedRow).where(QuarantinedRow.number <= row.number - QUARANTINED_MAX)
        )
        self._empty_oldest_evidence()

    def newest_rejected(self, limit: int) -> list[Rejected]:
        """Return what was rejected last and not dismissed, newest first."""
        shown = select(RejectedRow).where(RejectedRow.dismissed.is_(False))
        wanted = shown.order_by(RejectedRow.number.desc()).limit(limit)
        return [_rejected(row) for row in self._session.scalars(wanted)]

    def newest_set_aside(self, limit: int, *, with_dismissed: bool = False) -> list[Quarantined]:
        """Return what was set aside last, newest first."""
        wanted = select(QuarantinedRow).order_by(QuarantinedRow.number.desc()).limit(limit)
        if not with_dismissed:
            wanted = wanted.where(QuarantinedRow.dismissed.is_(False))
        return [_quarantined(row) for row in self._session.scalars(wanted)]

    def rejected_after(self, number: int, limit: int) -> list[Rejected]:
        """Return rejected messages with a higher number, oldest first."""
        wanted = select(RejectedRow).where(RejectedRow.number > number).order_by(RejectedRow.number)
        return [_rejected(row) for row in self._session.scalars(wanted.limit(limit))]

    def set_aside_after(self, number: int, limit: int) -> list[Quarantined]:
        """Return evidence with a higher number, oldest first."""
        wanted = select(QuarantinedRow).where(QuarantinedRow.number > number).order_by(QuarantinedRow.number)
        return [_quarantined(row) for row in self._session.scalars(wanted.limit(limit))]

    def forget_rejected(self, number: int) -> bool:
        """Keep a rejected message no longer; False if there is none."""
        row = self._session.get(RejectedRow, number)
        if row is not None:
            self._session.delete(row)
        return row is not None

    def dismiss_rejected(self, number: int) -> bool:
        """Show a rejected message no longer; it stays. False if none is shown."""
        return _dismissed(self._session.get(RejectedRow, number))

    def dismiss_set_aside(self, number: int) -> bool:
        """Show evidence no longer; it stays. False if none is shown."""
        return _dismissed(self._session.get(QuarantinedRow, number))

    def say_why(self, number: int, reason: str) -> None:
        """Replace the reason of a rejected message."""
        row = self._session.get(RejectedRow, number)
        if row is not None:
            row.reason = reason

    def dropped(self) -> int:
        """Return how many rejected messages were dropped to keep within the bounds."""
        row = self._session.get(TallyRow, _DROPPED)
        return row.count if row else 0

    def _make_room(self) -> None:
        held = func.coalesce(func.sum(func.length(RejectedRow.payload)), 0)
        count, size = self._session.execute(select(func.count(), held).select_from(RejectedRow)).one()
        while count > self._rejected_max or size > self._bytes_max:
            most = func.count() if count > self._rejected_max else held
            loudest = (
                select(RejectedRow.topic).group_by(RejectedRow.topic).order_by(most.desc(), RejectedRow.topic)
            )
            topic = self._session.scalars(loudest.limit(1)).one()
            oldest = (
                select(RejectedRow).where(RejectedRow.topic == topic).order_by(RejectedRow.number).limit(1)
            )
            row = self._session.scalars(oldest).one()
            count, size = count - 1, size - len(row.payload)
            self._session.delete(row)
            self._session.flush()
            self._count_dropped()

    def _empty_oldest_evidence(self) -> None:
        """Of evidence the note stays; the bytes of the oldest make room."""
        size = self._session.scalar(select(func.sum(func.length(QuarantinedRow.payload)))) or 0
        filled = select(QuarantinedRow).where(func.length(QuarantinedRow.payload) > 0)
        while size > QUARANTINED_BYTES_MAX:
            row = self._session.scalars(filled.order_by(QuarantinedRow.number).limit(1)).one()
            size, row.payload = size - len(row.payload), b""
            self._session.flush()

    def _count_dropped(self) -> None:
        row = self._session.get(TallyRow, _DROPPED)
        if row is None:
            self._session.add(TallyRow(name=_DROPPED, count=1))
        else:
            row.count += 1
        self._session.flush()


class SqliteNotes:
    """The Notes port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str) -> str:
        """Return a text; empty if there is none."""
        row = self._session.get(NoteRow, name)
        return row.text if row else ""

    def keep(self, name: str, text: str) -> None:
        """Keep a text."""
        self._session.merge(NoteRow(name=name, text=text))


def _dismissed(row: RejectedRow | QuarantinedRow | None) -> bool:
    if row is None or row.dismissed:
        return False
    row.dismissed = True
    return True


def _rejected(row: RejectedRow) -> Rejected:
    at = datetime.fromisoformat(row.at)
    return Rejected(
        at=at, topic=row.topic, reason=row.reason, payload=row.payload, number=row.number, times=row.times,
        last_at=datetime.fromisoformat(row.last_at) if row.last_at else at, size=row.size or len(row.payload),
    )  # fmt: skip


def _quarantined(row: QuarantinedRow) -> Quarantined:
    return Quarantined(
        at=datetime.fromisoformat(row.at), source=row.source, epoch=row.epoch, reason=row.reason,
        payload=row.payload, number=row.number,
    )  # fmt: skip
