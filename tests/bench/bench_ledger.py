"""What a durable sale costs: against a raw append and fdatasync of the same bytes, against SQLite, and without the disk.

The three write in turn, sale by sale, to files in one folder, so that each meets the same disk in the same second. Each
figure is the median of the rounds.
"""

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from tinydb import TinyDB

from device.adapters.ledger.framing import frame
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.os_disk import OsDisk
from shared.entry import Entry
from shared.events.sale import Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import SaleId, Sku, SourceId, TenantId
from shared.vat import split_vat
from tests.bench import ledger_age
from tests.bench.__main__ import Row
from tests.bench.ledger_age import DiskWithoutWaiting

ROUNDS = 7
SALES_A_ROUND = 60
HOT_ROUNDS = 7
HOT_SALES = 2_000
GROUPED_SALES = 480
STOCK_INSERTS = {1_000: 15, 10_000: 5, 200_000: 3}
"""How often TinyDB's own storage inserts, by how many sales it holds: it rewrites them all each time."""
NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)


def run() -> list[Row]:
    """Measure and return the rows."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-ledger-") as folder:
        rounds = _interleaved(Path(folder))
        sale_us, passing_us = _hot(Path(folder) / "hot")
        grouped = _grouped(Path(folder))
    return [*_ratios(rounds), _cpu_row(sale_us, passing_us), *grouped, *ledger_age.run(_sale)]


def _interleaved(folder: Path) -> list[dict[str, list[float]]]:
    """Return, for each round, the seconds that each sale took each way."""
    ledger = _open(folder / "ledger", OsDisk())
    raw = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    database = sqlite3.connect(folder / "sqlite", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute("create table entries (seq integer primary key, line blob not null)")
    rounds = [_one_round(ledger, raw, database) for _ in range(ROUNDS + 1)][1:]  # the first one warms up
    ledger.close()
    os.close(raw)
    database.close()
    return rounds


def _one_round(ledger: JournalLedger[int], raw: int, database: sqlite3.Connection) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {"ledger": [], "raw": [], "sqlite": []}
    for _ in range(SALES_A_ROUND):
        entry: list[Entry] = []
        taken["ledger"].append(_seconds(lambda: entry.extend(_sell(ledger))))  # noqa: B023 - called at once
        written = frame([entry[0].line])
        taken["raw"].append(_seconds(lambda: _append_raw(raw, written)))  # noqa: B023 - called at once
        line = entry[0].line
        taken["sqlite"].append(
            _seconds(lambda: database.execute("insert into entries (line) values (?)", (line,)))  # noqa: B023
        )
    return taken


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _append_raw(handle: int, written: bytes) -> None:
    os.write(handle, written)
    os.fdatasync(handle)


def _sell(ledger: JournalLedger[int]) -> tuple[Entry, ...]:
    return ledger.append_blocking(lambda sales: (_sale(sales),))


def _hot(directory: Path) -> tuple[float, float]:
    """Return the CPU time of all threads in microseconds: for a whole sale, and for passing it over and back alone."""
    ledger = _open(directory, DiskWithoutWaiting())
    event = _sale(1)
    sale_us, passing_us = [], []
    for _ in range(HOT_ROUNDS + 1):
        sale_us.append(_cpu_us(lambda: ledger.append_blocking(lambda _: (event,))))
        passing_us.append(_cpu_us(lambda: ledger.append_blocking(lambda _: "nothing")))
    ledger.close()
    return statistics.median(sale_us[1:]), statistics.median(passing_us[1:])


def _cpu_us(work: Callable[[], object]) -> float:
    started = time.process_time()
    for _ in range(HOT_SALES):
        work()
    return (time.process_time() - started) / HOT_SALES * 1e6


def _ratios(rounds: list[dict[str, list[float]]]) -> list[Row]:
    def ratio(of: Callable[[list[float]], float], other: str) -> float:
        return statistics.median(of(taken["ledger"]) / of(taken[other]) for taken in rounds)

    raw_ms = statistics.median(statistics.median(taken["raw"]) for taken in rounds) * 1_000
    n = ROUNDS * SALES_A_ROUND
    note = f"raw append and fdatasync took {raw_ms:.2f} ms at the median"
    mean, median = statistics.fmean, statistics.median
    return [
        _row("ledger.append_vs_raw_mean", ratio(mean, "raw"), 1.15, n, note),
        _row("ledger.append_vs_raw_p50", ratio(median, "raw"), 1.2, n, note + "; the goal holds from 1 ms"),
        _row("ledger.append_vs_sqlite_full", ratio(mean, "sqlite"), 1.0, n, "means; one insert, WAL, FULL"),
    ]


def _row(name: str, value: float, goal: float, n: int, note: str) -> Row:
    return Row(id=name, value=round(value, 3), unit="ratio", goal=goal, at_most=True, n=n, note=note)


def _cpu_row(sale_us: float, passing_us: float) -> Row:
    note = (
        f"CPU of all threads from decision to answer, with the write, without the sync; {passing_us:.0f} µs of it "
        "are the way to the writer thread and back"
    )
    return Row(
        id="ledger.cpu_us", value=round(sale_us, 1), unit="µs", goal=20.0, at_most=True,
        n=HOT_ROUNDS * HOT_SALES, note=note,
    )  # fmt: skip


def _open(directory: Path, disk: OsDisk) -> JournalLedger[int]:
    return JournalLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="bench"),
        initial=0,
        fold=lambda entries, _: entries + 1,
        now=lambda: NOW,
        randomness=os.urandom,
        disk=disk,
    )


def _sale(number: int) -> SaleRecorded:
    """A sale of three lines, about as large as most are."""
    lines = tuple(
        SaleLine(
            sku=Sku(sku), name=name, category="Pottery", quantity_milli=1_000, unit_price_minor=price_minor,
            total_minor=price_minor, vat_rate_bp=1900,
        )
        for sku, name, price_minor in (("bowl", "Stoneware bowl", 1_900), ("cup", "Cup", 1_250), ("jug", "Jug", 3_400))
    )  # fmt: skip
    total_minor = sum(line.total_minor for line in lines)
    paid = Payment(method=PaymentMethod.CASH, amount_minor=total_minor, tendered_minor=7_000,
                   change_minor=7_000 - total_minor)  # fmt: skip
    return SaleRecorded(
        sale_id=SaleId(f"0197f3a2-0000-7000-8000-{number:012d}"), receipt_number=number, session_id="session-1",
        business_date=date(2026, 5, 2), cashier="Mira", currency="EUR", lines=lines, total_minor=total_minor,
        vat=split_vat((line.vat_rate_bp, line.total_minor) for line in lines), payments=(paid,),
    )  # fmt: skip


def _grouped(folder: Path) -> list[Row]:
    """Return sales per second with 1, 4 and 16 sellers waiting at once, and how TinyDB's own file does at some ages."""
    ledger = _open(folder / "grouped", OsDisk())
    per_s = {
        sellers: statistics.median(_sold_per_s(ledger, sellers) for _ in range(5)) for sellers in (1, 4, 16)
    }
    own_ms = statistics.median(_seconds(lambda: _sell(ledger)) for _ in range(50)) * 1_000
    ledger.close()
    rows = [
        Row(id=f"ledger.group_commit_{sellers}", value=round(per_s[sellers] / per_s[1], 2), unit="ratio", goal=None,
            at_most=False, n=5, note=f"{per_s[sellers]:.0f} durable sales a second with {sellers} waiting at once")
        for sellers in (4, 16)
    ]  # fmt: skip
    stock = [
        _stock_row(folder / f"stock-{age}.json", age, inserts, own_ms)
        for age, inserts in STOCK_INSERTS.items()
    ]
    return [*rows, *stock, _suite_row()]


