"""How often each coupon was taken here, as far as the ledger has it: as many rows as there ever were coupons."""

from device.domain.growing import GrowingMap
from device.domain.sums import plus
from shared.events.sale import SaleRecorded


def with_coupons(taken: GrowingMap[str, int], sale: SaleRecorded) -> GrowingMap[str, int]:
    """Return the counts after a sale."""
    for discount in sale.discounts:
        if discount.code:
            taken = plus(taken, discount.code, 1)
    return taken
