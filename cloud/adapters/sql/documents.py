"""Issued documents in SQL, with their exact signed bytes."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from cloud.adapters.sql.tables import document, document_heard
from cloud.adapters.sql.upsert import replacing, upsert
from cloud.domain.issued import Issued, versions_kept
from shared.documents import DocumentKind, document_text
from shared.trust import SignedDocument

_COLUMNS: Final = (
    *(column for column in document.c if column.name not in {"payload", "signature"}),
    document.c.payload.is_not(None).label("kept"),
)


class SqlDocuments:
    """Bears the port Documents, within one transaction."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    def newest(self, kind: DocumentKind, scope: str) -> Issued | None:
        """Return the newest version of an address."""
        found = self.versions(kind, scope, limit=1)
        return found[0] if found else None

    def versions(self, kind: DocumentKind, scope: str, *, limit: int) -> list[Issued]:
        """Return the versions of an address, newest first."""
        wanted = select(*_COLUMNS).where(self._address(kind, scope)).order_by(document.c.version.desc())
        return [_issued(row) for row in self._connection.execute(wanted.limit(limit))]

    def addresses(self) -> list[Issued]:
        """Return the newest version of every address."""
        newest = (
            select(document.c.kind, document.c.scope, func.max(document.c.version).label("version"))
            .where(document.c.tenant == self._tenant)
            .group_by(document.c.kind, document.c.scope)
            .subquery()
        )
        same = and_(
            document.c.tenant == self._tenant, document.c.kind == newest.c.kind,
            document.c.scope == newest.c.scope, document.c.version == newest.c.version,
        )  # fmt: skip
        ordered = select(*_COLUMNS).join(newest, same).order_by(document.c.kind, document.c.scope)
        return [_issued(row) for row in self._connection.execute(ordered)]

    def signed(self, kind: DocumentKind, scope: str, version: int) -> bytes | None:
        """Return a version as it travels; None if it was never issued, or its content is kept no more."""
        wanted = select(document.c.payload, document.c.signature).where(
            self._address(kind, scope), document.c.version == version
        )
        row = self._connection.execute(wanted).first()
        return None if row is None or row.payload is None else document_text(row.payload, row.signature)

    def add(self, issued: Issued, signed: SignedDocument) -> None:
        """Keep a new version, and let go of the content of the oldest."""
        self._connection.execute(
            insert(document).values(
                tenant=self._tenant, kind=issued.kind.value, scope=issued.scope, version=issued.version,
                hash=issued.hash, size_bytes=issued.size_bytes, revision=issued.revision,
                issued_at_ms=issued.issued_at_ms, issued_by=issued.issued_by, why=issued.why,
                signature=signed.signature, payload=signed.payload,
            )
        )  # fmt: skip
        oldest_kept = (
            select(document.c.version)
            .where(self._address(issued.kind, issued.scope))
            .order_by(document.c.version.desc())
            .offset(versions_kept(issued.kind) - 1)
            .limit(1)
            .scalar_subquery()
        )
        older = and_(self._address(issued.kind, issued.scope), document.c.version < oldest_kept)
        self._connection.execute(
            update(document).where(older, document.c.payload.is_not(None)).values(payload=None)
        )

    def last_number(self, kind: DocumentKind, scope: str) -> int:
        """Return the highest version that this cloud has issued, or that a hub holds from before it was restored."""
        issued = select(func.max(document.c.version)).where(self._address(kind, scope))
        heard = select(document_heard.c.version).where(
            document_heard.c.tenant == self._tenant,
            document_heard.c.kind == kind.value,
            document_heard.c.scope == scope,
        )
        found = (self._connection.execute(query).scalar() for query in (issued, heard))
        return max(int(number or 0) for number in found)

    def hear(self, kind: DocumentKind, scope: str, version: int) -> None:
        """Note that a hub holds a version that is not known here: the next one comes after it."""
        row = {"tenant": self._tenant, "kind": kind.value, "scope": scope, "version": version}
        upsert(self._connection, document_heard, [row], replacing("version"))

    def revision_of(self, kind: DocumentKind, scope: str, version: int) -> int:
        """Return the last change that a version includes: that of the newest version up to it; 0 if there is none."""
        wanted = (
            select(document.c.revision)
            .where(self._address(kind, scope), document.c.version <= version)
            .order_by(document.c.version.desc())
            .limit(1)
        )
        found = self._connection.execute(wanted).scalar()
        return 0 if found is None else int(found)

    def _address(self, kind: DocumentKind, scope: str) -> ColumnElement[bool]:
        return and_(
            document.c.tenant == self._tenant, document.c.kind == kind.value, document.c.scope == scope
        )


def _issued(row: Row[tuple[object, ...]]) -> Issued:
    return Issued(
        kind=DocumentKind(row.kind), scope=row.scope, version=row.version, hash=row.hash,
        size_bytes=row.size_bytes, revision=row.revision, issued_at_ms=row.issued_at_ms,
        issued_by=row.issued_by, why=row.why, kept=bool(row.kept),
    )  # fmt: skip
