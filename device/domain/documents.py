"""The documents from the cloud that this till has accepted, as one value, and the rules for accepting another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

from shared.documents import (
    EVERYONE,
    CatalogueContent,
    Document,
    DocumentKind,
    ModelContent,
    PricesContent,
    QuotasContent,
    SettingsContent,
)
from shared.ids import Sku

REFUSED_MAX = 20
TEXT_MAX = 300

C = TypeVar("C", CatalogueContent, PricesContent, QuotasContent, SettingsContent, ModelContent)
Address: TypeAlias = tuple[DocumentKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A document that counts here since `accepted_at`.

    `sold_before_milli` belongs to quotas: what this till had sold of each product at the entry from which they count.
    """

    document: Document
    accepted_at: datetime
    sold_before_milli: Mapping[Sku, int] = field(default_factory=dict)

    @property
    def address(self) -> Address:
        """Kind and scope, of which the newest version counts."""
        return self.document.kind, self.document.scope


class DocumentFault(StrEnum):
    """Why a document was not accepted."""

    UNTRUSTED = "untrusted"
    """It is not signed by the deployment's root, is another tenant's, or cannot be read."""
    NOT_OURS = "not-ours"
    """It is for another till."""
    OLDER = "older"
    """A newer version of it counts already."""
    CONTRADICTS = "contradicts"
    """It has the version that counts, and says something else."""
    UNFIT_MODEL = "unfit-model"
    """Its forecast model does not run on this till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDocument:
    """A document that was not accepted; `kind`, `scope` and `version` are what it claims to be. The old one still counts."""

    kind: str
    scope: str
    version: int
    hash: str
    fault: DocumentFault
    reason: str
    at: datetime

    def is_same(self, other: "RefusedDocument") -> bool:
        """Tell whether both refuse the same document for the same fault, whenever that was."""
        return replace(self, at=other.at, reason=other.reason) == other


@dataclass(frozen=True, slots=True)
class Documents:
    """What counts on this till; every document is addressed to everyone or to this till.

    `model_before` is the model that counted before the one that does: it may turn out to have been nearer.
    """

    accepted: Mapping[Address, Accepted] = field(default_factory=dict)
    model_before: Accepted | None = None

    def with_accepted(self, one: Accepted) -> "Documents":
        """Return the documents with one more, in the place of its address."""
        counted = self.accepted.get(one.address)
        before = self.model_before
        if one.document.kind is DocumentKind.MODEL and counted is not None:
            before = before if counted.document.hash == one.document.hash else counted
        return Documents({**self.accepted, one.address: one}, before)

    def versions(self) -> dict[str, int]:
        """Return the version of each address, as `documents-held` says it: `kind/scope` to version."""
        return {f"{kind.value}/{scope}": one.document.version for (kind, scope), one in self.accepted.items()}

    def of_kind(self, kind: DocumentKind) -> tuple[Accepted, ...]:
        """Return everyone's document of a kind and then this till's own, which goes before it."""
        found = [one for (one_kind, _), one in self.accepted.items() if one_kind is kind]
        return tuple(sorted(found, key=lambda one: one.document.scope != EVERYONE))

    def in_force(self, kind: DocumentKind) -> Accepted | None:
        """Return the one document of a kind that counts as a whole: this till's own if there is one."""
        found = self.of_kind(kind)
        return found[-1] if found else None

    def catalogue(self) -> CatalogueContent | None:
        """Return the catalogue that counts."""
        contents = _contents(self.of_kind(DocumentKind.CATALOGUE), CatalogueContent)
        return contents[-1] if contents else None

    def prices_minor(self) -> dict[Sku, int]:
        """Return the prices that differ from the catalogue's on this till."""
        contents = _contents(self.of_kind(DocumentKind.PRICES), PricesContent)
        return {Sku(sku): minor for one in contents for sku, minor in one.prices_minor.items()}

    def sell_until_milli(self) -> dict[Sku, int]:
        """Return how much of a product this till may have sold in all, since its ledger was born, to stay in its share."""
        return {
            Sku(sku): quota + one.sold_before_milli.get(Sku(sku), 0)
            for one in self.of_kind(DocumentKind.QUOTAS)
            for content in _contents((one,), QuotasContent)
            for sku, quota in content.quota_milli.items()
        }

    def settings(self) -> SettingsContent:
        """Return what is set from afar, this till's own before everyone's."""
        merged = SettingsContent()
        for one in _contents(self.of_kind(DocumentKind.SETTINGS), SettingsContent):
            merged = SettingsContent(
                stall=merged.stall if one.stall is None else one.stall,
                receipt_footer=merged.receipt_footer if one.receipt_footer is None else one.receipt_footer,
                market_weekdays=merged.market_weekdays
                if one.market_weekdays is None
                else one.market_weekdays,
                voucher_key=merged.voucher_key if one.voucher_key is None else one.voucher_key,
            )
        return merged


def _contents(accepted: tuple[Accepted, ...], cls: type[C]) -> list[C]:
    return [one.document.content for one in accepted if isinstance(one.document.content, cls)]


def judge(documents: Documents, document: Document, *, source: str) -> DocumentFault | None:
    """Return why a document whose signature is right may not count here, or None; the one that counts already may."""
    if document.scope not in (EVERYONE, source):
        return DocumentFault.NOT_OURS
    held = documents.accepted.get((document.kind, document.scope))
    if held is None or document.version > held.document.version:
        return None
    if document.version < held.document.version:
        return DocumentFault.OLDER
    return None if document.hash == held.document.hash else DocumentFault.CONTRADICTS


def note_refused(refused: tuple[RefusedDocument, ...], one: RefusedDocument) -> tuple[RefusedDocument, ...]:
    """Return the refused documents with one more, newest last; one that comes again stands there once."""
    others = [before for before in refused if not before.is_same(one)]
    return (*others, one)[-REFUSED_MAX:]


def forget_settled(refused: tuple[RefusedDocument, ...], accepted: Document) -> tuple[RefusedDocument, ...]:
    """Return the refused documents without those to which a newer accepted one is the answer."""
    return tuple(
        one
        for one in refused
        if (one.kind, one.scope) != (accepted.kind.value, accepted.scope) or one.version > accepted.version
    )
