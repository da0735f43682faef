"""Where the hub keeps documents from the cloud, and what its tills run of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from hub.domain.held_document import DocumentMark, HeldDocument
from shared.documents import DocumentKind
from shared.ids import SourceId


class Documents(Protocol):
    """The newest documents from the cloud, and which versions of them the tills run."""

    def newest_for(self, source: SourceId) -> list[DocumentMark]:
        """Return what concerns a source: everyone's documents and its own, without their text."""
        ...

    def all(self) -> list[DocumentMark]:
        """Return the newest of every address, without their text."""
        ...

    def find(self, kind: DocumentKind, scope: str) -> HeldDocument | None:
        """Return the newest of one address."""
        ...

    def save(self, document: HeldDocument) -> bool:
        """Keep a document in place of an older one; returns False, and keeps nothing, if it is not newer."""
        ...

    def running(self, source: SourceId) -> Mapping[str, int]:
        """Return which versions a source said it runs."""
        ...

    def all_running(self) -> Mapping[SourceId, Mapping[str, int]]:
        """Return which versions each source said it runs, of all that said so."""
        ...

    def set_running(self, source: SourceId, versions: Mapping[str, int], at: datetime) -> None:
        """Keep which versions a source says it runs, by `kind/scope`, in place of what it said before."""
        ...
