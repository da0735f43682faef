"""What could not be read, in SQL: entries beside their chain, payloads with their bytes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from cloud.adapters.sql.catalogue import fold_in
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_writer import add_contribution
from cloud.adapters.sql.streams import DROPPED
from cloud.adapters.sql.tables import entry, not_understood, read_late, rejected, stream, tally, tenant
from cloud.domain.contribution import Contribution
from cloud.domain.dead_letter import DeadLetter, LetterKind
from cloud.domain.plain_text import plain_text
from cloud.ports.chains import RejectionKind
from cloud.ports.dead_letters import KeptEntry, KeptMessage
from shared.entry import GENESIS_HASH, Head, StreamKey
from shared.ids import Epoch, SourceId, TenantId

_BEFORE = entry.alias("before")
_ALL: Final = 2**62
_WITHOUT_PAYLOAD: Final = (
    *(column for column in rejected.c if column.name != "payload"),
    literal(b"").label("payload"),  # a list shows none, and each may have a megabyte
)


class SqlDeadLetters:
    """Bears the port DeadLetters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_with(self, of_tenant: str) -> str | None:
        """Return which version has offered everything of a tenant to itself."""
        wanted = select(tenant.c.read_with).where(tenant.c.tenant == of_tenant)
        with self._database.reading() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found

    def note_read_with(self, of_tenant: str, software: str) -> None:
        """Note that this version has."""
        noted = update(tenant).where(tenant.c.tenant == of_tenant).values(read_with=software)
        with self._database.writing() as connection:
            connection.execute(noted)

    @contextmanager
    def again(self, of_tenant: str) -> Iterator["SqlEntriesAgain"]:
        """Open a tenant's entries that were not understood, locked until the context ends."""
        with self._database.writing() as connection:
            yield SqlEntriesAgain(connection, of_tenant)

    def letters(self, of_tenant: str, *, limit: int) -> list[DeadLetter]:
        """Return groups of entries and the newest messages, the one that came last first."""
        shown = rejected.c.tenant == of_tenant, rejected.c.dismissed.is_(False)
        newest = select(*_WITHOUT_PAYLOAD).where(*shown).order_by(rejected.c.position.desc())
        with self._database.reading() as connection:
            groups = [_group(row) for row in connection.execute(_groups(of_tenant))]
            messages = [_letter(_message(row)) for row in connection.execute(newest.limit(limit))]
        return sorted((*groups, *messages), key=lambda letter: letter.last_at_ms, reverse=True)

    def entries(self, of_tenant: str, *, after: int, limit: int) -> list[KeptEntry]:
        """Return entries that are not understood, in their order of arrival."""
        with self._database.reading() as connection:
            return _entries(connection, of_tenant, after, limit)

    def messages(self, of_tenant: str, *, after: int, limit: int) -> list[KeptMessage]:
        """Return payloads that were not taken, in the order in which they first came."""
        columns = rejected.c
        wanted = select(rejected).where(columns.tenant == of_tenant, columns.position > after)
        with self._database.reading() as connection:
            return [
                _message(row) for row in connection.execute(wanted.order_by(columns.position).limit(limit))
            ]

    def forget_message(self, of_tenant: str, position: int) -> bool:
        """Keep a payload no longer; False if there is none."""
        this = rejected.c.tenant == of_tenant, rejected.c.position == position
        with self._database.writing() as connection:
            return connection.execute(delete(rejected).where(*this)).rowcount > 0

    def dismiss_message(self, of_tenant: str, position: int) -> bool:
        """Show a payload no longer; it stays. False if none is shown."""
        this = (
            rejected.c.tenant == of_tenant,
            rejected.c.position == position,
            rejected.c.dismissed.is_(False),
        )
        with self._database.writing() as connection:
            return connection.execute(update(rejected).where(*this).values(dismissed=True)).rowcount > 0

    def say_why(self, of_tenant: str, position: int, reason: str) -> None:
        """Replace the reason of a payload."""
        this = rejected.c.tenant == of_tenant, rejected.c.position == position
        with self._database.writing() as connection:
            connection.execute(update(rejected).where(*this).values(reason=reason))

    def dismiss_entries(self, of_tenant: str, source: str, epoch: str, kind: str) -> bool:
        """Show entries no longer; False if there are none."""
        columns = entry.c
        of_kind = select(columns.seq).where(
            columns.tenant == of_tenant,
            columns.source == source,
            columns.epoch == epoch,
            columns.kind == kind,
        )
        shown = not_understood.c.tenant == of_tenant, not_understood.c.dismissed.is_(False)
        these = (
            not_understood.c.source == source,
            not_understood.c.epoch == epoch,
            not_understood.c.seq.in_(of_kind),
        )
        with self._database.writing() as connection:
            dismissed = update(not_understood).where(*shown, *these).values(dismissed=True)
            return connection.execute(dismissed).rowcount > 0

    def dropped(self, of_tenant: str) -> int:
        """Return how many payloads were dropped to keep within the bound."""
        wanted = select(tally.c.count).where(tally.c.tenant == of_tenant, tally.c.name == DROPPED)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar() or 0