def _sold_per_s(ledger: JournalLedger[int], sellers: int) -> float:
    """Let several sell at once, as one event loop does."""

    async def sell_some() -> None:
        for _ in range(GROUPED_SALES // sellers):
            await ledger.append(lambda sales: (_sale(sales),))

    async def sell_all() -> None:
        await asyncio.gather(*(sell_some() for _ in range(sellers)))

    return GROUPED_SALES / _seconds(lambda: asyncio.run(sell_all()))


def _stock_row(path: Path, age: int, inserts: int, own_ms: float) -> Row:
    """Compare with TinyDB's own storage at an age; its file is written as TinyDB writes it, to save the hours of growing."""
    line = {
        "lines": [{"sku": "bowl", "name": "Stoneware bowl", "total_minor": 1_900}] * 3,
        "total_minor": 6_550,
    }
    path.write_text(json.dumps({"_default": {str(number): line for number in range(1, age + 1)}}))
    with TinyDB(path) as stock:
        stock_ms = statistics.median(_seconds(lambda: stock.insert(line)) for _ in range(inserts)) * 1_000
    note = f"{own_ms:.2f} ms, the same at any age, against {stock_ms:.1f} ms, which is not even synced"
    return Row(id=f"ledger.vs_stock_tinydb_{age}", value=round(own_ms / stock_ms, 6), unit="ratio", goal=None,
               at_most=True, n=inserts, note=note)  # fmt: skip


def _suite_row() -> Row:
    sources = Path("build/tinydb/tinydb-4.9.0")
    child = [sys.executable, "-m", "tests.tinydb_suite", str(sources)]
    said = subprocess.run(child, capture_output=True, text=True, check=False).stdout.strip().splitlines()[-1]
    failed = int(said.split(" failed")[0].split()[-1]) if " failed" in said else 0
    return Row(
        id="ledger.tinydb_suite_failed", value=failed, unit="tests", goal=0.0, at_most=True, n=1, note=said
    )
