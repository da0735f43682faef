"""What each till runs and is given: prices of its own, its share of the stock, its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud.adapters.http.catalogue import session_of, who_of
from cloud.adapters.http.devices import SourceName
from cloud.adapters.http.doors import Doors
from cloud.domain.issued import Issued, NotIssued
from cloud.services.supply_tills import TillSupplies
from shared.documents import EVERYONE, SettingsContent
from shared.http.problem import problem

AMOUNT_MAX = 2**53
SkuName = Annotated[str, StringConstraints(min_length=1, max_length=48)]
Amount = Annotated[int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]


class PricesBody(BaseModel):
    """All prices of a till that differ from the catalogue's."""

    prices_minor: dict[SkuName, Amount] = Field(max_length=20_000)


class QuotasBody(BaseModel):
    """How much of these products a till may promise from now on; null: as much as it likes."""

    quota_milli: dict[SkuName, Amount | None] = Field(max_length=20_000)


class SplitBody(BaseModel):
    """A total to share out evenly."""

    sku: SkuName
    total_milli: Amount
    tills: list[SourceName] = Field(max_length=1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class StallRow:
    """A till, which versions it runs, and what it is given."""

    source: str
    name: str
    online: bool
    last_seen: str | None
    behind_s: int
    documents: Mapping[str, int]
    supplies: TillSupplies


@dataclass(frozen=True, slots=True, kw_only=True)
class StallsAnswer:
    """Every till, and the newest version of every address by `kind/scope`."""

    newest: Mapping[str, int]
    everyone: TillSupplies
    stalls: list[StallRow]


def supply_routes(doors: Doors) -> APIRouter:
    """Return the routes of what tills are given one by one."""
    routes = APIRouter(prefix="/api/supplies", dependencies=[Depends(session_of(doors))])

    @routes.get("")
    def stalls(request: Request) -> StallsAnswer:
        return _stalls(doors, doors.tenant_of(request))

    @routes.post("/split")
    def split(request: Request, body: SplitBody) -> Response:
        tenant, user = who_of(doors, request)
        refused = doors.supply.split_quota(tenant, body.sku, body.total_milli, body.tills, by=user)
        return JSONResponse({"taken": True}) if refused is None else said(refused)

    @routes.post("/{scope}/prices")
    def prices(request: Request, scope: SourceName, body: PricesBody) -> Response:
        tenant, user = who_of(doors, request)
        return said(doors.supply.set_prices(tenant, scope, body.prices_minor, by=user))

    @routes.post("/{source}/quotas")
    def quotas(request: Request, source: SourceName, body: QuotasBody) -> Response:
        tenant, user = who_of(doors, request)
        return said(doors.supply.set_quotas(tenant, source, body.quota_milli, by=user))

    @routes.post("/{scope}/settings")
    def settings(request: Request, scope: SourceName, body: SettingsContent) -> Response:
        tenant, user = who_of(doors, request)
        return said(doors.supply.set_settings(tenant, scope, body, by=user))

    return routes


def said(issued: Issued | NotIssued) -> Response:
    """Return the answer to somebody who had a document issued."""
    if isinstance(issued, NotIssued):
        return problem(409, "not-issued", issued.reason, "Nothing was changed. Correct it and try again.")
    return JSONResponse({"kind": issued.kind.value, "scope": issued.scope, "version": issued.version})


def _stalls(doors: Doors, tenant: str) -> StallsAnswer:
    tills = [source for source in doors.dashboards.fleet(tenant).sources if source.role == "till"]
    everyone, *each = doors.supply.supplies(tenant, [EVERYONE, *(till.source for till in tills)])
    newest = {f"{one.kind.value}/{one.scope}": one.version for one in doors.office.addresses(tenant)}
    return StallsAnswer(
        newest=newest,
        everyone=everyone,
        stalls=[
            StallRow(
                source=till.source, name=till.name, online=till.online, last_seen=till.last_seen,
                behind_s=till.behind_s, documents=till.documents, supplies=supplies,
            )
            for till, supplies in zip(tills, each, strict=True)
        ],
    )  # fmt: skip
