"""What dashboards are made of, and how pages hear that it has changed."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from cloud.domain.coupon_uses import CouponUse
from cloud.domain.dashboard import DayFigures
from cloud.domain.fleet import Presence, StreamMark
from cloud.domain.market_ahead import MarketWord
from cloud.domain.over_refunds import ReceiptKey, RefundClaim, SoldReceipt
from cloud.domain.parcels import Parcel
from cloud.domain.transfers import TransferMove
from cloud.domain.voucher_uses import VoucherUse


class Changed(StrEnum):
    """What a live page may want to read again."""

    SALES = "sales"
    PARCELS = "parcels"
    FLEET = "fleet"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A stream that somebody contradicted: what is held stays as it is, the other branch is kept aside."""

    source: str
    epoch: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamTotals:
    """One chain and what its sales come to, to compare with the till and the hub to the cent."""

    source: str
    epoch: str
    seq: int
    hash: str
    sales: int
    total_minor: int


class Refunds(Protocol):
    """What tills gave back, and what they had sold."""

    def claims(self, tenant: str) -> list[RefundClaim]:
        """Return the refunds of the receipts that other tills gave something back of lately, oldest first."""

    def receipts(self, tenant: str, keys: Iterable[ReceiptKey]) -> dict[ReceiptKey, SoldReceipt | None]:
        """Return what stands under each key; None where the till wrote no such receipt, nothing where it may still come."""


class Vouchers(Protocol):
    """What tills say of gift vouchers."""

    def overdrawn(self, tenant: str) -> list[VoucherUse]:
        """Return everything that is known of the vouchers with which more was paid than came onto them."""


class Coupons(Protocol):
    """What tills say of coupons that are good once."""

    def taken_again(self, tenant: str) -> list[CouponUse]:
        """Return every use of the coupons that were taken more than once."""


class Transfers(Protocol):
    """What tills say of goods that go from stall to stall."""

    def moves(self, tenant: str) -> list[TransferMove]:
        """Return all that is known of the newest transfers, those whose ends do not match first."""


class Market(Protocol):
    """What tills say of the days on which they will sell, and of what goes on around them."""

    def words(self, tenant: str, *, since: date) -> list[MarketWord]:
        """Return the words about days from `since` on, and all about signals that once were to last until then, oldest first."""

    def product_names(self, tenant: str, skus: Iterable[str]) -> dict[str, str]:
        """Return what products are called; nothing for those of which nobody knows."""


class Presences(Protocol):
    """What hubs last said about their sources."""

    def report(self, tenant: str, presences: Sequence[Presence]) -> None:
        """Replace what was said about these sources."""

    def all(self, tenant: str) -> list[Presence]:
        """Return what was last said about every source of a tenant."""


class ReadModel(Protocol):
    """Figures kept ready for the dashboards."""

    def newest_business_date(self, tenant: str, *, not_after: date) -> date | None:
        """Return the newest business date up to a day."""

    def day(self, tenant: str, business_date: date) -> DayFigures:
        """Return the figures of one business day."""

    def parcels(self, tenant: str, *, limit: int) -> list[Parcel]:
        """Return parcels, those that are not collected first, then the newest."""

    def parcel_counts(self, tenant: str) -> Mapping[str, int]:
        """Return how many parcels are in each state."""

    def oldest_deposited_since(self, tenant: str) -> str | None:
        """Return since when the longest-lying parcel waits in its compartment."""

    def marks(self, tenant: str) -> list[StreamMark]:
        """Return the newest chain of each source."""

    def totals(self, tenant: str) -> list[StreamTotals]:
        """Return every chain with what its sales come to."""

    def rejected(self, tenant: str) -> int:
        """Return how many entries and payloads were kept without being counted."""

    def quarantined(self, tenant: str) -> list[Quarantined]:
        """Return the streams under quarantine."""


class Subscription(Protocol):
    """One live page's ear. What changes several times before it is asked for is told once."""

    async def next(self) -> Changed:
        """Wait until something has changed."""


class ChangeFeed(Protocol):
    """Tells live pages what has changed."""

    def subscribe(self, tenant: str) -> AbstractContextManager[Subscription] | None:
        """Begin to listen; None if too many listen already."""

    def announce(self, tenant: str, what: Changed) -> None:
        """Say that something has changed; never waits."""
