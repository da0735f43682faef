"""Issue documents: sign the next version of an address, keep it, and say what there is.

A version is given its number, signed and kept in one transaction, so that a crash can neither use a number twice nor leave
one without its document. The catalogue's next version is issued from what is durable (`CatalogueState`), not from what
this process remembers: one that was due when the cloud was killed is due when it comes back.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from cloud.domain.catalogue import CLOUD, Origin, changes_towards
from cloud.domain.differences import Difference, differences_between
from cloud.domain.issued import SETTLEMENTS_TOLD, Issued, NotIssued
from cloud.ports.dashboards import Changed, ChangeFeed
from cloud.ports.documents import Shelf, Shelves
from cloud.ports.people import Authority
from cloud.ports.world import Clock
from cloud.services.quotas import quotas_from_now
from shared.documents import (
    DOCUMENT_BYTES_MAX,
    EVERYONE,
    CatalogueContent,
    Content,
    DocumentKind,
    QuotasContent,
    document_hash,
    document_text,
    kind_of_content,
    read_issued,
)

TOLD_FOR_MS: Final = 30 * 24 * 3_600 * 1_000
"""How long a settlement that somebody has seen travels on: a till may be away for so long."""
HEARD_AHEAD_MAX: Final = 1_000_000
"""A hub that claims a version further ahead than this does not make us skip numbers."""
LISTED_MAX: Final = 200
NAMES_LENGTH_MAX: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldByHub:
    """What a hub says that it holds of one address."""

    kind: DocumentKind
    scope: str
    version: int
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOffice:
    """Where documents are signed."""

    shelves: Shelves
    authority: Authority
    clock: Clock
    feed: ChangeFeed

    def issue(self, tenant: str, scope: str, content: Content, *, by: str, why: str) -> Issued | NotIssued:
        """Issue a content that is not the catalogue's, as the next version of its address."""
        with self.shelves.writing(tenant) as shelf:
            issued = self.issue_within(shelf, tenant, scope, content, by=by, why=why)
        self.announce(tenant)
        return issued

    def issue_within(
        self, shelf: Shelf, tenant: str, scope: str, content: Content, *, by: str, why: str, revision: int = 0,
        again: bool = False,
    ) -> Issued | NotIssued:  # fmt: skip
        """Do as `issue` does, in a transaction that is open; what says nothing new is issued only if `again`."""
        kind = kind_of_content(content)
        newest = shelf.documents.newest(kind, scope)
        last = shelf.documents.last_number(kind, scope)
        if newest is not None and not again and self._content(shelf, tenant, newest) == content:
            return newest
        now_ms = self.clock.now_ms()
        signed = self.authority.issue(
            tenant=tenant, scope=scope, version=last + 1, issued_at=_iso(now_ms), content=content
        )
        if len(signed.payload) > DOCUMENT_BYTES_MAX:
            return NotIssued(
                f"The {kind.value} has {len(signed.payload):,} bytes, a document may have {DOCUMENT_BYTES_MAX:,}. "
                "Make it smaller. The last version counts until then."
            )
        text = document_text(signed.payload, signed.signature)
        issued = Issued(
            kind=kind, scope=scope, version=last + 1, hash=document_hash(signed), size_bytes=len(text),
            revision=revision, issued_at_ms=now_ms, issued_by=by, why=why,
        )  # fmt: skip
        shelf.documents.add(issued, signed)
        return issued

    def issue_due(self) -> int:
        """Issue the catalogue of every tenant where changes have waited long enough; returns how many."""
        due = 0
        for tenant in self.shelves.waiting():
            due += self.issue_catalogue_if_due(tenant) is not None
        return due

    def issue_catalogue_if_due(self, tenant: str) -> Issued | NotIssued | None:
        """Issue one tenant's catalogue if changes have waited long enough; None if there is nothing to do."""
        with self.shelves.reading(tenant) as shelf:
            if not shelf.catalogue.state().is_due(self.clock.now_ms()):
                return None
        with self.shelves.writing(tenant) as shelf:
            if not shelf.catalogue.state().is_due(self.clock.now_ms()):
                return None
            issued = self.issue_catalogue_within(shelf, tenant)
        self.announce(tenant)
        return issued

    def issue_catalogue_now(self, tenant: str) -> Issued | NotIssued:
        """Issue one tenant's catalogue without waiting; what says nothing new is not issued again."""
        with self.shelves.writing(tenant) as shelf:
            issued = self.issue_catalogue_within(shelf, tenant)
        self.announce(tenant)
        return issued

    def issue_catalogue_within(
        self, shelf: Shelf, tenant: str, *, why: str = "", again: bool = False
    ) -> Issued | NotIssued:
        """Issue the catalogue as it stands, in a transaction that is open; one that is too large is told on its page."""
        catalogue, now_ms = shelf.catalogue, self.clock.now_ms()
        state = catalogue.state()
        told = catalogue.settlements(limit=SETTLEMENTS_TOLD, since_ms=now_ms - TOLD_FOR_MS)
        content = CatalogueContent(
            products=tuple(catalogue.products()),
            covers=dict(state.covers),
            settled=tuple(settled.settlement for settled in told),
        )
        by = ", ".join(state.names)[:NAMES_LENGTH_MAX] or CLOUD
        issued = self.issue_within(
            shelf, tenant, EVERYONE, content, by=by, why=why or f"changes by {by}",
            revision=state.revision, again=again,
        )  # fmt: skip
        if isinstance(issued, NotIssued):
            catalogue.save_state(replace(state, problem=issued.reason, first_waiting_ms=now_ms))
        else:
            catalogue.save_state(state.issued())
        return issued

    def roll_back(
        self, tenant: str, kind: DocumentKind, scope: str, version: int, *, by: str
    ) -> Issued | NotIssued:
        """Issue a new version with an old one's content."""
        with self.shelves.writing(tenant) as shelf:
            content = self.content_within(shelf, tenant, kind, scope, version)
            why = f"version {version} brought back"
            if content is None:
                issued: Issued | NotIssued = NotIssued(
                    f"The content of {kind.value} version {version} for {scope} is not kept here. "
                    "`stallholder cloud documents list` says which versions are."
                )
            elif isinstance(content, CatalogueContent):
                knows = shelf.catalogue.state().revision
                changes = changes_towards(shelf.catalogue.products(), content.products)
                origin = Origin(writer=CLOUD, knows_revision=knows, person=by)
                shelf.catalogue.fold(changes, origin, at_ms=self.clock.now_ms())
                issued = self.issue_catalogue_within(shelf, tenant, why=why)
            else:
                if isinstance(content, QuotasContent):
                    content = quotas_from_now(shelf, scope, content.quota_milli)
                issued = self.issue_within(shelf, tenant, scope, content, by=by, why=why)
        self.announce(tenant)
        return issued

    def offer(self, tenant: str, held: Sequence[HeldByHub]) -> list[Issued]:
        """Return the newest of every address, after a look at what the hub holds; asking again changes nothing more."""
        self.issue_catalogue_if_due(tenant)
        with self.shelves.reading(tenant) as shelf:
            offered = shelf.documents.addresses()
            newest = {(one.kind, one.scope): one for one in offered}
            ahead = [one for one in held if _is_ahead(shelf, one, newest.get((one.kind, one.scope)))]
        if ahead:
            with self.shelves.writing(tenant) as shelf:
                for one in ahead:
                    self._overtake(shelf, tenant, one)
                offered = shelf.documents.addresses()
        return offered

    def addresses(self, tenant: str) -> list[Issued]:
        """Return the newest version of every address."""
        with self.shelves.reading(tenant) as shelf:
            return shelf.documents.addresses()

    def versions(self, tenant: str, kind: DocumentKind, scope: str) -> list[Issued]:
        """Return the versions of an address, newest first."""
        with self.shelves.reading(tenant) as shelf:
            return shelf.documents.versions(kind, scope, limit=LISTED_MAX)

    def signed(self, tenant: str, kind: DocumentKind, scope: str, version: int) -> bytes | None:
        """Return a version as it travels; None if its content is not kept."""
        with self.shelves.reading(tenant) as shelf:
            return shelf.documents.signed(kind, scope, version)

    def differences(
        self, tenant: str, kind: DocumentKind, scope: str, version: int, since: int | None = None
    ) -> Iterator[Difference] | None:
        """Return what a version says other than the one before it, or than `since`; None if its content is not kept."""
        with self.shelves.reading(tenant) as shelf:
            new = self.content_within(shelf, tenant, kind, scope, version)
            if new is None:
                return None
            numbers = [one.version for one in shelf.documents.versions(kind, scope, limit=LISTED_MAX)]
            earlier = since if since is not None else max((n for n in numbers if n < version), default=0)
            old = self.content_within(shelf, tenant, kind, scope, earlier)
        return differences_between(old, new)

    def content_within(
        self, shelf: Shelf, tenant: str, kind: DocumentKind, scope: str, version: int
    ) -> Content | None:
        """Return what a version says, in a transaction that is open; None if that is not kept."""
        signed = shelf.documents.signed(kind, scope, version)
        if signed is None:
            return None
        fields: Mapping[str, object] = json.loads(signed)
        return read_issued(fields, root_public_key=self.authority.public_key, tenant=tenant).content

    def newest_content(self, shelf: Shelf, tenant: str, kind: DocumentKind, scope: str) -> Content | None:
        """Return what the newest version of an address says; None if there is none."""
        newest = shelf.documents.newest(kind, scope)
        return None if newest is None else self._content(shelf, tenant, newest)

    def announce(self, tenant: str) -> None:
        """Tell live pages to look again."""
        self.feed.announce(tenant, Changed.CATALOGUE)

    def _content(self, shelf: Shelf, tenant: str, issued: Issued) -> Content | None:
        return self.content_within(shelf, tenant, issued.kind, issued.scope, issued.version)

    def _overtake(self, shelf: Shelf, tenant: str, held: HeldByHub) -> None:
        """This cloud was restored from a backup: what it says now must count as newer than what it said then."""
        last = shelf.documents.last_number(held.kind, held.scope)
        if held.version > last:
            shelf.documents.hear(held.kind, held.scope, held.version)
        newest = shelf.documents.newest(held.kind, held.scope)
        if newest is None or newest.version > held.version:
            return
        why = f"a hub holds version {held.version} from before this cloud was restored"
        if held.kind is DocumentKind.CATALOGUE:
            self.issue_catalogue_within(shelf, tenant, why=why, again=True)
            return
        content = self._content(shelf, tenant, newest)
        if content is not None:
            self.issue_within(shelf, tenant, held.scope, content, by=CLOUD, why=why, again=True)


def _is_ahead(shelf: Shelf, held: HeldByHub, newest: Issued | None) -> bool:
    """Tell whether a hub holds what is not from here: a later version, or another under the newest's number.

    Hubs ask all the time and nearly always hold what was issued: then nothing more is looked up.
    """
    if newest is not None and held.version <= newest.version:
        return held.version == newest.version and held.hash not in ("", newest.hash)
    last = shelf.documents.last_number(held.kind, held.scope)
    return last < held.version <= last + HEARD_AHEAD_MAX


def _iso(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1_000, UTC).isoformat(timespec="seconds")
