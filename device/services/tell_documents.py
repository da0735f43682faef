"""Tell which documents count here, which were refused and why, and what was settled that this till had a word in."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from device.domain.documents import Documents, RefusedDocument
from device.domain.settings import Settings
from device.domain.settlements import note_seen, settlements_of
from device.domain.trade_rules import selling_key
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore, SettingsStore
from device.services.assortment import CurrentAssortment
from shared.documents import EVERYONE, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDocument:
    """A document that counts; `own` ones are for this till alone."""

    kind: str
    own: bool
    version: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsTold:
    """`key` is another one whenever what is sold is; `waiting` counts products whose change here is on its way."""

    key: str
    waiting: int
    running: tuple[RunningDocument, ...]
    refused: tuple[RefusedDocument, ...]
    settled: dict[str, Settlement]


class TellDocuments:
    """The service behind `GET /api/documents`."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        documents: DocumentStore,
        settings: SettingsStore,
        assortment: CurrentAssortment,
        has_hub: bool,
    ) -> None:
        self._source = ledger.stream.source
        self._documents = documents
        self._settings = settings
        self._assortment = assortment
        self._has_hub = has_hub

    def now(self) -> DocumentsTold:
        """Return what there is to tell now."""
        documents, settings, assortment = (
            self._documents.current,
            self._settings.current,
            self._assortment.now(),
        )
        return DocumentsTold(
            key=selling_key(assortment.key, self._settings.current.trade_rules),
            waiting=assortment.catalogue.waiting if self._has_hub else 0,
            running=_running(documents),
            refused=settings.refused_documents,
            settled={
                key: one
                for key, one in settlements_of(documents, self._source).items()
                if key not in settings.settlements_seen
            },
        )

    async def take_note(self, keys: tuple[str, ...]) -> None:
        """Somebody has read these settlements."""

        def noted(old: Settings) -> Settings:
            seen = note_seen(old.settlements_seen, keys, self._documents.current, self._source)
            return replace(old, settlements_seen=seen)

        await asyncio.to_thread(self._settings.change, noted)

    async def forget_refused(self) -> None:
        """Somebody has read what was refused; it is not shown again unless it comes again."""
        await asyncio.to_thread(self._settings.change, lambda old: replace(old, refused_documents=()))


def _running(documents: Documents) -> tuple[RunningDocument, ...]:
    return tuple(
        RunningDocument(
            kind=kind.value, own=scope != EVERYONE, version=one.document.version, since=one.accepted_at
        )
        for (kind, scope), one in sorted(documents.accepted.items())
    )
