"""Chains of entries in SQLite."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, func, insert, literal_column, select, tuple_, update
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import EntryRow, StreamRow
from hub.domain.stream import KeptEntry, StreamRecord, UnreadableEntry, UnreadableGroup
from shared.entry import Head, StreamKey
from shared.ids import Epoch, SourceId, TenantId

_NOT_READ = EntryRow.unreadable != literal_column(
    "''"
)  # as the index `entry_unreadable` spells it, else it is not used
# Built once, since each message of a till needs them: building costs several times what running does.
_BY_KEY = select(StreamRow).where(
    StreamRow.tenant == bindparam("tenant"),
    StreamRow.source == bindparam("source"),
    StreamRow.epoch == bindparam("epoch"),
)
_ADD_ENTRY = insert(cast("Table", EntryRow.__table__))


class SqliteStreams:
    """The Streams port over one session, which is one transaction: a row that was found is not looked for again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[StreamKey, StreamRow] = {}

    def find(self, key: StreamKey) -> StreamRecord | None:
        """Return one chain's record."""
        row = self._row(key)
        return _record(row) if row else None

    def newest_of(self, tenant: TenantId, source: SourceId) -> StreamRecord | None:
        """Return the source's chain that was begun last."""
        wanted = select(StreamRow).where(StreamRow.tenant == tenant, StreamRow.source == source)
        row = self._session.scalars(wanted.order_by(StreamRow.number.desc()).limit(1)).first()
        return _record(row) if row else None

    def count_of(self, tenant: TenantId, source: SourceId) -> int:
        """Return how many chains a source has begun."""
        of_source = StreamRow.tenant == tenant, StreamRow.source == source
        return self._session.scalar(select(func.count()).select_from(StreamRow).where(*of_source)) or 0

    def all(self) -> list[StreamRecord]:
        """Return every chain, oldest first."""
        return [_record(row) for row in self._session.scalars(select(StreamRow).order_by(StreamRow.number))]

    def save(self, record: StreamRecord) -> None:
        """Keep a record, new or changed."""
        row = self._row(record.key)
        if row is None:
            key = record.key
            row = StreamRow(tenant=key.tenant, source=key.source, epoch=key.epoch)
            self._session.add(row)
            self._rows[key] = row
        row.seq, row.hash, row.cloud_seq = record.head.seq, record.head.hash, record.cloud_seq
        row.sales, row.total_minor = record.sales, record.total_minor
        row.quarantine, row.cloud_refusal = record.quarantine, record.cloud_refusal
        self._session.flush()

    def add_entries(self, key: StreamKey, entries: Sequence[KeptEntry]) -> None:
        """Append entries to a chain that was saved before."""
        number = self._number(key)
        rows = [
            {"stream": number, "seq": entry.seq, "hash": entry.hash, "line": entry.line, "kind": entry.kind,
             "at": entry.at, "unreadable": entry.unreadable}
            for entry in entries
        ]  # fmt: skip
        if rows:
            self._session.execute(_ADD_ENTRY, rows)

    def hash_at(self, key: StreamKey, seq: int) -> str | None:
        """Return the hash of one entry, if it is held."""
        wanted = select(EntryRow.hash).where(EntryRow.stream == self._number(key), EntryRow.seq == seq)
        return self._session.scalars(wanted).first()

    def lines(self, key: StreamKey, first_seq: int, last_seq: int) -> list[bytes]:
        """Return exact bytes of entries, both ends included."""
        wanted = select(EntryRow.line).where(
            EntryRow.stream == self._number(key), EntryRow.seq.between(first_seq, last_seq)
        )
        return list(self._session.scalars(wanted.order_by(EntryRow.seq)))

    def unreadable(
        self, *, after: tuple[int, int], limit: int
    ) -> list[tuple[tuple[int, int], UnreadableEntry]]:
        """Return entries that are not understood, the oldest chain first, each with its place; `after` is a place."""
        place = tuple_(EntryRow.stream, EntryRow.seq)
        wanted = (
            select(EntryRow, StreamRow)
            .join(StreamRow, StreamRow.number == EntryRow.stream)
            .where(_NOT_READ, place > after)
            .order_by(EntryRow.stream, EntryRow.seq)
            .limit(limit)
        )
        return [
            (
                (row.stream, row.seq),
                UnreadableEntry(key=_key(stream), seq=row.seq, kind=row.kind, at=row.at, reason=row.unreadable,
                                line=row.line),
            )
            for row, stream in self._session.execute(wanted)
        ]  # fmt: skip

    def unreadable_groups(self) -> list[UnreadableGroup]:
        """Return what is not understood and was not dismissed, by chain and kind."""
        wanted = (
            select(
                StreamRow, EntryRow.kind, func.min(EntryRow.unreadable), func.count(), func.min(EntryRow.at),
                func.max(EntryRow.at),
            )
            .join(StreamRow, StreamRow.number == EntryRow.stream)
            .where(_NOT_READ, EntryRow.dismissed.is_(False))
            .group_by(EntryRow.stream, EntryRow.kind)
        )  # fmt: skip
        return [
            UnreadableGroup(
                key=_key(stream), kind=kind, reason=reason, count=count, first_at=first, last_at=last
            )
            for stream, kind, reason, count, first, last in self._session.execute(wanted)
        ]

    def read_again(self, key: StreamKey, entry: KeptEntry) -> None:
        """Replace what an entry that is held was read as; its bytes stay."""
        one = EntryRow.stream == self._number(key), EntryRow.seq == entry.seq
        read = {"kind": entry.kind, "at": entry.at, "unreadable": entry.unreadable}
        self._session.execute(update(EntryRow).where(*one).values(read))

    def dismiss_unreadable(self, source: str, epoch: str, kind: str) -> int:
        """Show entries of a chain and kind no longer, though they stay and are tried again; returns how many."""
        chains = select(StreamRow.number).where(StreamRow.source == source, StreamRow.epoch == epoch)
        chosen = EntryRow.stream.in_(chains), EntryRow.kind == kind, _NOT_READ, EntryRow.dismissed.is_(False)
        count = self._session.scalar(select(func.count()).select_from(EntryRow).where(*chosen)) or 0
        self._session.execute(update(EntryRow).where(*chosen).values(dismissed=True))
        return count

    def _number(self, key: StreamKey) -> int:
        row = self._row(key)
        return row.number if row else 0  # no chain has number 0

    def _row(self, key: StreamKey) -> StreamRow | None:
        row = self._rows.get(key)
        if row is None:
            names = {"tenant": key.tenant, "source": key.source, "epoch": key.epoch}
            row = self._session.scalars(_BY_KEY, names).first()
            if row is not None:
                self._rows[key] = row
        return row


def _record(row: StreamRow) -> StreamRecord:
    return StreamRecord(
        key=_key(row), head=Head(row.seq, row.hash), cloud_seq=row.cloud_seq, sales=row.sales,
        total_minor=row.total_minor, quarantine=row.quarantine, cloud_refusal=row.cloud_refusal,
    )  # fmt: skip


def _key(row: StreamRow) -> StreamKey:
    return StreamKey(tenant=TenantId(row.tenant), source=SourceId(row.source), epoch=Epoch(row.epoch))
