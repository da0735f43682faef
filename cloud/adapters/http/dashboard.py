"""The dashboards' figures, for whoever is signed in, of their own tenant."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from cloud.adapters.http.doors import Doors
from cloud.domain.coupon_uses import CouponFinding
from cloud.domain.dashboard import Today
from cloud.domain.market_ahead import MarketAhead
from cloud.domain.over_refunds import Finding
from cloud.domain.parcels import Parcel
from cloud.domain.transfers import Transfer
from cloud.domain.voucher_uses import VoucherFinding
from cloud.ports.dashboards import StreamTotals
from cloud.services.read_dashboard import FleetBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """A parcel as it is shown; `number` has three digits."""

    parcel_id: str
    hub: str
    till: str
    number: str | None
    state: str
    since: str
    compartment: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelsAnswer:
    """Parcels by state, and the parcels."""

    by_state: dict[str, int]
    parcels: list[ParcelRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundsAnswer:
    """Refunds that do not fit what was sold."""

    findings: list[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchersAnswer:
    """Gift vouchers with which more was paid than came onto them."""

    findings: list[VoucherFinding]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponsAnswer:
    """Coupons that were good once and were taken again."""

    findings: list[CouponFinding]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransfersAnswer:
    """Goods that go, or went, from stall to stall."""

    transfers: list[Transfer]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareAnswer:
    """Every chain's head and the sum of its sales."""

    streams: list[StreamTotals]


def dashboard_routes(doors: Doors) -> APIRouter:
    """Return the routes of the dashboards."""
    routes = APIRouter()

    def tenant_of(request: Request) -> str:
        return doors.tenant_of(request)

    Tenant = Annotated[str, Depends(tenant_of)]  # noqa: N806 - a type

    @routes.get("/api/dashboard/today")
    def today(tenant: Tenant, asked: Annotated[date | None, Query(alias="date")] = None) -> Today:
        return doors.dashboards.today(tenant, asked)

    @routes.get("/api/dashboard/parcels")
    def parcels(tenant: Tenant) -> ParcelsAnswer:
        board = doors.dashboards.parcels(tenant)
        return ParcelsAnswer(by_state=board.by_state, parcels=[_row(parcel) for parcel in board.parcels])

    @routes.get("/api/dashboard/refunds")
    def refunds(tenant: Tenant) -> RefundsAnswer:
        return RefundsAnswer(findings=list(doors.dashboards.over_refunds(tenant)))

    @routes.get("/api/dashboard/vouchers")
    def vouchers(tenant: Tenant) -> VouchersAnswer:
        return VouchersAnswer(findings=list(doors.dashboards.overdrawn_vouchers(tenant)))

    @routes.get("/api/dashboard/coupons")
    def coupons(tenant: Tenant) -> CouponsAnswer:
        return CouponsAnswer(findings=list(doors.dashboards.coupons_taken_again(tenant)))

    @routes.get("/api/dashboard/transfers")
    def transfers(tenant: Tenant) -> TransfersAnswer:
        return TransfersAnswer(transfers=list(doors.dashboards.goods_between_stalls(tenant)))

    @routes.get("/api/dashboard/market")
    def market(tenant: Tenant) -> MarketAhead:
        return doors.dashboards.market_ahead(tenant)

    @routes.get("/api/dashboard/fleet")
    def fleet(tenant: Tenant) -> FleetBoard:
        return doors.dashboards.fleet(tenant)

    @routes.get("/api/compare")
    def compare(tenant: Tenant) -> CompareAnswer:
        return CompareAnswer(streams=doors.dashboards.totals(tenant))

    return routes


def _row(parcel: Parcel) -> ParcelRow:
    return ParcelRow(
        parcel_id=parcel.parcel_id,
        hub=parcel.hub,
        till=parcel.till,
        number=None if parcel.number is None else f"{parcel.number:03d}",
        state=parcel.state.value,
        since=parcel.since,
        compartment=parcel.compartment,
    )
