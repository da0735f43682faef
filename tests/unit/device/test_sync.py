"""The sync service with the real sender and a real ledger, over a hub in memory that loses, doubles and breaks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from device.adapters.ledger.ledger import JournalLedger
from device.domain.pickup import free_numbers
from device.domain.settings import Settings
from device.domain.till_state import TillState
from device.services.changes import Changes
from device.services.lease_numbers import LeaseNumbers
from device.services.sync import Sync
from device.services.tell import Tell
from shared.entry import Head
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from shared.wire.messages import make
from tests.fakes import FakeClock, FakeHubLink, FakeRandomness, FixedDisk, Mailbox, MemorySettings
from tests.unit.device.stall import open_ledger

LONG_S = 30.0


class Bench:
    """A till's ledger, its sync service and a hub, joined as `device.app` joins them; time passes at the bench's pace."""

    def __init__(self, directory: Path, seed: int = 0, *, lossless: bool = False) -> None:
        self.clock = FakeClock()
        self.ledger: JournalLedger[TillState] = open_ledger(directory, self.clock)
        self.mailbox = Mailbox(self.ledger.stream)
        self.link = FakeHubLink(self.mailbox, seed, lossless=lossless)
        self.settings = MemorySettings(Settings())
        self.changes = Changes()
        self.sync = Sync(
            ledger=self.ledger, link=self.link, settings=self.settings, clock=self.clock,
            randomness=FakeRandomness(), changes=self.changes,
            conversations=(
                LeaseNumbers(ledger=self.ledger, settings=self.settings, randomness=FakeRandomness()),
            ),
        )  # fmt: skip
        self.tell = Tell(
            ledger=self.ledger, clock=self.clock, disk=FixedDisk(), started_at=self.clock.now(),
            hub_status=lambda: self.sync.status, hub_progress=self.sync.progress,
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def hop(_: Head) -> None:
            loop.call_soon_threadsafe(self.sync.ledger_grew)

        self.ledger.on_appended(hop)
        task = asyncio.create_task(self.sync.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.ledger.close()

    async def grow(self, count: int) -> None:
        moved = StockMoved(sku=Sku("bowl"), name="Bowl", change_milli=1000, reason=StockReason.RECEIVED)
        for _ in range(count):
            await self.ledger.append(lambda _: (moved,))

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let time pass until something has happened; the service itself is woken by a nudge each time."""
        async with asyncio.timeout(LONG_S):
            while not happened():
                self.clock.advance(1)
                self.sync.ledger_grew()
                await asyncio.sleep(0.002)

    def all_there(self) -> bool:
        return (
            self.mailbox.held == self.ledger.head and self.sync.status.marks.hub_seq == self.ledger.head.seq
        )


@pytest.mark.parametrize("seed", range(5))
async def test_everything_arrives_once_and_in_order_over_a_link_that_loses_and_doubles(
    tmp_path: Path, seed: int
) -> None:
    bench = Bench(tmp_path, seed)
    async with bench.running():
        bench.link.go_up()
        for _ in range(4):
            await bench.grow(7)
            bench.link.go_down()
            await bench.grow(3)
            bench.link.go_up()
        await bench.until(bench.all_there)
        lines = bench.ledger.read_lines(1, bench.ledger.head.seq)
        assert tuple(bench.mailbox.lines) == lines
        assert not bench.mailbox.forked


