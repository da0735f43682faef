"""Suppliers, their price lists, and how orders to them go out."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.purchasing_shapes import supplier_json, told_supplier_json, units_of
from device.adapters.http.refusals import refused
from device.adapters.http.refused_rows import refused_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.purchasing.price_list import ReadPriceList
from device.domain.purchasing.refusals import BadPurchase, UnknownSupplier
from device.domain.purchasing.supplier_faults import ADDRESS_MAX, MailSecurity, MailSettings
from shared.entry import Json
from shared.events.purchase import PriceRow, SupplierChanged
from shared.http.problem import problem
from shared.http.spoken import Say, spoken

ROWS_SHOWN = 200
TEXT_MAX = 2 * ADDRESS_MAX


class SupplierBody(BaseModel):
    """What is known of a supplier; see `SupplierChanged`."""

    name: str = Field(max_length=TEXT_MAX)
    email: str = Field(default="", max_length=TEXT_MAX)
    webhook: str = Field(default="", max_length=TEXT_MAX)
    language: str = Field(default="en", max_length=8)
    minimum_minor: StrictInt = 0
    shipping_minor: StrictInt = 0
    lead_days: StrictInt = 0
    auto_limit_minor: StrictInt = 0
    retired: StrictBool = False

    def supplier(self, supplier_id: str, cashier: str) -> SupplierChanged:
        """Return what the ledger understands."""
        said = self.model_dump() | {
            "name": self.name.strip(), "email": self.email.strip(), "webhook": self.webhook.strip(),
        }  # fmt: skip
        return SupplierChanged(supplier_id=supplier_id, cashier=cashier, **said)


class PriceBody(BaseModel):
    """What one thing costs; see `PriceRow`."""

    item: str = Field(max_length=64)
    is_material: StrictBool = False
    pack_milli: StrictInt = 1_000
    price_minor: StrictInt
    packs_min: StrictInt = 1
    article: str = Field(default="", max_length=TEXT_MAX)

    def row(self) -> PriceRow:
        """Return what the domain understands."""
        return PriceRow(name="", **{**self.model_dump(), "article": self.article.strip()})


class MailBody(BaseModel):
    """The mail server; an empty password keeps the known one."""

    host: str = Field(max_length=TEXT_MAX)
    sender: str = Field(max_length=TEXT_MAX)
    port: StrictInt = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = Field(default="", max_length=TEXT_MAX)
    password: str = Field(default="", max_length=TEXT_MAX, repr=False)

    def mail(self) -> MailSettings:
        """Return what the settings understand."""
        return MailSettings(**self.model_dump())


def suppliers_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes; who changes them is a manager: they say where money and mail go."""
    router = APIRouter(prefix="/api/purchasing")
    managers_only = Depends(seat.manager)
    _install_mail(router, till, seat)

    @router.get("/suppliers", dependencies=[Depends(seat)])
    async def listed() -> dict[str, object]:
        return {"suppliers": [supplier_json(one) for one in till.suppliers.listed()]}

    @router.post("/suppliers")
    async def add(body: SupplierBody, cashier: Annotated[str, managers_only]) -> Response:
        return await _save(till, body.supplier(till.randomness.new_id(), cashier), status=201)

    @router.get("/suppliers/{supplier_id}", dependencies=[Depends(seat)])
    async def supplier(supplier_id: str) -> Response:
        found = till.suppliers.find(supplier_id)
        if isinstance(found, UnknownSupplier):
            return refused(found, till.sign.currency)
        return JSONResponse(told_supplier_json(found, till.purchasing.today(), units_of(till)))

    @router.put("/suppliers/{supplier_id}")
    async def change(
        supplier_id: str, body: SupplierBody, cashier: Annotated[str, managers_only]
    ) -> Response:
        found = till.suppliers.find(supplier_id)
        if isinstance(found, UnknownSupplier):
            return refused(found, till.sign.currency)
        return await _save(till, body.supplier(supplier_id, cashier))

    @router.post("/suppliers/{supplier_id}/prices/preview", dependencies=[managers_only])
    async def preview(supplier_id: str, request: Request) -> Response:
        return _read(till, await till.suppliers.look_at(supplier_id, await request.body()), spoken(request))

    @router.post("/suppliers/{supplier_id}/prices")
    async def import_list(
        supplier_id: str, request: Request, cashier: Annotated[str, managers_only],
        valid_from: Annotated[date | None, Query()] = None,
    ) -> Response:  # fmt: skip
        day = valid_from or till.purchasing.today()
        read = await till.suppliers.import_list(
            supplier_id, await request.body(), valid_from=day, cashier=cashier
        )
        till.changes.tell()
        return _read(till, read, spoken(request))

    @router.post("/suppliers/{supplier_id}/price")
    async def set_price(
        supplier_id: str, body: PriceBody, cashier: Annotated[str, managers_only]
    ) -> Response:
        today = till.purchasing.today()
        answer = await till.suppliers.set_price(supplier_id, body.row(), valid_from=today, cashier=cashier)
        if isinstance(answer, UnknownSupplier | BadPurchase):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(told_supplier_json(answer, today, units_of(till)), status_code=201)

    return router


def _install_mail(router: APIRouter, till: TillServices, seat: Seat) -> None:
    managers = [Depends(seat.manager)]

    @router.get("/mail", dependencies=managers)
    async def mail() -> dict[str, object]:
        """Return how orders go out; the password is never told."""
        known = till.settings.current.purchase_mail
        key = await asyncio.to_thread(till.purchase_outbox.webhook_key)
        return {"mail": _mail_json(known) if known else None, "webhook_key": key.hex()}

    @router.put("/mail", dependencies=managers)
    async def set_mail(body: MailBody) -> Response:
        answer = await till.purchase_outbox.set_mail(body.mail())
        if isinstance(answer, BadPurchase):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_mail_json(answer))

    @router.post("/mail/try", dependencies=managers)
    async def try_mail() -> Response:
        fault = await till.purchase_outbox.try_mail()
        if fault is None:
            return Response(status_code=204)
        words = f"{fault.words[0].upper()}{fault.words[1:]}. No mail was sent."
        return problem(409, "mail-away", words, "Correct the settings, or look whether this till is online.")


async def _save(till: TillServices, supplier: SupplierChanged, *, status: int = 200) -> Response:
    answer = await till.suppliers.save(supplier)
    if isinstance(answer, BadPurchase):
        return refused(answer, till.sign.currency)
    till.changes.tell()
    return JSONResponse(
        told_supplier_json(answer, till.purchasing.today(), units_of(till)), status_code=status
    )


def _read(till: TillServices, read: ReadPriceList | UnknownSupplier, say: Say) -> Response:
    """Counts are of the whole file, rows the first ROWS_SHOWN."""
    if isinstance(read, UnknownSupplier):
        return refused(read, till.sign.currency)
    return JSONResponse({
        "count": len(read.rows),
        "rows": [_row_json(row) for row in read.rows[:ROWS_SHOWN]],
        "refused_count": len(read.refused),
        "refused": refused_json(read.refused, say, most=ROWS_SHOWN),
    })  # fmt: skip


def _row_json(row: PriceRow) -> dict[str, Json]:
    return {
        "item": row.item, "is_material": row.is_material, "name": row.name, "article": row.article,
        "pack_milli": row.pack_milli, "price_minor": row.price_minor, "packs_min": row.packs_min,
    }  # fmt: skip


def _mail_json(mail: MailSettings) -> dict[str, Json]:
    return {
        "host": mail.host, "port": mail.port, "security": mail.security.value, "user": mail.user, "sender": mail.sender,
        "has_password": bool(mail.password),
    }  # fmt: skip
