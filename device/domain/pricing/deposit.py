"""A deposit on an order is taxed when it is paid, at the rates of what was ordered (Directive 2006/112/EC, article 65).

The balance's receipt tells all goods at full price and takes the deposits off again, rate by rate, so that each euro is taxed
once.
"""

from collections import defaultdict
from dataclasses import dataclass

from device.domain.orders import OpenOrder
from device.domain.pricing.discount import share_out
from shared.events.sale import DEPOSIT_SKU, LineKind, SaleLine
from shared.money import QUANTITY_ONE_MILLI, divide_half_up
from shared.vat import BASIS_POINTS, add_vat_on, split_vat


@dataclass(frozen=True, slots=True)
class DepositTooMuch:
    """A deposit of nothing or of more than is left to pay, or a balance below what was paid already."""

    left_minor: int


def deposit_lines(
    order: OpenOrder, deposit_minor: int, *, vat_added: bool
) -> tuple[SaleLine, ...] | DepositTooMuch:
    """Return a deposit's lines, one for each rate of the order; `deposit_minor` is what the customer pays, tax included.

    Where tax is added, the lines are net, and what they come to may differ from `deposit_minor` by a cent for each rate.
    """
    left = _left(order, vat_added=vat_added)
    left_minor = sum(left.values())
    if not 0 < deposit_minor <= left_minor:
        return DepositTooMuch(left_minor)
    shares = zip(left, share_out(deposit_minor, [max(minor, 0) for minor in left.values()]), strict=True)
    return tuple(
        _line(order, rate_bp, _net(share, rate_bp) if vat_added else share, 1, LineKind.DEPOSIT)
        for rate_bp, share in shares
        if share
    )


def deposits_used(order: OpenOrder) -> tuple[SaleLine, ...]:
    """Return the lines of the balance that take the deposits off."""
    return tuple(
        _line(order, rate_bp, minor, -1, LineKind.DEPOSIT_USED)
        for rate_bp, minor in order.deposits_minor.items()
        if minor
    )


def left_to_pay(order: OpenOrder) -> int:
    """Return what the balance would come to now, tax included; less than nothing where more was paid before."""
    if not order.deposits_minor:
        return order.order.total_minor
    return sum(_left(order, vat_added=order.vat_added).values())


def _left(order: OpenOrder, *, vat_added: bool) -> dict[int, int]:
    """Return what is left to pay at each rate, tax included, as the balance will reckon it: so no deposits exceed the goods."""
    by_rate: dict[int, int] = defaultdict(int)
    for line in (*order.order.lines, *deposits_used(order)):
        by_rate[line.vat_rate_bp] += line.total_minor
    split = add_vat_on if vat_added else split_vat
    return {one.rate_bp: one.gross_minor for one in split(by_rate.items())}


def _net(gross_minor: int, rate_bp: int) -> int:
    return divide_half_up(gross_minor * BASIS_POINTS, BASIS_POINTS + rate_bp)


def _line(order: OpenOrder, rate_bp: int, minor: int, pieces: int, kind: LineKind) -> SaleLine:
    return SaleLine(
        sku=DEPOSIT_SKU,
        name=f"Deposit {order.order.number}",
        category="",
        quantity_milli=pieces * QUANTITY_ONE_MILLI,
        unit_price_minor=minor,
        total_minor=pieces * minor,
        vat_rate_bp=rate_bp,
        kind=kind,
        reference=order.order.order_id,
    )
