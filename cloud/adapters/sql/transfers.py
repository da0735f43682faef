"""What tills say of goods that went from stall to stall, one row for each word."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import Connection, func, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import stock_transfer
from cloud.adapters.sql.upsert import insert_missing
from cloud.domain.transfers import TransferMove

OPEN_MAX: Final = 100
NEWEST_MAX: Final = 50
_FIELDS: Final = tuple(field.name for field in fields(TransferMove))


def add_transfer_moves(connection: Connection, tenant: str, moves: Iterable[TransferMove]) -> None:
    """Keep words about transfers; one that is there already stays as it is."""
    insert_missing(connection, stock_transfer, [{"tenant": tenant, **asdict(move)} for move in moves])


class SqlTransfers:
    """Bears the port Transfers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def moves(self, tenant: str) -> list[TransferMove]:
        """Return all that is known of the newest transfers whose ends do not match, OPEN_MAX at most, and of the newest ones."""
        columns = stock_transfer.c
        newest = (
            select(columns.transfer)
            .where(columns.tenant == tenant)
            .group_by(columns.transfer)
            .order_by(func.max(columns.at).desc())
        )
        unmatched = newest.having(func.sum(columns.sent_milli) != func.sum(columns.arrived_milli))
        with self._database.reading() as connection:
            names = {
                *connection.execute(unmatched.limit(OPEN_MAX)).scalars(),
                *connection.execute(newest.limit(NEWEST_MAX)).scalars(),
            }
            rows = connection.execute(
                select(stock_transfer)
                .where(columns.tenant == tenant, columns.transfer.in_(sorted(names)))
                .order_by(columns.at, columns.seq)
            )
            return [TransferMove(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]
