"""The print desk: nobody waits for it, every queue is bounded, and what could not be printed stays visible."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from device.adapters.paper_pages.qr_dots import draw_qr
from device.domain.paper.document import Cut, Text
from device.domain.paper.layout import TextRow
from device.domain.paper.printers import (
    Delivered,
    JobKind,
    JobState,
    NoPrinter,
    NoSuchJob,
    NotSent,
    Outcome,
    Printer,
    PrinterKind,
    PrinterRole,
    Printing,
    PrintJob,
    TooManyJobs,
    Unsure,
)
from device.domain.paper.status import Condition
from device.domain.settings import Settings
from device.services import print_desk
from device.services.changes import Changes
from device.services.print_desk import JOBS_MAX, PAUSES_S, WAITING_MAX, PrintDesk, PrintDeskPorts
from device.sim.escpos_interpreter import Interpreter
from tests.fakes import FakeClock, FakeRandomness, MemorySettings

FIRST = Printer(name="Counter", kind=PrinterKind.NETWORK, address="10.0.0.1", drawer=True)
SECOND = Printer(name="Back", kind=PrinterKind.USB, address="/dev/usb/lp0", role=PrinterRole.SECOND)
PAPER = (Text("Hello"), Cut())


class PaperTray:
    """A printer that answers what it was told to, and keeps what it was sent."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.always: Outcome = Delivered()
        self.printed: list[bytes] = []
        self.hold: asyncio.Event | None = None

    async def print(self, data: bytes) -> Outcome:
        if self.hold:
            await self.hold.wait()
        outcome = self.outcomes.pop(0) if self.outcomes else self.always
        if not isinstance(outcome, NotSent):
            self.printed.append(data)
        return outcome

    async def status(self) -> Condition:
        return Condition.READY


class Stand:
    def __init__(self, *printers: Printer) -> None:
        self.settings = MemorySettings(Settings(printing=Printing(printers=printers)))
        self.clock = FakeClock()
        self.trays = {printer.name: PaperTray() for printer in printers}
        self.pauses: list[float] = []
        self.desk = PrintDesk(
            PrintDeskPorts(
                settings=self.settings, clock=self.clock, randomness=FakeRandomness(), changes=Changes(),
                connect=lambda printer: self.trays[printer.name], draw_qr=draw_qr, language=lambda: "de", pause=self._pause,
            )
        )  # fmt: skip

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def submit(self, kind: JobKind = JobKind.RECEIPT) -> PrintJob:
        job = self.desk.submit(kind, "a-1", PAPER)
        assert isinstance(job, PrintJob)
        return job

    async def rest(self) -> None:
        """Until nobody at the desk has anything to do."""
        for _ in range(500):
            await asyncio.sleep(0)

    def state(self, job: PrintJob) -> tuple[JobState, str]:
        now = next(one for one in self.desk.jobs if one.job_id == job.job_id)
        return now.state, now.printer


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., Stand]]:
    stands: list[Stand] = []

    def build(*printers: Printer) -> Stand:
        stands.append(Stand(*printers))
        return stands[-1]

    yield build
    for stand in stands:
        await stand.desk.close()


async def test_a_job_is_printed_by_the_first_printer(make: Callable[..., Stand]) -> None:
    stand = make(SECOND, FIRST)
    job = stand.submit()
    assert job.state is JobState.WAITING
    await stand.rest()

    assert stand.state(job) == (JobState.PRINTED, "Counter")
    head = Interpreter()
    head.feed(stand.trays["Counter"].printed[0])
    assert head.rows[0] == TextRow("Hello")


async def test_the_second_printer_steps_in_when_the_first_has_no_paper(make: Callable[..., Stand]) -> None:
    stand = make(FIRST, SECOND)
    stand.trays["Counter"].always = NotSent(Condition.PAPER_OUT)
    job = stand.submit()
    await stand.rest()

    assert stand.state(job) == (JobState.PRINTED, "Back")


