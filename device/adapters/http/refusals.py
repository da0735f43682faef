"""Refusals and ledger errors as HTTP answers."""

from collections.abc import Callable, Coroutine
from typing import assert_never

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from device.adapters.http.till_services import LedgerAnswers
from device.domain.card_attempts import CardNotTaken
from device.domain.change_product import PriceSetFromAfar
from device.domain.closing import NothingToClose
from device.domain.errors import DiskFullError
from device.domain.explain import Refusal, explain
from device.domain.market.noting import BadLink, BadMarketDay, BadSignal, UnknownSignal
from device.domain.materials.noting import BadMaterial, UnknownMaterial
from device.domain.parked import BadParkedName, NotParked, ParkedFull, ParkedTaken
from device.domain.people import (
    BadName,
    BadPin,
    LastManager,
    NoManager,
    PinLocked,
    PinTaken,
    TooManyCashiers,
    UnknownPerson,
    WrongPin,
)
from device.domain.photos import BadPhoto, TooManyPhotos
from device.domain.place_order import BadOrder, OrderDone
from device.domain.plan.accept import EmptyPlan, NothingPromised, StalePlan
from device.domain.plan.rules_faults import BadMakingRule
from device.domain.pricing.cart import BadQuantity, EmptyCart, MissingPrice, UnknownProduct
from device.domain.pricing.deposit import DepositTooMuch
from device.domain.pricing.discount import BadDiscount
from device.domain.pricing.payment import BadTender, PaidTooMuch, TenderedTooLittle, TotalChanged
from device.domain.product_rules import BadProduct
from device.domain.purchasing.refusals import (
    BadPurchase,
    DraftChanged,
    DraftHeld,
    NothingToOrder,
    PurchaseDone,
    TooManyPurchases,
    UnknownPurchase,
    UnknownSupplier,
)
from device.domain.sale import (
    BadTip,
    BeyondShare,
    DiscountNeedsApproval,
    KeptDoesNotAddUp,
    NoPickupNumber,
    OrderChanged,
    SaleIdReused,
    UnknownOrder,
    UnknownPriceList,
)
from device.domain.stock import BadStockChange
from device.domain.stock_sheet import BadSheet
from device.domain.stock_undo import CountedSince, SheetReused, SheetUndone, UnknownSheet
from device.domain.trade_rules import BadTradeRule, CouponRefused
from device.domain.vouchers import VoucherRefused
from shared.entry import Json
from shared.http.problem import problem


def refused(refusal: Refusal, currency: str) -> JSONResponse:
    """Return the answer to a refused request."""
    told = explain(refusal, currency)
    return problem(_status(refusal), told.code, told.message, told.remedy, **_more(refusal))


def _status(refusal: Refusal) -> int:
    match refusal:
        case NoManager():
            return 403
        case (
            UnknownPerson()
            | UnknownSheet()
            | UnknownSignal()
            | NothingPromised()
            | UnknownSupplier()
            | UnknownPurchase()
            | UnknownMaterial()
        ):
            return 404
        case WrongPin():
            return 401
        case PinLocked():
            return 429
        case (
            TotalChanged()
            | SaleIdReused()
            | NoPickupNumber()
            | BeyondShare()
            | CouponRefused()
            | OrderChanged()
            | OrderDone()
            | ParkedFull()
            | NotParked()
            | ParkedTaken()
            | DiscountNeedsApproval()
            | UnknownOrder()
            | VoucherRefused()
            | CardNotTaken()
            | PriceSetFromAfar()
            | NothingToClose()
            | PinTaken()
            | TooManyCashiers()
            | LastManager()
            | TooManyPhotos()
            | SheetUndone()
            | CountedSince()
            | SheetReused()
            | StalePlan()
            | NothingToOrder()
            | DraftChanged()
            | DraftHeld()
            | TooManyPurchases()
            | PurchaseDone()
        ):
            return 409
        case (
            EmptyCart() | UnknownProduct() | BadQuantity() | MissingPrice() | TenderedTooLittle()
            | DepositTooMuch() | UnknownPriceList() | KeptDoesNotAddUp() | PaidTooMuch() | BadTender() | BadDiscount() | BadTip() | BadTradeRule()
            | BadMarketDay() | BadSignal() | BadLink() | BadOrder() | BadParkedName() | BadStockChange() | BadPin() | BadName() | BadProduct() | BadPhoto() | BadSheet() | EmptyPlan() | BadMakingRule() | BadPurchase() | BadMaterial()
        ):  # fmt: skip
            return 422
        case other:
            assert_never(other)


def _more(refusal: Refusal) -> dict[str, Json]:  # noqa: PLR0911 - one for each that has more to say
    """What a page needs besides the words."""
    match refusal:
        case (
            TotalChanged(total_minor=total_minor) | DraftChanged(total_minor=total_minor) | TenderedTooLittle(total_minor=total_minor)
            | KeptDoesNotAddUp(total_minor=total_minor)
        ):  # fmt: skip
            return {"total_minor": total_minor}
        case PinLocked(retry_after_s=retry_after_s):
            return {"retry_after_s": retry_after_s}
        case UnknownProduct(sku=sku):
            return {"sku": sku}
        case BeyondShare(sku=sku, left_milli=left_milli):
            return {"sku": sku, "left_milli": left_milli}
        case CountedSince(name=name):
            return {"name": name}
        case VoucherRefused(voucher_id=voucher_id, left_minor=left_minor):
            return {"voucher": voucher_id, "left_minor": left_minor}
        case BadTradeRule(field=field):
            return {"field": field}
        case DiscountNeedsApproval(limit_bp=limit_bp, asked_bp=asked_bp):
            return {"action": "discount", "limit_bp": limit_bp, "asked_bp": asked_bp}
        case (
            BadProduct(field=field)
            | BadSheet(field=field)
            | BadMarketDay(field=field)
            | BadSignal(field=field)
            | BadMakingRule(field=field)
            | BadPurchase(field=field)
            | BadMaterial(field=field)
        ):
            return {"field": field}
        case _:
            return {}


def install_ledger_handlers(app: FastAPI, answers: LedgerAnswers) -> None:
    """Turn the stores' errors into answers that say that nothing is lost."""
    for kind, status in answers.statuses:
        app.add_exception_handler(kind, _ledger_handler(answers, status))
    app.add_exception_handler(DiskFullError, _disk_full)


def _ledger_handler(
    answers: LedgerAnswers, status: int
) -> Callable[[Request, Exception], Coroutine[None, None, JSONResponse]]:
    async def handle(_: Request, error: Exception) -> JSONResponse:
        code, message, remedy = answers.words(error)
        return problem(status, code, message, remedy)

    return handle


def _disk_full(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DiskFullError):
        raise error
    return problem(507, "disk-full", error.message, error.remedy)
