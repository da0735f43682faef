"""The cloud's Streams and Archive ports: what any store must hold, over the real database and over the one in memory."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from cloud.adapters.sql.archive import SqlArchive
from cloud.adapters.sql.database import open_database
from cloud.adapters.sql.read_model import SqlReadModel
from cloud.adapters.sql.registry import SqlRegistry
from cloud.adapters.sql.streams import SqlStreams
from cloud.domain.contribution import contribution_of
from cloud.domain.figures import differences
from cloud.ports.chains import Rejection, RejectionKind
from cloud.services.verify_archive import recount, verify_archive
from shared.entry import EMPTY_HEAD, Head
from shared.sync.receiver import ReceivedLine
from tests.simulation.memory_cloud_store import MemoryCloudStore
from tests.unit.cloud.cloud_chains import Chain, market_day, open_day, sale
from tests.unit.cloud.cloud_deployment import HandClock

HUB = "hub-dock"


class MemoryStore:
    """The store of the simulation."""

    def __init__(self) -> None:
        self.streams = self.archive = self.read_model = MemoryCloudStore()


class SqlStore:
    """The real store over a file."""

    def __init__(self, database) -> None:
        self.streams = SqlStreams(database)
        self.archive = SqlArchive(database)
        self.read_model = SqlReadModel(database)
        SqlRegistry(database, HandClock()).add_tenant("demo")


@pytest.fixture(params=["memory", "sql"])
def store(request, tmp_path) -> Iterator[MemoryStore | SqlStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(open_database(tmp_path / "cloud.sqlite")) as database:
        yield SqlStore(database)


def received(chain: Chain, first: int, last: int) -> list[ReceivedLine]:
    return [
        ReceivedLine(entry.seq, entry.hash, entry.line, entry) for entry in chain.entries[first - 1 : last]
    ]


def take(store, chain: Chain, first: int, last: int) -> None:
    lines = received(chain, first, last)
    with store.streams.hold(chain.stream, hub=HUB) as held:
        held.append(lines, chain.entries[last - 1].head, contribution_of(lines), at_ms=1)


def rejection(payload: bytes, kind: RejectionKind = RejectionKind.MALFORMED) -> Rejection:
    return Rejection(tenant="demo", source="till-harbour", epoch="k7f3q2", seq=2, kind=kind, reason="why",
                     payload=payload, at_ms=1, hub=HUB)  # fmt: skip


def test_a_chain_grows_by_what_is_appended_and_is_held_byte_for_byte(store) -> None:
    chain = market_day(5)
    for first, last in ((1, 3), (4, 7)):
        take(store, chain, first, last)
    with store.streams.hold(chain.stream, hub=HUB) as held:
        assert held.head == chain.entries[6].head
        assert [held.hash_at(seq) for seq in (0, 1, 7, 8)] == [
            None,
            chain.entries[0].hash,
            chain.entries[6].hash,
            None,
        ]
    assert [line for _, line in store.archive.chain(chain.stream)] == chain.lines[:7]
    assert store.archive.chains("demo") == [(chain.stream, chain.entries[6].head)]


def test_what_raises_changes_nothing(store) -> None:
    chain = market_day(3)
    take(store, chain, 1, 3)
    lines = received(chain, 4, 5)

    def fail() -> None:
        with store.streams.hold(chain.stream, hub=HUB) as held:
            held.append(lines, chain.entries[4].head, contribution_of(lines), at_ms=1)
            raise LookupError("on purpose")

    with pytest.raises(LookupError):
        fail()
    assert store.archive.chains("demo") == [(chain.stream, chain.entries[2].head)]
    assert not list(differences(store.archive.figures("demo"), recount(store.archive, "demo")))


def test_the_same_entry_cannot_be_appended_twice(store) -> None:
    chain = market_day(3)
    take(store, chain, 1, 3)
    with pytest.raises(Exception, match="UNIQUE"):
        take(store, chain, 2, 4)
    assert len(list(store.archive.chain(chain.stream))) == 3


def test_an_empty_batch_changes_nothing_and_a_stream_that_is_only_looked_at_is_not_begun(store) -> None:
    chain = market_day(2)
    with store.streams.hold(chain.stream, hub=HUB) as held:
        held.append([], Head(9, "f" * 64), contribution_of([]), at_ms=1)
        assert held.head == EMPTY_HEAD
    assert store.archive.chains("demo") == []


def test_sums_are_those_of_the_entries_and_what_is_not_understood_is_counted_apart(store) -> None:
    chain = market_day(4)
    chain.add_raw("LoyaltyPointsGiven", {"points": 3})
    take(store, chain, 1, 7)
    (totals,) = store.read_model.totals("demo")
    assert (totals.seq, totals.sales) == (7, 4)
    assert totals.total_minor == sum(
        int(entry.body["total_minor"]) for entry in chain.entries if entry.kind == "SaleRecorded"
    )
    assert store.read_model.rejected("demo") == 1


def test_two_chains_arrive_in_the_order_in_which_they_were_committed_and_verify(store) -> None:
    ours, theirs = market_day(2), Chain(source="till-square", epoch="zzzzzz")
    open_day(theirs)
    theirs.add(sale(1, "mug"))
    take(store, ours, 1, 2)
    take(store, theirs, 1, 3)
    take(store, ours, 3, 4)
    arrived = [arrival.line for arrival in store.archive.arrivals("demo")]
    assert arrived == [*ours.lines[:2], *theirs.lines, *ours.lines[2:4]]
    (report,) = verify_archive(store.archive)
    assert report.sound


def test_a_contradiction_is_kept_with_its_bytes_once_and_the_stream_stays(store) -> None:
    chain = market_day(3)
    take(store, chain, 1, 3)
    for _ in range(2):
        with store.streams.hold(chain.stream, hub=HUB) as held:
            held.quarantine(rejection(b"another branch", RejectionKind.FORK))
    store.streams.reject(rejection(b"nonsense"))
    assert store.read_model.rejected("demo") == 2
    assert store.archive.chains("demo") == [(chain.stream, chain.entries[2].head)]
