"""Sync from till to hub, with the real processes: a till with a backlog starts, and the hub makes it durable."""

import os
import tempfile
import time
from datetime import date
from pathlib import Path

from device.app import open_till
from device.config import PREFIX, Config
from shared.cli.demo.parcel_walk import HubCounter
from shared.cli.demo.settlement import figures_of
from shared.cli.settings_file import load_settings
from shared.events import Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import SaleId, Sku, make_uuid7
from shared.vat import split_vat
from tests.deployment import RunningDeployment, running_deployment

Row = dict[str, object]

BACKLOG_SALES = 20_000
_SALES_AN_APPEND = 200
_GIVE_UP_S = 300.0


def run() -> list[Row]:
    """Return the figures of a till's backlog."""
    with tempfile.TemporaryDirectory() as folder, running_deployment(Path(folder)) as running:
        counter = HubCounter(running.places.url("hub"), running.sign_ins.staff_password)
        running.unplug("till")
        _fill(running)
        before = _sales_at(counter)
        started = time.perf_counter()
        running.plug_in("till")
        ready = time.perf_counter()
        while (
            arrived := _sales_at(counter) - before
        ) < BACKLOG_SALES and time.perf_counter() < started + _GIVE_UP_S:
            time.sleep(0.05)
        seconds = time.perf_counter() - ready
    return [
        {
            "id": "sync.drain_per_s", "value": arrived / seconds, "unit": "sales/s", "goal": 10_000, "at_most": False,
            "n": arrived, "note": f"from the till's start ({ready - started:.1f} s, not counted) to durable at the hub",
        }
    ]  # fmt: skip


def _sales_at(counter: HubCounter) -> int:
    return sum(stream.sales for stream in figures_of(counter.compare()).values())


def _fill(running: RunningDeployment) -> None:
    """Sell a backlog straight into the till's own ledger, while the till is off."""
    environment = {**os.environ, **running.deployment.child("till").environment}
    with open_till(load_settings(Config, prefix=PREFIX, environment=environment)) as till:
        for first in range(0, BACKLOG_SALES, _SALES_AN_APPEND):
            sales = tuple(_sale(number) for number in range(first, first + _SALES_AN_APPEND))
            till.ledger.append_blocking(lambda _, sales=sales: sales)


def _sale(number: int) -> SaleRecorded:
    line = SaleLine(
        sku=Sku("mug-ash"), name="Mug, ash glaze", category="Pottery", quantity_milli=1_000, unit_price_minor=2_400,
        total_minor=2_400, vat_rate_bp=1_900,
    )  # fmt: skip
    return SaleRecorded(
        sale_id=SaleId(make_uuid7(number, number.to_bytes(10, "big"))), receipt_number=number + 1, session_id="bench",
        business_date=date(2026, 1, 1), cashier="bench", currency="EUR", lines=(line,), total_minor=2_400,
        vat=split_vat([(1_900, 2_400)]),
        payments=(Payment(method=PaymentMethod.CASH, amount_minor=2_400, tendered_minor=2_400, change_minor=0),),
    )  # fmt: skip
