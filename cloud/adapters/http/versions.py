"""Versions of documents, for whoever is signed in, of their own tenant: list, compare, bring back."""

from dataclasses import dataclass
from itertools import islice

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from cloud.adapters.http.catalogue import session_of, who_of
from cloud.adapters.http.devices import SourceName
from cloud.adapters.http.documents import VersionNumber
from cloud.adapters.http.doors import Doors
from cloud.adapters.http.supplies import said
from cloud.domain.differences import Difference
from cloud.domain.issued import Issued
from shared.documents import DocumentKind
from shared.http.problem import problem

DIFFERENCES_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version; `kept` says whether it can be brought back."""

    kind: DocumentKind
    scope: str
    version: int
    hash: str
    size_bytes: int
    issued_at_ms: int
    issued_by: str
    why: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsAnswer:
    """Versions, newest first."""

    versions: list[VersionRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencesAnswer:
    """What a version says other than the one before; the first ones, and whether there are more."""

    differences: list[Difference]
    more: bool


def version_routes(doors: Doors) -> APIRouter:
    """Return the routes of versions."""
    routes = APIRouter(prefix="/api/documents", dependencies=[Depends(session_of(doors))])

    @routes.get("")
    def addresses(request: Request) -> VersionsAnswer:
        found = doors.office.addresses(doors.tenant_of(request))
        return VersionsAnswer(versions=[_row(issued) for issued in found])

    @routes.get("/{kind}/{scope}")
    def versions(request: Request, kind: DocumentKind, scope: SourceName) -> VersionsAnswer:
        found = doors.office.versions(doors.tenant_of(request), kind, scope)
        return VersionsAnswer(versions=[_row(issued) for issued in found])

    @routes.get("/{kind}/{scope}/{version}/differences", response_model=DifferencesAnswer)
    def differences(
        request: Request, kind: DocumentKind, scope: SourceName, version: VersionNumber
    ) -> DifferencesAnswer | Response:
        found = doors.office.differences(doors.tenant_of(request), kind, scope, version)
        if found is None:
            return problem(
                404, "no-such-document", "The content of this version is not kept any more.", "Choose a newer one."
            )  # fmt: skip
        listed = list(islice(found, DIFFERENCES_MAX + 1))
        return DifferencesAnswer(differences=listed[:DIFFERENCES_MAX], more=len(listed) > DIFFERENCES_MAX)

    @routes.post("/{kind}/{scope}/{version}/bring-back")
    def bring_back(
        request: Request, kind: DocumentKind, scope: SourceName, version: VersionNumber
    ) -> Response:
        tenant, user = who_of(doors, request)
        return said(doors.office.roll_back(tenant, kind, scope, version, by=user))

    return routes


def _row(issued: Issued) -> VersionRow:
    return VersionRow(
        kind=issued.kind, scope=issued.scope, version=issued.version, hash=issued.hash,
        size_bytes=issued.size_bytes, issued_at_ms=issued.issued_at_ms, issued_by=issued.issued_by,
        why=issued.why, kept=issued.kept,
    )  # fmt: skip
