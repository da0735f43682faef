"""What the proof consists of: trials that raise when a promise is broken. The tests, the soak and the mutants run the same ones."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from random import Random
from zlib import crc32

from device.adapters.ledger.background import check_sealed
from device.adapters.ledger.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked
from device.adapters.ledger.ledger import JournalLedger
from shared.events.cash import CashSessionClosed
from shared.events.event import Event
from shared.ids import Epoch
from shared.verify.verify import verify_segments
from tests.crash.market_day import (
    DIRECTORY,
    LostError,
    MarketDay,
    Sold,
    decide_sale,
    open_ledger,
    segments_on,
)
from tests.crash.simulated_disk import Fault, Outcome, PowerCutError, SimulatedDisk

FAULTS_UP_TO = 70
FLIPS = 400


def operations_of_a_good_day(sales: int = 12, at_once: int = 1) -> int:
    """Return how many operations a day without any fault takes: the points at which something can happen."""
    day = MarketDay(SimulatedDisk(Random(0)), Outcome.KEPT, sales=sales, at_once=at_once)
    day.run()
    return day.disk.operations


def run_with_one_fault(
    operation: int, fault: Fault, outcome: Outcome, *, sales: int = 12, at_once: int = 1,
    disk_class: type[SimulatedDisk] = SimulatedDisk,
) -> MarketDay:  # fmt: skip
    """Run a day in which one thing happens at one operation."""
    random = Random(f"{operation} {fault} {outcome}")
    day = MarketDay(
        disk_class(random, {operation: fault}), outcome, sales=sales, random=random, at_once=at_once
    )
    day.run()
    return day


def run_seeded(seed: int, disk_class: type[SimulatedDisk] = SimulatedDisk) -> MarketDay:
    """Run a day with one to four faults of any kind anywhere, some of them while the till recovers."""
    random = Random(seed)
    at = random.sample(range(1, FAULTS_UP_TO), random.randint(1, 4))
    faults = {operation: random.choice(list(Fault)) for operation in at}
    disk, outcome = disk_class(random, faults), random.choice(list(Outcome))
    day = MarketDay(disk, outcome, random=random, at_once=random.choice([1, 1, 2, 5]))
    day.run()
    return day


def every_cut(sales: int = 12, at_once: int = 1) -> Iterator[str]:
    """Cut the power at every operation of a day, with every outcome; yields the name of each point that was survived."""
    for operation in range(1, operations_of_a_good_day(sales, at_once) + 1):
        for outcome in Outcome:
            run_with_one_fault(operation, Fault.POWER_CUT, outcome, sales=sales, at_once=at_once)
            yield f"{operation} {outcome}"


def every_other_fault(sales: int = 12, at_once: int = 1) -> Iterator[str]:
    """Let the disk be full, fail, or the process be killed at every operation of a day."""
    for operation in range(1, operations_of_a_good_day(sales, at_once) + 1):
        for fault in (Fault.NO_SPACE, Fault.IO_ERROR, Fault.READ_ONLY, Fault.KILLED):
            for outcome in (Outcome.DROPPED, Outcome.SECTORS_512):
                run_with_one_fault(operation, fault, outcome, sales=sales, at_once=at_once)
                yield f"{operation} {fault} {outcome}"


def a_second_process_is_refused() -> None:
    """Two writers would fork the chain."""
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    try:
        open_ledger(disk, Random(0)).close()
    except LedgerLocked:
        ledger.close()
        return
    raise LostError("a second process was let in")


def a_full_disk_refuses_and_the_day_can_be_closed() -> None:
    """A sale without room is refused and leaves no trace; the closing finds the room that was kept back."""
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    confirmed = 0
    disk.room_bytes = 0
    try:
        for number in range(20):
            ledger.append_blocking(lambda sold, number=number: decide_sale(sold, f"sale-{number}"))
            confirmed += 1
        raise LostError("a full disk took everything")
    except LedgerFull:
        pass
    ledger.append_blocking(lambda _: (closing(ledger),))
    ledger.close()
    disk.power_cut(Outcome.DROPPED)
    ledger = open_ledger(disk, Random(0))
    if len(ledger.state) != confirmed or ledger.head.seq != confirmed + 2:
        raise LostError(f"{confirmed} sales and a closing were confirmed, {len(ledger.state)} are there")
    ledger.close()


def closing(ledger: JournalLedger[Sold]) -> Event:
    """The closing of an empty session: it is about the room, not about the figures."""
    return CashSessionClosed(
        session_id="none", business_date=date(2026, 5, 2), cashier="Mira", sales=0, total_minor=0, vat=(),
        cash_expected_minor=0, cash_counted_minor=0, head_seq=ledger.head.seq, head_hash=ledger.head.hash,
    )  # fmt: skip


def whole_day(sales: int = 40) -> tuple[SimulatedDisk, JournalLedger[Sold]]:
    """Return a disk with a day of sales over several sealed segments, and its ledger, closed."""
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    for number in range(sales):
        ledger.append_blocking(lambda sold, number=number: decide_sale(sold, f"sale-{number}"))
    ledger.close()
    disk.end_process()
    return disk, ledger


def a_missing_part_is_named() -> None:
    """A segment that is gone must not open as a shorter ledger."""
    disk, _ = whole_day()
    for name in [name for name in disk.names() if name.endswith(".journal")]:
        kept = disk.take_away(DIRECTORY / name)
        _require_refused(disk, f"without {name}")
        disk.put_back(DIRECTORY / name, kept)


def an_older_copy_is_refused() -> None:
    """A ledger restored from a backup that lacks what the hub has acknowledged."""
    disk, ledger = whole_day(5)
    path = ledger.report.path
    disk.put(path, b"".join(disk.content(path).splitlines(keepends=True)[:-2]))
    _require_refused(disk, "without its last two entries", {ledger.stream.epoch: ledger.head.seq})


def a_torn_end_that_the_hub_knows_whole_is_refused() -> None:
    """It was confirmed, so it is no torn tail: nothing may be cut off."""
    disk, ledger = whole_day(5)
    path, content = ledger.report.path, disk.content(ledger.report.path)
    disk.put(path, content[:-20])
    _require_refused(disk, "with a torn end", {ledger.stream.epoch: ledger.head.seq})
    if disk.content(path) != content[:-20]:
        raise LostError("the torn end was cut off although the hub knows it whole")


def every_flip_is_found(flips: int = FLIPS) -> None:
    """A changed byte anywhere is found, or it is in a cache and changes nothing."""
    disk, ledger = whole_day()
    random, sold = Random(2), ledger.state
    names = [name for name in disk.names() if name.endswith((".journal", ".sealed"))]
    for _ in range(flips):
        path = DIRECTORY / random.choice(names)
        content = disk.content(path)
        changed = bytearray(content)
        position = random.randrange(len(content))
        changed[position] ^= 1 << random.randrange(8)
        disk.put(path, bytes(changed))
        if not _is_found(disk, sold):
            raise LostError(f"a changed byte {position} of {path.name} went unseen")
        disk.put(path, content)
        disk.end_process()


def _is_found(disk: SimulatedDisk, sold: Sold) -> bool:
    """Tell whether a change is told at the opening or by the check in the background, or has changed nothing at all."""
    try:
        ledger = open_ledger(disk, Random(0))
    except LedgerDamaged:
        return True
    try:
        sealed = ledger._journal.sealed
        if any(check_sealed(disk, segment, lambda: False) for segment in sealed):
            return True
        lines = ledger.read_lines(1, ledger.head.seq)
        found = all(ledger.find_sale(sale_id) is not None for sale_id in sold)
        return found and ledger.state == sold and len(lines) == ledger.head.seq and _is_sound(disk)
    except LedgerError:
        return True
    finally:
        ledger.close()


def _is_sound(disk: SimulatedDisk) -> bool:
    return verify_segments(segments_on(disk)).problem is None


def _require_refused(disk: SimulatedDisk, how: str, known_seqs: Mapping[Epoch, int] | None = None) -> None:
    try:
        open_ledger(disk, Random(0), known_seqs).close()
    except LedgerDamaged:
        disk.end_process()
        return
    raise LostError(f"the ledger opened {how}")


def a_foreign_record_is_refused() -> None:
    """A record that is sound in itself but does not follow the one before."""
    disk, ledger = whole_day(5)
    path = ledger.report.path
    lines = disk.content(path).splitlines(keepends=True)
    for wrong in (lines[:2] + lines[3:], [*lines[:2], lines[3], lines[2], *lines[4:]], [*lines, lines[-1]]):
        disk.put(path, b"".join(wrong))
        _require_refused(disk, "with records out of their row")


def what_was_set_aside_survives() -> None:
    """A torn end is kept for people to look at, durably, before it is cut off."""
    for size in (1, 100, 300):
        for operation in range(1, 12):
            disk, ledger = whole_day(3)
            path, content = ledger.report.path, disk.content(ledger.report.path)
            disk.put(path, content[:-size])
            begin = content.rstrip(b"\n").rindex(b"\n") + 1
            _open_with_a_cut(disk, operation)
            aside = [disk.content(DIRECTORY / name) for name in disk.names() if name.startswith("torn-")]
            if disk.content(path)[begin:].strip(b"\0") == b"" and content[begin:-size] not in aside:
                raise LostError("a torn end is gone and was not set aside")


def _open_with_a_cut(disk: SimulatedDisk, operation: int) -> None:
    disk.faults[disk.operations + operation] = Fault.POWER_CUT
    with suppress(Exception):
        open_ledger(disk, Random(0)).close()
    disk.faults.clear()
    disk.power_cut(Outcome.DROPPED)


def state_and_entries_agree() -> None:
    """What a restart folds is what was published before it."""
    disk, before = whole_day()
    after = open_ledger(disk, Random(0))
    if (after.state, after.head) != (before.state, before.head):
        raise LostError("a restart changed the state")
    after.close()


def after_a_failure_nothing_is_accepted() -> None:
    """A failed sync, or a write that was interrupted, leaves a disk that nobody knows: only opening anew tells."""
    for step, fault in ((2, Fault.IO_ERROR), (1, Fault.KILLED)):
        disk = SimulatedDisk(Random(0))
        ledger = open_ledger(disk, Random(0))
        disk.faults[disk.operations + step] = fault
        for number in range(3):
            if _is_confirmed(ledger, f"sale-{number}"):
                raise LostError(f"a sale was confirmed after {fault.value}")
            disk.killed = False  # as if something else than the disk had interrupted it
        with suppress(LedgerError):
            ledger.close()


def _is_confirmed(ledger: JournalLedger[Sold], sale_id: str) -> bool:
    try:
        ledger.append_blocking(lambda sold: decide_sale(sold, sale_id))
    except LedgerError:
        return False
    return True


def lost_sectors_before_a_later_write_are_damage() -> None:
    """Zeros in the middle of a write look torn; but a later write was synced after it, so it had been confirmed."""
    disk, ledger = whole_day(6)
    path, content = ledger.report.path, disk.content(ledger.report.path)
    last = content.rstrip(b"\n").rindex(b"\n") + 1
    sector = (last - 600) // 512 * 512
    disk.put(path, content[:sector] + bytes(512) + content[sector + 512 :])
    _require_refused(disk, "with a sector of a confirmed sale lost")


def a_torn_end_is_set_aside_once() -> None:
    """It is cut off when it has been kept: what is written next must not be followed by what is left of it."""
    disk, ledger = whole_day(3)
    path, content = ledger.report.path, disk.content(ledger.report.path)
    disk.put(path, content[:-20])
    for number in range(2):
        ledger = open_ledger(disk, Random(0))
        if (ledger.report.torn is not None) != (number == 0):
            raise LostError("a torn end was set aside again")
        disk.without_power = True  # it gets no chance to tidy up
        with suppress(PowerCutError):
            ledger.close()
        disk.power_cut(Outcome.KEPT)


def the_background_names_a_flip_in_a_sealed_segment() -> None:
    """Nothing else reads a sealed segment before somebody asks for one of its sales."""
    disk, ledger = whole_day()
    path = DIRECTORY / min(name for name in disk.names() if name.endswith(".journal"))
    content = bytearray(disk.content(path))
    content[len(content) // 2] ^= 1
    disk.put(path, bytes(content))
    ledger = open_ledger(disk, Random(0))
    damages = [check_sealed(disk, segment, lambda: False) for segment in ledger._journal.sealed]
    ledger.close()
    if [damage.path for damage in damages if damage] != [path]:
        raise LostError(f"a flip in {path.name} was not named")


def a_snapshot_that_is_not_of_this_ledger_is_not_used() -> None:
    """It may be whole and of the right version: the ledger has the last word."""
    disk, ledger = whole_day()
    name = next(name for name in disk.names() if name.startswith("snapshot-"))
    fields = {"version": "1", "seq": 3, "hash": "0" * 64, "state": {"sold": ["ghost"]}}
    rest = json.dumps(fields).encode()
    disk.put(DIRECTORY / name, b"%08x %b" % (crc32(rest), rest))
    again = open_ledger(disk, Random(0))
    again.close()
    if again.state != ledger.state:
        raise LostError("the state was taken from a snapshot of something else")


SINGLE_TRIALS: tuple[Callable[[], None], ...] = (
    a_second_process_is_refused,
    a_full_disk_refuses_and_the_day_can_be_closed,
    state_and_entries_agree,
    a_missing_part_is_named,
    an_older_copy_is_refused,
    a_torn_end_that_the_hub_knows_whole_is_refused,
    a_foreign_record_is_refused,
    what_was_set_aside_survives,
    after_a_failure_nothing_is_accepted,
    lost_sectors_before_a_later_write_are_damage,
    a_torn_end_is_set_aside_once,
    the_background_names_a_flip_in_a_sealed_segment,
    a_snapshot_that_is_not_of_this_ledger_is_not_used,
)
