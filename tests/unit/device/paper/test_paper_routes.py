"""Printers, papers and links over HTTP: a real till, real wires, a simulated printer."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from pypdf import PdfReader

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.adapters.printers.escpos_printer import Patience
from device.adapters.printers.wires import connect_printer
from device.app import build_services as composition
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.config import Config
from device.domain.paper.layout import Row, TextRow
from device.domain.paper.printers import JobState
from device.domain.paper.status import Condition
from device.services.changes import Changes
from device.services.print_desk import PrintDesk
from device.sim.escpos_printer import Fault, SimulatedPrinter, printer_on_network
from tests.fakes import IDENTITY, MEMBERSHIP
from tests.free_ports import free_port
from tests.unit.device.stall import sale_id

CSV = """sku,name,category,price,vat_percent,barcode,stock
bowl,Schüssel Łódź,Pottery,18.50,19,4006381333931,12
jam,Quittengelee,Pantry,6.50,7,,30
""".encode()
HASTY = Patience(connect_s=1.0, answer_s=1.0, write_s=2.0, confirm_s=1.0)


class Stall:
    """A browser in front of a till with a printer."""

    def __init__(
        self, http: httpx.AsyncClient, printer: SimulatedPrinter, port: int, desk: PrintDesk
    ) -> None:
        self.desk = desk
        self.http = http
        self.printer = printer
        self.port = port

    async def set_up(self, **more: object) -> httpx.Response:
        body = {"name": "Counter", "kind": "network", "address": f"127.0.0.1:{self.port}", "columns": 42,
                "drawer": True, **more}  # fmt: skip
        return await self.http.post("/api/printers", json=body)

    async def sell(self, number: int = 1, **more: object) -> Any:
        sale = {
            "sale_id": sale_id(number), "lines": [{"sku": "bowl", "quantity_milli": 1000}],
            "payment": {"method": "cash", "tendered_minor": 5000}, **more,
        }  # fmt: skip
        answer = await self.http.post("/api/sales", json=sale)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not is_so():
                await asyncio.sleep(0.01)

    async def job(self) -> Any:
        return (await self.http.get("/api/print-jobs")).json()["jobs"][0]


@pytest.fixture
async def stall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stall]:
    monkeypatch.setattr(composition, "connect_printer", lambda printer: connect_printer(printer, HASTY))
    async with till_in(tmp_path) as stall:
        yield stall


@asynccontextmanager
async def till_in(folder: Path) -> AsyncIterator[Stall]:
    """Run a till on a folder, anew or again."""
    is_new = not (folder / "identity.json").exists()
    if is_new:
        IdentityFile(folder / "identity.json").save(replace(IDENTITY, membership=MEMBERSHIP))
    printer = SimulatedPrinter()
    config = Config(data_dir=folder, stall="Töpferei Müller", language="de")
    with open_till(config) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        loop = asyncio.get_running_loop()
        till.ledger.on_appended(lambda _: loop.call_soon_threadsafe(services.papers.ledger_grew) and None)
        if is_new:
            services.sign_in.add_cashier("Mira", "1234")
            await services.import_catalogue.import_csv(CSV, "Mira")
        printing = asyncio.create_task(services.papers.run())
        await asyncio.sleep(0)
        transport = httpx.ASGITransport(create_app(services))
        async with (
            printer_on_network(printer, free_port()) as port,
            httpx.AsyncClient(transport=transport, base_url="http://192.168.1.7:8101") as http,
        ):
            http.headers["Host"] = "localhost"
            answer = await http.post("/api/sign-in", json={"pin": "1234"})
            http.headers["X-Stallholder-CSRF"] = answer.json()["csrf"]
            yield Stall(http, printer, port, services.print_desk)
            printing.cancel()
            await services.print_desk.close()


def words(paper: tuple[Row, ...]) -> str:
    return "\n".join(row.text for row in paper if isinstance(row, TextRow))


async def test_a_cash_sale_opens_the_drawer_and_prints_itself_and_a_reprint_is_a_copy(stall: Stall) -> None:
    told = (await stall.set_up()).json()
    assert told["status"] == {"condition": "ready", "message": "It is ready.", "remedy": ""}

    receipt = await stall.sell()
    await stall.until(lambda: len(stall.printer.papers) == 1)
    paper = words(stall.printer.papers[0])
    assert stall.printer.kicks == 1
    assert receipt["receipt_number"] in paper
    assert "Schüssel Łódź" in paper
    assert "18,50 EUR" in paper
    assert "KOPIE" not in paper

    copy = await stall.http.post(f"/api/sales/{sale_id(1)}/print")
    assert copy.status_code == 202
    await stall.until(lambda: len(stall.printer.papers) == 2)
    assert "*** KOPIE ***" in words(stall.printer.papers[1])
    assert stall.printer.kicks == 1

    assert (await stall.http.post("/api/printers/Counter/test")).status_code == 202
    assert (await stall.http.post("/api/closing/print")).status_code == 202
    await stall.until(lambda: len(stall.printer.papers) == 4)
    assert "X-BERICHT" in words(stall.printer.papers[3])
    assert stall.printer.unknown == []

    await stall.http.post("/api/printing", json={"after_sale": False})
    await stall.sell(2)
    await stall.until(lambda: stall.printer.kicks == 3)
    assert len(stall.printer.papers) == 4


async def test_a_refund_and_a_closing_are_printed_again_as_copies(stall: Stall) -> None:
    await stall.set_up(drawer=False)
    await stall.http.post("/api/printing", json={"after_sale": False})
    receipt = await stall.sell()
    found = (await stall.http.get("/api/refunds/find", params={"text": receipt["receipt_number"]})).json()
    original = {name: value for name, value in found["original"].items() if name != "number"}
    back = {
        "refund_id": sale_id(9),
        "original": original,
        "lines": [{"line": 0, "quantity_milli": 1000}],
        "reason": "chipped",
    }
    assert (await stall.http.post("/api/refunds", json=back)).is_success
    assert (await stall.http.post(f"/api/refunds/{sale_id(9)}/print")).status_code == 202
    await stall.until(lambda: len(stall.printer.papers) == 1)
    assert "*** KOPIE ***" in words(stall.printer.papers[0])
    assert "chipped" in words(stall.printer.papers[0])

    assert (await stall.http.post("/api/close-day", json={"cash_counted_minor": 0})).is_success
    assert (await stall.http.post("/api/closings/1/print")).status_code == 202
    await stall.until(lambda: len(stall.printer.papers) == 2)
    assert "*** KOPIE ***" in words(stall.printer.papers[1])
    assert "Z-BERICHT" in words(stall.printer.papers[1])

    assert (await stall.http.post("/api/closings/2/print")).status_code == 404
    assert (await stall.http.post(f"/api/refunds/{sale_id(8)}/print")).status_code == 404
    link = (await stall.http.get(f"/api/refunds/{sale_id(9)}/link")).json()["path"]
    for way in (f"/api/refunds/{sale_id(9)}/receipt.pdf", f"{link}.pdf"):
        text = PdfReader(io.BytesIO((await stall.http.get(way)).content)).pages[0].extract_text()
        assert receipt["receipt_number"] in text, (
            "a refund goes out without a printer, too, and names its sale"
        )
    assert (await stall.http.get(f"/api/refunds/{sale_id(8)}/link")).status_code == 404


async def test_a_sale_is_sold_whatever_the_printer_does_and_the_paper_waits_for_somebody(
    stall: Stall,
) -> None:
    await stall.set_up(drawer=False)
    stall.printer.fault = Fault.RUNS_OUT
    await stall.sell()
    await stall.until(lambda: stall.printer.fault is Fault.PAPER_OUT)
    async with asyncio.timeout(30):
        while (job := await stall.job())["state"] != "unsure":
            await asyncio.sleep(0.02)
    assert "no paper" in job["message"]
    assert job["needs_somebody"]

    listed = (await stall.http.get("/api/printers")).json()["printers"][0]
    assert listed["status"]["condition"] == "paper-out"
    assert listed["status"]["remedy"].startswith("Put in a new roll")
    unasked = (await stall.http.get("/api/printers", params={"ask": False})).json()["printers"][0]
    assert unasked == {**listed, "status": None}

    stall.printer.fault = None
    assert (await stall.http.post(f"/api/print-jobs/{job['id']}/again")).status_code == 202
    await stall.until(lambda: len(stall.printer.papers) == 1)
    assert "KOPIE" in words(stall.printer.papers[0])
    assert (await stall.http.post(f"/api/print-jobs/{job['id']}/drop")).status_code == 200
    assert (await stall.http.get("/api/print-jobs")).json() == {"jobs": []}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"columns": 40}, "columns"), ({"profile": "laser"}, "profile"),
        ({"address": "not an address"}, "address"), ({"address": "10.0.0.1:99999"}, "address"),
        ({"kind": "usb", "address": "/etc/passwd"}, "address"),
        ({"kind": "serial", "address": "/dev/../etc/passwd"}, "address"),
        ({"kind": "serial", "address": "/dev/ttyUSB0:1234"}, "address"),
    ],
)  # fmt: skip
async def test_a_printer_that_cannot_be_is_refused_by_the_field(
    stall: Stall, wrong: dict[str, object], field: str
) -> None:
    refused = await stall.set_up(**wrong)

    assert refused.status_code == 422
    assert refused.json()["field"] == field
    assert (await stall.http.get("/api/printers")).json()["printers"] == []


async def test_printers_are_changed_and_removed_and_the_logo_is_a_picture(stall: Stall) -> None:
    await stall.set_up()
    assert (await stall.set_up()).status_code == 422
    changed = {"name": "Door", "kind": "network", "address": "127.0.0.1:1", "columns": 32}
    assert (await stall.http.post("/api/printers/Counter", json=changed)).json()["name"] == "Door"
    assert (await stall.http.post("/api/printers/Counter", json=changed)).status_code == 409
    assert (await stall.http.delete("/api/printers/Door")).status_code == 200
    no_printer = await stall.http.post(f"/api/sales/{(await stall.sell())['sale_id']}/print")
    assert no_printer.json()["code"] == "no-printer"

    out = io.BytesIO()
    Image.new("RGB", (600, 300), "black").save(out, format="PNG")
    assert (await stall.http.post("/api/printing/logo", content=b"no picture")).status_code == 422
    assert (await stall.http.post("/api/printing/logo", content=out.getvalue())).json() == {"has_logo": True}
    await stall.set_up(logo=True)
    await stall.http.post("/api/printers/Counter/test")
    await stall.until(lambda: len(stall.printer.papers) == 1)
    assert type(stall.printer.papers[0][0]).__name__ == "PictureRow"


async def test_a_receipt_comes_as_a_picture_and_as_a_pdf_with_its_letters(stall: Stall) -> None:
    await stall.sell()
    png = await stall.http.get(f"/api/sales/{sale_id(1)}/receipt.png")
    pdf = await stall.http.get(f"/api/sales/{sale_id(1)}/receipt.pdf")

    assert Image.open(io.BytesIO(png.content)).width == 42 * 12 + 48
    text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert "Töpferei Müller" in text
    assert "Schüssel Łódź" in text
    assert "18,50 EUR" in text
    assert "Rückgeld" in text
    assert (await stall.http.get(f"/api/sales/{sale_id(9)}/receipt.pdf")).status_code == 404
    assert (await stall.http.get(f"/api/sales/{sale_id(1)}/receipt.exe")).status_code == 404


async def test_a_customer_opens_the_link_without_signing_in_and_nobody_guesses_one(stall: Stall) -> None:
    await stall.sell()
    await stall.sell(2)
    link = (await stall.http.get(f"/api/sales/{sale_id(1)}/link")).json()
    stranger = httpx.AsyncClient(transport=stall.http._transport, base_url="http://localhost")

    page = await stranger.get(link["path"])
    assert page.status_code == 200
    assert "Schüssel Łódź" in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (await stranger.get(f"{link['path']}.pdf")).content.startswith(b"%PDF")
    other = (await stall.http.get(f"/api/sales/{sale_id(2)}/link")).json()["path"]
    swapped = link["path"][:25] + other[25:]
    for wrong in (swapped, link["path"][:-1] + "!", link["path"] + "A", "/r/x", "/r/" + "A" * 43):
        assert (await stranger.get(wrong)).status_code == 404
    for closed in (f"/api/sales/{sale_id(1)}/link", f"/api/sales/{sale_id(1)}/receipt.pdf", "/api/printers"):
        assert (await stranger.get(closed)).status_code == 401
    assert re.fullmatch(r"/r/[A-Za-z0-9_-]{43}", link["path"])


async def test_the_link_says_no_address_where_no_phone_can_come(stall: Stall) -> None:
    await stall.sell()
    assert (await stall.http.get(f"/api/sales/{sale_id(1)}/link")).json()["url"] is None


async def test_labels_come_on_sheets_with_names_prices_and_codes(stall: Stall) -> None:
    query = {"item": ["bowl:20", "jam:10"], "sheet": "3x8", "start": 5}
    pdf = PdfReader(io.BytesIO((await stall.http.get("/api/labels.pdf", params=query)).content))

    assert len(pdf.pages) == 2
    text = pdf.pages[0].extract_text()
    assert text.count("Schüssel Łódź") == 20
    assert "18,50 EUR" in text
    assert "4 006381 333931" in text
    assert pdf.pages[1].extract_text().count("Quittengelee") == 10
    for wrong in ({"item": "bowl:0"}, {"item": "bowl:9999"}, {"item": "gone"}, {"item": "bowl", "sheet": "9x9"},
                  {"item": "bowl", "start": 25}):  # fmt: skip
        assert (await stall.http.get("/api/labels.pdf", params=wrong)).status_code == 422


async def test_the_display_follows_the_cart_for_whoever_has_its_link_and_for_nobody_else(
    stall: Stall,
) -> None:
    link = (await stall.http.get("/api/display/link")).json()
    stranger = httpx.AsyncClient(transport=stall.http._transport, base_url="http://localhost")
    shown = {
        "state": "cart",
        "lines": [{"name": "Bowl", "quantity_milli": 1000, "total_minor": 1850}],
        "total_minor": 1850,
    }

    assert (await stranger.get(link["path"])).status_code == 200
    for path in ("/display/AAAA", "/api/display/AAAA/events", link["path"][:-1]):
        assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post("/api/display", json=shown)).status_code == 401
    assert (await stall.http.post("/api/display", json=shown)).json() == {"watched": False}
    assert (await stall.http.post("/api/display", json={**shown, "state": "gone"})).status_code == 422


async def test_what_was_not_printed_is_offered_again_after_a_restart_and_what_may_be_out_as_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "connect_printer", lambda printer: connect_printer(printer, HASTY))
    async with till_in(tmp_path) as stall:
        await stall.set_up()
        await stall.sell(1)
        await stall.until(lambda: len(stall.printer.papers) == 1)
        stall.printer.fault = Fault.DROPS
        first = await stall.sell(2)
        await stall.until(lambda: any(job.state is JobState.UNSURE and job.paper for job in stall.desk.jobs))
        stall.printer.fault = Fault.PAPER_OUT
        second = await stall.sell(3)
        await stall.until(
            lambda: any(job.condition is Condition.PAPER_OUT and job.paper for job in stall.desk.jobs)
        )
    async with till_in(tmp_path) as stall:
        jobs = (await stall.http.get("/api/print-jobs")).json()["jobs"]
        assert [(job["about"], job["state"]) for job in jobs] == [
            (second["receipt_number"], "failed"),
            (first["receipt_number"], "unsure"),
        ]
        body = {
            "name": "Counter",
            "kind": "network",
            "address": f"127.0.0.1:{stall.port}",
            "columns": 42,
            "drawer": True,
        }
        await stall.http.post("/api/printers/Counter", json=body)
        for job in jobs:
            assert (await stall.http.post(f"/api/print-jobs/{job['id']}/again")).status_code == 202
        await stall.until(lambda: len(stall.printer.papers) == 2)
        papers = [words(paper) for paper in stall.printer.papers]
        assert ["KOPIE" in paper for paper in papers] == [False, True]
        assert second["receipt_number"] in papers[0]
        assert first["receipt_number"] in papers[1]
        assert stall.printer.kicks == 0
    async with till_in(tmp_path) as stall:
        assert (await stall.http.get("/api/print-jobs")).json()["jobs"] == []


async def test_a_till_that_died_between_a_sale_and_its_paper_prints_it_at_its_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "connect_printer", lambda printer: connect_printer(printer, HASTY))
    async with till_in(tmp_path) as stall:
        await stall.set_up()
        await stall.sell(1)
        await stall.until(lambda: len(stall.printer.papers) == 1)
        port = stall.port
    kept = json.loads((tmp_path / "print-jobs.json").read_text())
    kept["printed_seq"] -= 1  # as if killed after the sale was durable and before its job was
    (tmp_path / "print-jobs.json").write_text(json.dumps(kept))
    monkeypatch.setattr("tests.unit.device.paper.test_paper_routes.free_port", lambda: port)
    async with till_in(tmp_path) as stall:
        await stall.until(lambda: len(stall.printer.papers) == 1)
        assert stall.printer.kicks == 0


async def test_a_damaged_file_of_print_jobs_keeps_no_till_from_starting(tmp_path: Path) -> None:
    (tmp_path / "print-jobs.json").write_text("{")
    async with till_in(tmp_path) as stall:
        assert (await stall.http.get("/api/print-jobs")).json()["jobs"] == []
    assert (tmp_path / "print-jobs.damaged").read_text() == "{"
