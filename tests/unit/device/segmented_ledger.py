"""A till's ledger in small segments, for tests of sealing, finding and repairing."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.snapshot import StateCache
from device.domain.till_fold import fold
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from shared.entry import Entry
from shared.events.cash import CashSessionOpened
from shared.ids import Epoch, SourceId, TenantId
from shared.verify.verify import SegmentSource
from tests.crash.market_day import make_sale

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
SMALL = Sizes(segment_bytes=20_000, step_bytes=4_096, reserve_bytes=0)
SALES = 206


def sale_id(number: int) -> str:
    return f"0197f3a2-0000-7000-8000-{number:012d}"


class Folding:
    """The till's fold, counting what it is given."""

    def __init__(self) -> None:
        self.entries = 0

    def __call__(self, state: TillState, entry: Entry) -> TillState:
        self.entries += 1
        return fold(state, entry)


def open_till_ledger(
    directory: Path,
    folding: Folding | None = None,
    version: str = "1",
    *,
    check: bool = False,
    disk: Disk | None = None,
    sizes: Sizes = SMALL,
    known_seqs: dict[Epoch, int] | None = None,
) -> JournalLedger[TillState]:
    return JournalLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="test"),
        initial=TillState(),
        fold=folding or fold,
        now=lambda: NOON,
        randomness=os.urandom,
        cache=StateCache(version=version, dump=dump_state, load=load_state),
        disk=disk,
        sizes=sizes,
        check_sealed=check,
        known_seqs=known_seqs,
    )


def sell(ledger: JournalLedger[TillState], first: int, last: int) -> None:
    for number in range(first, last + 1):
        ledger.append_blocking(lambda _, number=number: (make_sale(sale_id(number), number),))


def fill(directory: Path) -> None:
    """Make a ledger of one session with SALES sales, closed in good order."""
    ledger = open_till_ledger(directory)
    opened = CashSessionOpened(
        session_id="session-1", business_date=date(2026, 5, 2), cashier="Mira", float_minor=0
    )
    ledger.append_blocking(lambda _: (opened,))
    sell(ledger, 1, SALES)
    ledger.close()


def segments(directory: Path) -> list[Path]:
    found = sorted(directory.glob("*.journal"))
    return [*found[-1:], *found[:-1]]


def sources(directory: Path) -> list[SegmentSource]:
    paths = segments(directory)
    return [
        SegmentSource(
            name=path.name,
            chunks=(path.read_bytes(),),
            seal=seal.read_bytes()
            if (seal := directory / f"{paths[0].stem}.{number:05d}.sealed").exists()
            else None,
        )
        for number, path in enumerate(paths, start=1)
    ]
