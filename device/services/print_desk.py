"""The print desk: takes jobs, never makes anybody wait, tries each printer in turn, and keeps what could not be printed.

It knows nothing of sales: whoever has something to print hands over a document, and says of which entry it is where it
can be made again. Such jobs are in the journal until they are printed: after a restart they wait for somebody.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from device.domain.paper.document import Document, Logo
from device.domain.paper.escpos import QrDrawer, encode_rows
from device.domain.paper.kept import job_of
from device.domain.paper.layout import lay_out
from device.domain.paper.printers import (
    Delivered,
    JobKind,
    JobState,
    NoPrinter,
    NoSuchJob,
    NotSent,
    Outcome,
    PaperRef,
    Printer,
    PrintJob,
    TooManyJobs,
    Unsure,
)
from device.domain.paper.receipt import as_copy
from device.domain.paper.status import Condition
from device.ports.paper import ReceiptPrinter
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.changes import Changes
from device.services.print_journal import PrintJournal
from shared.host.end_tasks import end_tasks

log = logging.getLogger(__name__)

JOBS_MAX: Final = 100
WAITING_MAX: Final = 50
PAUSES_S: Final = (0.0, 1.0, 3.0, 10.0)  # before each try
JOB_S: Final = 90.0
# A drawer that opens by itself a while after the sale is open in front of nobody.
DRAWER_FRESH_MS: Final = 5_000
_TWICE_IS_A_COPY: Final = frozenset({JobKind.RECEIPT, JobKind.REFUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDeskPorts:
    """What the desk needs. `connect` returns the printer of some settings; `language` is the papers'; `pause` waits for seconds."""

    settings: SettingsStore
    clock: Clock
    randomness: Randomness
    changes: Changes
    connect: Callable[[Printer], ReceiptPrinter]
    draw_qr: QrDrawer
    language: Callable[[], str]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    journal: PrintJournal | None = None


