"""A hub whose cloud was away for a month: it keeps and acknowledges, and drains in bounded steps, every chain in its turn."""

import pytest

from hub.domain.errors import CloudUnreachableError
from hub.services import forward
from shared.ids import SourceId
from tests.unit.hub.bench import HUB, TILL, TillLedger

MONTH = 30 * 600
AT_ONCE = 200
QUIET = SourceId("till-quiet")


def month_of_sales():
    ledger = TillLedger()
    for _ in range(MONTH):
        ledger.sell(100)
    return ledger


class CountedCloud:
    """The cloud's link, noting each batch that is sent: whose, from which number, how many entries."""

    def __init__(self, cloud):
        self._cloud = cloud
        self.batches = []
        self.fails_after = None

    def __getattr__(self, name):
        return getattr(self._cloud, name)

    async def entries(self, source, message, lines):
        if self.fails_after is not None and len(self.batches) >= self.fails_after:
            raise CloudUnreachableError("the line is cut")
        self.batches.append((source, message["first_seq"], len(lines)))
        return await self._cloud.entries(source, message, lines)

    def sent(self, source):
        return [(first, count) for one, first, count in self.batches if one == source]


async def forward_all(bench):
    """Forward as `run` does, pass by pass, until nothing is left to do."""
    passes = 0
    while passes == 0 or bench.appended.is_set():
        bench.appended.clear()
        await bench.forwarding.forward_once()
        passes += 1
    return passes


def cloud_marks(bench):
    return {stream.key.source: stream.cloud_seq for stream in bench.look(lambda uow: uow.streams.all())}


async def test_a_month_without_the_cloud_is_kept_acknowledged_and_brought_home_once(bench, monkeypatch):
    monkeypatch.setattr(forward, "TURNS_A_PASS", 20)
    ledger, quiet = month_of_sales(), TillLedger(source=QUIET, epoch="q7f3q2")
    quiet.sell()
    bench.cloud.off = True
    for first in range(1, MONTH + 2, AT_ONCE):
        await bench.hear_entries(ledger, first, min(first + AT_ONCE - 1, ledger.head.seq))
        assert bench.link.answers[-1][1]["receiver_seq"] == min(first + AT_ONCE - 1, ledger.head.seq)
    await bench.hear_entries(quiet)
    with pytest.raises(CloudUnreachableError):
        await bench.forwarding.forward_once()

    bench.cloud.off = False
    counted = CountedCloud(bench.cloud)
    bench.cloud = counted
    bench.restart()
    bench.appended.clear()
    await bench.forwarding.forward_once()
    assert cloud_marks(bench)[QUIET] == quiet.head.seq, "a month's backlog holds up no other till"
    assert 0 < cloud_marks(bench)[TILL] < ledger.head.seq

    await bench.hear_entries(quiet, first_seq=2)  # heard again, nothing new
    quiet.sell()
    await bench.hear_entries(quiet, first_seq=3)
    await bench.forwarding.forward_once()
    assert cloud_marks(bench)[QUIET] == quiet.head.seq, "nor what is sold while it drains"
    assert cloud_marks(bench)[TILL] < ledger.head.seq

    half = cloud_marks(bench)[TILL]
    bench.restart()
    await forward_all(bench)
    assert bench.cloud._cloud.chains[(TILL, "k7f3q2")] == [entry.line for entry in ledger.entries]
    batches = counted.sent(TILL)
    assert max(count for _, count in batches) <= forward.LIMITS.batch_entries
    assert [first for first, _ in batches] == list(range(1, MONTH + 2, forward.LIMITS.batch_entries))
    assert any(first == half + 1 for first, _ in batches), "the mark survived: nothing is sent twice"
    assert cloud_marks(bench) == {TILL: ledger.head.seq, QUIET: quiet.head.seq, HUB: 1}
    assert bench.forwarding._turns == {}


async def test_a_line_that_breaks_while_it_drains_costs_one_batch_at_most(bench):
    ledger = TillLedger()
    for _ in range(2_600):
        ledger.sell(100)
    await bench.hear_entries(ledger)
    counted = CountedCloud(bench.cloud)
    counted.fails_after = 3
    bench.cloud = counted
    bench.restart()
    with pytest.raises(CloudUnreachableError):
        await forward_all(bench)
    counted.fails_after = None
    bench.forwarding._missed("the line is cut")
    await forward_all(bench)
    assert bench.cloud._cloud.chains[(TILL, "k7f3q2")] == [entry.line for entry in ledger.entries]
    assert sum(count for _, count in counted.sent(TILL)) == ledger.head.seq
