"""Read what the dashboards show: load, compose, answer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cloud.domain.coupon_uses import CouponFinding, taken_again
from cloud.domain.dashboard import WEEK, ParcelCounts, Today, compose_today
from cloud.domain.enrolment import Role
from cloud.domain.fleet import FleetSource, compose_fleet
from cloud.domain.market_ahead import MarketAhead, look_ahead, products_named, with_names
from cloud.domain.over_refunds import Finding, over_refunds
from cloud.domain.parcels import Parcel
from cloud.domain.transfers import Transfer, match_ends
from cloud.domain.voucher_uses import VoucherFinding, over_redeemed
from cloud.ports.dashboards import (
    Coupons,
    Market,
    Presences,
    Quarantined,
    ReadModel,
    Refunds,
    StreamTotals,
    Transfers,
    Vouchers,
)
from cloud.ports.people import Registry
from cloud.ports.world import Clock
from cloud.services.said_standings import SaidStandings

PARCELS_MAX: Final = 500
FINDINGS_MAX: Final = 50
CLOCK_TRUST: Final = timedelta(days=366)
"""A business date further ahead comes from a clock that is wrong, and must not hide today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelBoard:
    """Parcels by state, and the parcels themselves."""

    by_state: dict[str, int]
    parcels: list[Parcel]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetBoard:
    """Every source, and what had to be kept aside."""

    sources: list[FleetSource]
    rejected: int
    quarantined: list[Quarantined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboards:
    """What people of a tenant can ask for."""

    read_model: ReadModel
    refunds: Refunds
    vouchers: Vouchers
    coupons: Coupons
    transfers: Transfers
    market: Market
    presences: Presences
    standings: SaidStandings
    registry: Registry
    clock: Clock

    def today(self, tenant: str, asked: date | None) -> Today:
        """Return the newest business day up to the day asked for, against the same weekday one week earlier."""
        latest = self._today() + CLOCK_TRUST
        not_after = min(asked, latest) if asked else latest
        newest = self.read_model.newest_business_date(tenant, not_after=latest)
        found = self.read_model.newest_business_date(tenant, not_after=not_after)
        day = found or asked or self._today()
        return compose_today(
            self.read_model.day(tenant, day),
            self.read_model.day(tenant, _week_before(day)),
            fleet=self.fleet(tenant).sources,
            parcels=self._parcel_counts(tenant),
            newest=day == newest,
        )

    def parcels(self, tenant: str) -> ParcelBoard:
        """Return the parcels, open ones first."""
        return ParcelBoard(
            by_state=dict(self.read_model.parcel_counts(tenant)),
            parcels=self.read_model.parcels(tenant, limit=PARCELS_MAX),
        )

    def fleet(self, tenant: str) -> FleetBoard:
        """Return tills, hubs and boards, and how far behind they are."""
        devices = self.registry.devices(tenant)
        sources = compose_fleet(
            self.presences.all(tenant),
            self.read_model.marks(tenant),
            hubs=frozenset(device.device for device in devices if device.role is Role.HUB),
            now_ms=self.clock.now_ms(),
            progress=self.standings.look(tenant, self.clock.monotonic_s()),
        )
        return FleetBoard(
            sources=sources,
            rejected=self.read_model.rejected(tenant),
            quarantined=self.read_model.quarantined(tenant),
        )

    def over_refunds(self, tenant: str) -> tuple[Finding, ...]:
        """Return what was given back at other tills and does not fit what was sold, newest first."""
        claims = self.refunds.claims(tenant)
        receipts = self.refunds.receipts(tenant, {claim.original for claim in claims})
        return over_refunds(claims, receipts)[:FINDINGS_MAX]

    def overdrawn_vouchers(self, tenant: str) -> tuple[VoucherFinding, ...]:
        """Return the gift vouchers with which more was paid than came onto them, newest first."""
        return over_redeemed(self.vouchers.overdrawn(tenant))[:FINDINGS_MAX]

    def coupons_taken_again(self, tenant: str) -> tuple[CouponFinding, ...]:
        """Return the coupons that were good once and were taken again, newest first."""
        return taken_again(self.coupons.taken_again(tenant))[:FINDINGS_MAX]

    def goods_between_stalls(self, tenant: str) -> tuple[Transfer, ...]:
        """Return the newest transfers with both their ends: what somebody should look at first."""
        return match_ends(self.transfers.moves(tenant))

    def market_ahead(self, tenant: str) -> MarketAhead:
        """Return the days and signals that lie ahead of the stalls, each from its own today on."""
        now = datetime.fromtimestamp(self.clock.now_ms() / 1_000, UTC)
        ahead = look_ahead(self.market.words(tenant, since=now.date() - timedelta(days=1)), now=now)
        return with_names(ahead, self.market.product_names(tenant, products_named(ahead)))

    def currency(self, tenant: str) -> str:
        """Return the currency that the stalls sell in, as far as it is known."""
        return self.today(tenant, None).currency

    def totals(self, tenant: str) -> list[StreamTotals]:
        """Return every chain's head and the sum of its sales."""
        return self.read_model.totals(tenant)

    def _parcel_counts(self, tenant: str) -> ParcelCounts:
        return ParcelCounts(
            by_state=self.read_model.parcel_counts(tenant),
            oldest_deposited_since=self.read_model.oldest_deposited_since(tenant),
        )

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock.now_ms() / 1_000, UTC).date()


def _week_before(day: date) -> date:
    return day - WEEK if day - date.min >= WEEK else date.min
