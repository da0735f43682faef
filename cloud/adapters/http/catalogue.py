"""The catalogue, for whoever is signed in, of their own tenant: look, change, import, export, decide contradictions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud.adapters.http.devices import SEQ_MAX
from cloud.adapters.http.doors import Doors, split_who
from cloud.domain.issued import Settled
from cloud.services.keep_catalogue import REFUSED_SHOWN, CatalogueView, ImportPlan, NotTaken
from shared.http.problem import problem
from shared.products import ProductChange, ProductDetails

CSV_CHARACTERS_MAX = 4_000_000
CHANGES_MAX = 1_000
Position = Annotated[int, Path(ge=1, le=SEQ_MAX)]


class ChangesBody(BaseModel):
    """Changes that somebody made on a page that showed the catalogue up to `seen_revision`."""

    seen_revision: int = Field(ge=0, le=SEQ_MAX)
    changes: list[ProductChange] = Field(min_length=1, max_length=CHANGES_MAX)


class FileBody(BaseModel):
    """A catalogue file as text."""

    text: str = Field(max_length=CSV_CHARACTERS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """A contradiction that was settled and that nobody has seen yet."""

    position: int
    sku: str
    field: str
    kept_source: str
    kept_value: str
    dropped_source: str
    dropped_value: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueAnswer:
    """The catalogue; `version` is 0 before the first, `waiting` says that changes wait for the next."""

    currency: str
    version: int
    issued_at_ms: int
    revision: int
    waiting: bool
    problem: str
    products: list[ProductDetails]
    settlements: list[SettlementRow]
    open_settlements: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAnswer:
    """A row that was not taken, and why."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAnswer:
    """What a file changes, or would change; of the refused rows the first ones."""

    added: int
    changed: int
    same: int
    refused: int
    refused_rows: list[RefusedAnswer]


def catalogue_routes(doors: Doors) -> APIRouter:
    """Return the routes of the catalogue."""
    routes = APIRouter(prefix="/api/catalogue", dependencies=[Depends(session_of(doors))])

    @routes.get("")
    def catalogue(request: Request) -> CatalogueAnswer:
        tenant = doors.tenant_of(request)
        names = {source.source: source.name for source in doors.dashboards.fleet(tenant).sources}
        return _answer(doors.keeping.view(tenant), doors.dashboards.currency(tenant), names)

    @routes.post("/changes")
    def change(request: Request, body: ChangesBody) -> Response:
        tenant, user = who_of(doors, request)
        return _said(doors.keeping.change(tenant, body.changes, seen_revision=body.seen_revision, by=user))

    @routes.post("/import/preview")
    def preview(request: Request, body: FileBody) -> ImportAnswer:
        tenant = doors.tenant_of(request)
        return _imported(
            doors.keeping.plan_import(tenant, body.text, currency=doors.dashboards.currency(tenant))
        )

    @routes.post("/import", response_model=ImportAnswer)
    def import_csv(request: Request, body: FileBody) -> ImportAnswer | Response:
        tenant, user = who_of(doors, request)
        done = doors.keeping.import_csv(
            tenant, body.text, currency=doors.dashboards.currency(tenant), by=user
        )  # fmt: skip
        return _said(done) if isinstance(done, NotTaken) else _imported(done)

    @routes.get("/export")
    def export(request: Request) -> Response:
        tenant = doors.tenant_of(request)
        text = doors.keeping.export_csv(tenant, currency=doors.dashboards.currency(tenant))
        named = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)

    @routes.post("/settlements/{position}/acknowledge")
    def acknowledge(request: Request, position: Position) -> Response:
        tenant, user = who_of(doors, request)
        return _said(doors.keeping.acknowledge(tenant, position, by=user))

    @routes.post("/settlements/{position}/choose-other")
    def choose_other(request: Request, position: Position) -> Response:
        tenant, user = who_of(doors, request)
        return _said(doors.keeping.choose_other(tenant, position, by=user))

    return routes


def session_of(doors: Doors) -> Callable[[Request], None]:
    """Return what holds every route to a session before anything of its body is read; its refusal is a ProblemError."""

    def require(request: Request) -> None:
        doors.require_session(request)

    return require


def who_of(doors: Doors, request: Request) -> tuple[str, str]:
    """Return tenant and name of whoever is signed in; raises ProblemError."""
    return split_who(doors.require_session(request).who)


def _said(refusal: NotTaken | None) -> Response:
    if refusal is None:
        return JSONResponse({"taken": True})
    return problem(409, "not-taken", refusal.reason, "Correct it and try again.")


def _answer(view: CatalogueView, currency: str, names: Mapping[str, str]) -> CatalogueAnswer:
    return CatalogueAnswer(
        currency=currency,
        version=view.newest.version if view.newest else 0,
        issued_at_ms=view.newest.issued_at_ms if view.newest else 0,
        revision=view.state.revision,
        waiting=view.state.waiting,
        problem=view.state.problem,
        products=view.products,
        settlements=[_settlement(settled) for settled in view.settlements],
        open_settlements=view.open_settlements,
        names=names,
    )


def _settlement(settled: Settled) -> SettlementRow:
    told = settled.settlement
    return SettlementRow(
        position=settled.position, sku=told.sku, field=told.field, kept_source=told.kept_source,
        kept_value=told.kept_value, dropped_source=told.dropped_source, dropped_value=told.dropped_value,
        at_ms=settled.at_ms,
    )  # fmt: skip


def _imported(plan: ImportPlan) -> ImportAnswer:
    return ImportAnswer(
        added=plan.added,
        changed=plan.changed,
        same=plan.same,
        refused=len(plan.refused),
        refused_rows=[
            RefusedAnswer(row=row.row, text=row.text, reason=row.reason)
            for row in plan.refused[:REFUSED_SHOWN]
        ],
    )
