"""Fetch what is newer from the cloud: checked before it is kept, so that no older and no unsigned document ever gets in.

A document that cannot be taken is kept among the refusals, where staff sees it, and asked for again after a while.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from hub.domain.errors import CloudUnreachableError
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.domain.stream import Rejected
from hub.ports.links import CloudLink
from hub.services.changes import Changed, Changes
from hub.services.desk import House
from shared.documents import DOCUMENT_BYTES_MAX, SIGNED_BYTES_MAX, DocumentKind, document_text, read_issued
from shared.trust import TrustError

_log = logging.getLogger(__name__)
LOOK_EVERY_MS = 2_000
FETCHED_AT_ONCE = 16
REFUSED_AGAIN_MS = 300_000


class FetchDocuments:
    """Brings documents from the cloud; must be used on the event loop's thread. `on_newer` is called when some have come."""

    def __init__(
        self,
        *,
        house: House,
        cloud: CloudLink,
        changes: Changes,
        on_newer: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._house = house
        self._cloud = cloud
        self._changes = changes
        self._on_newer = on_newer
        self._looked_ms: int | None = None
        self._refused: dict[tuple[DocumentKind, str], tuple[DocumentMark, int]] = {}
        self._not_listed = ""

    async def fetch_due(self) -> bool:
        """Look for newer documents, not more often than every LOOK_EVERY_MS, and fetch some; raises CloudUnreachableError.

        Returns whether there are more: sales that wait to be passed on come in between.
        """
        now_ms = self._house.clock.monotonic_ms()
        if self._looked_ms is not None and now_ms - self._looked_ms < LOOK_EVERY_MS:
            return False
        newer = await self._newer()
        has_more = len(newer) > FETCHED_AT_ONCE
        self._looked_ms = None if has_more else now_ms
        kept = 0
        for mark in newer[:FETCHED_AT_ONCE]:
            kept += await self._take(mark)
        if kept:
            self._changes.announce({Changed.SOURCES})
            if self._on_newer is not None:
                await self._on_newer()
        return has_more

    async def _newer(self) -> Sequence[DocumentMark]:
        held = await self._house.store.read(lambda uow: uow.documents.all())
        versions = {(mark.kind, mark.scope): mark.version for mark in held}
        try:
            offered = await self._cloud.documents(held)
        except CloudUnreachableError as error:
            if not error.answered:
                raise
            if self._not_listed != error.reason:  # an older cloud has no documents: everything else goes on
                _log.warning("the cloud names no documents: %s", error.reason)
            self._not_listed = error.reason
            return ()
        self._not_listed = ""
        return [
            mark
            for mark in offered
            if mark.version > versions.get((mark.kind, mark.scope), 0) and not self._waits(mark)
        ]

    async def _take(self, mark: DocumentMark) -> bool:
        """Fetch one document, check it and keep it; returns whether it is here now."""
        try:
            if mark.size_bytes > SIGNED_BYTES_MAX:
                raise TrustError(f"it has {mark.size_bytes} bytes, {SIGNED_BYTES_MAX} is the most")
            said = await self._cloud.document(mark)
            signed = self._check(mark, said)
        except ValueError as error:  # TrustError, or text that is not even text
            await self._refuse(mark, str(error))
            return False
        except CloudUnreachableError as error:
            if not error.answered:
                raise
            await self._refuse(mark, error.reason)
            return False
        self._refused.pop((mark.kind, mark.scope), None)
        held = HeldDocument(
            mark=replace(mark, size_bytes=len(signed)), signed=signed, kept_at=self._house.clock.now()
        )  # fmt: skip
        return await self._house.store.write(lambda uow: uow.documents.save(held))

    def _check(self, mark: DocumentMark, said: Mapping[str, object]) -> bytes:
        """Return the text of a document that is what it was named; raises TrustError."""
        identity = self._house.identity
        document = read_issued(said, root_public_key=identity.root_public_key, tenant=identity.tenant)
        found = (document.kind, document.scope, document.version, document.hash)
        if found != (mark.kind, mark.scope, mark.version, mark.hash):
            raise TrustError(
                f"the cloud named version {mark.version} for {mark.scope}, what came is "
                f"{document.kind.value} version {document.version} for {document.scope}"
            )
        payload = str(said["payload"]).encode()
        if len(payload) > DOCUMENT_BYTES_MAX:
            raise TrustError(f"it has {len(payload)} bytes, {DOCUMENT_BYTES_MAX} is the most")
        return document_text(payload, str(said["signature"]))

    def _waits(self, mark: DocumentMark) -> bool:
        refused, at_ms = self._refused.get((mark.kind, mark.scope), (None, 0))
        return refused == mark and self._house.clock.monotonic_ms() - at_ms < REFUSED_AGAIN_MS

    async def _refuse(self, mark: DocumentMark, reason: str) -> None:
        """Keep a refusal where people see it: once for each document, however often it is offered."""
        before, _ = self._refused.get((mark.kind, mark.scope), (None, 0))
        self._refused[mark.kind, mark.scope] = (mark, self._house.clock.monotonic_ms())
        if before == mark:
            return
        _log.warning(
            "%s version %d for %s was not taken: %s", mark.kind.value, mark.version, mark.scope, reason
        )
        words = f"Document not taken: {reason.rstrip('.')}. The version before it still counts."
        topic = f"documents/{mark.kind.value}/{mark.scope}/{mark.version}"
        rejected = Rejected(at=self._house.clock.now(), topic=topic, reason=words, payload=b"")
        await self._house.store.write(lambda uow: uow.refusals.reject(rejected))
        self._changes.announce({Changed.SOURCES})
