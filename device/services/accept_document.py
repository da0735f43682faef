"""Accept a document that came down, or refuse it in words: signature, tenant, address, version, and whether it works here.

An accepted one is durable before it counts, and counts as a whole from one decision to the next. A refused one is
kept with its reason where people see it; what counted before goes on counting.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, cast

from device.domain.document_parts import Claim
from device.domain.documents import (
    TEXT_MAX,
    Accepted,
    DocumentFault,
    RefusedDocument,
    forget_settled,
    judge,
    note_refused,
)
from device.domain.forecast import ForecastModelError
from device.domain.identity import Identity
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore, SettingsStore
from device.ports.world import Clock
from device.services.changes import Changes
from device.services.models import Models
from shared.documents import Document, QuotasContent, read_issued
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded
from shared.ids import Sku
from shared.trust import TrustError

log = logging.getLogger(__name__)
LINES_AT_ONCE = 1_000

Outcome: TypeAlias = Accepted | RefusedDocument


class AcceptDocument:
    """The service behind what the hub hands down."""

    def __init__(self, *, ledger: Ledger, documents: DocumentStore, settings: SettingsStore, clock: Clock,
                 identity: Identity, models: Models, changes: Changes) -> None:  # fmt: skip
        self._ledger = ledger
        self._documents = documents
        self._settings = settings
        self._clock = clock
        self._identity = identity
        self._models = models
        self._changes = changes

    def is_held(self, claim: Claim) -> bool:
        """Tell whether a document is what counts here already, as far as its claim can be believed."""
        return any(
            (kind.value, scope, one.document.version, one.document.hash)
            == (claim.kind, claim.scope, claim.version, claim.hash)
            for (kind, scope), one in self._documents.current.accepted.items()
        )

    async def accept(self, claim: Claim, signed: bytes) -> Outcome:
        """Check a document and keep it, durable before this answers; raises DiskFullError, OSError."""
        outcome = await asyncio.to_thread(self._accept, claim, signed)
        self._changes.tell()
        return outcome

    async def reopen_models(self) -> None:
        """Load the models that were accepted before a restart; what no longer works is told as refused."""
        for document, error in await asyncio.to_thread(self._models.reopen, self._documents.current):
            await asyncio.to_thread(
                self._refuse, _claim_of(document), DocumentFault.UNFIT_MODEL, error.reason
            )

    def _accept(self, claim: Claim, signed: bytes) -> Outcome:
        try:
            document = self._read(signed)
        except TrustError as error:
            return self._refuse(claim, DocumentFault.UNTRUSTED, error.reason)
        claim = _claim_of(document)
        fault = judge(self._documents.current, document, source=self._identity.device)
        if fault is not None:
            return self._refuse(claim, fault, "")
        held = self._documents.current.accepted.get((document.kind, document.scope))
        if held is not None and held.document.hash == document.hash:
            return held
        try:
            self._models.open(document)
        except ForecastModelError as error:
            return self._refuse(claim, DocumentFault.UNFIT_MODEL, error.reason)
        return self._keep(document, signed)

    def _read(self, signed: bytes) -> Document:
        membership = self._identity.membership
        if membership is None:
            raise TrustError("this till belongs to no hub, so it trusts no documents")
        try:
            said = json.loads(signed)
            return read_issued(
                cast("Mapping[str, object]", said if isinstance(said, dict) else {}),
                root_public_key=membership.root_public_key,
                tenant=self._identity.tenant,
            )
        except TrustError:
            raise
        except (
            ValueError,
            TypeError,
            RecursionError,
        ) as error:  # whatever stands there: nothing is checked yet
            raise TrustError("the document cannot be read") from error

    def _keep(self, document: Document, signed: bytes) -> Accepted:
        accepted = Accepted(
            document=document, accepted_at=self._clock.now(), sold_before_milli=self._sold_before(document)
        )
        held = self._documents.keep(signed, accepted)
        self._models.keep_only(held)
        self._settings.change(
            lambda old: replace(old, refused_documents=forget_settled(old.refused_documents, document))
        )
        log.info(
            "%s version %d for %s counts from now on", document.kind.value, document.version, document.scope
        )
        return accepted

    def _refuse(self, claim: Claim, fault: DocumentFault, reason: str) -> RefusedDocument:
        refused = RefusedDocument(
            kind=_plain(claim.kind), scope=_plain(claim.scope), version=claim.version, hash=_plain(claim.hash),
            fault=fault, reason=_plain(reason), at=self._clock.now(),
        )  # fmt: skip
        log.warning(
            "refused %s version %d: %s %s", refused.kind, refused.version, fault.value, refused.reason
        )
        self._settings.change(
            lambda old: replace(old, refused_documents=note_refused(old.refused_documents, refused))
        )
        self._models.keep_only(self._documents.current)
        return refused

    def _sold_before(self, document: Document) -> Mapping[Sku, int]:
        """Return what had been sold in all at the entry from which quotas count: now, less what was sold since."""
        if not isinstance(document.content, QuotasContent):
            return {}
        state, stream = self._ledger.state, self._ledger.stream
        counted_from = document.content.counted_from.get(f"{stream.source}/{stream.epoch}", 0)
        if counted_from <= 0:
            return {}
        since = self._sold_since(counted_from, state)
        return {
            Sku(sku): state.sold_milli.get(Sku(sku), 0) - since.get(Sku(sku), 0)
            for sku in document.content.quota_milli
        }

    def _sold_since(self, counted_from: int, state: TillState) -> Mapping[Sku, int]:
        sold: dict[Sku, int] = {}
        for first in range(counted_from + 1, state.head.seq + 1, LINES_AT_ONCE):
            last = min(first + LINES_AT_ONCE - 1, state.head.seq)
            for line in self._ledger.read_lines(first, last):
                sale = read_event(parse_entry(line))
                for item in sale.lines if isinstance(sale, SaleRecorded) else ():
                    sold[item.sku] = sold.get(item.sku, 0) + item.quantity_milli
        return sold


def _plain(text: str) -> str:
    """What somebody unknown wrote, so that every file takes it."""
    return text[:TEXT_MAX].encode(errors="replace").decode()


def _claim_of(document: Document) -> Claim:
    return Claim(
        kind=document.kind.value, scope=document.scope, version=document.version, hash=document.hash, parts=1
    )
