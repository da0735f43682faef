"""Every refusal in words: what happened, that nothing is lost, and what to do."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from device.domain.change_product import PriceSetFromAfar, ProductRefusal
from device.domain.closing import NothingToClose
from device.domain.people import (
    BadName,
    BadPin,
    PeopleRefusal,
    PinLocked,
    PinTaken,
    TooManyCashiers,
    WrongPin,
)
from device.domain.product_rules import BadProduct
from device.domain.sale import (
    LINES_MAX,
    BadQuantity,
    BeyondShare,
    EmptyCart,
    MissingPrice,
    NoPickupNumber,
    SaleIdReused,
    SaleRefusal,
    TenderedTooLittle,
    TotalChanged,
    UnknownProduct,
)
from device.domain.stock import BadStockChange
from shared.money import format_minor

Refusal: TypeAlias = SaleRefusal | ProductRefusal | BadStockChange | NothingToClose | PeopleRefusal


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal for programs (`code`) and for people (two sentences)."""

    code: str
    message: str
    remedy: str


def explain(refusal: Refusal, currency: str) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case WrongPin() | PinLocked() | BadPin() | PinTaken() | BadName() | TooManyCashiers():
            return _explain_people(refusal)
        case BadProduct() | PriceSetFromAfar():
            return _explain_product(refusal, currency)
        case BadStockChange(change_milli=change_milli, reason=reason):
            return Explanation(
                "bad-stock-change",
                f"A change of {words_of_quantity(change_milli)} does not fit “{reason.value}”. Nothing was changed.",
                "Received adds, wasted takes away, counted may do either.",
            )
        case NothingToClose():
            return Explanation(
                "nothing-to-close",
                "The day is closed already, or nothing was sold yet.",
                "Sell first: the next sale opens the next day by itself.",
            )
        case _:
            return _explain_sale(refusal, currency)


def _explain_sale(refusal: SaleRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    match refusal:
        case EmptyCart(lines=lines):
            message = "The cart is empty." if lines == 0 else f"The cart has {lines} lines."
            return Explanation(
                "bad-cart", f"{message} Nothing was sold.", f"A sale has 1 to {LINES_MAX} lines."
            )
        case UnknownProduct(sku=sku):
            return Explanation(
                "unknown-product",
                f"There is no product “{sku}” in the catalogue. Nothing was sold.",
                "Look it up by name, or import it with the catalogue.",
            )
        case BadQuantity(sku=sku, quantity_milli=quantity_milli):
            return Explanation(
                "bad-quantity",
                f"{words_of_quantity(quantity_milli)} of “{sku}” cannot be sold. Nothing was sold.",
                "Choose a quantity above zero.",
            )
        case MissingPrice(sku=sku):
            return Explanation(
                "missing-price",
                f"The kept sale does not say what “{sku}” cost. It is still on the phone.",
                "Ring it up again on the till.",
            )
        case TotalChanged(expected_minor=expected, total_minor=total):
            return Explanation(
                "total-changed",
                f"A price has changed: the total is {format_minor(total, currency)} {currency}, not "
                f"{format_minor(expected, currency)} {currency}. Nothing was sold.",
                "Tell the customer the new total, then take the payment again.",
            )
        case TenderedTooLittle(total_minor=total, tendered_minor=tendered):
            return Explanation(
                "tendered-too-little",
                f"{format_minor(tendered, currency)} {currency} do not pay {format_minor(total, currency)} "
                f"{currency}. Nothing was sold.",
                "Type what the customer gave.",
            )
        case SaleIdReused(sale_id=sale_id):
            return Explanation(
                "sale-id-reused",
                f"Sale {sale_id} is recorded already, with other products. It stays as it is.",
                "Ring this one up as a new sale.",
            )
        case NoPickupNumber():
            return Explanation(
                "no-pickup-number",
                "The till has no pick-up number left. Nothing was sold.",
                "Hand the goods over at the stall, or wait until the hub has answered.",
            )
        case BeyondShare(sku=sku, left_milli=left_milli):
            return Explanation(
                "beyond-share",
                f"{words_of_quantity(left_milli)} of “{sku}” are left of this stall's share, and a parcel may not promise more. "
                "Nothing was sold.",
                "Hand the goods over at the stall if you have them, or promise fewer.",
            )
        case other:
            assert_never(other)


def _explain_product(refusal: BadProduct | PriceSetFromAfar, currency: str) -> Explanation:
    match refusal:
        case BadProduct(reason=reason):
            return Explanation(
                "bad-product",
                f"{reason[0].upper()}{reason[1:]}. Nothing was changed.",
                "Correct it, then try again.",
            )
        case PriceSetFromAfar(sku=sku, price_minor=price_minor):
            return Explanation(
                "price-set-from-afar",
                f"The cloud sets the price of “{sku}” for this till: {format_minor(price_minor, currency)} {currency}. "
                "Nothing was changed.",
                "Change it in the cloud, or change only the other fields.",
            )
        case other:
            assert_never(other)


def _explain_people(refusal: PeopleRefusal) -> Explanation:
    match refusal:
        case WrongPin():
            return Explanation("wrong-pin", "No cashier has this PIN.", "Try again.")
        case PinLocked(retry_after_s=seconds):
            return Explanation(
                "pin-locked",
                "Too many wrong PINs. Sales on this till are safe.",
                f"Wait {seconds} second{'' if seconds == 1 else 's'}, then try again.",
            )
        case BadPin():
            return Explanation("bad-pin", "A PIN has 4 to 8 digits.", "Choose another one.")
        case PinTaken():
            return Explanation("pin-taken", "This PIN cannot be used.", "Choose another one.")
        case BadName(name=name):
            return Explanation(
                "bad-name",
                f"“{name}” cannot be a new cashier's name.",
                "Use 1 to 40 letters that no other cashier here has.",
            )
        case TooManyCashiers():
            return Explanation("too-many-cashiers", "The till has 20 cashiers.", "Use another till.")
        case other:
            assert_never(other)


def words_of_quantity(quantity_milli: int) -> str:
    """Return a quantity in thousandths as people write it, such as `1.5`."""
    sign = "-" if quantity_milli < 0 else ""
    whole, part = divmod(abs(quantity_milli), 1000)
    return f"{sign}{whole}" if part == 0 else f"{sign}{whole}.{part:03d}".rstrip("0")
