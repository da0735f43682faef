"""Where the cloud keeps the catalogue and every document that it issued."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from cloud.domain.catalogue import Folded, Origin
from cloud.domain.catalogue_state import CatalogueState
from cloud.domain.issued import Issued, Settled
from shared.documents import DocumentKind
from shared.products import ProductChange, ProductDetails
from shared.trust import SignedDocument


class Documents(Protocol):
    """What was issued to a tenant's hubs and tills, within one transaction."""

    def newest(self, kind: DocumentKind, scope: str) -> Issued | None:
        """Return the newest version of an address."""

    def versions(self, kind: DocumentKind, scope: str, *, limit: int) -> list[Issued]:
        """Return the versions of an address, newest first."""

    def addresses(self) -> list[Issued]:
        """Return the newest version of every address."""

    def signed(self, kind: DocumentKind, scope: str, version: int) -> bytes | None:
        """Return a version as it travels; None if it was never issued, or its content is kept no more."""

    def add(self, issued: Issued, signed: SignedDocument) -> None:
        """Keep a new version, and let go of the content of the oldest."""

    def last_number(self, kind: DocumentKind, scope: str) -> int:
        """Return the highest version that was issued, or that a hub holds from before this cloud was restored."""

    def hear(self, kind: DocumentKind, scope: str, version: int) -> None:
        """Note that a hub holds a version that is not known here: the next one comes after it."""

    def revision_of(self, kind: DocumentKind, scope: str, version: int) -> int:
        """Return the last change that the newest version up to this one includes; 0 if there is none."""


class Catalogue(Protocol):
    """The catalogue that versions are issued from, within one transaction."""

    def state(self) -> CatalogueState:
        """Return where the catalogue stands, locked against other writers."""

    def save_state(self, state: CatalogueState) -> None:
        """Keep where the catalogue stands."""

    def products(self) -> list[ProductDetails]:
        """Return all products in the order in which they came."""

    def fold(self, changes: Sequence[ProductChange], origin: Origin, *, at_ms: int) -> Folded:
        """Bring one writer's changes in, with everything that follows from them."""

    def settlements(self, *, limit: int, open_only: bool = False, since_ms: int = 0) -> list[Settled]:
        """Return what was settled, newest first: open ones, or also those since a time."""

    def count_open(self) -> int:
        """Return how many settlements nobody has seen yet."""

    def find_settlement(self, position: int) -> Settled | None:
        """Return one settlement."""

    def acknowledge(self, position: int, *, by: str, at_ms: int) -> bool:
        """Note that somebody has seen a settlement; False if there is none that is open."""


class Shelf(Protocol):
    """A tenant's documents, catalogue and quotas in one transaction."""

    @property
    def documents(self) -> Documents:
        """What was issued."""

    @property
    def catalogue(self) -> Catalogue:
        """What the next version is issued from."""

    def heads(self, source: str) -> dict[str, int]:
        """Return how far each chain of a source is held, by `source/epoch`."""

    def sold(self) -> dict[tuple[str, str], int]:
        """Return how much each source has ever sold of each sku, in thousandths, as far as entries have come."""

    def quota_bases(self) -> dict[tuple[str, str], int]:
        """Return what had been sold when the quotas that count now were issued."""

    def set_quota_bases(self, source: str, sold_milli: dict[str, int]) -> None:
        """Keep what a source had sold when its quotas were issued."""


class Shelves(Protocol):
    """The shelves of all tenants."""

    def writing(self, tenant: str) -> AbstractContextManager[Shelf]:
        """Open a tenant's shelf; durable when the context ends, undone when it raises."""

    def reading(self, tenant: str) -> AbstractContextManager[Shelf]:
        """Open a tenant's shelf to look at one state of it."""

    def waiting(self) -> list[str]:
        """Return the tenants whose catalogue has changes that no version includes yet."""
