"""Receipts without a printer: as a picture, as a PDF, and behind a link that a customer's phone can open."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import HTMLResponse, JSONResponse

from device.adapters.http.own_base import own_base
from device.adapters.http.printers import refused_printing
from device.adapters.http.qr import qr_svg
from device.adapters.http.receipt_page import missing_page, receipt_page
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.labels import SHEETS, Label, NoLabels, place_labels
from device.domain.paper.receipt_link import receipt_token, sale_of_token
from device.domain.paper.words import say_amount, words_in
from device.services.sell import Receipt
from shared.http.problem import problem
from shared.ids import IdError, SaleId, Sku, check_uuid, format_receipt_number

FORMATS = {"png": "image/png", "pdf": "application/pdf"}
ITEMS_MAX = 500
COUNT_DIGITS = 9


def receipt_files_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes for those who are signed in."""
    router = APIRouter(prefix="/api")
    signed_in = [Depends(seat)]

    @router.get("/sales/{sale_id}/receipt.{kind}", dependencies=signed_in)
    async def file(sale_id: str, kind: str) -> Response:
        receipt = await asyncio.to_thread(till.sell.find, SaleId(sale_id))
        return _missing() if receipt is None or kind not in FORMATS else await _file(till, receipt, kind)

    @router.get("/sales/{sale_id}/link", dependencies=signed_in)
    async def link(sale_id: str, request: Request) -> Response:
        try:
            wanted = SaleId(check_uuid("sale_id", sale_id))
        except IdError:
            return _missing()
        if await asyncio.to_thread(till.sell.find, wanted) is None:
            return _missing()
        base = own_base(till, request)
        path = f"/r/{receipt_token(till.settings.current.pickup_key, wanted)}"
        qr = qr_svg(f"{base}{path}", "Link to this receipt") if base else None
        return JSONResponse({"path": path, "url": f"{base}{path}" if base else None, "qr_svg": qr})

    @router.get("/labels.pdf", dependencies=signed_in)
    async def labels(
        item: Annotated[list[str], Query(max_length=ITEMS_MAX)], sheet: str = "3x8", start: int = 1
    ) -> Response:
        """Each `item` is a product's number, or it and how many labels: `bowl:12`."""
        if sheet not in SHEETS:
            return refused_printing(NoLabels(f"the sheet is one of {', '.join(SHEETS)}"))
        wanted = [_label(till, one) for one in item]
        missing = next((label for label in wanted if isinstance(label, NoLabels)), None)
        placed = missing or place_labels(
            SHEETS[sheet], [one for one in wanted if not isinstance(one, NoLabels)], start=start
        )
        if isinstance(placed, NoLabels):
            return refused_printing(placed)
        head = till.papers.head()
        pdf = await asyncio.to_thread(
            till.paper_files.labels, SHEETS[sheet], placed, "Labels", till.clock.now(), head
        )
        return _download(pdf, "pdf", "labels")

    return router


def receipt_link_router(till: TillServices) -> APIRouter:
    """Return the routes for customers: nobody signs in, and who has no link sees nothing."""
    router = APIRouter()

    @router.get("/r/{token}")
    async def page(token: str) -> Response:
        token, _, kind = token.partition(".")
        sale_id = sale_of_token(till.settings.current.pickup_key, token)
        receipt = await asyncio.to_thread(till.sell.find, sale_id) if sale_id else None
        if receipt is None or (kind and kind not in FORMATS):
            return _private(HTMLResponse(missing_page(till.sign_now().language), status_code=404))
        if kind:
            return _private(await _file(till, receipt, kind))
        document = await asyncio.to_thread(till.papers.document_of, receipt, is_copy=False)
        return _private(HTMLResponse(receipt_page(document, token, till.papers.head())))

    return router


async def _file(till: TillServices, receipt: Receipt, kind: str) -> Response:
    document = await asyncio.to_thread(till.papers.document_of, receipt, is_copy=False)
    number = format_receipt_number(receipt.entry.stream.epoch, receipt.sale.receipt_number)
    if kind == "png":
        return _download(await asyncio.to_thread(till.paper_files.png, document), kind, number)
    head = till.papers.head()
    pdf = await asyncio.to_thread(till.paper_files.pdf, document, number, receipt.entry.at, head)
    return _download(pdf, kind, number)


def _download(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.{kind}"'}
    return Response(data, media_type=FORMATS[kind], headers=headers)


def _private(response: Response) -> Response:
    """A receipt is nobody's but the customer's: no cache and no search engine keeps it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _label(till: TillServices, item: str) -> tuple[Label, int] | NoLabels:
    said = item.rpartition(":")[2]
    sku, _, count = (
        item.rpartition(":") if said.isdecimal() and len(said) <= COUNT_DIGITS else (item, "", "1")
    )
    product = till.assortment.now().priced.find(Sku(sku))
    if product is None:
        return NoLabels(f"there is no product “{sku}”")
    currency = till.sign.currency
    price = f"{say_amount(product.price_minor, currency, words_in(till.sign_now().language))} {currency}"
    return Label(name=product.name, price=price, code=product.barcode or product.sku), int(count or 1)


def _missing() -> Response:
    return problem(404, "unknown-sale", "This till has no such sale.", "Look for it in the list of sales.")
