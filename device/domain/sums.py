"""Sums that grow: amounts by key, and tax by rate."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from device.domain.growing import GrowingMap
from shared.ids import Sku
from shared.vat import VatLine

K = TypeVar("K")


def by_sku(amounts: Iterable[tuple[Sku, int]]) -> dict[Sku, int]:
    """Add amounts up by product."""
    sums: dict[Sku, int] = {}
    for sku, amount in amounts:
        sums[sku] = sums.get(sku, 0) + amount
    return sums


def plus(amounts: GrowingMap[K, int], key: K, change: int) -> GrowingMap[K, int]:
    """Return the amounts with one of them changed."""
    return amounts.with_item(key, amounts.get(key, 0) + change)


def plus_all(amounts: GrowingMap[K, int], changes: Mapping[K, int]) -> GrowingMap[K, int]:
    """Return the amounts with several of them changed."""
    return amounts.with_items({key: amounts.get(key, 0) + change for key, change in changes.items()})


def add_vat(left: Iterable[VatLine], right: Iterable[VatLine]) -> tuple[VatLine, ...]:
    """Add tax lines rate by rate, highest rate first: a day's tax is the sum of its receipts', never computed anew."""
    by_rate = {line.rate_bp: line for line in left}
    for line in right:
        had = by_rate.get(line.rate_bp)
        by_rate[line.rate_bp] = line if had is None else _vat_sum(had, line)
    return tuple(by_rate[rate] for rate in sorted(by_rate, reverse=True))


def _vat_sum(left: VatLine, right: VatLine) -> VatLine:
    return VatLine(
        rate_bp=left.rate_bp,
        net_minor=left.net_minor + right.net_minor,
        vat_minor=left.vat_minor + right.vat_minor,
        gross_minor=left.gross_minor + right.gross_minor,
    )