async def test_after_some_tries_with_growing_pauses_a_job_waits_for_somebody(
    make: Callable[..., Stand],
) -> None:
    stand = make(FIRST)
    stand.trays["Counter"].always = NotSent(Condition.COVER_OPEN)
    job = stand.submit()
    await stand.rest()

    assert stand.state(job) == (JobState.FAILED, "Counter")
    assert stand.desk.jobs[0].condition is Condition.COVER_OPEN
    assert stand.pauses == list(PAUSES_S)

    stand.trays["Counter"].always = Delivered()
    assert isinstance(stand.desk.again(job.job_id), PrintJob)
    await stand.rest()
    assert stand.state(job) == (JobState.PRINTED, "Counter")
    assert isinstance(stand.desk.again(job.job_id), NoSuchJob)


async def test_a_receipt_that_may_have_come_out_is_never_printed_again_by_itself_and_then_as_a_copy(
    make: Callable[..., Stand],
) -> None:
    stand = make(FIRST, SECOND)
    stand.trays["Counter"].outcomes = [Unsure(Condition.PAPER_OUT)]
    job = stand.submit()
    await stand.rest()

    assert stand.state(job) == (JobState.UNSURE, "Counter")
    assert len(stand.trays["Counter"].printed) == 1
    assert stand.trays["Back"].printed == []

    stand.desk.again(job.job_id)
    await stand.rest()
    assert b"KOPIE" in stand.trays["Counter"].printed[1]


async def test_the_drawer_opens_at_once_or_not_at_all(make: Callable[..., Stand]) -> None:
    stand = make(FIRST, SECOND)
    stand.trays["Counter"].always = NotSent(Condition.OFFLINE)
    refused = stand.submit(JobKind.DRAWER)
    await stand.rest()
    assert stand.state(refused) == (JobState.FAILED, "Counter")
    assert stand.pauses == [0.0]
    assert isinstance(stand.desk.again(refused.job_id), NoSuchJob)

    stand.trays["Counter"].always = Delivered()
    late = stand.submit(JobKind.DRAWER)
    stand.clock.advance(6)
    await stand.rest()
    assert stand.state(late)[0] is JobState.FAILED
    assert stand.trays["Counter"].printed == []


async def test_a_wedged_printer_holds_up_neither_the_till_nor_the_drawers_lane_nor_memory(
    make: Callable[..., Stand],
) -> None:
    stand = make(FIRST)
    stand.trays["Counter"].hold = asyncio.Event()
    told = [stand.desk.submit(JobKind.RECEIPT, str(n), PAPER) for n in range(WAITING_MAX + 5)]
    await stand.rest()

    assert [type(one) for one in told[-5:]] == [TooManyJobs] * 5
    assert len(stand.desk.jobs) == WAITING_MAX

    stand.trays["Counter"].hold.set()
    await stand.rest()
    assert {job.state for job in stand.desk.jobs} == {JobState.PRINTED}


async def test_the_list_of_jobs_forgets_the_oldest_printed_ones_first(make: Callable[..., Stand]) -> None:
    stand = make(FIRST)
    stand.trays["Counter"].outcomes = [Unsure(Condition.SILENT)]
    kept = stand.submit()
    for _ in range(JOBS_MAX + 20):
        stand.submit()
        await stand.rest()

    assert len(stand.desk.jobs) <= JOBS_MAX
    assert stand.state(kept)[0] is JobState.UNSURE


async def test_a_job_can_be_dropped_unless_it_is_being_printed(make: Callable[..., Stand]) -> None:
    stand = make(FIRST)
    stand.trays["Counter"].hold = asyncio.Event()
    printing, waiting = stand.submit(), stand.submit()
    await stand.rest()

    assert isinstance(stand.desk.drop(printing.job_id), NoSuchJob)
    assert stand.desk.drop(waiting.job_id) is None
    stand.trays["Counter"].hold.set()
    await stand.rest()
    assert len(stand.trays["Counter"].printed) == 1


async def test_without_a_printer_that_is_said_and_nothing_waits(make: Callable[..., Stand]) -> None:
    stand = make()

    assert stand.desk.submit(JobKind.RECEIPT, "x", PAPER) == NoPrinter("")
    assert stand.desk.jobs == ()


async def test_a_printer_that_never_answers_is_given_up(
    make: Callable[..., Stand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_desk, "JOB_S", 0.01)
    stand = make(FIRST)
    stand.trays["Counter"].hold = asyncio.Event()
    job = stand.submit()
    await asyncio.sleep(0.1)

    assert stand.state(job) == (JobState.UNSURE, "Counter")
