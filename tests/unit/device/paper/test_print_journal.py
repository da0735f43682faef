"""Print jobs on the disk: what is kept when, so that a power cut in any moment leaves the truth behind."""

import asyncio
from pathlib import Path

from device.adapters.files.print_jobs_file import PrintJobsFile
from device.adapters.paper_pages.qr_dots import draw_qr
from device.domain.paper.document import Cut, Document, Text
from device.domain.paper.kept import KEPT_MAX, KeptPrints, kept_of
from device.domain.paper.printers import (
    Delivered,
    JobKind,
    JobState,
    Outcome,
    PaperRef,
    Printer,
    PrinterKind,
    Printing,
    PrintJob,
)
from device.domain.paper.status import Condition
from device.domain.settings import Settings
from device.services.changes import Changes
from device.services.print_desk import PrintDesk, PrintDeskPorts
from device.services.print_journal import PrintJournal
from tests.fakes import NOON, FakeClock, FakeRandomness, MemorySettings

COUNTER = Printer(name="Counter", kind=PrinterKind.NETWORK, address="10.0.0.1")
PAPER = (Text("Hello"), Cut())


class Tray:
    """A printer that looks at the disk when it is sent something."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seen: list[KeptPrints] = []
        self.printed: list[bytes] = []

    async def print(self, data: bytes) -> Outcome:
        self.seen.append(PrintJobsFile(self.file).load())
        self.printed.append(data)
        return Delivered()

    async def status(self) -> Condition:
        return Condition.READY


def desk_on(file: Path, tray: Tray, epoch: str = "k7f3q2") -> PrintDesk:
    settings = MemorySettings(Settings(printing=Printing(printers=(COUNTER,))))
    journal = PrintJournal(PrintJobsFile(file), epoch)
    desk = PrintDesk(PrintDeskPorts(settings=settings, clock=FakeClock(), randomness=FakeRandomness(), changes=Changes(),
                                    connect=lambda _: tray, draw_qr=draw_qr, language=lambda: "en", journal=journal))  # fmt: skip

    async def make_again(paper: PaperRef) -> Document:
        return (Text(f"Entry {paper.seq}{' copy' if paper.is_copy else ''}"), Cut())

    desk.take_up(make_again)
    return desk


async def printed(desk: PrintDesk) -> None:
    async with asyncio.timeout(20):
        while any(job.state in {JobState.WAITING, JobState.PRINTING} for job in desk.jobs):
            await asyncio.sleep(0.002)


async def test_before_a_printer_hears_of_a_paper_the_disk_says_that_it_may_be_out(tmp_path: Path) -> None:
    file = tmp_path / "print-jobs.json"
    tray = Tray(file)
    desk = desk_on(file, tray)
    desk.submit(JobKind.RECEIPT, "a-1", PAPER, paper=PaperRef(seq=7))
    await printed(desk)
    await desk.close()
    (job,) = tray.seen[0].jobs
    assert (job.seq, job.may_be_out) == (7, True)
    assert PrintJobsFile(file).load().jobs == ()  # printed: nothing is left to be done


async def test_a_paper_that_may_be_out_is_made_again_from_the_ledger_as_a_copy_and_then_is_forgotten(
    tmp_path: Path,
) -> None:
    file = tmp_path / "print-jobs.json"
    before = Tray(file)
    desk = desk_on(file, before)
    desk.submit(JobKind.RECEIPT, "a-1", PAPER, paper=PaperRef(seq=7))
    await printed(desk)
    await desk.close()
    PrintJobsFile(file).save(before.seen[0])  # as a power cut in the middle of printing leaves it

    tray = Tray(file)
    desk = desk_on(file, tray)
    (job,) = desk.jobs
    assert (job.state, job.about) == (JobState.UNSURE, "a-1")
    assert isinstance(desk.again(job.job_id), PrintJob)
    await printed(desk)
    await desk.close()
    assert b"Entry 7 copy" in tray.printed[0]
    assert desk_on(file, tray).jobs == ()


async def test_what_belongs_to_another_ledger_is_not_taken_up(tmp_path: Path) -> None:
    file = tmp_path / "print-jobs.json"
    tray = Tray(file)
    desk = desk_on(file, tray)
    desk.submit(JobKind.RECEIPT, "a-1", PAPER, paper=PaperRef(seq=7))
    await printed(desk)
    await desk.close()
    PrintJobsFile(file).save(tray.seen[0])
    assert desk_on(file, tray, epoch="m4x9rt").jobs == ()


def test_what_is_kept_is_bounded_and_leaves_out_what_is_asked_for_again_in_one_tap() -> None:
    def job(number: int, paper: PaperRef | None, state: JobState = JobState.FAILED) -> PrintJob:
        return PrintJob(job_id=str(number), kind=JobKind.RECEIPT, about=str(number), document=PAPER, at=NOON, printer="Counter",
                        state=state, paper=paper)  # fmt: skip

    jobs = [job(number, PaperRef(seq=number)) for number in range(1, KEPT_MAX + 11)]
    kept = kept_of([*jobs, job(0, None), job(500, PaperRef(seq=500), JobState.PRINTED)])
    assert [one.seq for one in kept] == list(range(11, KEPT_MAX + 11))
