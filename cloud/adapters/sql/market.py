"""What tills say of their market days and of what goes on around them, one row for each word."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, exists, func, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import market_day_word, sales_by_product, signal_word
from cloud.adapters.sql.tables import product, stream
from cloud.adapters.sql.upsert import insert_missing
from cloud.domain.market_ahead import MarketDaySaid, MarketWord, SignalSaid

WORDS_MAX: Final = 2_000
_OF_DAY: Final = tuple(field.name for field in fields(MarketDaySaid))
_OF_SIGNAL: Final = tuple(field.name for field in fields(SignalSaid))


def add_market_words(connection: Connection, tenant: str, words: Iterable[MarketWord]) -> None:
    """Keep words about days and signals; one that is there already stays as it is."""
    for table, kind in ((market_day_word, MarketDaySaid), (signal_word, SignalSaid)):
        rows = [{"tenant": tenant, **asdict(word)} for word in words if isinstance(word, kind)]
        insert_missing(connection, table, rows)


class SqlMarket:
    """Bears the port Market."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def words(self, tenant: str, *, since: date) -> list[MarketWord]:
        """Return the newest words, WORDS_MAX about days and as many about signals at most, oldest first."""
        days, signals, earlier = market_day_word.c, signal_word.c, signal_word.alias("earlier")
        lasted = exists().where(
            earlier.c.tenant == signals.tenant, earlier.c.source == signals.source,
            earlier.c.signal_id == signals.signal_id, earlier.c.last >= since,
        )  # fmt: skip
        with self._database.reading() as connection:
            of_days = _newest(connection, market_day_word, and_(days.tenant == tenant, days.day >= since))
            of_signals = _newest(connection, signal_word, and_(signals.tenant == tenant, lasted))
        return [
            *(MarketDaySaid(**{name: getattr(row, name) for name in _OF_DAY}) for row in of_days),
            *(SignalSaid(**{name: getattr(row, name) for name in _OF_SIGNAL}) for row in of_signals),
        ]

    def product_names(self, tenant: str, skus: Iterable[str]) -> dict[str, str]:
        """Return what the catalogue calls products, or else what they were last sold as."""
        columns, known, wanted = sales_by_product.c, product.c, sorted(skus)
        if not wanted:
            return {}
        named = (
            select(columns.sku, columns.name)
            .where(columns.tenant == tenant, columns.sku.in_(wanted))
            .group_by(columns.sku, columns.name)
            .order_by(func.max(columns.business_date))
        )
        listed = select(known.sku, known.details).where(known.tenant == tenant, known.sku.in_(wanted))
        with self._database.reading() as connection:
            sold = {row.sku: row.name for row in connection.execute(named)}
            kept = connection.execute(listed)
            return {**sold, **{row.sku: json.loads(row.details)["name"] for row in kept}}


def _newest(connection: Connection, table: Table, chosen: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Oldest first. A till's later ledger counts after its earlier one, whatever its clock says."""
    columns = table.c
    same = and_(
        stream.c.tenant == columns.tenant, stream.c.source == columns.source, stream.c.epoch == columns.epoch
    )
    query = (
        select(table)
        .join(stream, same)
        .where(chosen)
        .order_by(stream.c.opened_at_ms.desc(), columns.seq.desc())
        .limit(WORDS_MAX)
    )
    return connection.execute(query).all()[::-1]
