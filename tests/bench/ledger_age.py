"""What years do to the ledger: the cost of a sale, of opening and of questions as it grows; bytes written for each sale.

`python -m tests.bench.ledger_age DIRECTORY` opens the ledger there as the till does and says how long that took and how
much memory the process has then: it must be a process of its own.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from device.adapters.ledger.disk import Disk, Handle
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.os_disk import OsDisk
from device.adapters.ledger.snapshot import StateCache
from device.domain.till_fold import fold
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from shared.entry import parse_entry
from shared.events.cash import CashSessionOpened
from shared.events.event import Event
from shared.events.sale import SaleRecorded
from shared.ids import SaleId, SourceId, TenantId
from tests.bench.__main__ import Row
from tests.bench.memory import peak_resident_mb

NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)
A_DAY = 250
AT_ONCE = 50
AGES = (10_000, 100_000, 200_000, 1_000_000)
ASKED = 300
OPENED = 5
IMAGE_BYTES = 96 * 1024 * 1024
WRITTEN_SALES = 2_000


class DiskWithoutWaiting(OsDisk):
    """The real disk, minus its fdatasync: what is left is our own work and the write into the cache."""

    def sync(self, handle: Handle) -> None:
        """Do not wait."""


def run(sale: Callable[[int], SaleRecorded]) -> list[Row]:
    """Measure and return the rows; `sale` makes the sale of a number."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-ledger-") as folder:
        directory = Path(folder) / "ledger"
        rows = _grow(directory, sale)
    return [*rows, _bytes_row(sale)]


def open_till(directory: Path, disk: Disk | None = None) -> JournalLedger[TillState]:
    """Open a ledger as the till does."""
    return JournalLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="bench"),
        initial=TillState(),
        fold=fold,
        now=lambda: NOW,
        randomness=os.urandom,
        cache=StateCache(version="bench", dump=dump_state, load=load_state),
        disk=disk,
    )


def _grow(directory: Path, sale: Callable[[int], SaleRecorded]) -> list[Row]:
    rows: list[Row] = []
    young_us = 0.0
    ledger = open_till(directory, DiskWithoutWaiting())
    _fill(ledger, 0, 100, sale)
    young_us = _sale_us(ledger, sale)
    for age in AGES:
        _fill(ledger, ledger.state.sales, age, sale)
        if age == 200_000:
            rows += _at_200_000(ledger, sale, young_us)
        ledger.close()
        rows += _open_rows(directory, age)
        ledger = open_till(directory, DiskWithoutWaiting())
    rows.append(_find_row(ledger))
    ledger.close()
    return rows


def _fill(
    ledger: JournalLedger[TillState], sold: int, wanted: int, sale: Callable[[int], SaleRecorded]
) -> None:
    """Sell in days of A_DAY sales, many sales a write."""
    while sold < wanted:
        count = min(AT_ONCE, wanted - sold, A_DAY - sold % A_DAY)
        events: list[Event] = [_opened(sold)] if sold % A_DAY == 0 else []
        events += [
            replace(sale(number), session_id=_session(sold)) for number in range(sold + 1, sold + count + 1)
        ]
        ledger.append_blocking(lambda _, events=tuple(events): events)  # type: ignore[misc]
        sold += count


def _session(sold: int) -> str:
    return f"session-{sold // A_DAY}"


def _opened(sold: int) -> CashSessionOpened:
    day = date.fromordinal(date(2020, 1, 1).toordinal() + sold // A_DAY)
    return CashSessionOpened(session_id=_session(sold), business_date=day, cashier="Mira", float_minor=0)


def _sale_us(ledger: JournalLedger[TillState], sale: Callable[[int], SaleRecorded]) -> float:
    """Return the CPU time of a sale with the check for its id, the median of some rounds; writes nothing that stays odd."""
    rounds = []
    for _ in range(7):
        first = ledger.state.sales + 1
        started = time.process_time()
        for number in range(first, first + 100):
            ledger.append_blocking(lambda state, number=number: _decide(ledger, state, sale(number)))  # type: ignore[misc]
        rounds.append((time.process_time() - started) / 100 * 1e6)
    return statistics.median(rounds)


def _decide(
    ledger: JournalLedger[TillState], state: TillState, sale: SaleRecorded
) -> tuple[Event, ...] | int:
    known = state.sale_seqs.find(sale.sale_id) or ledger.find_sale(sale.sale_id)
    return known if known is not None else (sale,)


def _at_200_000(
    ledger: JournalLedger[TillState], sale: Callable[[int], SaleRecorded], young_us: float
) -> list[Row]:
    old_us = _sale_us(ledger, sale)
    session = ledger.state.session
    if session is None:
        raise AssertionError("sales were made in a session")

    def ask() -> None:
        _ = session.sold_milli.items(), session.by_hour_minor.items(), session.paid_minor.items(), session.vat

    note = f"{old_us:.0f} µs against {young_us:.0f} µs: CPU of a sale with its fold and the check of its id, no sync"
    return [
        _row("ledger.growth", old_us / young_us, "ratio", 1.2, 700, note),
        _row("ledger.today_by_sku_ms", _median_ms(ask), "ms", 1.0, ASKED, "by product, hour, payment and VAT together"),
    ]  # fmt: skip


def _find_row(ledger: JournalLedger[TillState]) -> Row:
    step = ledger.state.sales // ASKED
    numbers = iter(range(1, ledger.state.sales, step))

    def ask() -> None:
        number = next(numbers)
        seq = ledger.find_sale(SaleId(f"0197f3a2-0000-7000-8000-{number:012d}"))
        if seq is None or seq != ledger.find_receipt(number):
            raise AssertionError(f"sale {number} was not found")
        parse_entry(ledger.read_lines(seq, seq)[0])

    note = "one sale by id and by receipt, read and parsed, spread over 1,000,000"
    return _row("ledger.find_sale_ms", _median_ms(ask), "ms", 1.0, ASKED, note)


def _median_ms(ask: Callable[[], None]) -> float:
    taken = []
    for _ in range(ASKED):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1_000)
    return statistics.median(taken)


