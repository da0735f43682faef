"""What comes after a closing counts to its own session and date, blocks nothing, and is seen; the Z report stays what it was.

A real till (ledger, selling, closing), a hub on its bench, a real cloud.
"""

from datetime import date

import httpx
import pytest

from cloud.domain.enrolment import Role
from device.domain.closing import NothingToClose
from device.services.close_day import CloseDay
from device.services.sell import Receipt, Sell
from hub.adapters.cloud_client import HttpxCloudLink
from shared.entry import hash_line, parse_entry
from shared.events.cash import CashSessionClosed
from shared.events.event import read_event
from shared.sync import batch
from shared.trust import enrolment_wish
from shared.wire import topics
from shared.wire.messages import make
from tests.fakes import MEMBERSHIP, FakeClock, FakeRandomness, MemorySettings, PlainSealer
from tests.unit.cloud.cloud_deployment import ADDRESS, running_cloud
from tests.unit.device.stall import SETTINGS, assortment_of, open_ledger, order
from tests.unit.hub.bench import HUB, Bench, identity

DAY_S = 24 * 3600


class Stall:
    """A till with its services, delivered to a hub and through it to a cloud when the test says so."""

    def __init__(self, folder, cloud, bench):
        self.clock, self.cloud, self.bench = FakeClock(), cloud, bench
        self.ledger = open_ledger(folder, self.clock)
        self.sell = Sell(
            ledger=self.ledger, settings=MemorySettings(SETTINGS), clock=self.clock, randomness=FakeRandomness(),
            sealer=PlainSealer(), membership=MEMBERSHIP, currency="EUR", assortment=assortment_of(self.ledger),
        )  # fmt: skip
        self.closing = CloseDay(ledger=self.ledger)
        self.delivered = 0

    async def sold(self, number, **kept):
        receipt = await self.sell.sell(order(number, **kept))
        assert isinstance(receipt, Receipt)
        return receipt.sale

    async def close(self):
        closed = await self.closing.close("Mira", 0)
        assert isinstance(closed, CashSessionClosed)
        return closed

    async def deliver(self):
        lines = self.ledger.read_lines(self.delivered + 1, self.ledger.head.seq)
        said = make("entries", epoch=self.ledger.stream.epoch, first_seq=self.delivered + 1, count=len(lines),
                    last_hash=hash_line(lines[-1]))  # fmt: skip
        await self.bench.hear(self.ledger.stream.source, topics.ENTRIES, batch.pack(said, lines))
        assert self.bench.link.answers[-1][1]["receiver_seq"] == self.ledger.head.seq, "nothing is held up"
        self.delivered = self.ledger.head.seq
        await self.bench.forwarding.forward_once()

    def day(self, day):
        today = self.cloud.doors.dashboards.today("demo", day)
        assert today.date == day
        (row,) = today.stalls_table
        return row.sales, row.total_minor, row.late_sales, row.missing_sales

    def hub_counts(self):
        held = self.bench.look(lambda uow: uow.streams.find(self.ledger.stream))
        return held.sales, held.total_minor

    def reports(self):
        """Every Z report as it stands in the ledger, byte for byte."""
        lines = self.ledger.read_lines(1, self.ledger.head.seq)
        return [line for line in lines if isinstance(read_event(parse_entry(line)), CashSessionClosed)]


@pytest.fixture
async def stall(tmp_path):
    with running_cloud(tmp_path) as cloud:
        cloud.doors.registry.add_tenant("demo")
        code = cloud.doors.enrolment.give_code("demo", HUB, Role.HUB)
        cloud.doors.enrolment.enrol(**enrolment_wish(identity().signing_key, code=code, device=HUB))
        link = HttpxCloudLink(identity(), transport=httpx.ASGITransport(cloud.http()))
        link._http.base_url = httpx.URL(ADDRESS)
        bench = Bench(tmp_path / "hub.sqlite", cloud=link)
        made = Stall(tmp_path / "till", cloud, bench)
        yield made
        (report,) = cloud.verify()
        assert report.sound, report.wrong_figures
        made.ledger.close()
        await link.close()
        bench.store.close()


async def test_a_sale_kept_on_a_phone_that_comes_after_the_closing_counts_and_is_named_late(stall):
    today = stall.clock.now().date()
    first = await stall.sold(1)
    z = await stall.close()
    await stall.deliver()
    assert stall.day(today) == (1, 1850, 0, 0)

    late = await stall.sold(2, kept=True, prices_minor=[1800])
    await stall.deliver()
    assert (late.kept, late.business_date) == (True, today)
    assert late.session_id != first.session_id, "it opens a session of its own"
    assert stall.day(today) == (2, 3650, 1, 0)
    assert stall.hub_counts() == (2, 3650)
    (report,) = stall.reports()
    assert read_event(parse_entry(report)) == z, "the Z report stays what it was"

    second = await stall.close()
    await stall.deliver()
    assert (second.sales, second.total_minor) == (1, 1800)
    assert stall.reports()[0] == report
    assert stall.day(today) == (2, 3650, 0, 0), "both closings together count everything"


async def test_a_kept_sale_that_comes_the_day_after_counts_to_the_session_it_is_recorded_in(stall):
    yesterday = stall.clock.now().date()
    await stall.sold(1)
    await stall.close()
    stall.clock.advance(DAY_S)
    await stall.sold(2, kept=True, prices_minor=[1800])
    await stall.deliver()
    assert stall.day(yesterday) == (1, 1850, 0, 0)
    assert stall.day(stall.clock.now().date()) == (1, 1800, 0, 0)


async def test_a_till_that_was_offline_for_weeks_fills_the_days_it_sold_on(stall):
    days: list[date] = []
    for number in range(1, 22):
        days.append(stall.clock.now().date())
        for sale in range(3):
            await stall.sold(10 * number + sale)
        await stall.close()
        stall.clock.advance(DAY_S)
    await stall.deliver()
    assert [stall.day(day) for day in days] == [(3, 5550, 0, 0)] * 21
    assert stall.hub_counts() == (63, 21 * 5550)


async def test_a_second_session_on_the_same_date_counts_to_that_date_and_each_closing_says_its_own(stall):
    today = stall.clock.now().date()
    for number in (1, 2, 3):
        await stall.sold(number)
    first = await stall.close()
    assert isinstance(await stall.closing.close("Mira", 0), NothingToClose)
    for number in (4, 5):
        await stall.sold(number)
    await stall.deliver()
    assert stall.day(today) == (5, 9250, 2, 0)
    second = await stall.close()
    await stall.deliver()
    assert [(z.sales, z.total_minor) for z in (first, second)] == [(3, 5550), (2, 3700)]
    assert stall.day(today) == (5, 9250, 0, 0)
