"""The entries of all sources in SQL: exact bytes in their order of arrival, one head per stream."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from cloud.adapters.sql import tables
from cloud.adapters.sql.catalogue import fold_in
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_writer import add_contribution
from cloud.adapters.sql.upsert import insert_missing, replacing, upsert
from cloud.domain.contribution import Contribution
from cloud.domain.plain_text import plain_text
from cloud.ports.chains import Rejection
from shared.entry import EMPTY_HEAD, Head, StreamKey
from shared.sync.receiver import ReceivedLine

HASHES_A_PAGE: Final = 256
REJECTED_MAX: Final = 1_000
DROPPED: Final = "rejected-dropped"
REJECTED_BYTES_MAX: Final = 1024 * 1024


class SqlStreams:
    """Bears the port Streams."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, stream: StreamKey, *, hub: str) -> Iterator["SqlHeldStream"]:
        """Open a stream, locked until the context ends; everything then becomes durable at once."""
        with self._database.writing() as connection:
            yield SqlHeldStream(connection, stream, hub)

    def reject(self, rejection: Rejection) -> None:
        """Keep a payload that could not be read; the newest REJECTED_MAX of a tenant stay."""
        with self._database.writing() as connection:
            _keep(connection, rejection)


class SqlHeldStream:
    """Bears the port HeldStream, within one transaction."""

    def __init__(self, connection: Connection, key: StreamKey, hub: str) -> None:
        self._connection = connection
        self._key = key
        self._hub = hub
        self._hashes: dict[int, str] = {}
        self._head = self._load_head()

    @property
    def head(self) -> Head:
        """What is durable here."""
        return self._head

    def hash_at(self, seq: int) -> str | None:
        """Return the hash held of entry `seq`, or None; a page is read at a time, for batches that come again."""
        if not 1 <= seq <= self._head.seq:
            return None
        if seq not in self._hashes:
            columns, of_stream = tables.entry.c, self._of_stream()
            page = select(columns.seq, columns.hash).where(
                of_stream, columns.seq >= seq, columns.seq < seq + HASHES_A_PAGE
            )
            self._hashes.update((row.seq, row.hash) for row in self._connection.execute(page))
        return self._hashes.get(seq)

    def append(
        self, lines: Sequence[ReceivedLine], head: Head, contribution: Contribution, *, at_ms: int
    ) -> None:
        """Add entries and what they mean; a batch that brings nothing new changes nothing."""
        if not lines:
            return
        tenant, source, epoch = self._key.tenant, self._key.source, self._key.epoch
        of_stream = {"tenant": tenant, "source": source, "epoch": epoch, "received_at_ms": at_ms}
        rows = [
            {**of_stream, "seq": line.seq, "hash": line.hash, "kind": _kind(line), "line": line.line}
            for line in lines
        ]
        self._connection.execute(insert(tables.entry), rows)
        reasons = [
            {"tenant": tenant, "source": source, "epoch": epoch, "seq": item.seq,
             "reason": plain_text(item.reason, 500)}
            for item in contribution.not_understood
        ]  # fmt: skip
        insert_missing(self._connection, tables.not_understood, reasons)
        add_contribution(self._connection, tenant, contribution)
        fold_in(self._connection, tenant, contribution.products_told, at_ms=at_ms)
        self._move_head(head, contribution, at_ms)

    def quarantine(self, rejection: Rejection) -> None:
        """Note the contradiction on the stream, and keep what contradicted it."""
        row = self._row(self._head, at_ms=rejection.at_ms) | {
            "forked_seq": rejection.seq,
            "forked_reason": rejection.reason,
        }
        upsert(self._connection, tables.stream, [row], replacing("forked_seq", "forked_reason"))
        _keep(self._connection, rejection)

    def _load_head(self) -> Head:
        of_stream = and_(
            tables.stream.c.tenant == self._key.tenant,
            tables.stream.c.source == self._key.source,
            tables.stream.c.epoch == self._key.epoch,
        )
        row = self._connection.execute(
            select(tables.stream.c.head_seq, tables.stream.c.head_hash).where(of_stream).with_for_update()
        ).first()
        return EMPTY_HEAD if row is None else Head(row.head_seq, row.head_hash)

    def _of_stream(self) -> ColumnElement[bool]:
        return and_(
            tables.entry.c.tenant == self._key.tenant,
            tables.entry.c.source == self._key.source,
            tables.entry.c.epoch == self._key.epoch,
        )

    def _move_head(self, head: Head, contribution: Contribution, at_ms: int) -> None:
        row = self._row(head, at_ms=at_ms) | {
            "sales": contribution.sales,
            "total_minor": contribution.total_minor,
        }
        upsert(
            self._connection,
            tables.stream,
            [row],
            lambda new: {
                "hub": new["hub"],
                "head_seq": new["head_seq"],
                "head_hash": new["head_hash"],
                "sales": tables.stream.c.sales + new["sales"],
                "total_minor": tables.stream.c.total_minor + new["total_minor"],
                "received_at_ms": new["received_at_ms"],
            },
        )
        self._head = head

    def _row(self, head: Head, *, at_ms: int) -> dict[str, object]:
        return {
            "tenant": self._key.tenant,
            "source": self._key.source,
            "epoch": self._key.epoch,
            "hub": self._hub,
            "head_seq": head.seq,
            "head_hash": head.hash,
            "sales": 0,
            "total_minor": 0,
            "opened_at_ms": at_ms,
            "received_at_ms": at_ms,
        }


def _kind(line: ReceivedLine) -> str:
    return plain_text(line.entry.kind, 64) if line.entry else ""


def _keep(connection: Connection, rejection: Rejection) -> None:
    row = {
        "tenant": rejection.tenant,
        "source": plain_text(rejection.source, 200),
        "epoch": rejection.epoch,
        "seq": rejection.seq,
        "kind": rejection.kind.value,
        "reason": rejection.reason,
        "at_ms": rejection.at_ms,
        "payload_hash": hashlib.sha256(rejection.payload).hexdigest(),
        "payload": rejection.payload[:REJECTED_BYTES_MAX],
        "hub": rejection.hub,
        "size": len(rejection.payload),
        "times": 1,
        "last_at_ms": rejection.at_ms,
    }
    if _came_before(connection, row):
        return
    insert_missing(connection, tables.rejected, [row])
    of_tenant = tables.rejected.c.tenant == rejection.tenant
    oldest_kept = (
        select(tables.rejected.c.position)
        .where(of_tenant)
        .order_by(tables.rejected.c.position.desc())
        .offset(REJECTED_MAX - 1)
        .limit(1)
        .scalar_subquery()
    )
    dropped = connection.execute(
        delete(tables.rejected).where(of_tenant, tables.rejected.c.position < oldest_kept)
    ).rowcount
    if dropped > 0:
        counted = {"tenant": rejection.tenant, "name": DROPPED, "count": dropped}
        upsert(
            connection, tables.tally, [counted], lambda new: {"count": tables.tally.c.count + new["count"]}
        )


def _came_before(connection: Connection, row: Mapping[str, object]) -> bool:
    """The same payload again only counts how often it came."""
    columns = tables.rejected.c
    same = [columns[name] == row[name] for name in ("tenant", "source", "kind", "payload_hash")]
    again = {
        "times": columns.times + 1,
        "last_at_ms": row["last_at_ms"],
        "hub": row["hub"],
        "reason": row["reason"],
        "dismissed": False,
    }
    return connection.execute(update(tables.rejected).where(*same).values(again)).rowcount > 0
