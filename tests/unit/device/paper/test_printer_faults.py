"""Real wires to a simulated printer: each of its faults is told apart, and none keeps anybody waiting."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from device.adapters.paper_pages.qr_dots import draw_qr
from device.adapters.printers.escpos_printer import EscPosPrinter, Patience
from device.adapters.printers.wires import connect_printer
from device.domain.paper.escpos import encode_rows
from device.domain.paper.layout import lay_out
from device.domain.paper.printers import Delivered, NotSent, Outcome, Printer, PrinterKind, Unsure
from device.domain.paper.profiles import EPSON
from device.domain.paper.status import PRINTS, Condition, read_status, say_condition
from device.sim.escpos_printer import Fault, SimulatedPrinter, printer_on_network, printer_on_serial_line
from tests.free_ports import free_port
from tests.unit.device.paper.papers import PAPERS

HASTY = Patience(connect_s=0.5, answer_s=0.3, write_s=1.0, confirm_s=0.3)
ROWS = lay_out(PAPERS["sale-de"], 42)
JOB = encode_rows(ROWS, EPSON, draw_qr)


@pytest.fixture
def sim() -> SimulatedPrinter:
    return SimulatedPrinter()


@pytest.fixture(params=["network", "serial"])
async def printer(request: pytest.FixtureRequest, sim: SimulatedPrinter) -> AsyncIterator[EscPosPrinter]:
    if request.param == "network":
        async with printer_on_network(sim, free_port()) as port:
            yield connect_printer(
                Printer(name="x", kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"), HASTY
            )
    else:
        async with printer_on_serial_line(sim) as path:
            yield connect_printer(Printer(name="x", kind=PrinterKind.SERIAL, address=path), HASTY)


async def test_a_job_comes_out_as_it_was_meant(printer: EscPosPrinter, sim: SimulatedPrinter) -> None:
    assert await printer.print(JOB) == Delivered()
    assert await printer.print(JOB) == Delivered()
    assert sim.papers == [ROWS[:-1], ROWS[:-1]]
    assert sim.unknown == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.PAPER_LOW, Delivered()),
        (Fault.PAPER_OUT, NotSent(Condition.PAPER_OUT)),
        (Fault.COVER_OPEN, NotSent(Condition.COVER_OPEN)),
        (Fault.CUTTER, NotSent(Condition.CUTTER)),
        (Fault.OFFLINE, NotSent(Condition.OFFLINE)),
        (Fault.WEDGED, NotSent(Condition.SILENT)),
        (Fault.GARBAGE, NotSent(Condition.GARBLED)),
        (Fault.STUCK, Unsure(Condition.SILENT)),
        (Fault.RUNS_OUT, Unsure(Condition.PAPER_OUT)),
    ],
)
async def test_each_fault_is_told_and_nothing_is_printed_that_was_not_said(
    printer: EscPosPrinter, sim: SimulatedPrinter, fault: Fault, outcome: Outcome
) -> None:
    sim.fault = fault

    assert await printer.print(JOB) == outcome
    assert bool(sim.papers) == (outcome == Delivered())

    sim.fault = None
    assert await printer.status() is Condition.READY


async def test_a_connection_that_breaks_in_the_middle_leaves_nobody_sure(sim: SimulatedPrinter) -> None:
    sim.fault = Fault.DROPS
    async with printer_on_network(sim, free_port()) as port:
        printer = connect_printer(
            Printer(name="x", kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"), HASTY
        )

        assert await printer.print(JOB) == Unsure(Condition.UNREACHABLE)


async def test_a_printer_that_takes_a_job_and_reads_no_more_is_given_up(sim: SimulatedPrinter) -> None:
    """The far end accepts, answers the questions, then stops reading with megabytes under way."""
    long_job = JOB * 2000

    async def reads_questions_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(4):
            question = await reader.readexactly(3)
            writer.write(bytes((sim.answer(question[2]),)))
        await reader.read(10)
        await asyncio.sleep(30)

    server = await asyncio.start_server(reads_questions_only, "127.0.0.1", free_port(), limit=1024)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    printer = connect_printer(Printer(name="x", kind=PrinterKind.NETWORK, address=address), HASTY)

    assert await printer.print(long_job) == Unsure(Condition.SILENT)
    server.close()


async def test_a_printer_that_is_not_there_is_told(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    gone = connect_printer(Printer(name="x", kind=PrinterKind.NETWORK, address=address), HASTY)
    assert await gone.print(JOB) == NotSent(Condition.UNREACHABLE)
    no_device = connect_printer(Printer(name="x", kind=PrinterKind.USB, address="/dev/usb/lp97"), HASTY)
    assert await no_device.print(JOB) == NotSent(Condition.MISSING)
    file = tmp_path / "a-file"
    file.write_text("mine")
    no_printer = connect_printer(Printer(name="x", kind=PrinterKind.USB, address=str(file)), HASTY)
    assert await no_printer.print(JOB) == NotSent(Condition.MISSING)
    assert file.read_text() == "mine"


async def test_two_jobs_at_once_are_printed_one_after_the_other(
    printer: EscPosPrinter, sim: SimulatedPrinter
) -> None:
    assert await asyncio.gather(printer.print(JOB), printer.print(JOB)) == [Delivered(), Delivered()]
    assert len(sim.papers) == 2


def test_every_condition_has_words_and_all_that_keep_from_printing_have_a_remedy() -> None:
    assert all(say_condition(condition).message for condition in Condition)
    assert all(say_condition(condition).remedy for condition in Condition if condition not in PRINTS)


@pytest.mark.parametrize("answers", [b"\x12\x12\x12", b"\x12\x12\x12\x13", b"\xff" * 4])
def test_answers_that_no_printer_gives_are_called_garbled(answers: bytes) -> None:
    assert read_status(answers) is Condition.GARBLED
