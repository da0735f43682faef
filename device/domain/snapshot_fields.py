"""The small readers and writers that snapshots are made of; a form that is not theirs raises."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias, TypeVar, cast

from device.domain.growing import GrowingLog, GrowingMap
from shared.entry import Json
from shared.events.sale import PaymentMethod
from shared.ids import SaleId, Sku

T = TypeVar("T")

Fields: TypeAlias = Mapping[str, Json]
Counts: TypeAlias = dict[str, int]
_Counted: TypeAlias = Mapping[SaleId, int] | Mapping[Sku, int] | Mapping[str, int] | Mapping[int, int]


def counts_of(counts: _Counted | Mapping[PaymentMethod, int]) -> dict[str, Json]:
    """Return counts with their keys as text."""
    return {str(key): count for key, count in counts.items()}


def read_counts(fields: Fields, name: str) -> Counts:
    """Read what `counts_of` wrote."""
    return cast("Counts", fields[name])


def read_by_sku(fields: Fields, name: str) -> GrowingMap[Sku, int]:
    """Read counts by product."""
    return GrowingMap({Sku(sku): count for sku, count in read_counts(fields, name).items()})


def read_log(items: Iterable[T]) -> GrowingLog[T]:
    """Put items into a log."""
    log: GrowingLog[T] = GrowingLog()
    for item in items:
        log = log.appended(item)
    return log


def read_integer(value: Json) -> int:
    """Read a whole number; raises TypeError."""
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def read_text(value: Json) -> str:
    """Read a text; raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
