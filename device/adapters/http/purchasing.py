"""Orders to suppliers: what should be ordered and why, approved, sent, and received in parts."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.purchasing_shapes import drafts_json, order_json, units_of
from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.purchasing.book import PurchaseOrder
from device.domain.purchasing.draft import LINES_MAX, Drafts
from device.domain.purchasing.paper import chase_letter, order_csv
from device.domain.purchasing.refusals import PurchaseRefusal, UnknownPurchase
from device.services.purchase_outbox import file_name_of
from device.services.purchasing import OrderWish
from shared.entry import Json
from shared.events.purchase import SendOutcome

ENDED_SHOWN = 50
_ID = r"^[A-Za-z0-9-]{1,64}$"


class PacksBody(BaseModel):
    """Packs that somebody changed by hand, by the line's key; 0 takes a line out."""

    packs: dict[str, StrictInt] = Field(default_factory=dict, max_length=LINES_MAX)


class PlaceBody(PacksBody):
    """A draft as it was seen; the page makes the order's id, so that a repeat is no second order."""

    order_id: str = Field(pattern=_ID)
    supplier_id: str = Field(pattern=_ID)
    total_minor: StrictInt

    def wish(self, cashier: str) -> OrderWish:
        """Return what the service understands."""
        return OrderWish(
            order_id=self.order_id, supplier_id=self.supplier_id, total_minor=self.total_minor, packs=self.packs,
            cashier=cashier,
        )  # fmt: skip


class CameLine(BaseModel):
    """How much of a line came."""

    place: StrictInt
    quantity_milli: StrictInt


class CameBody(BaseModel):
    """What came of an order; the same receipt is booked once."""

    receipt_id: str = Field(pattern=_ID)
    lines: list[CameLine] = Field(max_length=LINES_MAX)


class Said(StrEnum):
    """What somebody knows of an order's sending."""

    ARRIVED = "arrived"
    AGAIN = "again"


class SaidBody(BaseModel):
    """See `Said`."""

    said: Said


def purchasing_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about orders to suppliers; money is a manager's, booking what came is anybody's."""
    router = APIRouter(prefix="/api/purchasing")
    managers_only = Depends(seat.manager)

    @router.get("", dependencies=[Depends(seat)])
    async def everything() -> Response:
        return await _drafts(till, {})

    @router.get("/count", dependencies=[Depends(seat)])
    async def count() -> dict[str, object]:
        """Return how many orders somebody has to look at."""
        today = till.purchasing.today()
        return {"count": sum(one.wants_somebody(today) for one in till.purchasing.book.open_orders)}

    @router.post("/drafts", dependencies=[Depends(seat)])
    async def drafts(body: PacksBody) -> Response:
        return await _drafts(till, body.packs)

    @router.post("/orders")
    async def place(body: PlaceBody, cashier: Annotated[str, managers_only]) -> Response:
        return _answer(till, await till.purchasing.place(body.wish(cashier)), status=201)

    @router.get("/orders/{order_id}", dependencies=[Depends(seat)])
    async def order(order_id: str) -> Response:
        return _answer(till, _found(till, order_id), changed=False)

    @router.get("/orders/{order_id}/{kind}", dependencies=[Depends(seat)])
    async def file(order_id: str, kind: str) -> Response:
        return await _file(till, order_id, kind)

    @router.post("/orders/{order_id}/goods")
    async def goods(order_id: str, body: CameBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        came = {line.place: line.quantity_milli for line in body.lines}
        return _answer(
            till, await till.purchasing.receive(order_id, came, receipt_id=body.receipt_id, cashier=cashier)
        )

    @router.post("/orders/{order_id}/paid")
    async def paid(order_id: str, cashier: Annotated[str, managers_only]) -> Response:
        return _answer(till, await till.purchasing.mark_paid(order_id, cashier=cashier))

    @router.post("/orders/{order_id}/close")
    async def close(order_id: str, cashier: Annotated[str, managers_only]) -> Response:
        return _answer(till, await till.purchasing.close(order_id, cashier=cashier))

    @router.post("/orders/{order_id}/cancel")
    async def cancel(order_id: str, cashier: Annotated[str, managers_only]) -> Response:
        return _answer(till, await till.purchasing.cancel(order_id, cashier=cashier))

    @router.post("/orders/{order_id}/sending")
    async def sending(order_id: str, body: SaidBody, cashier: Annotated[str, managers_only]) -> Response:
        outcome = SendOutcome.SENT if body.said is Said.ARRIVED else SendOutcome.AGAIN
        return _answer(till, await till.purchasing.say_sent(order_id, outcome, cashier=cashier))

    return router


def _found(till: TillServices, order_id: str) -> PurchaseOrder | UnknownPurchase:
    return till.purchasing.book.orders.get(order_id) or UnknownPurchase(order_id)


def _told(till: TillServices, order: PurchaseOrder) -> dict[str, Json]:
    channel = till.purchase_outbox.channel_of(order)
    under_way = till.purchase_outbox.is_under_way(order.placed.order_id)
    today, units = till.purchasing.today(), units_of(till)
    return order_json(order, till.purchasing.book, channel, today, units, under_way=under_way)


def _answer(
    till: TillServices, answer: PurchaseOrder | PurchaseRefusal, *, status: int = 200, changed: bool = True
) -> Response:
    if not isinstance(answer, PurchaseOrder):
        return refused(answer, till.sign.currency)
    if changed:
        till.changes.tell()
    return JSONResponse(_told(till, answer), status_code=status)


async def _drafts(till: TillServices, packs: dict[str, int]) -> Response:
    """Return drafts and orders: open ones by the day they are expected, and those that ended lately, newest first."""
    drafts = await till.purchasing.drafts(packs)
    if not isinstance(drafts, Drafts):
        return refused(drafts, till.sign.currency)
    book = till.purchasing.book
    ended = sorted(
        (one for one in book.orders.values() if not one.is_open),
        key=lambda one: one.ended_at or one.placed_at, reverse=True,
    )  # fmt: skip
    return JSONResponse({
        **drafts_json(drafts, book, units_of(till)),
        "today": till.purchasing.today().isoformat(),
        "open": [_told(till, one) for one in book.open_orders],
        "ended": [_told(till, one) for one in ended[:ENDED_SHOWN]],
        "suppliers": sum(not one.retired for one in book.suppliers.values()),
        "has_mail": till.settings.current.purchase_mail is not None,
    })  # fmt: skip


async def _file(till: TillServices, order_id: str, kind: str) -> Response:
    order = _found(till, order_id)
    supplier = (
        till.purchasing.book.suppliers.get(order.placed.supplier_id)
        if isinstance(order, PurchaseOrder)
        else None
    )
    if not isinstance(order, PurchaseOrder) or supplier is None:
        return refused(UnknownPurchase(order_id), till.sign.currency)
    match kind:
        case "pdf":
            content = await till.purchase_outbox.pdf(order)
            return Response(content, media_type="application/pdf", headers=_named(order, kind))
        case "csv":
            return Response(
                order_csv(order), media_type="text/csv; charset=utf-8", headers=_named(order, kind)
            )
        case "chase":
            letter = chase_letter(order, supplier, till.sign_now().stall, till.purchasing.today())
            return JSONResponse({"to": supplier.email, "subject": letter.subject, "text": letter.text})
        case _:
            return refused(UnknownPurchase(order_id), till.sign.currency)


def _named(order: PurchaseOrder, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file_name_of(order)}.{ending}"'}
