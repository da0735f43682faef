"""Documents from the cloud in SQLite, and which versions the tills run."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import DocumentRow, RunningRow
from hub.domain.held_document import DocumentMark, HeldDocument
from shared.documents import EVERYONE, DocumentKind
from shared.ids import SourceId

_MARKS = select(
    DocumentRow.kind, DocumentRow.scope, DocumentRow.version, DocumentRow.hash, DocumentRow.size_bytes
)


class SqliteDocuments:
    """The Documents port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest_for(self, source: SourceId) -> list[DocumentMark]:
        """Return what concerns a source: everyone's documents and its own, without their text."""
        return self._marks(DocumentRow.scope.in_((EVERYONE, source)))

    def all(self) -> list[DocumentMark]:
        """Return the newest of every address, without their text."""
        return self._marks()

    def find(self, kind: DocumentKind, scope: str) -> HeldDocument | None:
        """Return the newest of one address."""
        row = self._session.get(DocumentRow, (kind.value, scope))
        if row is None:
            return None
        mark = DocumentMark(
            kind=kind, scope=scope, version=row.version, hash=row.hash, size_bytes=row.size_bytes
        )  # fmt: skip
        return HeldDocument(mark=mark, signed=row.signed, kept_at=datetime.fromisoformat(row.kept_at))

    def save(self, document: HeldDocument) -> bool:
        """Keep a document in place of an older one; returns False, and keeps nothing, if it is not newer."""
        mark = document.mark
        row = self._session.get(DocumentRow, (mark.kind.value, mark.scope))
        if row is not None and row.version >= mark.version:
            return False
        self._session.merge(
            DocumentRow(
                kind=mark.kind.value,
                scope=mark.scope,
                version=mark.version,
                hash=mark.hash,
                size_bytes=mark.size_bytes,
                signed=document.signed,
                kept_at=document.kept_at.isoformat(),
            )
        )
        self._session.flush()
        return True

    def running(self, source: SourceId) -> Mapping[str, int]:
        """Return which versions a source said it runs."""
        row = self._session.get(RunningRow, source)
        return cast("dict[str, int]", json.loads(row.versions)) if row else {}

    def all_running(self) -> Mapping[SourceId, Mapping[str, int]]:
        """Return which versions each source said it runs, of all that said so."""
        rows = self._session.execute(select(RunningRow.source, RunningRow.versions))
        return {SourceId(source): json.loads(versions) for source, versions in rows}

    def set_running(self, source: SourceId, versions: Mapping[str, int], at: datetime) -> None:
        """Keep which versions a source says it runs, in place of what it said before."""
        text = json.dumps(dict(versions), sort_keys=True)
        self._session.merge(RunningRow(source=source, versions=text, at=at.isoformat()))
        self._session.flush()

    def _marks(self, *where: ColumnElement[bool]) -> list[DocumentMark]:
        ordered = _MARKS.where(*where).order_by(DocumentRow.kind, DocumentRow.scope)
        return [
            DocumentMark(kind=DocumentKind(row.kind), scope=row.scope, version=row.version, hash=row.hash,
                         size_bytes=row.size_bytes)
            for row in self._session.execute(ordered)
        ]  # fmt: skip
