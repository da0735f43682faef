"""Everything that is held of a tenant, read from SQL a page at a time."""

import heapq
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, select

from cloud.adapters.sql import figures_tables, tables
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.read_model import day_marks, hour_sums, product_sums
from cloud.adapters.sql.rows import parcel_of
from cloud.domain.figures import Figures
from cloud.ports.chains import Arrival
from shared.entry import Head, StreamKey
from shared.ids import Epoch, SourceId, TenantId

PAGE: Final = 1_000
_NAMES: Final = ("tenant", "source", "epoch", "seq")


class SqlArchive:
    """Bears the port Archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tenants(self) -> list[str]:
        """Return all tenants."""
        with self._database.reading() as connection:
            return list(connection.execute(select(tables.tenant.c.tenant).order_by("tenant")).scalars())

    def chains(self, tenant: str) -> list[tuple[StreamKey, Head]]:
        """Return every chain and the head that it should have."""
        columns = tables.stream.c
        query = select(tables.stream).where(columns.tenant == tenant).order_by(columns.source, columns.epoch)
        with self._database.reading() as connection:
            return [
                (
                    StreamKey(tenant=TenantId(tenant), source=SourceId(row.source), epoch=Epoch(row.epoch)),
                    Head(row.head_seq, row.head_hash),
                )
                for row in connection.execute(query)
            ]

    def chain(self, stream: StreamKey) -> Iterator[tuple[Head, bytes]]:
        """Yield number, stored hash and exact bytes of a chain's entries in their order."""
        columns = tables.entry.c
        of_stream = and_(
            columns.tenant == stream.tenant,
            columns.source == stream.source,
            columns.epoch == stream.epoch,
        )
        return self._pages(of_stream, columns.seq)

    def arrivals(self, tenant: str) -> Iterator[Arrival]:
        """Yield all entries that the figures count, in the order in which they took effect."""
        taken = heapq.merge(self._read_when_they_came(tenant), self._read_late(tenant), key=itemgetter(0))
        return (arrival for _, arrival in taken)

    def _read_when_they_came(self, tenant: str) -> Iterator[tuple[tuple[int, int], Arrival]]:
        entry = tables.entry
        elsewhere = (
            exists().where(*(table.c[name] == entry.c[name] for name in _NAMES))
            for table in (tables.not_understood, tables.read_late)
        )
        of_tenant = and_(entry.c.tenant == tenant, *(~known for known in elsewhere))
        for place, at, line in self._placed(of_tenant, entry.c.position):
            yield (place, 0), Arrival(at=at, line=line, late=False)

    def _read_late(self, tenant: str) -> Iterator[tuple[tuple[int, int], Arrival]]:
        late, entry = tables.read_late, tables.entry
        joined = select(late.c.number, late.c.after_position, entry.c.seq, entry.c.hash, entry.c.line).join(
            entry, and_(*(late.c[name] == entry.c[name] for name in _NAMES))
        )
        number = 0
        while True:
            page = joined.where(late.c.tenant == tenant, late.c.number > number)
            with self._database.reading() as connection:
                rows = connection.execute(page.order_by(late.c.number).limit(PAGE)).all()
            for row in rows:
                arrival = Arrival(at=Head(row.seq, row.hash), line=row.line, late=True)
                yield (row.after_position, row.number), arrival
            if not rows:
                return
            number = rows[-1].number

    def figures(self, tenant: str) -> Figures:
        """Return the whole read model."""
        parcels = select(figures_tables.parcel).where(figures_tables.parcel.c.tenant == tenant)
        with self._database.reading() as connection:
            return Figures(
                hours=hour_sums(connection, figures_tables.sales_by_hour.c.tenant == tenant),
                products=product_sums(connection, figures_tables.sales_by_product.c.tenant == tenant),
                days=day_marks(connection, figures_tables.business_day.c.tenant == tenant),
                parcels={row.parcel_id: parcel_of(row) for row in connection.execute(parcels)},
            )

    def _pages(self, chosen: ColumnElement[bool], order: ColumnElement[int]) -> Iterator[tuple[Head, bytes]]:
        return ((at, line) for _, at, line in self._placed(chosen, order))

    def _placed(
        self, chosen: ColumnElement[bool], order: ColumnElement[int]
    ) -> Iterator[tuple[int, Head, bytes]]:
        columns = tables.entry.c
        after = 0
        while True:
            page = (
                select(columns.seq, columns.hash, columns.line, order.label("place"))
                .where(chosen, order > after)
                .order_by(order)
                .limit(PAGE)
            )
            with self._database.reading() as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            yield from ((row.place, Head(row.seq, row.hash), row.line) for row in rows)
            after = rows[-1].place
