"""What a sale costs less: discounts on a line or on the whole cart, exact to the cent.

A discount on the cart is shared out over its goods in proportion to what each still costs, by the largest remainder
(Hamilton's method), so that the parts add up to the whole and each VAT rate bears its share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.events.sale import Discount, DiscountKind
from shared.money import divide_half_up

DISCOUNTS_MAX = 50
REASON_MAX = 80
_ALL_BP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDiscount:
    """A discount as somebody asks for it: `value` in minor units or basis points; `line` counted from 0, None the cart."""

    kind: DiscountKind
    value: int
    reason: str = ""
    line: int | None = None
    code: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class BadDiscount:
    """A discount cannot be like that; `reason` says why, in words."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceItem:
    """What discounts look at: what a line costs, and whether anything may be taken off it."""

    total_minor: int
    is_reducible: bool = True


Discounted: TypeAlias = tuple[tuple[int, ...], tuple[Discount, ...]]


def take_off(items: Sequence[PriceItem], wanted: Sequence[WantedDiscount]) -> Discounted | BadDiscount:
    """Return what is taken off each item, and the discounts with what came of them; those of lines come first.

    Nothing goes below zero: a discount of more than there is takes what there is.
    """
    if len(wanted) > DISCOUNTS_MAX:
        return BadDiscount(f"{len(wanted)} discounts are too many for one receipt: it takes {DISCOUNTS_MAX}")
    off = [0] * len(items)
    given = []
    for discount in sorted(wanted, key=lambda one: one.line is None):
        fault = _fault(discount, items)
        if fault:
            return BadDiscount(fault)
        left = _left(items, off, discount.line)
        amount_minor = _amount(discount, sum(left))
        for place, part in enumerate(share_out(amount_minor, left)):
            off[place] += part
        given.append(_recorded(discount, amount_minor))
    return tuple(off), tuple(given)


def share_out(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount in proportion to weights (none below zero) so that the parts add up to it exactly.

    No part exceeds its weight while the amount does not exceed their sum; equal remainders go to the earlier part.
    """
    whole = sum(weights)
    if whole == 0:
        return (0,) * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def _left(items: Sequence[PriceItem], off: Sequence[int], line: int | None) -> list[int]:
    """What each item still costs, as far as the discount may touch it."""
    return [
        item.total_minor - taken if item.is_reducible and line in (None, place) else 0
        for place, (item, taken) in enumerate(zip(items, off, strict=True))
    ]


def _amount(discount: WantedDiscount, left_minor: int) -> int:
    if discount.kind is DiscountKind.PERCENT:
        return divide_half_up(left_minor * discount.value, _ALL_BP)
    return min(discount.value, left_minor)


def _recorded(discount: WantedDiscount, amount_minor: int) -> Discount:
    return Discount(
        kind=discount.kind, value=discount.value, amount_minor=amount_minor, reason=discount.reason,
        line=discount.line, code=discount.code, once=discount.once,
    )  # fmt: skip


def _fault(discount: WantedDiscount, items: Sequence[PriceItem]) -> str:
    if discount.value <= 0:
        return "a discount takes something off: give it more than nothing"
    if discount.kind is DiscountKind.PERCENT and discount.value > _ALL_BP:
        return f"{discount.value / 100:g} percent is more than everything: 100 percent is the most"
    if discount.line is not None and not 0 <= discount.line < len(items):
        return f"there is no line {discount.line + 1} to take something off"
    if discount.line is not None and not items[discount.line].is_reducible:
        return "a voucher is sold for what it is worth: give the discount on something else"
    if len(discount.reason) > REASON_MAX or not (discount.reason.isprintable() or not discount.reason):
        return f"the reason of a discount has at most {REASON_MAX} characters"
    return ""
