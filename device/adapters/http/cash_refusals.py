"""Refusals about the drawer, closings and refunds as HTTP answers."""

from starlette.responses import JSONResponse

from device.domain.cash_moves import BadMove
from device.domain.drawer import BadCount
from device.domain.explain_cash import CashRefusal, explain_cash
from device.domain.limits import ApprovalNeeded
from device.domain.pricing.cart import BadQuantity, UnknownProduct
from device.domain.refund_refusals import (
    NoReason,
    NoSuchLine,
    NoSuchReceipt,
    NotGivenBack,
    NothingAsked,
    NoVoucherNamed,
    RefundTotalChanged,
)
from shared.entry import Json
from shared.http.problem import problem

_INVALID = (
    BadCount, BadMove, NothingAsked, NoSuchLine, NotGivenBack, NoReason, NoVoucherNamed, BadQuantity, UnknownProduct,
)  # fmt: skip


def refused_cash(refusal: CashRefusal, currency: str) -> JSONResponse:
    """Return the answer to a refused request."""
    told = explain_cash(refusal, currency)
    return problem(_status(refusal), told.code, told.message, told.remedy, **_more(refusal))


def _status(refusal: CashRefusal) -> int:
    if isinstance(refusal, ApprovalNeeded):
        return 403
    if isinstance(refusal, NoSuchReceipt):
        return 404
    return 422 if isinstance(refusal, _INVALID) else 409


def _more(refusal: CashRefusal) -> dict[str, Json]:
    """What a page needs besides the words."""
    match refusal:
        case ApprovalNeeded(kind=kind, limit_minor=limit_minor, asked_minor=asked_minor):
            return {"kind": kind.value, "limit_minor": limit_minor, "asked_minor": asked_minor}
        case RefundTotalChanged(total_minor=total_minor):
            return {"total_minor": total_minor}
        case _:
            return {}
