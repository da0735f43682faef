"""The dashboards' figures, read from SQL."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import business_day, parcel, sales_by_hour, sales_by_product
from cloud.adapters.sql.rows import parcel_of
from cloud.adapters.sql.tables import not_understood, rejected, stream
from cloud.domain.contribution import DayKey, DayMark, HourKey, HourSum, ProductKey, ProductSum
from cloud.domain.dashboard import DayFigures
from cloud.domain.facts import ParcelState
from cloud.domain.fleet import StreamMark
from cloud.domain.parcels import Parcel
from cloud.ports.dashboards import Quarantined, StreamTotals


class SqlReadModel:
    """Bears the port ReadModel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest_business_date(self, tenant: str, *, not_after: date) -> date | None:
        """Return the newest business date up to a day."""
        newest = select(func.max(business_day.c.business_date)).where(
            business_day.c.tenant == tenant, business_day.c.business_date <= not_after
        )
        with self._database.reading() as connection:
            found: date | None = connection.execute(newest).scalar()
        return found

    def day(self, tenant: str, business_date: date) -> DayFigures:
        """Return the figures of one business day."""
        with self._database.reading() as connection:
            return DayFigures(
                business_date=business_date,
                hours=hour_sums(connection, _of_day(sales_by_hour, tenant, business_date)),
                products=product_sums(connection, _of_day(sales_by_product, tenant, business_date)),
                days=day_marks(connection, _of_day(business_day, tenant, business_date)),
            )

    def parcels(self, tenant: str, *, limit: int) -> list[Parcel]:
        """Return parcels, those that are not collected or expired first, then the newest."""
        done = case((parcel.c.state.in_((ParcelState.COLLECTED, ParcelState.EXPIRED)), 1), else_=0)
        query = (
            select(parcel)
            .where(parcel.c.tenant == tenant)
            .order_by(done, parcel.c.since.desc(), parcel.c.parcel_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [parcel_of(row) for row in connection.execute(query)]

    def parcel_counts(self, tenant: str) -> Mapping[str, int]:
        """Return how many parcels are in each state; every state is named."""
        query = select(parcel.c.state, func.count()).where(parcel.c.tenant == tenant).group_by(parcel.c.state)
        with self._database.reading() as connection:
            counts = {state: count for state, count in connection.execute(query)}  # noqa: C416 - rows are not pairs to dict()
        return {state.value: counts.get(state.value, 0) for state in ParcelState}

    def oldest_deposited_since(self, tenant: str) -> str | None:
        """Return since when the longest-lying parcel waits in its compartment."""
        query = select(func.min(parcel.c.since)).where(
            parcel.c.tenant == tenant, parcel.c.state == ParcelState.DEPOSITED
        )
        with self._database.reading() as connection:
            since: str | None = connection.execute(query).scalar()
        return since

    def marks(self, tenant: str) -> list[StreamMark]:
        """Return the newest chain of each source."""
        query = select(stream).where(stream.c.tenant == tenant).order_by(stream.c.opened_at_ms)
        with self._database.reading() as connection:
            newest = {
                row.source: StreamMark(source=row.source, seq=row.head_seq, received_at_ms=row.received_at_ms)
                for row in connection.execute(query)
            }
        return list(newest.values())

    def totals(self, tenant: str) -> list[StreamTotals]:
        """Return every chain with what its sales come to."""
        query = select(stream).where(stream.c.tenant == tenant).order_by(stream.c.source, stream.c.epoch)
        with self._database.reading() as connection:
            return [
                StreamTotals(
                    source=row.source,
                    epoch=row.epoch,
                    seq=row.head_seq,
                    hash=row.head_hash,
                    sales=row.sales,
                    total_minor=row.total_minor,
                )
                for row in connection.execute(query)
            ]

    def rejected(self, tenant: str) -> int:
        """Return how many entries and payloads were kept without being counted, and were not dismissed."""
        shown = (
            select(func.count())
            .select_from(not_understood)
            .where(not_understood.c.tenant == tenant, not_understood.c.dismissed.is_(False)),
            select(func.count())
            .select_from(rejected)
            .where(rejected.c.tenant == tenant, rejected.c.dismissed.is_(False)),
        )
        with self._database.reading() as connection:
            return sum(connection.execute(query).scalar_one() for query in shown)

    def quarantined(self, tenant: str) -> list[Quarantined]:
        """Return the streams under quarantine."""
        query = select(stream).where(stream.c.tenant == tenant, stream.c.forked_seq.is_not(None))
        with self._database.reading() as connection:
            return [
                Quarantined(source=row.source, epoch=row.epoch, seq=row.forked_seq, reason=row.forked_reason)
                for row in connection.execute(query.order_by(stream.c.source, stream.c.epoch))
            ]


def hour_sums(connection: Connection, chosen: ColumnElement[bool]) -> dict[HourKey, HourSum]:
    """Return the chosen rows of the sums by hour."""
    return {
        HourKey(row.source, row.business_date, row.hour, row.currency): HourSum(row.sales, row.total_minor)
        for row in connection.execute(select(sales_by_hour).where(chosen))
    }


def product_sums(connection: Connection, chosen: ColumnElement[bool]) -> dict[ProductKey, ProductSum]:
    """Return the chosen rows of the sums by product."""
    return {
        ProductKey(row.source, row.business_date, row.sku, row.currency): ProductSum(
            row.name, row.category, row.quantity_milli, row.total_minor
        )
        for row in connection.execute(select(sales_by_product).where(chosen))
    }


def day_marks(connection: Connection, chosen: ColumnElement[bool]) -> dict[DayKey, DayMark]:
    """Return the chosen business days."""
    return {
        DayKey(row.source, row.business_date): DayMark(
            row.opened, row.closings, row.reported_sales, row.reported_total_minor, row.last_sale_at
        )
        for row in connection.execute(select(business_day).where(chosen))
    }


def _of_day(table: Table, tenant: str, business_date: date) -> ColumnElement[bool]:
    return and_(table.c.tenant == tenant, table.c.business_date == business_date)
