"""Adds what a batch means to the read model, in the transaction that stores the batch."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, and_, func, select

from cloud.adapters.sql.coupons import add_coupon_uses
from cloud.adapters.sql.figures_tables import business_day, parcel, sales_by_hour, sales_by_product
from cloud.adapters.sql.market import add_market_words
from cloud.adapters.sql.refunds import add_refunds
from cloud.adapters.sql.rows import parcel_of, row_of_parcel
from cloud.adapters.sql.transfers import add_transfer_moves
from cloud.adapters.sql.upsert import replacing, upsert
from cloud.adapters.sql.vouchers import add_voucher_uses
from cloud.domain.contribution import Contribution
from cloud.domain.facts import DoorSaid, ParcelFact
from cloud.domain.parcels import Parcel, move_parcels

IDS_A_QUERY = 500
DAY_COUNTS = ("opened", "closings", "reported_sales", "reported_total_minor")


def add_contribution(connection: Connection, tenant: str, contribution: Contribution) -> None:
    """Add sums, mark days, move parcels."""
    _add_hours(connection, tenant, contribution)
    _add_products(connection, tenant, contribution)
    _mark_days(connection, tenant, contribution)
    add_refunds(connection, tenant, contribution.refunds)
    add_voucher_uses(connection, tenant, contribution.vouchers)
    add_coupon_uses(connection, tenant, contribution.coupons)
    add_transfer_moves(connection, tenant, contribution.transfers)
    add_market_words(connection, tenant, contribution.market)
    _move_parcels(connection, tenant, contribution.parcel_facts, late=contribution.late)


def _add_hours(connection: Connection, tenant: str, contribution: Contribution) -> None:
    rows = [
        {"tenant": tenant, **key._asdict(), "sales": value.sales, "total_minor": value.total_minor}
        for key, value in contribution.hours.items()
    ]
    upsert(
        connection,
        sales_by_hour,
        rows,
        lambda new: {
            "sales": sales_by_hour.c.sales + new["sales"],
            "total_minor": sales_by_hour.c.total_minor + new["total_minor"],
        },
    )


def _add_products(connection: Connection, tenant: str, contribution: Contribution) -> None:
    rows = [
        {
            "tenant": tenant,
            **key._asdict(),
            "name": value.name,
            "category": value.category,
            "quantity_milli": value.quantity_milli,
            "total_minor": value.total_minor,
        }
        for key, value in contribution.products.items()
    ]
    upsert(
        connection,
        sales_by_product,
        rows,
        lambda new: {
            "name": new["name"],
            "category": new["category"],
            "quantity_milli": sales_by_product.c.quantity_milli + new["quantity_milli"],
            "total_minor": sales_by_product.c.total_minor + new["total_minor"],
        },
    )


def _mark_days(connection: Connection, tenant: str, contribution: Contribution) -> None:
    rows = [{"tenant": tenant, **key._asdict(), **asdict(mark)} for key, mark in contribution.days.items()]
    upsert(
        connection,
        business_day,
        rows,
        lambda new: {
            **{name: business_day.c[name] + new[name] for name in DAY_COUNTS},
            "last_sale_at": func.coalesce(new["last_sale_at"], business_day.c.last_sale_at),
        },
    )


def _move_parcels(connection: Connection, tenant: str, facts: Sequence[ParcelFact], *, late: bool) -> None:
    if not facts:
        return
    parcels = _load_parcels(connection, tenant, facts)
    move_parcels(parcels, facts, late=late)
    rows = [row_of_parcel(tenant, moved) for moved in parcels.values()]
    upsert(
        connection,
        parcel,
        rows,
        replacing("hub", "state", "since", "till", "number", "compartment", "command_id"),
    )


def _load_parcels(connection: Connection, tenant: str, facts: Sequence[ParcelFact]) -> dict[str, Parcel]:
    ids = sorted({fact.parcel_id for fact in facts if not isinstance(fact, DoorSaid)})
    commands = sorted({fact.command_id for fact in facts if isinstance(fact, DoorSaid)})
    found: dict[str, Parcel] = {}
    for condition in (*_among(parcel.c.parcel_id, ids), *_among(parcel.c.command_id, commands)):
        rows = connection.execute(select(parcel).where(and_(parcel.c.tenant == tenant, condition)))
        found.update((known.parcel_id, known) for known in map(parcel_of, rows))
    return found


def _among(column: ColumnElement[object], values: Sequence[str]) -> Iterable[ColumnElement[bool]]:
    for start in range(0, len(values), IDS_A_QUERY):
        yield column.in_(values[start : start + IDS_A_QUERY])
