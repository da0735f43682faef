"""A small stall for the till's tests: a catalogue, sales, and a real ledger in a directory of its own."""

from collections.abc import Sequence
from pathlib import Path

from device.adapters.ledger.ledger import Birth, JournalLedger
from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.cart import CartLine
from device.domain.pricing.payment import Tender
from device.domain.sale import SaleOrder
from device.domain.settings import Settings
from device.domain.till_fold import fold
from device.domain.till_state import TillState
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from shared.events.sale import PaymentMethod
from shared.ids import SaleId, Sku, SourceId, TenantId, make_uuid7
from tests.fakes import FakeClock, FakeRandomness, MemoryDocuments, MemorySettings

BOWL = Product(sku=Sku("bowl"), name="Stoneware bowl", category="Pottery", price_minor=1850, vat_rate_bp=1900)
JAM = Product(sku=Sku("jam"), name="Quince jam", category="Pantry", price_minor=650, vat_rate_bp=700)
CATALOGUE = Catalogue(version=1, products=(BOWL, JAM))
SETTINGS = Settings(catalogue=CATALOGUE, pickup_key=b"k" * 32, numbers_leased_at={407: 0, 408: 0})


def sale_id(number: int) -> SaleId:
    return SaleId(make_uuid7(number, b"\1" * 10))


def order(
    number: int = 1, *, lines: Sequence[tuple[str, int]] = (("bowl", 1000),), tendered_minor: int = 100_000,
    expected_total_minor: int | None = None, collect: bool = False, kept: bool = False,
    prices_minor: Sequence[int] = (),
) -> SaleOrder:  # fmt: skip
    prices: list[int | None] = [*prices_minor] or [None] * len(lines)
    return SaleOrder(
        sale_id=sale_id(number),
        lines=tuple(
            CartLine(sku=Sku(sku), quantity_milli=quantity, unit_price_minor=price)
            for (sku, quantity), price in zip(lines, prices, strict=True)
        ),
        tenders=(Tender(method=PaymentMethod.CASH, amount_minor=tendered_minor),),
        expected_total_minor=expected_total_minor,
        collect_at_locker=collect,
        kept=kept,
        cashier="Mira",
    )


def open_ledger(directory: Path, clock: Clock | None = None, seed: int = 1) -> JournalLedger[TillState]:
    return JournalLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-x"), currency="EUR", software="0"),
        initial=TillState(),
        fold=fold,
        now=(clock or FakeClock()).now,
        randomness=FakeRandomness(seed).bytes,
    )


def assortment_of(
    ledger: JournalLedger[TillState], documents: MemoryDocuments | None = None, settings: Settings = SETTINGS
) -> CurrentAssortment:
    return CurrentAssortment(
        ledger=ledger, documents=documents or MemoryDocuments(), settings=MemorySettings(settings)
    )
