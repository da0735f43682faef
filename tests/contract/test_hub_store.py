"""The hub's Store port: what any store must hold, over an open database, one reopened before each look, and one in memory."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from hub.adapters.sqlite.rows import Row
from hub.adapters.sqlite.store import SqliteStore
from hub.domain.compartment import Place
from hub.domain.device import Device, DeviceRole, EnrolmentCode
from hub.domain.door_command import DoorCommand
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.domain.parcel import Parcel, ParcelState
from hub.domain.pickup_grant import PickupGrant
from hub.domain.stream import KeptEntry, Quarantined, Rejected, StreamRecord
from shared.documents import EVERYONE, DocumentKind
from shared.entry import Head, StreamKey
from shared.events.parcel import DoorPurpose
from shared.ids import Epoch, ParcelId, SourceId, TenantId
from tests.simulation.memory_hub_store import MemoryHubStore

NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
KEY = StreamKey(tenant=TenantId("demo"), source=SourceId("till-a"), epoch=Epoch("k7f3q2"))
PARCEL = Parcel(
    parcel_id=ParcelId("p1"), till=SourceId("till-a"), number=407, receipt_number="k7f3q2-00001", items="1 bowl",
    pieces=1, total_minor=3800, currency="EUR", state=ParcelState.WAITING, since=NOON, promised_at=NOON,
    grant=PickupGrant(secret_hash=b"h" * 32, misses=2),
)  # fmt: skip


class OpenStore:
    """The store stays open."""

    def __init__(self, path):
        self.path = path
        self.store = SqliteStore.open(path, rejected_max=5)

    async def write(self, work):
        return await self.store.write(work)

    async def read(self, work):
        return await self.store.read(work)

    def close(self):
        self.store.close()


class ReopenedStore(OpenStore):
    """Whatever is looked at has been on the disk."""

    async def read(self, work):
        self.close()
        self.store = SqliteStore.open(self.path, rejected_max=5)
        return await self.store.read(work)


class StoreInMemory(MemoryHubStore):
    """The store of the simulation."""

    def __init__(self, _path):
        super().__init__(rejected_max=5)


@pytest.fixture(params=[OpenStore, ReopenedStore, StoreInMemory])
async def store(request, tmp_path):
    made = request.param(tmp_path / "hub.sqlite")
    yield made
    made.close()


def kept(seq, line=b"line"):
    return KeptEntry(seq=seq, hash=f"{seq:064x}", line=line, kind="SaleRecorded", at=NOON.isoformat())


async def test_entries_come_back_byte_for_byte_and_in_order(store):
    raw = bytes(range(256))

    def keep(uow):
        uow.streams.save(StreamRecord(key=KEY, head=Head(3, "h"), sales=2, total_minor=10**12))
        uow.streams.add_entries(KEY, [kept(1), kept(2, raw), kept(3)])

    await store.write(keep)
    assert await store.read(lambda uow: uow.streams.lines(KEY, 2, 9)) == [raw, b"line"]
    assert await store.read(lambda uow: uow.streams.hash_at(KEY, 2)) == f"{2:064x}"
    assert await store.read(lambda uow: uow.streams.hash_at(KEY, 4)) is None
    assert (await store.read(lambda uow: uow.streams.find(KEY))).total_minor == 10**12


async def test_an_exception_undoes_all_of_a_transaction(store):
    def fail(uow):
        uow.parcels.save(PARCEL)
        uow.numbers.lease(SourceId("till-a"), Epoch("e"), [1], NOON)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await store.write(fail)
    assert await store.read(lambda uow: (uow.parcels.live(), uow.numbers.free(2))) == ([], [0, 1])


async def test_the_same_entry_cannot_be_appended_twice(store):
    await store.write(lambda uow: uow.streams.save(StreamRecord(key=KEY)))
    await store.write(lambda uow: uow.streams.add_entries(KEY, [kept(1)]))
    with pytest.raises(Exception, match="UNIQUE"):
        await store.write(lambda uow: uow.streams.add_entries(KEY, [kept(1)]))
    assert await store.read(lambda uow: uow.streams.lines(KEY, 1, 9)) == [b"line"]


async def test_the_newest_chain_of_a_source_is_the_one_begun_last(store):
    younger = replace(KEY, epoch=Epoch("aaaaaa"))
    for key in (KEY, younger):
        await store.write(lambda uow, key=key: uow.streams.save(StreamRecord(key=key)))
    assert (await store.read(lambda uow: uow.streams.newest_of(KEY.tenant, KEY.source))).key == younger
    assert [stream.key for stream in await store.read(lambda uow: uow.streams.all())] == [KEY, younger]


async def test_a_parcel_comes_back_as_it_was_kept_and_leaves_the_live_ones_when_it_is_gone(store):
    await store.write(lambda uow: uow.parcels.save(PARCEL))
    assert await store.read(lambda uow: uow.parcels.find(PARCEL.parcel_id)) == PARCEL
    gone = replace(PARCEL, state=ParcelState.COLLECTED, place=Place(SourceId("b"), 3), command_id="c")
    await store.write(lambda uow: uow.parcels.save(gone))
    assert await store.read(lambda uow: (uow.parcels.live(), uow.parcels.live_with_number(407))) == ([], [])
    assert await store.read(lambda uow: uow.parcels.last_gone_with_number(407)) == gone
    assert await store.read(lambda uow: uow.parcels.newest_gone(5)) == [gone]


async def test_a_number_is_free_leased_promised_and_free_again_the_longest_unused_first(store):
    till, epoch = SourceId("till-a"), Epoch("e1")
    await store.write(lambda uow: uow.numbers.lease(till, epoch, [0, 1], NOON))
    assert await store.read(lambda uow: (uow.numbers.free(1), uow.numbers.outstanding(till))) == ([2], [0, 1])
    await store.write(lambda uow: uow.numbers.promise(0, PARCEL.parcel_id))
    assert await store.read(lambda uow: uow.numbers.outstanding(till)) == [1]
    await store.write(lambda uow: uow.numbers.release(0, ParcelId("another"), NOON))
    assert 0 not in await store.read(lambda uow: uow.numbers.free(1_000))
    await store.write(lambda uow: uow.numbers.release(0, PARCEL.parcel_id, NOON))
    assert (await store.read(lambda uow: uow.numbers.free(1_000)))[-1] == 0
    await store.write(lambda uow: uow.numbers.give_up_older(till, Epoch("e2")))
    assert await store.read(lambda uow: uow.numbers.outstanding(till)) == []


async def test_door_commands_keep_their_outcome_and_their_order(store):
    place = Place(SourceId("b"), 1)
    first, second = (
        DoorCommand(
            command_id=name, place=place, parcel_id=ParcelId("p"), purpose=DoorPurpose.COLLECT, at=NOON
        )
        for name in ("z-first", "a-second")
    )
    for command in (first, second):
        await store.write(lambda uow, command=command: uow.door_commands.save(command))
    await store.write(lambda uow: uow.door_commands.save(replace(first, outcome="opened", seen_open=True)))
    assert await store.read(lambda uow: uow.door_commands.unanswered()) == [second]
    assert await store.read(lambda uow: uow.door_commands.last_at(place)) == second
    assert (await store.read(lambda uow: uow.door_commands.find("z-first"))).seen_open


async def test_devices_codes_and_credentials_are_kept(store):
    device = Device(
        device=SourceId("till-a"),
        role=DeviceRole.TILL,
        public_key="k",
        certificate={"a": "b"},
        enrolled_at=NOON,
    )
    code = EnrolmentCode(code_hash="h", device=SourceId("till-a"), role=DeviceRole.TILL, expires_at=NOON)

    def keep(uow):
        uow.devices.save(device)
        uow.devices.save(replace(device, public_key="k2"))
        uow.devices.save_code(replace(code, used_by="k"))
        uow.credentials.set_staff_password("one")
        uow.credentials.set_staff_password("two")
        uow.credentials.add_terminal_key("t", NOON)

    await store.write(keep)
    assert [one.public_key for one in await store.read(lambda uow: uow.devices.all())] == ["k2"]
    assert (await store.read(lambda uow: uow.devices.find_code("h"))).used_by == "k"
    assert await store.read(lambda uow: uow.credentials.staff_password()) == "two"
    assert await store.read(
        lambda uow: (uow.credentials.knows_terminal_key("t"), uow.credentials.knows_terminal_key("x"))
    ) == (True, False)


async def test_a_refused_message_stays_whole_and_of_one_that_no_broker_carries_the_beginning(store):
    for size in (1_000_000, 2_000_000):
        rejected = Rejected(at=NOON, topic="t", reason="r", payload=b"x" * size)
        await store.write(lambda uow, rejected=rejected: uow.refusals.reject(rejected))
    large, whole = await store.read(lambda uow: uow.refusals.newest_rejected(2))
    assert whole.payload == b"x" * 1_000_000
    assert (large.payload, large.size) == (b"x" * 2**20, 2_000_000)


async def test_the_same_refused_message_again_is_kept_once_and_counted(store):
    for minute, reason in enumerate(("r", "r", "another reason")):
        rejected = Rejected(at=NOON + timedelta(minutes=minute), topic="t", reason=reason, payload=b"x")
        await store.write(lambda uow, rejected=rejected: uow.refusals.reject(rejected))
    (kept,) = await store.read(lambda uow: uow.refusals.newest_rejected(5))
    assert (kept.times, kept.reason, kept.at) == (3, "another reason", NOON)
    assert kept.last_at == NOON + timedelta(minutes=2)


async def test_whoever_sends_most_nonsense_makes_room_and_what_others_sent_stays(store):
    quiet = Rejected(at=NOON, topic="quiet", reason="r", payload=b"mine")
    await store.write(lambda uow: uow.refusals.reject(quiet))
    for number in range(20):
        loud = Rejected(at=NOON, topic="loud", reason="r", payload=bytes([number]))
        await store.write(lambda uow, loud=loud: uow.refusals.reject(loud))
    newest = await store.read(lambda uow: uow.refusals.newest_rejected(10))
    assert [one.topic for one in newest] == ["loud"] * 4 + ["quiet"]
    assert await store.read(lambda uow: uow.refusals.dropped()) == 16


async def test_only_the_newest_rejected_messages_stay_and_the_dropped_are_counted(store):
    for number in range(8):
        rejected = Rejected(at=NOON, topic=f"t{number}", reason="r", payload=b"\xff")
        await store.write(lambda uow, rejected=rejected: uow.refusals.reject(rejected))
    newest = await store.read(lambda uow: uow.refusals.newest_rejected(10))
    assert [one.topic for one in newest] == ["t7", "t6", "t5", "t4", "t3"]
    assert await store.read(lambda uow: uow.refusals.dropped()) == 3


async def test_evidence_of_a_fork_is_kept(store):
    aside = Quarantined(at=NOON, source="till-a", epoch="e", reason="fork", payload=b"\x00line")
    await store.write(lambda uow: uow.refusals.set_aside(aside))
    assert await store.read(lambda uow: uow.refusals.newest_set_aside(3)) == [replace(aside, number=1)]


def document(version, scope=EVERYONE, kind=DocumentKind.CATALOGUE):
    mark = DocumentMark(kind=kind, scope=scope, version=version, hash=f"{version:064x}", size_bytes=7)
    return HeldDocument(mark=mark, signed=b"payload", kept_at=NOON)


async def test_of_a_document_only_a_newer_version_is_kept_and_each_till_sees_its_own(store):
    prices = document(1, "till-a", DocumentKind.PRICES)

    def keep(uow):
        offered = (document(5), document(4), document(5), prices, document(2, "till-b", DocumentKind.PRICES))
        return [uow.documents.save(one) for one in offered]

    assert await store.write(keep) == [True, False, False, True, True]
    assert await store.read(lambda uow: uow.documents.newest_for("till-a")) == [document(5).mark, prices.mark]
    assert len(await store.read(lambda uow: uow.documents.all())) == 3
    assert await store.read(lambda uow: uow.documents.find(DocumentKind.CATALOGUE, EVERYONE)) == document(5)
    assert await store.read(lambda uow: uow.documents.find(DocumentKind.MODEL, EVERYONE)) is None
    await store.write(lambda uow: uow.documents.save(document(6)))
    assert (await store.read(lambda uow: uow.documents.all()))[0] == document(6).mark


async def test_what_a_till_runs_is_what_it_said_last(store):
    assert await store.read(lambda uow: uow.documents.running("till-a")) == {}
    for versions in ({"catalogue": 3, "prices": 1}, {"catalogue": 4}):
        await store.write(lambda uow, versions=versions: uow.documents.set_running("till-a", versions, NOON))
    assert await store.read(lambda uow: uow.documents.running("till-a")) == {"catalogue": 4}
    assert await store.read(lambda uow: uow.documents.all_running()) == {"till-a": {"catalogue": 4}}


async def test_writes_from_many_at_once_happen_one_after_the_other(store):
    await store.write(lambda uow: uow.streams.save(StreamRecord(key=KEY)))

    def append(uow):
        stream = uow.streams.find(KEY)
        uow.streams.add_entries(KEY, [kept(stream.head.seq + 1)])
        uow.streams.save(replace(stream, head=Head(stream.head.seq + 1, "h")))

    await asyncio.gather(*(store.write(append) for _ in range(20)))
    assert (await store.read(lambda uow: uow.streams.find(KEY))).head.seq == 20


def test_the_database_is_private_and_its_tables_are_those_of_the_rows(tmp_path):
    path = tmp_path / "deep" / "hub.sqlite"
    SqliteStore.open(path).close()
    assert path.stat().st_mode & 0o077 == 0
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
