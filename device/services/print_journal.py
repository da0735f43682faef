"""Keeps print jobs on the disk, behind the desk's back: it tells what there is and goes on.

Only before a printer begins somebody waits, so that after a power cut it is known that a paper may have come out. A disk
that does not take it is logged and stops no paper: every paper can be printed again from the ledger.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from device.domain.paper.kept import KeptPrints, kept_of
from device.domain.paper.printers import PrintJob
from device.ports.stores import PrintStore

log = logging.getLogger(__name__)


class PrintJournal:
    """Belongs to one event loop once something is told. What an earlier ledger's epoch left is not of this one."""

    def __init__(self, store: PrintStore, epoch: str) -> None:
        self._store = store
        kept = store.load()
        self._saved = kept if kept.epoch == epoch else KeptPrints(epoch=epoch)
        self._now = self._saved
        self._saving: asyncio.Task[None] | None = None

    @property
    def now(self) -> KeptPrints:
        """What is to be kept."""
        return self._now

    def tell_jobs(self, jobs: Iterable[PrintJob]) -> None:
        """Keep the jobs as they are now, soon."""
        self._tell(replace(self._now, jobs=kept_of(jobs)))

    def tell_printed(self, seq: int) -> None:
        """Keep up to which entry jobs were made, soon; 0 where nothing is printed here."""
        self._tell(replace(self._now, printed_seq=seq))

    async def durable(self) -> None:
        """Wait until what was told so far is on the disk."""
        while self._saving is not None:
            await asyncio.shield(self._saving)

    async def close(self) -> None:
        """Finish writing."""
        await self.durable()

    def _tell(self, now: KeptPrints) -> None:
        if now == self._now:
            return
        self._now = now
        if self._saving is None:
            self._saving = asyncio.ensure_future(self._save())

    async def _save(self) -> None:
        try:
            while self._saved != self._now:
                now = self._now
                try:
                    await asyncio.to_thread(self._store.save, now)
                except OSError:
                    log.warning("print jobs could not be kept for a restart", exc_info=True)
                self._saved = now
        finally:
            self._saving = None
