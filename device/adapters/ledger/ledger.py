"""The ledger of one till: one thread writes, several waiting decisions share one fdatasync, readers see what is durable.

Theory of operation. `append` puts a decision into a bounded queue. The writer thread takes all that wait, lets each
decide in turn against the provisional state, writes their entries through TinyDB's table in one go, and only then
publishes head and state, answers, and tells the listeners. If the disk refuses, the provisional state is forgotten and
everybody in the batch hears why.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from device.adapters.ledger.background import BackgroundCheck
from device.adapters.ledger.batch import Batch
from device.adapters.ledger.database import JournalDatabase
from device.adapters.ledger.disk import Disk
from device.adapters.ledger.errors import (
    LedgerBusy,
    LedgerClosed,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerFull,
)
from device.adapters.ledger.journal import Journal
from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.opening import OpeningReport, open_journal
from device.adapters.ledger.os_disk import OsDisk
from device.adapters.ledger.request import AwaitedRequest, BlockingRequest, Request
from device.adapters.ledger.snapshot import StateCache, fold_all, save
from device.adapters.ledger.table import JournalTable
from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey
from shared.events.event import Event, seal_event
from shared.events.sale import LedgerOpened
from shared.ids import EPOCH_LENGTH, Epoch, SourceId, TenantId, make_epoch

S = TypeVar("S")
R = TypeVar("R")

WAITING_MAX = 256
BATCH_REQUESTS_MAX = 64
BATCH_BYTES_MAX = 4 * 1024 * 1024
CLOSE_TIMEOUT_S = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """What a new ledger is born with: whose it is, its currency (ISO 4217) and the software that made it."""

    tenant: TenantId
    source: SourceId
    currency: str
    software: str


@dataclass(frozen=True, slots=True)
class _Published(Generic[S]):
    """What readers see; replaced as one, so that head and state always belong together."""

    head: Head
    state: S


class JournalLedger(Generic[S]):
    """An open ledger with its folded state of type S. Make one with `JournalLedger.open`."""

    def __init__(
        self,
        journal: Journal,
        *,
        report: OpeningReport,
        state: S,
        fold: Callable[[S, Entry], S],
        now: Callable[[], datetime],
        cache: StateCache[S] | None = None,
        check_sealed: bool = False,
    ) -> None:
        self.report = report
        self._cache = cache
        self._check = (
            BackgroundCheck(journal.disk, journal.sealed, journal.distrust) if check_sealed else None
        )
        self._journal = journal
        self._database = JournalDatabase(journal)
        self._published = _Published(journal.head, state)
        self._fold = fold
        self._now = now
        self._waiting: SimpleQueue[Request[S] | None] = SimpleQueue()  # None: the last one; stop after it
        self._submitting = Lock()
        self._closing = False
        self._listeners: tuple[Callable[[Head], None], ...] = ()
        self._thread = Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        birth: Birth,
        initial: S,
        fold: Callable[[S, Entry], S],
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes],
        known_seqs: Mapping[Epoch, int] | None = None,
        disk: Disk | None = None,
        cache: StateCache[S] | None = None,
        sizes: Sizes | None = None,
        check_sealed: bool = False,
    ) -> "JournalLedger[S]":
        """Open the ledger in a directory, or make one there, and fold its entries, oldest first.

        Args:
            directory: where it lies; made if it is missing.
            birth: what a new ledger is born with.
            initial: the state before the first entry.
            fold: returns the state after an entry; must not change the one it is given.
            now: the wall clock, with an offset; called in the writer thread.
            randomness: returns that many random bytes; for a new ledger's epoch.
            known_seqs: the highest entry number that hub or cloud are known to hold, by epoch.
            disk: the disk to stand on; the real one if not given.
            cache: how the state is kept beside the ledger, so that only what came after it is folded.
            sizes: of the files, where a test wants small ones.
            check_sealed: whether a thread of its own reads the sealed segments again; see `damages`.

        Raises:
            LedgerLocked, LedgerDamaged, LedgerFull, LedgerFailed: see there.
        """
        journal, report = open_journal(
            disk or OsDisk(),
            directory,
            first_entry=lambda: _first_entry(birth, now(), randomness(EPOCH_LENGTH)),
            known_seqs=known_seqs or {},
            sizes=sizes,
        )
        if report.torn is not None:
            _log.warning("%s", report.torn.words)
        try:
            state = fold_all(journal, initial=initial, fold=fold, cache=cache)
        except BaseException:
            journal.close()
            raise
        return cls(
            journal, report=report, state=state, fold=fold, now=now, cache=cache, check_sealed=check_sealed
        )

    @property
    def stream(self) -> StreamKey:
        """The key of this ledger's chain."""
        return self._journal.stream

    @property
    def head(self) -> Head:
        """The last durable entry."""
        return self._published.head

    @property
    def state(self) -> S:
        """The state after the last durable entry."""
        return self._published.state

    @property
    def entries(self) -> JournalTable:
        """TinyDB's table of all entries, to read from any thread: `doc_id` is the entry's number."""
        return self._database.entries

    async def append(self, decide: Callable[[S], tuple[Event, ...] | R]) -> tuple[Entry, ...] | R:
        """Let `decide` run in the writer thread and append the events that it returns.

        Args:
            decide: gets the state with everything before it folded in. Returns a tuple of events, or any other
                value to append nothing and have that value as the answer. Keep it pure and short.

        Returns:
            The entries, durable on disk; or what `decide` returned instead, once everything it saw is durable.

        Raises:
            LedgerFull, LedgerFailed, LedgerBusy, LedgerClosed: see there. What `decide` raises comes out too.
        """
        request = AwaitedRequest(decide, asyncio.get_running_loop())
        self._submit(request)
        answer: tuple[Entry, ...] | R = await request.future
        return answer

    def append_blocking(
        self, decide: Callable[[S], tuple[Event, ...] | R], timeout_s: float = 30.0
    ) -> tuple[Entry, ...] | R:
        """Do as `append` does, for callers without an event loop; raises TimeoutError after `timeout_s`."""
        request = BlockingRequest(decide)
        self._submit(request)
        answer: tuple[Entry, ...] | R = request.result(timeout_s)
        return answer

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries, both ends included; see `Journal.read_lines`. From any thread."""
        return self._journal.read_lines(first_seq, last_seq)

    def find_sale(self, sale_id: str) -> int | None:
        """Return the number of a sale's durable entry, or None. Costs the same at any age; from any thread."""
        return self._journal.find_sale(sale_id)

    def find_receipt(self, number: int) -> int | None:
        """Return the number of a receipt's durable entry, or None. Costs the same at any age; from any thread."""
        return self._journal.find_receipt(number)

    @property
    def damages(self) -> tuple[LedgerDamaged, ...]:
        """What was found damaged so far, when a segment was sealed or read again; the till goes on selling."""
        return (*self._journal.damages, *(self._check.damages if self._check else ()))

    @property
    def damage_words(self) -> str:
        """What a person should know of `damages`; empty if there are none."""
        if not self.damages:
            return ""
        where = ", ".join(f"{damage.path.name}, entry {damage.seq}" for damage in self.damages)
        return (
            f"An older part of the ledger is damaged ({where}). Selling goes on. After closing time stop the till and run "
            "stallholder repair: it mends what hub or cloud have a copy of."
        )

    @property
    def notice_words(self) -> str:
        """What a person should know of this ledger: of `damages`, else of what a power cut left; empty if nothing."""
        torn = self.report.torn
        return self.damage_words or (torn.words if torn else "")

    def on_appended(self, listener: Callable[[Head], None]) -> None:
        """Have `listener` called with each new head, in the writer thread; it must not block."""
        self._listeners = (*self._listeners, listener)

    def close(self) -> None:
        """Finish what waits, stop the thread, release the file and its lock. Safe to call again."""
        with self._submitting:
            if not self._closing:
                self._closing = True
                self._waiting.put(None)
        self._thread.join(CLOSE_TIMEOUT_S)
        if self._thread.is_alive():  # the disk hangs; closing the file under a write would be worse
            _log.error("the disk did not answer within %s s; the ledger stays locked", CLOSE_TIMEOUT_S)
            return
        if self._check is not None:
            self._check.close()
        self._journal.close()

    def _submit(self, request: Request[S]) -> None:
        with self._submitting:
            if self._closing:
                raise LedgerClosed
            if self._waiting.qsize() >= WAITING_MAX:
                raise LedgerBusy(self._waiting.qsize())
            self._waiting.put(request)

    def _run(self) -> None:
        self._database.entries.claim()
        while True:
            requests = self._take()
            self._commit([request for request in requests if request is not None])
            if None in requests:
                return

    def _take(self) -> list[Request[S] | None]:
        """Wait for requests and return those that may share a write."""
        waiting = self._waiting
        taken = [waiting.get()]
        while len(taken) < BATCH_REQUESTS_MAX and not waiting.empty():
            taken.append(waiting.get())
        return taken

    def _commit(self, requests: list[Request[S]]) -> None:
        """Let them decide and write, in as few writes as the limits allow; who gave up meanwhile is left out."""
        waiting = deque(requests)
        while waiting:
            batch = self._new_batch()
            while waiting and batch.bytes < BATCH_BYTES_MAX:
                request = waiting.popleft()
                if not request.given_up():
                    batch.take(request)
            self._write(batch)
        self._settle()

    def _settle(self) -> None:
        """Seal what is full, now that everybody has an answer; nothing depends on it."""
        try:
            if self._journal.settle() and self._cache is not None:
                save(self._journal, self.state, self._cache)
        except Exception as error:  # noqa: BLE001 - whatever it was, the ledger holds all it did
            _log.warning("a full part of the ledger could not be sealed (%r); it is tried again later", error)

    def _new_batch(self) -> Batch[S]:
        return Batch(stream=self.stream, head=self.head, state=self.state, fold=self._fold, now=self._now)

    def _write(self, batch: Batch[S]) -> None:
        try:
            if batch.entries:
                self._database.entries.append(batch.entries)
        except LedgerFull as full:
            self._write_singly(batch, full)
        except LedgerError as error:
            _log.error("%s", error)
            batch.fail(error)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it was
            _log.exception("the ledger's writer met an error that it does not know")
            batch.fail(LedgerFailed(self._journal.path, "write", repr(error)))
        else:
            self._publish(batch)

    def _write_singly(self, batch: Batch[S], full: LedgerFull) -> None:
        """Let each decide anew, alone: what is recorded already must not hear that it was refused."""
        requests = batch.requests
        if len(requests) == 1:
            _log.error("%s", full)
            batch.fail(full)
            return
        for request in requests:
            single = self._new_batch()
            single.take(request)
            self._write(single)

    def _publish(self, batch: Batch[S]) -> None:
        if batch.entries:
            self._published = _Published(batch.entries[-1].head, batch.state)
        batch.succeed()
        if batch.entries:
            self._tell(self.head)

    def _tell(self, head: Head) -> None:
        for listener in self._listeners:
            try:
                listener(head)
            except Exception:  # noqa: BLE001 - a listener's error must not end the one writer thread
                _log.exception("a listener of the ledger failed; the ledger goes on")


def _first_entry(birth: Birth, at: datetime, randomness: bytes) -> Entry:
    stream = StreamKey(tenant=birth.tenant, source=birth.source, epoch=make_epoch(randomness))
    opened = LedgerOpened(currency=birth.currency, software=birth.software)
    return seal_event(stream=stream, head=EMPTY_HEAD, at=at, event=opened)