class SqlEntriesAgain:
    """Bears the port EntriesAgain, within one transaction."""

    def __init__(self, connection: Connection, of_tenant: str) -> None:
        self._connection = connection
        self._tenant = of_tenant

    def some(self, after: int, limit: int) -> list[KeptEntry]:
        """Return some of them in their order of arrival, beyond a position."""
        return _entries(self._connection, self._tenant, after, limit)

    def took_effect(self, entries: Sequence[KeptEntry], contribution: Contribution, *, at_ms: int) -> None:
        """Add what entries of one chain mean, and note that they count from now on."""
        newest = select(func.max(entry.c.position)).where(entry.c.tenant == self._tenant)
        after = self._connection.execute(newest).scalar_one()
        rows = [{**_names(one.stream), "seq": one.at.seq, "after_position": after} for one in entries]
        self._connection.execute(insert(read_late), rows)
        for one in entries:
            self._connection.execute(delete(not_understood).where(_is(not_understood, one)))
        add_contribution(self._connection, self._tenant, contribution)
        fold_in(self._connection, self._tenant, contribution.products_told, at_ms=at_ms)
        this = and_(*(stream.c[name] == value for name, value in _names(entries[0].stream).items()))
        more = {
            "sales": stream.c.sales + contribution.sales,
            "total_minor": stream.c.total_minor + contribution.total_minor,
        }
        self._connection.execute(update(stream).where(this).values(more))

    def say_why(self, one: KeptEntry, reason: str) -> None:
        """Replace the reason why one is not understood."""
        why = {"reason": plain_text(reason, 500)}
        self._connection.execute(update(not_understood).where(_is(not_understood, one)).values(why))


def _entries(connection: Connection, of_tenant: str, after: int, limit: int) -> list[KeptEntry]:
    few = _not_understood_of(not_understood.c.tenant == of_tenant)
    wanted = (
        select(entry, few.c.reason, _BEFORE.c.hash.label("prev"))
        .select_from(few)
        .join(entry, _same(entry, few))
        .outerjoin(_BEFORE, and_(_of_one_chain(entry, _BEFORE), _BEFORE.c.seq == entry.c.seq - 1))
        .where(entry.c.position > after)
        .order_by(entry.c.position)
        .limit(limit)
    )
    return [
        KeptEntry(
            position=row.position, stream=_key(row), at=Head(row.seq, row.hash), prev=row.prev or GENESIS_HASH,
            line=row.line, reason=row.reason,
        )
        for row in connection.execute(wanted)
    ]  # fmt: skip


def _groups(of_tenant: str) -> Select[tuple[object, ...]]:
    times = entry.c.received_at_ms
    names = entry.c.source, entry.c.epoch, entry.c.kind
    few = _not_understood_of(not_understood.c.tenant == of_tenant, not_understood.c.dismissed.is_(False))
    return (
        select(
            *names,
            func.count().label("entries"),
            func.min(few.c.reason).label("reason"),
            func.min(times).label("since_ms"),
            func.max(times).label("last_at_ms"),
        )
        .select_from(few)
        .join(entry, _same(entry, few))
        .group_by(*names)
    )


def _not_understood_of(*chosen: ColumnElement[bool]) -> FromClause:
    """Return rows of the few that are not understood, so that SQLite begins with them, not with all entries of a tenant.

    What has a limit is read by itself; without it SQLite thinks both orders of the join alike, and chooses the wrong one.
    """
    return select(not_understood).where(*chosen).limit(_ALL).subquery("few")


def _group(row: Row[tuple[object, ...]]) -> DeadLetter:
    return DeadLetter(
        letter_id=f"{LetterKind.ENTRIES}/{row.source}/{row.epoch}/{row.kind}", kind=LetterKind.ENTRIES,
        source=row.source, what=row.kind, since_ms=row.since_ms, last_at_ms=row.last_at_ms, count=row.entries,
        reason=row.reason,
    )  # fmt: skip


def _message(row: Row[tuple[object, ...]]) -> KeptMessage:
    return KeptMessage(
        position=row.position, source=row.source, hub=row.hub, kind=RejectionKind(row.kind), reason=row.reason,
        payload=row.payload, size=len(row.payload) if row.size is None else row.size, times=row.times,
        at_ms=row.at_ms, last_at_ms=row.at_ms if row.last_at_ms is None else row.last_at_ms,
    )  # fmt: skip


def _letter(message: KeptMessage) -> DeadLetter:
    kind = LetterKind.EVIDENCE if message.kind is RejectionKind.FORK else LetterKind.MESSAGE
    return DeadLetter(
        letter_id=f"{kind}/{message.position}", kind=kind, source=message.source, what=message.hub or "",
        since_ms=message.at_ms, last_at_ms=message.last_at_ms, count=message.times, reason=message.reason,
    )  # fmt: skip


def _of_one_chain(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in ("tenant", "source", "epoch")))


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(_of_one_chain(one, other), one.c.seq == other.c.seq)


def _is(table: FromClause, one: KeptEntry) -> ColumnElement[bool]:
    names = {**_names(one.stream), "seq": one.at.seq}
    return and_(*(table.c[name] == value for name, value in names.items()))


def _names(key: StreamKey) -> dict[str, object]:
    return {"tenant": key.tenant, "source": key.source, "epoch": key.epoch}


def _key(row: Row[tuple[object, ...]]) -> StreamKey:
    return StreamKey(tenant=TenantId(row.tenant), source=SourceId(row.source), epoch=Epoch(row.epoch))
