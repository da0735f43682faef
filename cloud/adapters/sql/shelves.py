"""A tenant's documents and catalogue in SQL, opened together in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, insert, select
from sqlalchemy import delete as delete_rows

from cloud.adapters.sql import figures_tables, tables
from cloud.adapters.sql.catalogue import SqlCatalogue
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.documents import SqlDocuments
from cloud.adapters.sql.upsert import Row


class SqlShelf:
    """Bears the port Shelf."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.documents = SqlDocuments(connection, tenant)
        self.catalogue = SqlCatalogue(connection, tenant)
        self._connection = connection
        self._tenant = tenant

    def heads(self, source: str) -> dict[str, int]:
        """Return how far each chain of a source is held, by `source/epoch`."""
        columns = tables.stream.c
        wanted = select(columns.epoch, columns.head_seq).where(
            columns.tenant == self._tenant, columns.source == source
        )
        return {f"{source}/{row.epoch}": row.head_seq for row in self._connection.execute(wanted)}

    def sold(self) -> dict[tuple[str, str], int]:
        """Return how much each source has ever sold of each sku, in thousandths, as far as entries have come."""
        columns = figures_tables.sales_by_product.c
        wanted = (
            select(columns.source, columns.sku, func.sum(columns.quantity_milli).label("sold"))
            .where(columns.tenant == self._tenant)
            .group_by(columns.source, columns.sku)
        )
        return {(row.source, row.sku): int(row.sold) for row in self._connection.execute(wanted)}

    def quota_bases(self) -> dict[tuple[str, str], int]:
        """Return what had been sold when the quotas that count now were issued."""
        wanted = select(tables.quota_base).where(tables.quota_base.c.tenant == self._tenant)
        return {(row.source, row.sku): row.sold_milli for row in self._connection.execute(wanted)}

    def set_quota_bases(self, source: str, sold_milli: dict[str, int]) -> None:
        """Keep what a source had sold when its quotas were issued, in place of what was kept before."""
        columns = tables.quota_base.c
        mine = (columns.tenant == self._tenant, columns.source == source)
        self._connection.execute(delete_rows(tables.quota_base).where(*mine))
        rows: list[Row] = [
            {"tenant": self._tenant, "source": source, "sku": sku, "sold_milli": sold}
            for sku, sold in sold_milli.items()
        ]
        if rows:
            self._connection.execute(insert(tables.quota_base), rows)


class SqlShelves:
    """Bears the port Shelves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def writing(self, tenant: str) -> Iterator[SqlShelf]:
        """Open a tenant's shelf; everything becomes durable at once when the context ends, nothing if it raises."""
        with self._database.writing() as connection:
            yield SqlShelf(connection, tenant)

    @contextmanager
    def reading(self, tenant: str) -> Iterator[SqlShelf]:
        """Open a tenant's shelf to look at one state of it."""
        with self._database.reading() as connection:
            yield SqlShelf(connection, tenant)

    def waiting(self) -> list[str]:
        """Return the tenants whose catalogue has changes that no version includes yet."""
        columns = tables.catalogue.c
        wanted = select(columns.tenant).where(columns.revision > columns.issued_revision)
        with self._database.reading() as connection:
            return list(connection.execute(wanted).scalars())
