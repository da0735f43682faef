"""The demo's baskets: real transactions of a real shop under our goods' names (see demo_days/README.md)."""

import csv
import gzip
from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path

_DAYS = files("shared.cli") / "demo_days"
SOURCE = (
    "Online Retail (Daqing Chen, 2015, UCI, doi 10.24432/C5BW33, CC BY 4.0): real baskets under other names"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What one customer bought: pieces by product, and the minute of the day."""

    number: int
    minute_of_day: int
    pieces: tuple[tuple[str, int], ...]


def catalogue_path() -> AbstractContextManager[Path]:
    """Return the catalogue's CSV file as a path, for as long as the context lasts."""
    return as_file(_DAYS / "catalogue.csv")


def load_baskets() -> dict[tuple[int, int], tuple[Basket, ...]]:
    """Return the baskets of each (week, day), in the order of the day."""
    with (_DAYS / "days.csv.gz").open("rb") as raw, gzip.open(raw, "rt", newline="") as lines:
        rows = list(csv.DictReader(lines))
    baskets: dict[tuple[int, int], list[Basket]] = defaultdict(list)
    for number, group in groupby(rows, key=lambda row: int(row["basket"])):
        first, *others = group
        baskets[int(first["week"]), int(first["day"])].append(_basket(number, [first, *others]))
    return {day: tuple(found) for day, found in baskets.items()}


def _basket(number: int, rows: list[dict[str, str]]) -> Basket:
    pieces: dict[str, int] = defaultdict(int)
    for row in rows:
        pieces[row["sku"]] += int(row["quantity"])
    return Basket(number=number, minute_of_day=int(rows[0]["minute_of_day"]), pieces=tuple(pieces.items()))