def _open_rows(directory: Path, age: int) -> list[Row]:
    """Open in processes of their own; the median of some."""
    said = []
    for _ in range(OPENED):
        child = [sys.executable, "-m", "tests.bench.ledger_age", str(directory)]
        said.append(json.loads(subprocess.run(child, check=True, capture_output=True).stdout))
    name = {10_000: "10k", 100_000: "100k", 200_000: "200k", 1_000_000: "1m"}[age]
    is_goal = age == 1_000_000
    seconds = statistics.median(each["open_s"] for each in said)
    megabytes = statistics.median(each["rss_mb"] for each in said)
    base = statistics.median(each["base_mb"] for each in said)
    note = f"{said[0]['sales']} sales; {base:.0f} MB of it are Python and the imports"
    return [
        _row(f"ledger.open_{name}_s", seconds, "s", 1.0 if is_goal else None, OPENED, "pages in the cache"),
        _row(f"ledger.open_{name}_mb", megabytes, "MB", 100.0 if is_goal else None, OPENED, note),
    ]


def _bytes_row(sale: Callable[[int], SaleRecorded]) -> Row:
    with _own_file_system() as mounted:
        folder, written = mounted or (Path.cwd() / "build" / "bench-bytes", _own_written)
        where = "blocks written to a loop-mounted ext4 of its own" if mounted else "the process's own counter"
        ledger = open_till(folder / f"ledger-{os.getpid()}")
        _fill(ledger, 0, 100, sale)
        before = written()
        for number in range(101, 101 + WRITTEN_SALES):
            ledger.append_blocking(lambda _, number=number: (sale(number),))  # type: ignore[misc]
        ledger.close()
        each = (written() - before) / WRITTEN_SALES
    return _row("ledger.bytes_per_sale", each, "bytes", 10_000.0, WRITTEN_SALES, f"{where}; one sale a sync")


def _own_written() -> int:
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["write_bytes"])


@contextmanager
def _own_file_system() -> Iterator[tuple[Path, Callable[[], int]] | None]:
    """Mount a file system that nobody else writes to, if this user may; tells how to read its counter."""
    with tempfile.TemporaryDirectory() as folder:
        image, mount = Path(folder) / "image", Path(folder) / "mount"
        mount.mkdir()
        image.write_bytes(b"")
        os.truncate(image, IMAGE_BYTES)
        if (
            os.geteuid() != 0
            or not _done("mkfs.ext4", "-q", str(image))
            or not _done("mount", "-o", "loop", str(image), str(mount))
        ):
            yield None
            return
        try:
            device = mount.stat().st_dev
            counter = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
            yield mount, lambda: _sectors_written(mount, counter) * 512
        finally:
            _done("umount", str(mount))


def _sectors_written(mount: Path, counter: Path) -> int:
    os.sync()
    return int(counter.read_text().split()[6]) if mount.is_mount() else 0


def _done(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _row(name: str, value: float, unit: str, goal: float | None, n: int, note: str) -> Row:
    return Row(id=name, value=round(value, 4), unit=unit, goal=goal, at_most=True, n=n, note=note)


def _open_and_say(directory: Path) -> None:
    base = peak_resident_mb()
    started = time.perf_counter()
    ledger = open_till(directory)
    took = time.perf_counter() - started
    said = {"open_s": took, "rss_mb": peak_resident_mb(), "base_mb": base, "sales": ledger.state.sales}
    ledger.close()
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    _open_and_say(Path(sys.argv[1]))
