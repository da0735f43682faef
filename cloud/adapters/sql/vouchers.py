"""What tills say of vouchers, one row for each word, and those vouchers with which more was paid than came onto them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from sqlalchemy import Connection, func, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import voucher_use
from cloud.adapters.sql.upsert import insert_missing
from cloud.domain.voucher_uses import VoucherUse

OVER_MAX: Final = 200


def add_voucher_uses(connection: Connection, tenant: str, uses: Iterable[VoucherUse]) -> None:
    """Keep words about vouchers; one that is there already stays as it is."""
    insert_missing(connection, voucher_use, [{"tenant": tenant, **asdict(use)} for use in uses])


class SqlVouchers:
    """Bears the port Vouchers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overdrawn(self, tenant: str) -> list[VoucherUse]:
        """Return everything that is known of the vouchers with which too much was paid; at most OVER_MAX vouchers."""
        columns = voucher_use.c
        over = (
            select(columns.voucher)
            .where(columns.tenant == tenant)
            .group_by(columns.voucher, columns.currency)
            .having(func.sum(columns.taken_minor) > func.sum(columns.put_minor))
            .order_by(func.max(columns.at).desc())
            .limit(OVER_MAX)
        )
        with self._database.reading() as connection:
            names = list(connection.execute(over).scalars())
            rows = connection.execute(
                select(voucher_use).where(columns.tenant == tenant, columns.voucher.in_(names))
            )
            return [
                VoucherUse(
                    source=row.source, epoch=row.epoch, seq=row.seq, place=row.place, at=row.at, currency=row.currency,
                    voucher=row.voucher, put_minor=row.put_minor, taken_minor=row.taken_minor,
                )
                for row in rows
            ]  # fmt: skip
