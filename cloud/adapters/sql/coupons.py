"""The sales that took coupons which are good once, one row each, and those coupons that were taken again."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import Connection, case, func, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import coupon_use
from cloud.adapters.sql.upsert import insert_missing
from cloud.domain.coupon_uses import CouponUse

AGAIN_MAX: Final = 200
_FIELDS: Final = tuple(field.name for field in fields(CouponUse))


def add_coupon_uses(connection: Connection, tenant: str, uses: Iterable[CouponUse]) -> None:
    """Keep uses of coupons; one that is there already stays as it is."""
    insert_missing(connection, coupon_use, [{"tenant": tenant, **asdict(use)} for use in uses])


class SqlCoupons:
    """Bears the port Coupons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def taken_again(self, tenant: str) -> list[CouponUse]:
        """Return every use of the coupons that were taken more than once; at most AGAIN_MAX coupons, the latest."""
        columns = coupon_use.c
        again = (
            select(columns.coupon)
            .where(columns.tenant == tenant)
            .group_by(columns.coupon)
            .having(func.sum(case((columns.taken_minor < 0, -1), else_=1)) > 1)
            .order_by(func.max(columns.at).desc())
            .limit(AGAIN_MAX)
        )
        with self._database.reading() as connection:
            names = list(connection.execute(again).scalars())
            rows = connection.execute(
                select(coupon_use).where(columns.tenant == tenant, columns.coupon.in_(names))
            )
            return [CouponUse(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]
