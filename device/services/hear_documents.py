"""Documents on the link: the till says which versions it runs, and takes what the hub answers, part by part."""

import logging
from collections.abc import Sequence

from device.domain.document_parts import DocumentParts
from device.domain.documents import Accepted
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore
from device.ports.world import Randomness
from device.services.accept_document import AcceptDocument
from shared.sync.batch import Message, Payload
from shared.wire.messages import make

log = logging.getLogger(__name__)
SAY_EVERY_MS = 600_000
"""Nobody else remembers what was lost on the way: the till asks again, in steps that tills do not take together."""


class HearDocuments:
    """A `Conversation`."""

    hears = frozenset({"document"})

    def __init__(
        self, *, ledger: Ledger, documents: DocumentStore, accept: AcceptDocument, randomness: Randomness
    ) -> None:
        self._ledger = ledger
        self._documents = documents
        self._accept = accept
        self._randomness = randomness
        self._parts = DocumentParts()
        self._say_at_ms = 0

    def begin(self, now_ms: int) -> None:
        """Say at once what runs here."""
        self._say_at_ms = now_ms

    def due_in_ms(self, now_ms: int) -> int:
        """Return how long to wait before saying it again, or giving up what came in part."""
        given_up_at_ms = self._parts.given_up_at_ms
        at_ms = self._say_at_ms if given_up_at_ms is None else min(self._say_at_ms, given_up_at_ms)
        return max(at_ms - now_ms, 0)

    def say(self, now_ms: int) -> Sequence[Message]:
        """Say which versions run here; the hub answers with what is newer."""
        self._parts.give_up(now_ms)
        self._say_at_ms = now_ms + int(SAY_EVERY_MS * self._randomness.jitter())
        return (
            make("documents-held", epoch=self._ledger.stream.epoch, held=self._documents.current.versions()),
        )

    async def hear(self, said: Payload, *, now_ms: int, hub_seq: int) -> None:  # noqa: ARG002 - not about entries
        """Take a part; with the last one the document is accepted or refused."""
        joined = self._parts.take(said.message, said.lines[0], now_ms)
        if joined is None or self._accept.is_held(joined[0]):
            return
        try:
            outcome = await self._accept.accept(*joined)
        except (
            Exception
        ):  # a document, whatever is wrong with it or with the disk, must not end the sales' way to the hub
            log.exception("a document could not be taken; it is asked for again later")
            return
        if isinstance(outcome, Accepted):  # a refused one is not asked for again at once: it would come again
            self._say_at_ms = now_ms
