"""Receipts without a printer: as a picture, as a PDF, and behind a link that a customer's phone can open."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
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
from device.domain.paper.document import Document
from device.domain.paper.receipt_link import receipt_token, sale_of_token
from device.domain.paper.words import say_amount, words_in
from shared.http.problem import problem
from shared.ids import IdError, SaleId, Sku, check_uuid, format_receipt_number

FORMATS = {"png": "image/png", "pdf": "application/pdf"}
ITEMS_MAX = 500
COUNT_DIGITS = 9


def receipt_files_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes for those who are signed in."""
    router = APIRouter(prefix="/api")
    signed_in = [Depends(seat)]

    @router.get("/sales/{receipt_id}/receipt.{kind}", dependencies=signed_in)
    @router.get("/refunds/{receipt_id}/receipt.{kind}", dependencies=signed_in)
    async def file(receipt_id: str, kind: str) -> Response:
        paper = await asyncio.to_thread(_find_paper, till, receipt_id)
        return _missing() if paper is None or kind not in FORMATS else await _file(till, paper, kind)

    @router.get("/sales/{receipt_id}/link", dependencies=signed_in)
    @router.get("/refunds/{receipt_id}/link", dependencies=signed_in)
    async def link(receipt_id: str, request: Request) -> Response:
        try:
            wanted = SaleId(check_uuid("sale_id", receipt_id))
        except IdError:
            return _missing()
        if await asyncio.to_thread(_find_paper, till, wanted) is None:
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
        paper = await asyncio.to_thread(_find_paper, till, sale_id) if sale_id else None
        if paper is None or (kind and kind not in FORMATS):
            return _private(HTMLResponse(missing_page(till.sign_now().language), status_code=404))
        if kind:
            return _private(await _file(till, paper, kind))
        return _private(HTMLResponse(receipt_page(paper.document, token, till.papers.head())))

    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """The receipt of a sale or a refund, which may be shown to anybody."""

    document: Document
    number: str
    at: datetime


def _find_paper(till: TillServices, receipt_id: str) -> _Paper | None:
    """Return the paper of the sale or refund with this id; reads the disk and signs."""
    receipt = till.sell.find(SaleId(receipt_id))
    if receipt is not None:
        number = format_receipt_number(receipt.entry.stream.epoch, receipt.sale.receipt_number)
        document = till.papers.document_of(receipt, is_copy=False)
        return _Paper(document=document, number=number, at=receipt.entry.at)
    refund = till.papers.refund_paper(receipt_id)
    if refund is None:
        return None
    document, printed = refund
    return _Paper(document=document, number=printed.number, at=printed.at)


async def _file(till: TillServices, paper: _Paper, kind: str) -> Response:
    if kind == "png":
        return _download(await asyncio.to_thread(till.paper_files.png, paper.document), kind, paper.number)
    pdf = await asyncio.to_thread(
        till.paper_files.pdf, paper.document, paper.number, paper.at, till.papers.head()
    )
    return _download(pdf, kind, paper.number)


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
