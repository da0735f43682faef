"""Chains of entries as tills and hubs write them, for the cloud's tests and benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey, seal_entry
from shared.events.cash import CashSessionOpened
from shared.events.event import Event, event_body, event_kind
from shared.events.sale import LedgerOpened, Payment, PaymentMethod, PickupPromise, SaleLine, SaleRecorded
from shared.ids import Epoch, ParcelId, SaleId, Sku, SourceId, TenantId, make_uuid7
from shared.sync.batch import Message, pack
from shared.vat import split_vat
from shared.wire.messages import make

BERLIN_WINTER = timezone(timedelta(hours=1))
SATURDAY = date(2026, 11, 21)
OPENING = datetime(2026, 11, 21, 9, 0, tzinfo=BERLIN_WINTER)

CATALOGUE = {
    "bowl": ("Stoneware bowl", "Ceramics", 2_800),
    "mug": ("Mug, ash glaze", "Ceramics", 1_900),
    "towel": ("Linen towel", "Textiles", 1_450),
}


@dataclass
class Chain:
    """A ledger in memory."""

    source: str = "till-harbour"
    tenant: str = "demo"
    epoch: str = "k7f3q2"
    entries: list[Entry] = field(default_factory=list)

    @property
    def stream(self) -> StreamKey:
        return StreamKey(tenant=TenantId(self.tenant), source=SourceId(self.source), epoch=Epoch(self.epoch))

    @property
    def head(self) -> Head:
        return self.entries[-1].head if self.entries else EMPTY_HEAD

    @property
    def lines(self) -> list[bytes]:
        return [entry.line for entry in self.entries]

    def add(self, event: Event, at: datetime = OPENING) -> Entry:
        return self.add_raw(event_kind(event), dict(event_body(event)), at)

    def add_raw(self, kind: str, body: dict, at: datetime = OPENING) -> Entry:
        entry = seal_entry(stream=self.stream, head=self.head, at=at, kind=kind, body=body)
        self.entries.append(entry)
        return entry

    def hello(self, session: str = "s1") -> bytes:
        return pack(
            make("hello", session=session, epoch=self.epoch, head_seq=self.head.seq, head_hash=self.head.hash)
        )

    def batch(self, first_seq: int = 1, last_seq: int | None = None) -> bytes:
        chosen = self.entries[first_seq - 1 : last_seq]
        return pack_entries(self.epoch, first_seq, [entry.line for entry in chosen], chosen[-1].hash)


def pack_entries(epoch: str, first_seq: int, lines: Sequence[bytes], last_hash: str) -> bytes:
    message: Message = make(
        "entries", epoch=epoch, first_seq=first_seq, count=len(lines), last_hash=last_hash
    )
    return pack(message, lines)


def open_day(chain: Chain, business_date: date = SATURDAY, at: datetime = OPENING) -> None:
    if not chain.entries:
        chain.add(LedgerOpened(currency="EUR", software="0.1.0"), at)
    chain.add(
        CashSessionOpened(
            session_id=f"day-{business_date}", business_date=business_date, cashier="Mira", float_minor=5_000
        ),
        at,
    )


def sale(
    number: int,
    *skus: str,
    business_date: date = SATURDAY,
    currency: str = "EUR",
    quantity_milli: int = 1_000,
    pickup: PickupPromise | None = None,
) -> SaleRecorded:
    lines = tuple(_line(sku, quantity_milli) for sku in skus or ("bowl",))
    total_minor = sum(line.total_minor for line in lines)
    return SaleRecorded(
        sale_id=SaleId(make_uuid7(1_795_000_000_000 + number, number.to_bytes(10, "big"))),
        receipt_number=number,
        session_id=f"day-{business_date}",
        business_date=business_date,
        cashier="Mira",
        currency=currency,
        lines=lines,
        total_minor=total_minor,
        vat=split_vat((line.vat_rate_bp, line.total_minor) for line in lines),
        payments=(
            Payment(
                method=PaymentMethod.CASH,
                amount_minor=total_minor,
                tendered_minor=total_minor,
                change_minor=0,
            ),
        ),
        pickup=pickup,
    )


def promise(parcel: str, number: int = 407, hub: str = "hub-dock") -> PickupPromise:
    return PickupPromise(parcel_id=ParcelId(parcel), hub=SourceId(hub), number=number, sealed="c2VhbGVk")


def market_day(sales: int, **chain: str) -> Chain:
    """A chain with a day opened and so many sales, one a minute."""
    built = Chain(**chain)
    open_day(built)
    skus = list(CATALOGUE)
    for number in range(1, sales + 1):
        bought = [skus[(number + index) % len(skus)] for index in range(1 + number % 3)]
        built.add(sale(number, *bought), OPENING + timedelta(minutes=number))
    return built


def _line(sku: str, quantity_milli: int) -> SaleLine:
    name, category, price_minor = CATALOGUE[sku]
    return SaleLine(
        sku=Sku(sku),
        name=name,
        category=category,
        quantity_milli=quantity_milli,
        unit_price_minor=price_minor,
        total_minor=price_minor * quantity_milli // 1_000,
        vat_rate_bp=1_900,
    )
