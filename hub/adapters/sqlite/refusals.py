"""What could not be taken, in SQLite; only the newest of each kind stay."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import QuarantinedRow, RejectedRow, TallyRow
from hub.domain.stream import Quarantined, Rejected

REJECTED_MAX = 10_000
QUARANTINED_MAX = 1_000
PAYLOAD_BYTES_MAX = 16 * 1024
"""Of each only the beginning stays: whoever sends nonsense must not fill the hub's disk."""
_DROPPED = "rejected-dropped"


class SqliteRefusals:
    """The Refusals port over one session."""

    def __init__(self, session: Session, *, rejected_max: int = REJECTED_MAX) -> None:
        self._session = session
        self._rejected_max = rejected_max

    def reject(self, rejected: Rejected) -> None:
        """Keep a message that could not be taken."""
        row = RejectedRow(
            at=rejected.at.isoformat(), topic=rejected.topic, reason=rejected.reason,
            payload=rejected.payload[:PAYLOAD_BYTES_MAX],
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        kept = self._session.scalar(select(func.count()).select_from(RejectedRow)) or 0
        if kept > self._rejected_max:
            oldest = select(RejectedRow.number).order_by(RejectedRow.number).limit(kept - self._rejected_max)
            self._session.execute(delete(RejectedRow).where(RejectedRow.number.in_(oldest)))
            self._count_dropped(kept - self._rejected_max)

    def set_aside(self, quarantined: Quarantined) -> None:
        """Keep the evidence of a chain that contradicts what is held."""
        row = QuarantinedRow(
            at=quarantined.at.isoformat(), source=quarantined.source, epoch=quarantined.epoch,
            reason=quarantined.reason, payload=quarantined.payload[:PAYLOAD_BYTES_MAX],
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        oldest = delete(QuarantinedRow).where(QuarantinedRow.number <= row.number - QUARANTINED_MAX)
        self._session.execute(oldest)

    def newest_rejected(self, limit: int) -> list[Rejected]:
        """Return what was rejected last, newest first."""
        wanted = select(RejectedRow).order_by(RejectedRow.number.desc()).limit(limit)
        return [
            Rejected(
                at=datetime.fromisoformat(row.at), topic=row.topic, reason=row.reason, payload=row.payload
            )
            for row in self._session.scalars(wanted)
        ]

    def newest_set_aside(self, limit: int) -> list[Quarantined]:
        """Return what was set aside last, newest first."""
        wanted = select(QuarantinedRow).order_by(QuarantinedRow.number.desc()).limit(limit)
        return [
            Quarantined(at=datetime.fromisoformat(row.at), source=row.source, epoch=row.epoch,
                        reason=row.reason, payload=row.payload)
            for row in self._session.scalars(wanted)
        ]  # fmt: skip

    def dropped(self) -> int:
        """Return how many rejected messages were dropped to keep within the bound."""
        row = self._session.get(TallyRow, _DROPPED)
        return row.count if row else 0

    def _count_dropped(self, more: int) -> None:
        row = self._session.get(TallyRow, _DROPPED)
        if row is None:
            self._session.add(TallyRow(name=_DROPPED, count=more))
        else:
            row.count += more
