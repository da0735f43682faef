"""The refusals of orders and parked carts in words."""

from typing import TypeAlias, assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.parked import (
    NAME_MAX,
    PARKED_MAX,
    BadParkedName,
    NotParked,
    ParkedFull,
    ParkedRefusal,
    ParkedTaken,
)
from device.domain.place_order import BadOrder, OrderDone

OrderOrParked: TypeAlias = BadOrder | OrderDone | ParkedRefusal


def explain_order(refusal: OrderOrParked) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case BadOrder(reason=reason):
            return Explanation(
                "bad-order",
                f"{sentence_of(reason)} Nothing was ordered.",
                "Correct it, then try again.",
            )
        case OrderDone():
            return Explanation(
                "order-done",
                "This order was collected or cancelled already. It stays as it is.",
                "Write down a new one.",
            )
        case ParkedFull():
            return Explanation(
                "parked-full", f"{PARKED_MAX} carts are parked already, or this one is too large. It was not parked.",
                "Take some up, or throw some away.",
            )  # fmt: skip
        case BadParkedName():
            return Explanation(
                "bad-name",
                "A parked cart needs a name. It was not parked.",
                f"Type 1 to {NAME_MAX} characters.",
            )
        case NotParked():
            return Explanation(
                "not-parked",
                "This cart is not parked any more.",
                "Look at the list again: somebody took it up.",
            )
        case ParkedTaken(name=name):
            return Explanation(
                "parked-taken", f"Another phone has taken up “{name}”.",
                "Go on there. If that phone is lost, throw the cart away and ring it up again.",
            )  # fmt: skip
        case other:
            assert_never(other)
