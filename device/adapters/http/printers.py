"""Printers, what they print, and what they could not."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import zip_longest
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.closing import NothingToClose
from device.domain.labels import NoLabels
from device.domain.paper.explain import explain_printing, say_job
from device.domain.paper.printers import (
    BadPrinter,
    NoPrinter,
    NoSuchJob,
    Printer,
    PrinterKind,
    PrinterRole,
    Printing,
    PrintJob,
    PrintRefusal,
    TooManyJobs,
    with_printer,
)
from device.domain.paper.profiles import PROFILES
from device.domain.paper.status import Condition, say_condition
from shared.entry import Json
from shared.http.problem import problem
from shared.ids import SaleId

TEXT_MAX = 200
LOGO_BYTES_MAX = 512 * 1024
Told: TypeAlias = PrintJob | PrintRefusal | None


class PrinterBody(BaseModel):
    """A printer as the page sends it."""

    name: str = Field(max_length=TEXT_MAX)
    kind: PrinterKind
    address: str = Field(max_length=TEXT_MAX)
    columns: StrictInt = 48
    profile: str = Field(default="epson", max_length=TEXT_MAX)
    drawer: StrictBool = False
    logo: StrictBool = False
    role: PrinterRole = PrinterRole.FIRST

    def printer(self) -> Printer:
        """Return what the domain understands."""
        return Printer(**self.model_dump())


class PrintingBody(BaseModel):
    """How the till prints."""

    after_sale: StrictBool


def printers_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about printers; who sets them up is a manager, who may let the till talk to other machines."""
    router = APIRouter(prefix="/api")
    signed_in, manager = [Depends(seat)], [Depends(seat.manager)]

    @router.get("/printers", dependencies=signed_in)
    async def printers(*, ask: bool = True) -> dict[str, object]:
        """How they are set up and, where they are asked, how they are: that takes seconds where one is silent."""
        printing = till.settings.current.printing
        asked = printing.printers if ask else ()
        conditions = await asyncio.gather(*(till.print_desk.status(one) for one in asked))
        rows: list[Json] = [
            _printer_json(one, condition) for one, condition in zip_longest(printing.printers, conditions)
        ]
        return {"printers": rows, "profiles": list(PROFILES), "after_sale": printing.after_sale,
                "has_logo": bool(printing.logo)}  # fmt: skip

    @router.post("/printers", dependencies=manager)
    async def add(body: PrinterBody) -> Response:
        return await _set_up(till, body.printer(), replacing=None)

    @router.post("/printers/{name}", dependencies=manager)
    async def change(name: str, body: PrinterBody) -> Response:
        if till.settings.current.printing.find(name) is None:
            return refused_printing(NoPrinter(name))
        return await _set_up(till, body.printer(), replacing=name)

    @router.delete("/printers/{name}", dependencies=manager)
    async def remove(name: str) -> Response:
        def without(old: Printing) -> Printing:
            return replace(old, printers=tuple(one for one in old.printers if one.name != name))

        await _change_printing(till, without)
        return JSONResponse({"removed": name})

    @router.post("/printers/{name}/test", dependencies=signed_in)
    async def test(name: str) -> Response:
        return _answer(till.papers.test(name))

    @router.post("/printing", dependencies=manager)
    async def printing(body: PrintingBody) -> dict[str, object]:
        await _change_printing(till, lambda old: replace(old, after_sale=body.after_sale))
        return {"after_sale": body.after_sale}

    @router.post("/printing/logo", dependencies=manager)
    async def logo(request: Request) -> Response:
        file = await request.body()
        if len(file) > LOGO_BYTES_MAX or (
            file and await asyncio.to_thread(till.paper_files.logo, file) is None
        ):
            return problem(
                422, "no-picture", "This file is no picture that can be printed. Nothing was changed.",
                "Take a PNG or JPEG of half a megabyte at most, dark on white.",
            )  # fmt: skip
        await _change_printing(till, lambda old: replace(old, logo=file))
        return JSONResponse({"has_logo": bool(file)})

    return router


