"""Cut the demo's market days: `python -m cloud.training.cut_demo_days --data FILE --out shared/cli/demo_days`.

FILE is the online_retail data set. What comes out are real baskets of real people, on real days, with real
quantities; only the goods are renamed to our catalogue, lines of more than six pieces are left out, and the minute
within the real hour is spread evenly in the order of the invoices. All days lie in the part no model trained on.
"""

import argparse
import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

FIRST_MONDAY = pd.Timestamp("2011-09-19")
WEEKS = 8
MARKET_DAYS = (2, 3, 4, 6)
"""Wednesday, Thursday, Friday and Sunday of the source stand for the four market days of a week."""
MAX_QUANTITY = 2
SHOP_HOURS = (8, 18)
MARKET_MINUTES = (9 * 60, 18 * 60)
PRODUCTS = {
    "22423": "platter-serving",
    "23356": "throw-lambswool",
    "22720": "board-oak",
    "22138": "cushion-indigo",
    "22139": "apron-linen",
    "22835": "bowl-walnut",
    "23355": "bowl-speckled",
    "22112": "scarf-linen",
    "22111": "jug-blue",
    "23245": "candle-pillar",
    "23298": "print-harbour",
    "22114": "spoons-olive",
    "22086": "mug-ash",
    "22910": "cup-espresso",
    "85123A": "candle-beeswax",
    "22666": "print-fern",
    "22470": "dish-soap",
    "22457": "towel-tea",
    "23322": "spoon-oak",
    "82494L": "booklet-bread",
    "22144": "soap-lavender",
    "23301": "soap-salt",
    "23300": "coaster-beech",
    "21034": "card-hare",
}
"""The source's stock codes, dearest first, and the goods of ours they stand for: dear for dear, cheap for cheap."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the source, cut, write `days.csv.gz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="online_retail.parquet")
    parser.add_argument("--out", type=Path, required=True, help="folder for days.csv.gz")
    options = parser.parse_args(arguments)
    lines = cut(pd.read_parquet(options.data))
    path = options.out / "days.csv.gz"
    path.write_bytes(_packed(lines))
    print(lines.groupby(["week", "day"]).basket.nunique().unstack().to_string())
    print(lines.groupby("sku").quantity.sum().to_string())
    print(f"wrote {path}: {len(lines)} lines, {lines.basket.nunique()} baskets, {path.stat().st_size} bytes")


def cut(source: pd.DataFrame) -> pd.DataFrame:
    """Columns week, day, minute_of_day, basket, sku, quantity, in the order of the day."""
    source = source[source["sku"].isin(list(PRODUCTS))]
    after = pd.to_datetime(source["date"]) - FIRST_MONDAY
    lines = pd.DataFrame(
        {
            "week": after.dt.days // 7,
            "weekday": after.dt.days % 7,
            "hour": source["hour"].clip(SHOP_HOURS[0], SHOP_HOURS[1] - 1).astype(int),
            "txn": source["txn"],
            "sku": source["sku"].map(PRODUCTS),
            "quantity": source["qty"],
        }
    )
    eight_weeks = lines["week"].between(0, WEEKS - 1) & lines["weekday"].isin(MARKET_DAYS)
    live_day = (lines["week"] == WEEKS) & (lines["weekday"] == MARKET_DAYS[0])
    lines = lines[eight_weeks | live_day]
    lines = lines.assign(day=lines["weekday"].map(MARKET_DAYS.index))
    basket = ["week", "day", "hour", "txn"]
    lines = lines.groupby([*basket, "sku"], as_index=False)["quantity"].sum()
    lines = lines[lines["quantity"] <= MAX_QUANTITY]
    lines = lines.merge(_minutes(lines[basket].drop_duplicates()), on=basket)
    lines = lines.sort_values(["basket", "sku"])
    return lines[["week", "day", "minute_of_day", "basket", "sku", "quantity"]].reset_index(drop=True)


def _minutes(baskets: pd.DataFrame) -> pd.DataFrame:
    """Each basket's number and minute; invoices of one hour follow one another evenly, as they are numbered."""
    baskets = baskets.sort_values(["week", "day", "hour", "txn"]).reset_index(drop=True)
    hour = baskets.groupby(["week", "day", "hour"])["txn"]
    passed = (hour.cumcount() + 0.5) / hour.transform("size")
    share = (baskets["hour"] + passed - SHOP_HOURS[0]) / (SHOP_HOURS[1] - SHOP_HOURS[0])
    opening, closing = MARKET_MINUTES
    return baskets.assign(
        minute_of_day=(opening + share * (closing - opening)).astype(int), basket=baskets.index + 1
    )


def _packed(lines: pd.DataFrame) -> bytes:
    """The same lines always give the same bytes: no time stamp in the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(lines.columns)
    writer.writerows(lines.itertuples(index=False))
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    main()
