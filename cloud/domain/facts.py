"""What the dashboards are told, one fact at a time: sales, days, parcels, changes of products."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from cloud.domain.coupon_uses import CouponUse
from cloud.domain.market_ahead import MarketWord
from cloud.domain.over_refunds import RefundClaim
from cloud.domain.transfers import TransferMove
from cloud.domain.voucher_uses import VoucherUse
from shared.products import ProductChange


class ParcelState(StrEnum):
    """Where a parcel stands; `opening` without an end means that nobody saw whether the door opened."""

    WAITING = "waiting"
    RESERVED = "reserved"
    DEPOSITED = "deposited"
    OPENING = "opening"
    COLLECTED = "collected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSold:
    """One line of a sale."""

    sku: str
    name: str
    category: str
    quantity_milli: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCounted:
    """A sale of a business day; `hour` is the hour of the entry's own wall clock, `at` its time as a label."""

    source: str
    business_date: date
    hour: int
    at: str
    currency: str
    total_minor: int
    products: tuple[ProductSold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCounted:
    """Something was given back on a business day: it is taken off the day's figures, and `claim` is kept to be compared."""

    source: str
    business_date: date
    hour: int
    currency: str
    total_minor: int
    products: tuple[ProductSold, ...]
    claim: RefundClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened:
    """A till opened a cash session of a business day."""

    source: str
    business_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed:
    """A till closed a cash session of a business day: what its Z report counts, less what was given back."""

    source: str
    business_date: date
    sales: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelPromised:
    """A till promised a parcel at a hub."""

    parcel_id: str
    till: str
    hub: str
    number: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelMoved:
    """A hub says where a parcel stands now; None leaves what was known before."""

    parcel_id: str
    hub: str
    state: ParcelState
    at: str
    till: str | None = None
    number: int | None = None
    compartment: int | None = None
    command_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSaid:
    """Where a parcel stands after what its door said: still behind it, or nobody knows."""

    hub: str
    command_id: str
    at: str
    state: ParcelState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsTold:
    """A till's own changes of products, made while it ran a version of the catalogue (0: none came from here yet)."""

    source: str
    epoch: str
    seq: int
    catalogue_version: int
    changes: tuple[ProductChange, ...]


ParcelFact: TypeAlias = ParcelPromised | ParcelMoved | DoorSaid
Fact: TypeAlias = (
    SaleCounted
    | RefundCounted
    | VoucherUse
    | CouponUse
    | TransferMove
    | MarketWord
    | DayOpened
    | DayClosed
    | ProductsTold
    | ParcelFact
)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Entry `seq` stands in the chain and adds nothing; `reason` says why, in words."""

    seq: int
    reason: str
