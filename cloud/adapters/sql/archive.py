"""Everything that is held of a tenant, read from SQL a page at a time."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, and_, select

from cloud.adapters.sql import tables
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.read_model import day_marks, hour_sums, product_sums
from cloud.adapters.sql.rows import parcel_of
from cloud.domain.figures import Figures
from shared.entry import Head, StreamKey
from shared.ids import Epoch, SourceId, TenantId

PAGE: Final = 1_000


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

    def arrivals(self, tenant: str) -> Iterator[tuple[Head, bytes]]:
        """Yield the same of all entries in their order of arrival."""
        return self._pages(tables.entry.c.tenant == tenant, tables.entry.c.position)

    def figures(self, tenant: str) -> Figures:
        """Return the whole read model."""
        parcels = select(tables.parcel).where(tables.parcel.c.tenant == tenant)
        with self._database.reading() as connection:
            return Figures(
                hours=hour_sums(connection, tables.sales_by_hour.c.tenant == tenant),
                products=product_sums(connection, tables.sales_by_product.c.tenant == tenant),
                days=day_marks(connection, tables.business_day.c.tenant == tenant),
                parcels={row.parcel_id: parcel_of(row) for row in connection.execute(parcels)},
            )

    def _pages(self, chosen: ColumnElement[bool], order: ColumnElement[int]) -> Iterator[tuple[Head, bytes]]:
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
            yield from ((Head(row.seq, row.hash), row.line) for row in rows)
            after = rows[-1].place
