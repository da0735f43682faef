"""The refusals of a sale and its payment in words: what happened, that nothing is lost, and what to do."""

from typing import TypeAlias, assert_never

from device.domain.card_attempts import CardNotTaken
from device.domain.explain_card import explain_card
from device.domain.explanation import Explanation, sentence_of
from device.domain.pricing.cart import LINES_MAX, BadQuantity, EmptyCart, MissingPrice, UnknownProduct
from device.domain.pricing.deposit import DepositTooMuch
from device.domain.pricing.discount import BadDiscount
from device.domain.pricing.payment import BadTender, PaidTooMuch, TenderedTooLittle, TotalChanged
from device.domain.quantity_words import words_of_quantity
from device.domain.sale import (
    BadTip,
    BeyondShare,
    DiscountNeedsApproval,
    KeptDoesNotAddUp,
    NoPickupNumber,
    OrderChanged,
    SaleIdReused,
    SaleRefusal,
    UnknownOrder,
    UnknownPriceList,
)
from device.domain.trade_rules import CouponRefused
from device.domain.vouchers import VoucherRefused
from shared.money import format_minor

_PaymentRefusal: TypeAlias = (
    PaidTooMuch | BadTender | BadDiscount | BadTip | CouponRefused | VoucherRefused | CardNotTaken
)
_OrderRefusal: TypeAlias = (
    UnknownOrder | UnknownPriceList | OrderChanged | DepositTooMuch | KeptDoesNotAddUp | DiscountNeedsApproval
)


def explain_sale(refusal: SaleRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    """Put the refusal of a sale into words."""
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
        case SaleIdReused() | NoPickupNumber() | BeyondShare():
            return _explain_promise(refusal)
        case (
            UnknownOrder()
            | UnknownPriceList()
            | OrderChanged()
            | DepositTooMuch()
            | KeptDoesNotAddUp()
            | DiscountNeedsApproval()
        ):
            return _explain_order(refusal, currency)
        case _:
            return _explain_payment(refusal, currency)


def _explain_promise(refusal: SaleIdReused | NoPickupNumber | BeyondShare) -> Explanation:
    match refusal:
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


def _explain_order(refusal: _OrderRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    match refusal:
        case UnknownOrder():
            return Explanation(
                "unknown-order", "No such order is open on this till. Nothing was sold.",
                "Look for it in the list of orders: it may be collected already, or be another till's.",
            )  # fmt: skip
        case UnknownPriceList(price_list=price_list):
            return Explanation(
                "unknown-price-list",
                f"No product has a price in a list “{price_list}”. Nothing was sold.",
                "Choose another price list, or give products a price in this one.",
            )
        case OrderChanged():
            return Explanation(
                "order-changed", "Somebody changed or paid this order just now. Nothing was sold.",
                "Open the order again.",
            )  # fmt: skip
        case DepositTooMuch(left_minor=left) if left < 0:
            return Explanation(
                "deposit-too-much",
                f"More was paid for the order before than this costs, by {format_minor(-left, currency)} {currency}. Nothing "
                "was sold.",
                "Give the deposit back, then sell without it.",
            )
        case DepositTooMuch(left_minor=left):
            return Explanation(
                "deposit-too-much", f"{format_minor(left, currency)} {currency} are left to pay for this order. Nothing was sold.",
                "Take a deposit above nothing and up to that.",
            )  # fmt: skip
        case KeptDoesNotAddUp(said_minor=said, total_minor=total):
            return Explanation(
                "kept-does-not-add-up",
                f"The kept sale says {format_minor(said, currency)} {currency}, and its prices come to "
                f"{format_minor(total, currency)} {currency}. It is still on the phone.",
                "Compare it with the customer's receipt, then ring it up again on the till.",
            )
        case DiscountNeedsApproval(limit_bp=limit_bp, asked_bp=asked_bp):
            return Explanation(
                "approval-needed",
                f"{asked_bp / 100:g} percent are taken off, and up to {limit_bp / 100:g} percent need nobody's word. Nothing "
                "was sold.",
                "Ask a manager to allow it, or take less off.",
            )
        case other:
            assert_never(other)


def _explain_payment(refusal: _PaymentRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    match refusal:
        case PaidTooMuch(due_minor=due, paid_minor=paid):
            return Explanation(
                "paid-too-much",
                f"{format_minor(paid, currency)} {currency} are more than the {format_minor(due, currency)} {currency} that are "
                "due, and neither card nor voucher gives change. Nothing was sold.",
                "Take less by card or voucher.",
            )
        case BadTender(reason=reason):
            return Explanation(
                "bad-payment",
                f"{sentence_of(reason)} Nothing was sold.",
                "Choose another way to pay.",
            )
        case BadDiscount(reason=reason):
            return Explanation(
                "bad-discount", f"{sentence_of(reason)} Nothing was sold.", "Change the discount."
            )
        case BadTip(tip_minor=tip):
            return Explanation(
                "bad-tip",
                f"A tip of {format_minor(tip, currency)} {currency} cannot be. Nothing was sold.",
                "Type it again.",
            )
        case CouponRefused(code=code, reason=reason):
            return Explanation(
                "coupon-refused", f"The coupon “{code}” takes nothing off: {reason}. Nothing was sold.",
                "Take the coupon out, or type another one.",
            )  # fmt: skip
        case VoucherRefused(reason=reason, left_minor=left):
            return Explanation(
                "voucher-refused",
                f"The voucher does not pay that much: {reason}. Nothing was sold.",
                f"Take {format_minor(left, currency)} {currency} of it, and the rest in another way."
                if left else "Take the payment in another way.",
            )  # fmt: skip
        case CardNotTaken():
            return explain_card(refusal, currency)
        case other:
            assert_never(other)
