"""Documents from the cloud as this hub holds them: of each address the newest, with its exact signed text."""

from dataclasses import dataclass
from datetime import datetime

from shared.documents import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMark:
    """Which version of an address is meant: `hash` is the SHA-256 of its exact payload, `size_bytes` the length of its text.

    `scope` is `everyone` or one source.
    """

    kind: DocumentKind
    scope: str
    version: int
    hash: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDocument:
    """A document whose signature was checked before it was kept; `signed` is its JSON text as it travels, one line."""

    mark: DocumentMark
    signed: bytes
    kept_at: datetime
