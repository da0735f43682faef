"""Documents as they were issued, and what was settled between sources: what people of a tenant can look up."""

from dataclasses import dataclass
from typing import Final

from shared.documents import DocumentKind, Settlement

VERSIONS_KEPT: Final = 100
MODELS_KEPT: Final = 10
"""So many versions of an address can be brought back; of older ones only who issued them, when and why is kept."""
SETTLEMENTS_KEPT: Final = 1_000
SETTLEMENTS_TOLD: Final = 50
"""The newest that travel in a version of the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One version of an address; `size_bytes` counts the document as it travels, `kept` says whether its content is.

    `revision` is the last change of the catalogue that a version of it includes, 0 for other kinds.
    """

    kind: DocumentKind
    scope: str
    version: int
    hash: str
    size_bytes: int
    revision: int
    issued_at_ms: int
    issued_by: str
    why: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class NotIssued:
    """Nothing was issued; `reason` says why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A settlement as it is kept; open while `done_at_ms` is None. `done_by` says who saw it, or that a later one came."""

    position: int
    settlement: Settlement
    at_ms: int
    done_at_ms: int | None = None
    done_by: str = ""


def versions_kept(kind: DocumentKind) -> int:
    """Return how many versions of an address keep their content."""
    return MODELS_KEPT if kind is DocumentKind.MODEL else VERSIONS_KEPT