class PrintDesk:
    """The service behind `/api/print-jobs`. Its methods are called in the event loop and never wait, but for `status`."""

    def __init__(self, ports: PrintDeskPorts) -> None:
        self._ports = ports
        self._jobs: dict[str, PrintJob] = {}
        self._submitted_ms: dict[str, int] = {}
        self._lanes: dict[str, deque[str]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._connected: dict[Printer, ReceiptPrinter] = {}
        self._make_again: Callable[[PaperRef], Awaitable[Document | None]] | None = None

    def take_up(self, make_again: Callable[[PaperRef], Awaitable[Document | None]]) -> None:
        """Take up what an earlier run left unprinted; `make_again` makes a paper from the ledger, None if it cannot."""
        self._make_again = make_again
        if self._ports.journal:
            self._jobs = {kept.job_id: job_of(kept) for kept in self._ports.journal.now.jobs}

    @property
    def jobs(self) -> tuple[PrintJob, ...]:
        """All jobs that are remembered, the newest first."""
        return tuple(reversed(self._jobs.values()))

    def submit(
        self,
        kind: JobKind,
        about: str,
        document: Document,
        *,
        printer: str = "",
        paper: PaperRef | None = None,
    ) -> PrintJob | NoPrinter | TooManyJobs:
        """Take a job for the first printer, or for the one that is named."""
        waiting = sum(job.state in {JobState.WAITING, JobState.PRINTING} for job in self._jobs.values())
        if waiting >= WAITING_MAX:
            return TooManyJobs(waiting)
        chosen = self._printers(kind, printer)
        if not chosen:
            return NoPrinter(printer)
        job = PrintJob(
            job_id=self._ports.randomness.new_id(), kind=kind, about=about, document=document,
            at=self._ports.clock.now(), printer=chosen[0].name, paper=paper,
        )  # fmt: skip
        self._make_room()
        self._enqueue(job)
        return job

    def again(self, job_id: str) -> PrintJob | NoSuchJob | NoPrinter:
        """Try a job again that could not be printed. What may have been printed already is marked as a copy."""
        job = self._jobs.get(job_id)
        if job is None or not job.needs_somebody or job.kind is JobKind.DRAWER:
            return NoSuchJob()
        chosen = self._printers(job.kind, job.printer if job.kind is JobKind.TEST else "")
        if not chosen:
            return NoPrinter()
        anew = replace(job, state=JobState.WAITING, condition=None, printer=chosen[0].name)
        if job.state is JobState.UNSURE and job.kind in _TWICE_IS_A_COPY:
            anew = replace(
                anew, kind=JobKind.COPY, paper=job.paper and replace(job.paper, is_copy=True),
                document=as_copy(job.document, self._ports.language()) if job.document else (),
            )  # fmt: skip
        self._enqueue(anew)
        return anew

    def drop(self, job_id: str) -> NoSuchJob | None:
        """Forget a job, unless it is being printed."""
        job = self._jobs.get(job_id)
        if job is None or job.state is JobState.PRINTING:
            return NoSuchJob()
        self._forget(job_id)
        self._tell()
        return None

    async def status(self, printer: Printer) -> Condition:
        """Ask a printer how it is; within a few seconds, whatever it does. One that prints just now is ready."""
        if any(job.state is JobState.PRINTING and job.printer == printer.name for job in self._jobs.values()):
            return Condition.READY
        return await self._reach(printer).status()

    async def close(self) -> None:
        """End all that is under way; what is not printed stays in the journal."""
        await end_tasks(list(self._workers.values()))
        if self._ports.journal:
            await self._ports.journal.close()

    def _printers(self, kind: JobKind, name: str) -> tuple[Printer, ...]:
        """Return the printers that may have a job, the best first."""
        printing = self._ports.settings.current.printing
        printers = tuple(one for one in printing.in_order() if not name or one.name == name)
        if kind is JobKind.DRAWER:
            return tuple(one for one in printers if one.drawer)[:1]
        return printers

    def _reach(self, printer: Printer) -> ReceiptPrinter:
        """Return the one way to a printer, so that its jobs and questions take turns; settings that are gone are let go."""
        known = set(self._ports.settings.current.printing.printers) | {printer}
        self._connected = {one: way for one, way in self._connected.items() if one in known}
        return self._connected.setdefault(printer, self._ports.connect(printer))

    def _enqueue(self, job: PrintJob) -> None:
        """Each printer has a lane of its own, and the drawer another, so that no paper stands in its way."""
        self._jobs.pop(job.job_id, None)
        self._jobs[job.job_id] = job
        self._submitted_ms[job.job_id] = self._ports.clock.monotonic_ms()
        lane = f"{job.printer}{' drawer' if job.kind is JobKind.DRAWER else ''}"
        self._lanes.setdefault(lane, deque()).append(job.job_id)
        if lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._work(lane))
        self._tell()

    async def _work(self, lane: str) -> None:
        """Print what stands in a lane, then end."""
        try:
            while self._lanes[lane]:
                job = self._jobs.get(self._lanes[lane].popleft())
                if job is not None and job.state is JobState.WAITING:
                    await self._print(job)
        finally:
            del self._workers[lane], self._lanes[lane]

    async def _print(self, job: PrintJob) -> None:
        pauses = PAUSES_S[:1] if job.kind is JobKind.DRAWER else PAUSES_S
        condition = Condition.UNREACHABLE
        for tries, pause_s in enumerate(pauses, start=1):
            await self._ports.pause(pause_s * self._ports.randomness.jitter())
            if job.job_id not in self._jobs:
                return
            outcome, printer = await self._try_each(replace(job, tries=tries))
            match outcome:
                case Delivered():
                    self._keep(
                        replace(job, state=JobState.PRINTED, printer=printer, tries=tries, condition=None)
                    )
                    return
                case Unsure(condition=condition):
                    self._keep(
                        replace(job, state=JobState.UNSURE, printer=printer, tries=tries, condition=condition)
                    )
                    return
                case NotSent(condition=condition):
                    self._keep(replace(job, tries=tries, condition=condition))
        self._keep(replace(job, state=JobState.FAILED, tries=len(pauses), condition=condition))
        log.warning("could not be printed: %s %s (%s)", job.kind.value, job.about, condition.value)

    async def _try_each(self, job: PrintJob) -> tuple[Outcome, str]:
        """Try the printers in turn until one has taken something; returns the first printer's word where none has."""
        first: tuple[Outcome, str] | None = None
        named = job.printer if job.kind is JobKind.TEST else ""
        for printer in self._printers(job.kind, named):
            if job.kind is JobKind.DRAWER and self._is_late(job):
                break
            self._keep(replace(job, state=JobState.PRINTING, printer=printer.name))
            outcome = await self._deliver(printer, job)
            if not isinstance(outcome, NotSent):
                return outcome, printer.name
            first = first or (outcome, printer.name)
        return first or (NotSent(Condition.UNREACHABLE), job.printer)

    def _is_late(self, job: PrintJob) -> bool:
        return self._ports.clock.monotonic_ms() - self._submitted_ms[job.job_id] > DRAWER_FRESH_MS

    async def _deliver(self, printer: Printer, job: PrintJob) -> Outcome:
        made = job.document
        if not made and job.paper and self._make_again:
            made = await self._make_again(job.paper) or ()
        if not made:
            return NotSent(Condition.MISSING)
        if self._ports.journal:
            await self._ports.journal.durable()
        document = tuple(block for block in made if printer.logo or not isinstance(block, Logo))
        data = encode_rows(lay_out(document, printer.columns), printer.can, self._ports.draw_qr)
        try:
            return await asyncio.wait_for(self._reach(printer).print(data), JOB_S)
        except TimeoutError:
            return Unsure(Condition.SILENT)

    def _keep(self, job: PrintJob) -> None:
        if job.job_id in self._jobs:
            self._jobs[job.job_id] = job
            self._tell()

    def _tell(self) -> None:
        if self._ports.journal:
            self._ports.journal.tell_jobs(self._jobs.values())
        self._ports.changes.tell()

    def _make_room(self) -> None:
        """Forget the oldest: of what was printed, else of what could not be."""
        while len(self._jobs) >= JOBS_MAX:
            printed = (job.job_id for job in self._jobs.values() if job.state is JobState.PRINTED)
            ended = (job.job_id for job in self._jobs.values() if job.needs_somebody)
            self._forget(next(printed, None) or next(ended))

    def _forget(self, job_id: str) -> None:
        del self._jobs[job_id]
        self._submitted_ms.pop(job_id, None)
