"""A till that has sold for weeks: a real ledger on a real disk, filled by the services that a seller uses."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from device.adapters.files.identity_file import IdentityFile
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.app.software import SOFTWARE
from device.config import Config
from device.domain.settings import Settings
from device.domain.till_fold import fold
from device.domain.till_state import TillState
from device.services.changes import Changes
from device.services.close_day import CloseDay
from device.services.sell import Receipt, Sell
from device.services.stock import Stock
from shared.events.stock import StockReason
from shared.ids import Sku, SourceId, TenantId
from tests.fakes import IDENTITY, FakeClock, FakeRandomness, MemorySettings, PlainSealer
from tests.unit.device.stall import assortment_of, order

CSV: Final = b"""sku,name,category,price,vat_percent,barcode,stock
bowl,Stoneware bowl,Pottery,18.50,19,4006381333931,
jam,Quince jam,Pantry,6.50,7,,
cup,Cup nobody bought yet,Pottery,9.50,19,,
"""
PIN: Final = "4711"
RUNS_OUT_DAYS_BEFORE_THE_END: Final = 3
"""On that day there are as many bowls as are sold, and the last one goes at half past eight in the morning."""
FIRST_MORNING: Final = datetime(2026, 9, 1, 9, tzinfo=UTC)


def config_of(directory: Path) -> Config:
    return Config(data_dir=directory, stall="Harbour Market")


def fill_till(directory: Path, *, days: int) -> None:
    """Make a till with a cashier, products and so many days that are over, the first on 1 September 2026."""
    IdentityFile(directory / "identity.json").save(IDENTITY)
    with open_till(config_of(directory)) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Mira", PIN)
        asyncio.run(services.import_catalogue.import_csv(CSV, "Mira"))
    clock = FakeClock(FIRST_MORNING)
    ledger = JournalLedger.open(
        directory / "ledger",
        birth=Birth(tenant=TenantId(IDENTITY.tenant), source=SourceId(IDENTITY.device), currency="EUR", software=SOFTWARE),
        initial=TillState(),
        fold=fold,
        now=clock.now,
        randomness=FakeRandomness(1).bytes,
    )  # fmt: skip
    try:
        asyncio.run(_sell_for(days, ledger, clock))
    finally:
        ledger.close()


async def _sell_for(days: int, ledger: JournalLedger[TillState], clock: FakeClock) -> None:
    settings, chance, number = MemorySettings(Settings()), Random(5), 0
    sell = Sell(ledger=ledger, settings=settings, assortment=assortment_of(ledger, settings=Settings()), clock=clock,
                randomness=FakeRandomness(), sealer=PlainSealer(), membership=None, currency="EUR")  # fmt: skip
    stock = Stock(
        ledger=ledger,
        assortment=assortment_of(ledger, settings=Settings()),
        randomness=FakeRandomness(),
        hub="",
    )
    for day in range(days):
        for sku, most in (("jam", 9), ("bowl", 5)):
            number += 1
            pieces = chance.randint(1, most)
            if (sku, days - day) == ("bowl", RUNS_OUT_DAYS_BEFORE_THE_END):
                there = ledger.state.stock_milli.get(Sku(sku), 0)
                await stock.move(Sku(sku), 1000 * pieces - there, StockReason.RECEIVED, cashier="Mira")
            sold = await sell.sell(order(number, lines=((sku, 1000 * pieces),)))
            assert isinstance(sold, Receipt), sold
        await CloseDay(ledger=ledger).close("Mira", 0)
        clock.wall = FIRST_MORNING + timedelta(days=day + 1)