async def test_a_hub_restored_from_a_backup_gets_again_what_it_lost(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.grow(20)
        await bench.until(bench.all_there)
        bench.link.go_down()
        bench.mailbox.restore(5)
        bench.link.go_up()
        await bench.until(bench.all_there)


async def test_a_refusal_is_told_and_goes_away_when_the_hub_takes_the_till_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(bench.all_there)
        refusal = make("refused", epoch=bench.ledger.stream.epoch, reason="A fork.", remedy="Call somebody.")
        bench.link.say(refusal)
        await bench.until(lambda: bench.sync.status.refused is not None)
        assert "Call somebody." in bench.tell.state().words
        bench.link.go_down()
        bench.link.go_up()
        await bench.until(lambda: bench.sync.status.refused is None and bench.sync.status.connected)


async def test_the_marks_are_kept_and_told_after_a_restart(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    bench.mailbox.onward_seq = 1
    async with bench.running():
        bench.link.go_up()
        await bench.grow(4)
        await bench.until(bench.all_there)
        head_seq = bench.ledger.head.seq
        strip = bench.tell.state()
        assert (strip.entries.till, strip.entries.hub, strip.entries.cloud) == (head_seq, head_seq, 1)
        assert strip.connected
    kept = bench.settings.current.marks
    assert (kept.hub_seq, kept.cloud_seq, kept.epoch) == (head_seq, 1, bench.ledger.stream.epoch)


async def test_numbers_are_asked_for_before_they_run_out_and_taken_when_they_come(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(lambda: any(message["type"] == "lease-wanted" for message in bench.link.sent))
        epoch = bench.ledger.stream.epoch
        bench.link.say(make("lease", epoch=epoch, numbers=[*range(400, 420), "x", 5000, -1, True]))
        await bench.until(lambda: len(bench.settings.current.numbers_leased_at) == 20)
        free = free_numbers(bench.ledger.state, bench.settings.current.numbers_leased_at)
        assert free == list(range(400, 420))
        asked = [message["type"] for message in bench.link.sent].count("lease-wanted")
        bench.clock.advance(3600)
        await bench.grow(3)
        await bench.until(bench.all_there)
        assert [message["type"] for message in bench.link.sent].count("lease-wanted") == asked


async def test_an_answer_about_pick_up_numbers_counts_once_and_only_to_the_last_question(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(lambda: any(message["type"] == "lease-wanted" for message in bench.link.sent))
        question = next(m["question"] for m in bench.link.sent if m["type"] == "lease-wanted")
        epoch = bench.ledger.stream.epoch
        bench.link.say(make("lease", epoch=epoch, numbers=[1], question="an older one"))
        for numbers in ([407], [408]):
            bench.link.say(make("lease", epoch=epoch, numbers=numbers, question=question))
        await bench.until(lambda: bool(bench.settings.current.numbers_leased_at))
        await bench.grow(1)
        await bench.until(bench.all_there)
        assert set(bench.settings.current.numbers_leased_at) == {407}


async def test_a_payload_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        for payload in (b"", b"{}", b"\x28\xb5\x2f\xfd junk", b"[1]", b'{"type":"ack","protocol":1}'):
            bench.link.say_bytes(payload)
        bench.link.say(make("ack", epoch="zzzzzz", receiver_seq=99, onward_seq=99))
        await bench.grow(2)
        await bench.until(bench.all_there)
        assert bench.tell.state().entries.hub == bench.ledger.head.seq


async def test_without_a_way_to_the_hub_nothing_waits_and_the_words_say_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    async with bench.running():
        await bench.grow(5)
        strip = bench.tell.state()
        assert (strip.entries.hub, strip.connected) == (0, False)
        assert "nothing is lost" in strip.words
        assert bench.link.sent == []


async def test_a_hub_restored_from_a_backup_while_nothing_is_sold_gets_again_what_it_lost(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.grow(6)
        await bench.until(bench.all_there)
        bench.mailbox.restore(2)
        bench.clock.advance(300)
        await bench.until(lambda: bench.mailbox.held == bench.ledger.head)


async def test_a_word_in_another_version_is_told_until_the_hub_is_understood_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(bench.all_there)
        bench.link.say_bytes(b'{"type":"ack","protocol":99}')
        await bench.until(lambda: bench.sync.status.refused is not None)
        await bench.grow(1)
        await bench.until(lambda: bench.all_there() and bench.sync.status.refused is None)


async def test_without_a_way_to_the_hub_the_service_sleeps_until_there_is_something_to_do(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    turns = 0
    react = bench.sync._react

    def counted(stimulus: object) -> object:
        nonlocal turns
        turns += 1
        return react(stimulus)  # type: ignore[arg-type]

    bench.sync._react = counted  # type: ignore[method-assign, assignment]
    async with bench.running():
        await asyncio.sleep(0.2)
    assert turns <= 1
