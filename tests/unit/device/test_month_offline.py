"""A till that was cut off for a month: it sells while it drains, a bounded part is under way, nothing is read or sent twice."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.domain.settings import Settings
from device.domain.till_fold import fold
from device.domain.till_state import TillState
from device.ports.hub import LinkEvent, LinkLost, LinkPayload, LinkUp
from device.services.changes import Changes
from device.services.sync import Sync
from shared.entry import Head
from shared.ids import SourceId, TenantId
from shared.sync.batch import pack, unpack
from shared.sync.sender import SenderLimits
from tests.crash.market_day import make_sale
from tests.fakes import NOON, FakeClock, FakeRandomness, Mailbox, MemorySettings
from tests.unit.device.segmented_ledger import sale_id

DAYS, SALES_A_DAY, AT_ONCE = 30, 600, 200
MONTH = DAYS * SALES_A_DAY
LIMITS = SenderLimits()
SEVERAL = Sizes(segment_bytes=2 * 1024 * 1024, step_bytes=65_536, reserve_bytes=0)
LONG_S = 240.0


class CountingLedger(JournalLedger[TillState]):
    """The till's ledger; notes which entries are read from the disk."""

    read: list[tuple[int, int]]

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        self.read.append((first_seq, last_seq))
        return super().read_lines(first_seq, last_seq)


def open_ledger(directory: Path) -> CountingLedger:
    opened = CountingLedger.open(
        directory,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-x"), currency="EUR", software="test"),
        initial=TillState(),
        fold=fold,
        now=lambda: NOON,
        randomness=os.urandom,
        sizes=SEVERAL,
    )
    ledger = cast("CountingLedger", opened)
    ledger.read = []
    return ledger


class HubAtItsOwnPace:
    """A link to a hub that hears one payload whenever it is told to, so that what is under way can be counted."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.under_way: deque[tuple[bytes, int]] = deque()
        self.most_under_way = self.entries_sent = 0
        self._events: asyncio.Queue[LinkEvent] = asyncio.Queue()

    def go_up(self, session: str) -> None:
        self._events.put_nowait(LinkUp(session))

    def go_down(self) -> None:
        self.under_way.clear()
        self._events.put_nowait(LinkLost("the cable was pulled"))

    def hear_one(self) -> None:
        if self.under_way and (answer := self.mailbox.hear(self.under_way.popleft()[0])) is not None:
            self._events.put_nowait(LinkPayload(pack(answer)))

    async def next_event(self) -> LinkEvent:
        return await self._events.get()

    def send(self, payload: bytes) -> bool:
        entries = len(unpack(payload).lines)
        self.under_way.append((payload, entries))
        self.entries_sent += entries
        self.most_under_way = max(self.most_under_way, sum(count for _, count in self.under_way))
        return True


class Till:
    """A till's ledger and sync service, joined as `device.app` joins them; its clock stands still, so nothing is sent again."""

    def __init__(self, directory: Path, settings: MemorySettings, mailbox: Mailbox | None = None) -> None:
        self.ledger = open_ledger(directory)
        self.link = HubAtItsOwnPace(mailbox or Mailbox(self.ledger.stream))
        self.sync = Sync(
            ledger=self.ledger, link=self.link, settings=settings, clock=FakeClock(), randomness=FakeRandomness(),
            changes=Changes(), limits=LIMITS,
        )  # fmt: skip

    async def sell(self) -> None:
        number = self.ledger.state.sales + 1
        await self.ledger.append(lambda _: (make_sale(sale_id(number), number),))

    async def until(self, happened: Callable[[], bool], *, hub_hears: bool = True) -> None:
        async with asyncio.timeout(LONG_S):
            while not happened():
                if hub_hears:
                    self.link.hear_one()
                await asyncio.sleep(0)

    def entries_read(self) -> int:
        return sum(last - first + 1 for first, last in self.ledger.read)

    @property
    def mark(self) -> int:
        return self.sync.status.marks.hub_seq


@asynccontextmanager
async def running(
    directory: Path, settings: MemorySettings, mailbox: Mailbox | None = None
) -> AsyncIterator[Till]:
    till = Till(directory, settings, mailbox)
    loop = asyncio.get_running_loop()

    def hop(_: Head) -> Any:
        loop.call_soon_threadsafe(till.sync.ledger_grew)

    till.ledger.on_appended(hop)
    task = asyncio.create_task(till.sync.run())
    try:
        yield till
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        till.ledger.close()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a month, made once; each test leaves some sales more in it."""
    directory: Path = tmp_path_factory.mktemp("month")
    ledger = open_ledger(directory)
    for first in range(1, MONTH + 1, AT_ONCE):
        sales = tuple(make_sale(sale_id(number), number) for number in range(first, first + AT_ONCE))
        ledger.append_blocking(lambda _, sales=sales: sales)  # type: ignore[misc]
    ledger.close()
    assert len(list(directory.glob("*.sealed"))) >= 3, "a month fills several segments"
    return directory


async def test_a_month_drains_within_the_window_and_every_entry_is_read_and_sent_once(month: Path) -> None:
    async with running(month, MemorySettings(Settings())) as till:
        till.link.go_up("s1")
        for _ in range(20):  # customers come while it drains
            await till.sell()
            await till.until(lambda before=till.mark: till.mark > before)  # type: ignore[misc]
        await till.until(lambda: till.mark == till.ledger.head.seq)
        assert till.link.mailbox.held == till.ledger.head
        assert till.link.entries_sent == till.entries_read() == till.ledger.head.seq
        assert till.link.most_under_way <= LIMITS.window_entries
        assert max(last - first + 1 for first, last in till.ledger.read) <= LIMITS.batch_entries


async def test_it_sells_while_the_hub_is_there_and_says_nothing(month: Path) -> None:
    async with running(month, MemorySettings(Settings())) as till:
        till.link.go_up("s1")
        till.link.hear_one()
        await till.until(lambda: len(till.link.under_way) > 0)
        till.link.hear_one()  # its greeting; and not a word any more
        await till.until(lambda: till.link.most_under_way == LIMITS.window_entries, hub_hears=False)
        head_seq = till.ledger.head.seq
        for _ in range(50):
            await till.sell()
        assert till.ledger.head.seq == head_seq + 50, "durable, whatever the hub does"
        assert till.entries_read() == LIMITS.window_entries, (
            "no more than may be under way is taken from the disk"
        )


async def test_a_till_that_is_cut_off_or_started_again_goes_on_where_the_hub_is(month: Path) -> None:
    settings = MemorySettings(Settings())
    async with running(month, settings) as till:
        till.link.go_up("s1")
        await till.until(lambda: till.mark >= MONTH // 3)
        till.link.go_down()
        till.link.go_up("s2")
        await till.until(lambda: till.mark >= MONTH // 2)
        again = till.entries_read() - till.mark
        assert again <= 2 * LIMITS.window_entries, (
            "what was under way when the cable was pulled, and what is now"
        )
        mark = till.mark
    mailbox = till.link.mailbox
    held_seq = mailbox.held.seq
    assert settings.current.marks.hub_seq == mark, "the mark is kept"
    async with running(month, settings, mailbox) as till:
        assert till.mark == mark, "and told before the hub is there"
        till.link.go_up("s3")
        await till.until(lambda: till.mark > held_seq + LIMITS.window_entries)
        assert till.ledger.read[0][0] == held_seq + 1, "what the hub has is not read again"
