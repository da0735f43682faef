"""How often each coupon was taken here, as far as the ledger has it: as many rows as there ever were coupons.

An open order that was agreed on with a coupon holds it: its balance takes it. A sale that is undone gives its coupons back.
"""

from collections.abc import Iterable

from device.domain.growing import GrowingMap
from device.domain.sums import plus
from device.domain.till_state import TillState
from device.domain.trade_rules import TAKEN_ALREADY, CouponRefused
from shared.events.sale import Discount, SaleRecorded, SaleRefunded


def with_coupons(taken: GrowingMap[str, int], sale: SaleRecorded) -> GrowingMap[str, int]:
    """Return the counts after a sale."""
    for discount in sale.discounts:
        if discount.code:
            taken = plus(taken, discount.code, 1)
    return taken


def with_coupons_back(taken: GrowingMap[str, int], refund: SaleRefunded) -> GrowingMap[str, int]:
    """Return the counts after a refund: those of a sale that was rung up wrongly are good again."""
    for discount in refund.coupons:
        taken = plus(taken, discount.code, -1)
    return taken


def times_taken(state: TillState, code: str, *, order_id: str = "") -> int:
    """Return how often a coupon was taken, or is held by open orders other than the one named."""
    others = (one.order for key, one in state.orders.open.items() if key != order_id)
    held = sum(any(discount.code == code for discount in order.discounts) for order in others)
    return state.coupons_taken.get(code, 0) + held


def find_spent(
    state: TillState, discounts: Iterable[Discount], *, order_id: str = ""
) -> CouponRefused | None:
    """Return the refusal of a coupon among discounts that is good once and gone, or None."""
    once = (discount.code for discount in discounts if discount.code and discount.once)
    spent = next((code for code in once if times_taken(state, code, order_id=order_id)), None)
    return None if spent is None else CouponRefused(spent, TAKEN_ALREADY)
