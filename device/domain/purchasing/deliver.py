"""Goods that came of an order: what the ledger says of them, stock included."""

from collections.abc import Mapping
from dataclasses import replace

from device.domain.purchasing.book import PurchaseOrder
from device.domain.purchasing.refusals import BadPurchase, PurchaseDone
from device.domain.stock import CHANGE_MILLI_MAX, with_counts_before
from device.domain.till_state import TillState
from shared.events.event import Event
from shared.events.purchase import GoodsLine, GoodsReceived
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from shared.money import divide_half_up


def receive(
    state: TillState, order: PurchaseOrder, came_milli: Mapping[int, int], *, receipt_id: str, cashier: str
) -> tuple[Event, ...] | BadPurchase | PurchaseDone:
    """Return the delivery and the movements that belong to it. More than was ordered may come: people book what is there."""
    if not order.is_open:
        return PurchaseDone(order.placed.number, "is not open any more")
    lines = order.placed.lines
    came = {place: milli for place, milli in came_milli.items() if milli}
    if not came:
        return BadPurchase(field="lines", reason="nothing came: say how much of at least one line")
    if any(not 0 <= place < len(lines) for place in came):
        return BadPurchase(field="lines", reason="the order has no such line")
    if any(not 0 < milli <= CHANGE_MILLI_MAX for milli in came.values()):
        return BadPurchase(field="lines", reason="that is no quantity that can come")
    goods = tuple(_goods(order, place, milli) for place, milli in sorted(came.items()))
    received = GoodsReceived(
        receipt_id=receipt_id, order_id=order.placed.order_id, lines=goods, cashier=cashier
    )
    return (received, *_movements(state, order, received))


def _goods(order: PurchaseOrder, place: int, milli: int) -> GoodsLine:
    line = order.placed.lines[place]
    cost = divide_half_up(line.price_minor * milli, line.pack_milli)
    return GoodsLine(
        place=place, item=line.item, quantity_milli=milli, cost_minor=cost, is_material=line.is_material
    )


def _movements(state: TillState, order: PurchaseOrder, received: GoodsReceived) -> tuple[Event, ...]:
    """The products' movements; two lines of one product are one. Materials take theirs from the delivery itself."""
    names = {(line.item, line.is_material): line.name for line in order.placed.lines}
    sheet, who = received.receipt_id, received.cashier
    products: dict[str, StockMoved] = {}
    for line in received.lines:
        if line.is_material:
            continue
        moved = StockMoved(
            sku=Sku(line.item), name=names[line.item, False], change_milli=line.quantity_milli, reason=StockReason.RECEIVED,
            cashier=who, sheet_id=sheet,
        )  # fmt: skip
        known = products.get(line.item)
        change = moved.change_milli + (known.change_milli if known else 0)
        products[line.item] = replace(moved, change_milli=change)
    return with_counts_before(state, tuple(products.values()))