def print_jobs_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about what is to be printed; the drawer opens without a sale for managers alone."""
    router = APIRouter(prefix="/api")
    signed_in, manager = [Depends(seat)], [Depends(seat.manager)]

    @router.get("/print-jobs", dependencies=signed_in)
    async def jobs() -> dict[str, object]:
        return {"jobs": [job_json(job) for job in till.print_desk.jobs]}

    @router.post("/print-jobs/{job_id}/again", dependencies=signed_in)
    async def again(job_id: str) -> Response:
        return _answer(till.print_desk.again(job_id))

    @router.post("/print-jobs/{job_id}/drop", dependencies=signed_in)
    async def drop(job_id: str) -> Response:
        return _answer(till.print_desk.drop(job_id))

    @router.post("/sales/{sale_id}/print", dependencies=signed_in)
    async def copy(sale_id: str) -> Response:
        return _copied(await till.papers.copy(SaleId(sale_id)), "sale")

    @router.post("/refunds/{refund_id}/print", dependencies=signed_in)
    async def refund_copy(refund_id: str) -> Response:
        return _copied(await till.papers.copy_refund(refund_id), "refund")

    @router.post("/closings/{number}/print", dependencies=signed_in)
    async def closing_copy(number: int) -> Response:
        return _copied(await till.papers.copy_closing(number), "closing")

    @router.post("/closing/print")
    async def x_report(cashier: Annotated[str, Depends(seat)]) -> Response:
        told = till.papers.x_report(cashier)
        return refused(told, till.sign.currency) if isinstance(told, NothingToClose) else _answer(told)

    @router.post("/drawer/open", dependencies=manager)
    async def open_drawer() -> Response:
        return _answer(till.papers.open_drawer())

    return router


async def _set_up(till: TillServices, printer: Printer, *, replacing: str | None) -> Response:
    faults: list[BadPrinter] = []

    def decide(old: Printing) -> Printing:
        faults.clear()
        changed = with_printer(old, printer, replacing)
        if isinstance(changed, BadPrinter):
            faults.append(changed)
            return old
        return changed

    await _change_printing(till, decide)
    if faults:
        return refused_printing(faults[0])
    condition = await till.print_desk.status(printer)
    return JSONResponse(_printer_json(printer, condition), status_code=200 if replacing else 201)


async def _change_printing(till: TillServices, decide: Callable[[Printing], Printing]) -> None:
    """Change the settings; the disk is waited for in a thread."""
    await asyncio.to_thread(till.settings.change, lambda old: replace(old, printing=decide(old.printing)))
    till.changes.tell()


def _copied(told: Told | None, what: str) -> Response:
    if told is None:
        return problem(404, f"unknown-{what}", f"This till has no such {what}.", "Look for it in the list.")
    return _answer(told)


def _answer(told: Told) -> Response:
    match told:
        case None:
            return JSONResponse({"dropped": True})
        case PrintJob():
            return JSONResponse(job_json(told), status_code=202)
        case refusal:
            return refused_printing(refusal)


def refused_printing(refusal: PrintRefusal | NoLabels) -> Response:
    """Return the answer to what cannot be printed."""
    told = explain_printing(refusal)
    match refusal:
        case BadPrinter(field=field):
            return problem(422, told.code, told.message, told.remedy, field=field)
        case NoLabels():
            return problem(422, told.code, told.message, told.remedy)
        case NoPrinter() | TooManyJobs():
            return problem(409, told.code, told.message, told.remedy)
        case NoSuchJob():
            return problem(404, told.code, told.message, told.remedy)


def _printer_json(printer: Printer, condition: Condition | None) -> dict[str, Json]:
    if condition is None:
        return {**asdict(printer), "status": None}
    said = say_condition(condition)
    status: dict[str, Json] = {"condition": condition.value, "message": said.message, "remedy": said.remedy}
    return {**asdict(printer), "status": status}


def job_json(job: PrintJob) -> dict[str, Json]:
    """Return a job; the pages put its kind and state into words."""
    said = say_job(job)
    return {
        "id": job.job_id, "kind": job.kind.value, "about": job.about, "at": job.at.isoformat(),
        "printer": job.printer, "state": job.state.value, "needs_somebody": job.needs_somebody, "tries": job.tries,
        "condition": job.condition.value if job.condition else None,
        "message": said.message if said else "", "remedy": said.remedy if said else "",
    }  # fmt: skip
