"""Any event, and the way to and from an entry's body.

Events are frozen classes whose names are past tense; money is in minor units, quantities in thousandths, rates in basis
points. A reader ignores fields that it does not know. A field that came later is left out of the body while it says
nothing, so that older entries keep their bytes. Pydantic checks bodies that came from elsewhere.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from shared.entry import Body, Entry, EntryError, Head, StreamKey, seal_encoded
from shared.events.card import CardAnswered, CardAsked
from shared.events.cash import CashMoved, CashSessionClosed, CashSessionOpened
from shared.events.making import MakingRulesChanged, PlanAccepted, PromiseDropped, WorkshopChanged
from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    ProductsLinked,
    SignalCancelled,
    SignalNoted,
    UsualDaysChanged,
)
from shared.events.material import MaterialChanged, MaterialMoved, RecipeChanged
from shared.events.order import OrderCancelled, OrderPlaced, OrderReady
from shared.events.parcel import (
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
    ParcelWaiting,
    PickupCodeMissed,
    PickupCodeRenewed,
    PickupNumbersLeased,
)
from shared.events.purchase import (
    GoodsReceived,
    PriceListImported,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPaid,
    PurchaseOrderPlaced,
    PurchaseOrderSendingStarted,
    PurchaseOrderSent,
    SupplierChanged,
)
from shared.events.sale import LedgerOpened, SaleRecorded, SaleRefunded
from shared.events.stock import ProductsChanged, StockMoved

Event: TypeAlias = (
    LedgerOpened | CashSessionOpened | SaleRecorded | SaleRefunded | StockMoved | ProductsChanged | CashMoved | CashSessionClosed
    | CardAsked | CardAnswered | OrderPlaced | OrderCancelled | OrderReady
    | MarketDayPlanned | MarketDayDropped | UsualDaysChanged | SignalNoted | SignalCancelled | ProductsLinked
    | MakingRulesChanged | WorkshopChanged | PlanAccepted | PromiseDropped
    | MaterialChanged | RecipeChanged | MaterialMoved
    | SupplierChanged | PriceListImported | PurchaseOrderPlaced | PurchaseOrderSendingStarted | PurchaseOrderSent
    | GoodsReceived | PurchaseOrderPaid | PurchaseOrderClosed | PurchaseOrderCancelled
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
