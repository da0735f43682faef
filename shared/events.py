"""What the ledgers of tills and hubs say: one frozen class per kind of entry, and the way to and from an entry's body.

Names are past tense; money is in minor units, quantities in thousandths, VAT rates in basis points. A reader ignores
fields that it does not know. Pydantic checks bodies that came from elsewhere.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from operator import not_
from typing import Annotated, TypeAlias, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from shared.entry import Body, Entry, EntryError, Head, StreamKey, seal_encoded
from shared.ids import ParcelId, SaleId, Sku, SourceId
from shared.products import ProductChange
from shared.vat import VatLine

AMOUNT_MAX = 10**15
"""No sum at a stall comes near, and thousands of such still add up within the 64 bits of a database."""

Amount: TypeAlias = Annotated[int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
PickupNumber: TypeAlias = Annotated[int, Field(ge=0, le=999)]


class PaymentMethod(StrEnum):
    """How a customer paid."""

    CASH = "cash"


class StockReason(StrEnum):
    """Why stock moved other than by a sale."""

    RECEIVED = "received"
    COUNTED = "counted"
    WASTED = "wasted"


class DoorPurpose(StrEnum):
    """Why the hub told a board to open a door."""

    DEPOSIT = "deposit"
    COLLECT = "collect"
    TAKE_BACK = "take-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One line of a sale; name and category as they were when it was sold."""

    sku: Sku
    name: str
    category: str
    quantity_milli: Amount
    unit_price_minor: Amount
    total_minor: Amount
    vat_rate_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment: `amount_minor` counts towards the sale, `tendered_minor - change_minor == amount_minor`."""

    method: PaymentMethod
    amount_minor: int
    tendered_minor: int
    change_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPromise:
    """A parcel promised at a hub. `sealed` holds the secret for the hub's key alone (HPKE, RFC 9180; base64)."""

    parcel_id: ParcelId
    hub: SourceId
    number: PickupNumber
    sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcealedCustomer:
    """A customer's own words as a box whose key only the till has (AES-256-GCM; base64): it can be forgotten."""

    customer_id: str
    box: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOpened:
    """The first entry of every chain."""

    currency: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSessionOpened:
    """A business day began: it is a cash session, not a date; the date is a label for people."""

    session_id: str
    business_date: date
    cashier: str
    float_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRecorded:
    """A sale was paid. Totals are gross; `vat` holds one line per rate; `receipt_number` has no gaps in its epoch.

    `kept` says that it was made on a phone while its till was away, at the prices that the phone knew; it stands in the
    entry only where it is true. `catalogue_version` is that of the catalogue from the cloud by which it was priced; it
    stands in the entry only where there was one.
    """

    sale_id: SaleId
    receipt_number: Amount
    session_id: str
    business_date: date
    cashier: str
    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: Amount
    vat: tuple[VatLine, ...]
    payments: tuple[Payment, ...]
    pickup: PickupPromise | None = None
    customer: Annotated[ConcealedCustomer | None, Field(exclude_if=not_)] = None
    kept: Annotated[bool, Field(exclude_if=not_)] = False
    catalogue_version: Annotated[Amount, Field(exclude_if=not_)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """Stock came, went or was counted: `change_milli` is what to add to the stock before."""

    sku: Sku
    name: str
    change_milli: int
    reason: StockReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsChanged:
    """Somebody changed products on a till that ran this version of the catalogue (0: none came from the cloud yet)."""

    changes: tuple[ProductChange, ...]
    catalogue_version: Amount
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSessionClosed:
    """A business day ended: its totals (the Z report) and the head of the ledger before this entry."""

    session_id: str
    business_date: date
    cashier: str
    sales: int
    total_minor: int
    vat: tuple[VatLine, ...]
    cash_expected_minor: int
    cash_counted_minor: int
    head_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupNumbersLeased:
    """The hub gave a till pick-up numbers to use without asking."""

    till: SourceId
    numbers: tuple[PickupNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompartmentReserved:
    """A promised parcel got a compartment."""

    parcel_id: ParcelId
    till: SourceId
    number: PickupNumber
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWaiting:
    """A promised parcel waits for a compartment; `reason` says why, in words."""

    parcel_id: ParcelId
    till: SourceId
    number: PickupNumber
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCommanded:
    """The hub decided to open a door; written before the command leaves, so that it is never sent twice."""

    command_id: str
    board: SourceId
    compartment: int
    parcel_id: ParcelId
    purpose: DoorPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAnswered:
    """What was seen at the door (one of the wire's outcomes)."""

    command_id: str
    board: SourceId
    compartment: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelDeposited:
    """A parcel lies in its compartment and its door was seen shut."""

    parcel_id: ParcelId
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCollected:
    """The customer's door opened; the code is spent."""

    parcel_id: ParcelId
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelExpired:
    """The stall took a parcel back, or never brought it: its code is void; `reason` says why, in words."""

    parcel_id: ParcelId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCodeMissed:
    """A wrong secret was typed for this parcel; after five, `locked` is true."""

    parcel_id: ParcelId
    misses: int
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCodeRenewed:
    """Staff gave the customer a new secret; the old one is void."""

    parcel_id: ParcelId


Event: TypeAlias = (
    LedgerOpened | CashSessionOpened | SaleRecorded | StockMoved | ProductsChanged | CashSessionClosed
    | PickupNumbersLeased | CompartmentReserved | ParcelWaiting | DoorCommanded | DoorAnswered | ParcelDeposited | ParcelCollected
    | ParcelExpired | PickupCodeMissed | PickupCodeRenewed
)  # fmt: skip

EVENT_CLASSES: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__args__}
_ADAPTERS: dict[str, TypeAdapter[Event]] = {kind: TypeAdapter(cls) for kind, cls in EVENT_CLASSES.items()}


@dataclass(frozen=True, slots=True)
class UnreadableEvent:
    """An entry whose kind or body this reader does not understand; `reason` says why. Its bytes are kept."""

    kind: str
    reason: str


def event_kind(event: Event) -> str:
    """Return the `kind` under which an event stands in its entry."""
    return type(event).__name__


def event_body(event: Event) -> Body:
    """Return an event as the body of an entry."""
    return cast("Body", _ADAPTERS[event_kind(event)].dump_python(event, mode="json"))


def seal_event(*, stream: StreamKey, head: Head, at: datetime, event: Event) -> Entry:
    """Make the entry that follows `head` and says `event`; its bytes are those of `seal_entry` with the event's body.

    Raises:
        EntryError: a field of the event is not what its class says, or as `seal_entry` says.
    """
    kind = event_kind(event)
    try:
        body = _ADAPTERS[kind].serializer.to_json(event, warnings="error")
    except PydanticSerializationError as error:
        raise EntryError(f"{kind} cannot be written ({error})") from error
    return seal_encoded(stream=stream, head=head, at=at, kind=kind, body=body, meaning=event)


def understood(entry: Entry) -> Entry:
    """Return the entry with its meaning read, for those who hand it to several readers."""
    return entry if entry.meaning is not None else replace(entry, meaning=read_event(entry))


def read_event(entry: Entry) -> Event | UnreadableEvent:
    """Return what an entry says, or an UnreadableEvent: an unknown kind is no reason to stop."""
    if entry.meaning is not None:
        return cast("Event | UnreadableEvent", entry.meaning)
    return read_body(entry.kind, entry.body)


def read_body(kind: str, body: Body) -> Event | UnreadableEvent:
    """Return what a body of some kind says; see `read_event`."""
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        return UnreadableEvent(kind, f"“{kind}” is not known to this version: update it")
    try:
        return adapter.validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return UnreadableEvent(kind, f"field {where} of {kind}: {first['msg']}")
