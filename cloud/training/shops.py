"""Reads retail data sets into matrices of units per product and selling day."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shared.history import Floats, Integers, SalesHistory

KEPT_DAYS = 365
"""Of the past before an origin; features look back less, the error's scale uses it all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shop:
    """One shop of one data set.

    Attributes:
        skus: products, one a row.
        units: shape (n, t), NaN before a product's first sale; columns are days on which the shop sold anything.
        dates: those days as days since 1970, shape (t,).
        first: the column of each product's first sale, shape (n,).
    """

    data_set: str
    store: str
    skus: tuple[str, ...]
    units: Floats
    dates: Integers
    first: Integers

    @property
    def weekday(self) -> Integers:
        """Monday 0 to Sunday 6; 1 January 1970 was a Thursday."""
        return (self.dates + 3) % 7

    def history(self, rows: Integers, origin: int, horizon: int) -> SalesHistory:
        """What was known of some products after the day `origin`, and the weekdays of the next `horizon` days."""
        start = max(0, origin + 1 - KEPT_DAYS)
        return SalesHistory(
            unique_id=tuple(self.skus[row] for row in rows),
            y=self.units[rows, start : origin + 1],
            weekday=self.weekday[start : origin + 1],
            horizon_weekday=self.weekday[origin + 1 : origin + 1 + horizon],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """All shops of one file, with its first and last date (days since 1970) and selling days a week."""

    name: str
    shops: tuple[Shop, ...]
    start: int
    end: int
    selling_days_a_week: int

    def held_back_from(self, share: float) -> int:
        """The first date of the last `share` of the data, which no training sees."""
        return int(self.end - (self.end - self.start) * share)


def read_data_set(path: Path) -> DataSet:
    """Read one parquet file of sale lines or daily sales: columns date, store, sku, qty.

    Raises:
        SystemExit: the file lacks one of them.
    """
    lines = pd.read_parquet(path)
    missing = {"date", "store", "sku", "qty"} - set(lines.columns)
    if missing:
        raise SystemExit(f"{path} has no column {', '.join(sorted(missing))}; see cloud/training/README.md")
    lines["day"] = (
        pd.to_datetime(lines["date"]).dt.normalize().astype("datetime64[s]").astype("int64") // 86_400
    )
    shops = tuple(_shop(path.stem, str(store), part) for store, part in lines.groupby("store", sort=True))
    weekly = [len(s.dates) / max(1.0, (s.dates[-1] - s.dates[0]) / 7) for s in shops]
    return DataSet(
        name=path.stem,
        shops=shops,
        start=int(lines["day"].min()),
        end=int(lines["day"].max()),
        selling_days_a_week=int(np.clip(round(float(np.median(weekly))), 1, 7)),
    )


def _shop(data_set: str, store: str, lines: pd.DataFrame) -> Shop:
    table = lines.pivot_table(index="sku", columns="day", values="qty", aggfunc="sum", fill_value=0.0)
    table = table.loc[:, table.sum() > 0]
    table = table.loc[table.sum(axis=1) > 0]
    units = table.to_numpy(dtype=np.float64)
    first = (units > 0).argmax(1)
    units = np.where(np.arange(units.shape[1]) >= first[:, None], units, np.nan)
    dates = table.columns.to_numpy(dtype=np.int64)
    return Shop(
        data_set=data_set,
        store=store,
        skus=tuple(map(str, table.index)),
        units=units,
        dates=dates,
        first=first,
    )
