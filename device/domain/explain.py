"""Every refusal in words: what happened, that nothing is lost, and what to do."""

from typing import TypeAlias, assert_never

from device.domain.change_product import PriceSetFromAfar, ProductRefusal
from device.domain.closing import NothingToClose
from device.domain.explain_goods import GoodsRefusal, explain_goods
from device.domain.explain_market import explain_market
from device.domain.explain_materials import explain_materials
from device.domain.explain_order import OrderOrParked, explain_order
from device.domain.explain_plan import explain_plan
from device.domain.explain_purchasing import explain_purchasing
from device.domain.explain_sale import explain_sale
from device.domain.explanation import Explanation, sentence_of
from device.domain.market.noting import BadLink, BadMarketDay, BadSignal, MarketRefusal, UnknownSignal
from device.domain.materials.noting import BadMaterial, MaterialRefusal, UnknownMaterial
from device.domain.parked import BadParkedName, NotParked, ParkedFull, ParkedTaken
from device.domain.people import (
    BadName,
    BadPin,
    LastManager,
    NoManager,
    PeopleRefusal,
    PinLocked,
    PinTaken,
    TooManyCashiers,
    UnknownPerson,
    WrongPin,
)
from device.domain.photos import BadPhoto, TooManyPhotos
from device.domain.place_order import BadOrder, OrderDone
from device.domain.plan.accept import EmptyPlan, NothingPromised, PlanRefusal, StalePlan
from device.domain.plan.rules_faults import BadMakingRule
from device.domain.product_rules import BadProduct
from device.domain.purchasing.refusals import (
    BadPurchase,
    DraftChanged,
    DraftHeld,
    NothingToOrder,
    PurchaseDone,
    PurchaseRefusal,
    TooManyPurchases,
    UnknownPurchase,
    UnknownSupplier,
)
from device.domain.quantity_words import words_of_quantity
from device.domain.sale import SaleRefusal
from device.domain.stock import BadStockChange
from device.domain.stock_sheet import BadSheet
from device.domain.stock_undo import CountedSince, SheetReused, SheetUndone, UnknownSheet
from device.domain.trade_rules import BadTradeRule
from shared.money import format_minor

Refusal: TypeAlias = (
    SaleRefusal
    | OrderOrParked
    | GoodsRefusal
    | MarketRefusal
    | PlanRefusal
    | MaterialRefusal
    | PurchaseRefusal
    | BadTradeRule
    | ProductRefusal
    | BadStockChange
    | NothingToClose
    | PeopleRefusal
)


def explain(refusal: Refusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each subject
    """Put a refusal into words."""
    match refusal:
        case (
            WrongPin() | PinLocked() | BadPin() | PinTaken() | BadName() | TooManyCashiers() | UnknownPerson()
            | LastManager() | NoManager()
        ):  # fmt: skip
            return _explain_people(refusal)
        case BadProduct() | PriceSetFromAfar():
            return _explain_product(refusal, currency)
        case BadStockChange(change_milli=change_milli, reason=reason):
            return Explanation(
                "bad-stock-change",
                f"A change of {words_of_quantity(change_milli)} does not fit “{reason.value}”. Nothing was changed.",
                "What came adds, what went or was wasted takes away, a count may do either.",
            )
        case BadOrder() | OrderDone() | ParkedFull() | BadParkedName() | NotParked() | ParkedTaken():
            return explain_order(refusal)
        case (
            BadPhoto()
            | TooManyPhotos()
            | BadSheet()
            | UnknownSheet()
            | SheetUndone()
            | CountedSince()
            | SheetReused()
        ):
            return explain_goods(refusal)
        case BadMarketDay() | BadSignal() | UnknownSignal() | BadLink():
            return explain_market(refusal)
        case StalePlan() | EmptyPlan() | NothingPromised() | BadMakingRule():
            return explain_plan(refusal)
        case BadMaterial() | UnknownMaterial():
            return explain_materials(refusal)
        case (
            BadPurchase() | UnknownSupplier() | UnknownPurchase() | NothingToOrder() | DraftChanged() | DraftHeld()
            | TooManyPurchases() | PurchaseDone()
        ):  # fmt: skip
            return explain_purchasing(refusal, currency)
        case BadTradeRule(reason=reason):
            return Explanation(
                "bad-trade-rule",
                f"{sentence_of(reason)} Nothing was changed.",
                "Correct it, then try again.",
            )
        case NothingToClose():
            return Explanation(
                "nothing-to-close",
                "The day is closed already, or nothing was sold yet.",
                "Sell first: the next sale opens the next day by itself.",
            )
        case _:
            return explain_sale(refusal, currency)


def _explain_product(refusal: BadProduct | PriceSetFromAfar, currency: str) -> Explanation:
    match refusal:
        case BadProduct(reason=reason):
            return Explanation(
                "bad-product",
                f"{sentence_of(reason)} Nothing was changed.",
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


def _explain_people(refusal: PeopleRefusal) -> Explanation:  # noqa: PLR0911 - one for each refusal
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
        case UnknownPerson(name=name):
            return Explanation(
                "unknown-person", f"Nobody here is called “{name}”.", "Look at the list of people."
            )
        case LastManager(name=name):
            return Explanation(
                "last-manager",
                f"{name} is the only manager here. Nothing was changed.",
                "Make somebody else a manager first.",
            )
        case NoManager(name=name):
            return Explanation("no-manager", f"{name} may not allow this.", "A manager types their PIN.")
        case TooManyCashiers():
            return Explanation("too-many-cashiers", "The till has 20 cashiers.", "Use another till.")
        case other:
            assert_never(other)
