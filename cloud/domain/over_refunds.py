"""Refunds set against what was sold, over all tills: one till cannot know what another sold, or gave back already.

Only receipts of which something was given back at another till are looked at; what a till gives back of its own receipts it
has checked itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class ReceiptKey(NamedTuple):
    """A receipt by its number, or by its entry where only that is known (the number is 0 then)."""

    epoch: str
    number: int
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackLine:
    """What was given back of a product, or what was sold of it."""

    sku: str
    name: str
    quantity_milli: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundClaim:
    """A refund: where it was made, and of which receipt."""

    source: str
    epoch: str
    seq: int
    at: str
    currency: str
    total_minor: int
    original: ReceiptKey
    lines: tuple[BackLine, ...]

    @property
    def is_of_other_till(self) -> bool:
        """Whether the receipt stands in another ledger."""
        return self.original.epoch != self.epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldReceipt:
    """What a receipt sold, which till wrote it, and its number."""

    source: str
    number: int
    lines: tuple[BackLine, ...]


class FindingKind(StrEnum):
    """What is wrong: more came back than was sold, or the receipt is none that its till wrote."""

    MORE_THAN_SOLD = "more-than-sold"
    NO_SUCH_RECEIPT = "no-such-receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at; `name` is the product's, amounts are those of all refunds of it together."""

    kind: FindingKind
    epoch: str
    number: int
    seq: int
    source: str
    tills: tuple[str, ...]
    at: str
    currency: str
    name: str
    sold_milli: int
    back_milli: int
    sold_minor: int
    back_minor: int


def over_refunds(
    claims: Sequence[RefundClaim], receipts: Mapping[ReceiptKey, SoldReceipt | None]
) -> tuple[Finding, ...]:
    """Compare refunds with what was sold, newest finding first.

    Args:
        claims: all refunds of the receipts in question, oldest first.
        receipts: what stands under each receipt's key: None if its till wrote no such receipt; a key that is missing
            means that the till's entries have not come that far, so nothing is known yet.
    """
    groups: dict[ReceiptKey, list[RefundClaim]] = defaultdict(list)
    for claim in claims:
        if claim.original in receipts:
            sold = receipts[claim.original]
            key = claim.original if sold is None else ReceiptKey(claim.original.epoch, sold.number)
            groups[key].append(claim)
    found = [finding for key, group in groups.items() for finding in _look(key, group, receipts)]
    return tuple(sorted(found, key=lambda finding: finding.at, reverse=True))


def _look(
    key: ReceiptKey, group: Sequence[RefundClaim], receipts: Mapping[ReceiptKey, SoldReceipt | None]
) -> list[Finding]:
    if not any(claim.is_of_other_till for claim in group):
        return []
    sold = receipts[group[0].original]
    back = _by_product(line for claim in group for line in claim.lines)
    if sold is None:
        return [_finding(FindingKind.NO_SUCH_RECEIPT, key, "", group, line, None) for line in back.values()]
    had = _by_product(sold.lines)
    return [
        _finding(FindingKind.MORE_THAN_SOLD, key, sold.source, group, line, had.get(sku))
        for sku, line in back.items()
        if _is_more(line, had.get(sku))
    ]


def _is_more(back: BackLine, sold: BackLine | None) -> bool:
    if sold is None:
        return back.quantity_milli > 0
    return back.quantity_milli > sold.quantity_milli or back.total_minor > sold.total_minor


def _by_product(lines: Iterable[BackLine]) -> dict[str, BackLine]:
    sums: dict[str, BackLine] = {}
    for line in lines:
        had = sums.get(line.sku)
        sums[line.sku] = BackLine(
            sku=line.sku, name=line.name, quantity_milli=line.quantity_milli + (had.quantity_milli if had else 0),
            total_minor=line.total_minor + (had.total_minor if had else 0),
        )  # fmt: skip
    return sums


def _finding(
    kind: FindingKind, key: ReceiptKey, source: str, group: Sequence[RefundClaim], back: BackLine, sold: BackLine | None
) -> Finding:  # fmt: skip
    return Finding(
        kind=kind, epoch=key.epoch, number=key.number, seq=key.seq, source=source,
        tills=tuple(sorted({claim.source for claim in group})), at=group[-1].at, currency=group[-1].currency,
        name=back.name, sold_milli=sold.quantity_milli if sold else 0, back_milli=back.quantity_milli,
        sold_minor=sold.total_minor if sold else 0, back_minor=back.total_minor,
    )  # fmt: skip
