"""Hand documents to tills: whoever says what it runs gets what is newer, part by part, AT_ONCE tills at a time.

Nothing is retained and nothing is remembered for long: a till that lost a part asks again. Two hundred tills that come back
at once, or a new version for all of them, wait in one queue in which each till stands once.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from hub.domain.device import DeviceRole
from hub.domain.errors import LinkDownError
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.ports.links import TillLink
from hub.ports.store import UnitOfWork
from hub.services.desk import Desk, House
from hub.services.presence import Presence
from shared.ids import SourceId
from shared.sync.batch import Message
from shared.wire.messages import WireError, make

log = logging.getLogger(__name__)

PART_BYTES: Final = 480 * 1024
"""A part stays below half a broker's limit of 1 MiB, also where nothing can be packed."""
AT_ONCE: Final = 4
WAITING_MAX: Final = 10_000
ADDRESSES_MAX: Final = 64
VERSION_MAX: Final = 2**53
NOT_AGAIN_WITHIN_MS: Final = 60_000
RETRY_S: Final = 2.0
_ADDRESS: Final = re.compile(r"[a-z0-9-]{1,48}(?:/[a-z0-9-]{1,48})?")


def note_running(desk: Desk, till: SourceId, message: Message) -> None:
    """Keep which versions a till says it runs; raises WireError if it says no such thing."""
    held = message["held"]
    if not isinstance(held, dict) or len(held) > ADDRESSES_MAX:
        raise WireError(f"documents-held must map at most {ADDRESSES_MAX} documents to their versions")
    for address, version in held.items():
        if not _ADDRESS.fullmatch(address) or type(version) is not int or not 0 <= version <= VERSION_MAX:
            raise WireError("documents-held must map documents (kind/scope) to version numbers")
    desk.uow.documents.set_running(till, held, desk.at)


class HandDocuments:
    """The queue of tills to hand documents to; belongs to one event loop. `run` it as a task."""

    def __init__(self, *, house: House, tills: TillLink, presence: Presence) -> None:
        self._house = house
        self._tills = tills
        self._presence = presence
        self._queue: deque[SourceId] = deque()
        self._waiting: set[SourceId] = set()
        self._under_way: set[SourceId] = set()
        self._wake = asyncio.Condition()
        self._handed: dict[SourceId, dict[str, tuple[str, int, int]]] = {}

    async def offer(self, till: SourceId) -> None:
        """Hand a till what is newer than what it runs, when its turn comes."""
        if till in self._waiting or len(self._waiting) >= WAITING_MAX:
            return
        async with self._wake:
            self._waiting.add(till)
            self._queue.append(till)
            self._wake.notify()

    async def offer_all(self) -> None:
        """Newer documents have come: offer them to the tills that are here; the others ask when they come."""
        devices = await self._house.store.read(lambda uow: uow.devices.all())
        for device in devices:
            seen = self._presence.of(device.device)
            if device.role is DeviceRole.TILL and seen is not None and seen.online:
                await self.offer(device.device)

    async def run(self) -> None:
        """Work through the queue until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while True:
            till = await self._next()
            try:
                await self._hand(till)
            except LinkDownError:
                await asyncio.sleep(RETRY_S * self._house.randomness.factor())
                await self.offer(till)
            except Exception:
                log.exception("documents could not be handed to %s", till)
            async with self._wake:
                self._under_way.discard(till)
                self._wake.notify()

    async def _next(self) -> SourceId:
        """Wait for a till that nobody hands to at the moment."""
        async with self._wake:
            while True:
                for till in self._queue:
                    if till not in self._under_way:
                        self._queue.remove(till)
                        self._waiting.discard(till)
                        self._under_way.add(till)
                        return till
                await self._wake.wait()

    async def _hand(self, till: SourceId) -> None:
        for mark in await self._house.store.read(lambda uow: newer_for(uow, till)):
            if self._was_handed(till, mark):
                continue
            held = await self._house.store.read(partial(_find, mark))
            if held is not None:
                for message, part in parts_of(held):
                    if self._has_left(till):
                        return
                    await self._tills.hand(till, message, part)
                self._note_handed(till, held.mark)

    def _has_left(self, till: SourceId) -> bool:
        """Tell whether a till is known to have gone: what is sent now would lie in the broker until it comes."""
        seen = self._presence.of(till)
        return seen is not None and bool(seen.birth) and not seen.online

    def _was_handed(self, till: SourceId, mark: DocumentMark) -> bool:
        """Tell whether a till was handed this only just now, and what it says of itself may not have arrived yet.

        What was handed before it connected again may be lost.
        """
        session, version, at_ms = self._handed.get(till, {}).get(_address(mark), ("", 0, 0))
        is_fresh = self._house.clock.monotonic_ms() - at_ms < NOT_AGAIN_WITHIN_MS
        return is_fresh and (session, version) == (self._session_of(till), mark.version)

    def _note_handed(self, till: SourceId, mark: DocumentMark) -> None:
        if till in self._handed or len(self._handed) < WAITING_MAX:
            at_ms = self._house.clock.monotonic_ms()
            self._handed.setdefault(till, {})[_address(mark)] = (self._session_of(till), mark.version, at_ms)

    def _session_of(self, till: SourceId) -> str:
        seen = self._presence.of(till)
        return seen.birth if seen else ""


def _find(mark: DocumentMark, uow: UnitOfWork) -> HeldDocument | None:
    return uow.documents.find(mark.kind, mark.scope)


def newer_for(uow: UnitOfWork, till: SourceId) -> list[DocumentMark]:
    """Return the documents that concern a till and are newer than what it says it runs."""
    running: Mapping[str, int] = uow.documents.running(till)
    return [mark for mark in uow.documents.newest_for(till) if mark.version > running.get(_address(mark), 0)]


def parts_of(held: HeldDocument) -> Iterator[tuple[Message, bytes]]:
    """Cut a document's text into messages with a part each."""
    mark, parts = held.mark, max(1, -(-len(held.signed) // PART_BYTES))
    for part in range(parts):
        message = make(
            "document", document=mark.kind.value, scope=mark.scope, version=mark.version, hash=mark.hash,
            part=part + 1, parts=parts,
        )  # fmt: skip
        yield message, held.signed[part * PART_BYTES : (part + 1) * PART_BYTES]


def _address(mark: DocumentMark) -> str:
    return f"{mark.kind.value}/{mark.scope}"
