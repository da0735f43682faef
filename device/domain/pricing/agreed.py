"""What was agreed on when a customer ordered: the lines, and what was taken off them. The balance goes by it, whatever prices are by then."""

from collections.abc import Sequence

from device.domain.pricing.cart import CartLine
from device.domain.pricing.discount import WantedDiscount
from shared.events.order import OrderPlaced


def agreed_lines(order: OrderPlaced) -> tuple[CartLine, ...]:
    """Return an order's lines as a cart."""
    return tuple(
        CartLine(sku=line.sku, quantity_milli=line.quantity_milli, unit_price_minor=line.unit_price_minor, note=line.note)
        for line in order.lines
    )  # fmt: skip


def agreed_discounts(order: OrderPlaced, lines: Sequence[CartLine]) -> tuple[WantedDiscount, ...]:
    """Return an order's discounts for the lines that are collected: one on a line follows its product, and goes with it."""
    found = []
    for discount in order.discounts:
        line = None if discount.line is None else _place_of(order, discount.line, lines)
        if discount.line is None or line is not None:
            found.append(WantedDiscount(kind=discount.kind, value=discount.value, reason=discount.reason, line=line,
                                        code=discount.code, once=discount.once))  # fmt: skip
    return tuple(found)


def _place_of(order: OrderPlaced, place: int, lines: Sequence[CartLine]) -> int | None:
    """The same place where the same product stands there, else the first line of that product."""
    sku = order.lines[place].sku
    if place < len(lines) and lines[place].sku == sku:
        return place
    return next((other for other, line in enumerate(lines) if line.sku == sku), None)
