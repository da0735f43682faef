"""A hub on the workbench: a real database, a clock that is told the time, and links that record what passes."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.adapters.sqlite.store import SqliteStore
from hub.adapters.witness_file import WitnessFile
from hub.domain.compartment import read_bank
from hub.domain.errors import CloudUnreachableError, LinkDownError
from hub.domain.identity import HubIdentity
from hub.services.boards import Boards
from hub.services.changes import Changes
from hub.services.desk import House, open_own_stream
from hub.services.fetch_documents import FetchDocuments
from hub.services.forward import Forwarding
from hub.services.hand_documents import HandDocuments
from hub.services.hear import Heard, Hearing
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.standings import make_standings
from shared.entry import EMPTY_HEAD, Head, StreamKey, hash_line, seal_entry
from shared.events.event import event_body, event_kind
from shared.events.sale import LedgerOpened, Payment, PaymentMethod, PickupPromise, SaleLine, SaleRecorded
from shared.ids import Epoch, ParcelId, SaleId, Sku, SourceId, TenantId
from shared.sync import batch
from shared.sync.receiver import Accepted, acknowledge, ask_again, judge_entries, welcome
from shared.trust import Certificate, issue_certificate, public_key_text, seal_to
from shared.vat import split_vat
from shared.wire import codec, topics
from shared.wire.messages import make

TENANT, HUB, TILL, BOARD = (
    TenantId("demo"),
    SourceId("hub-dock"),
    SourceId("till-harbour"),
    SourceId("board-1"),
)
NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
SECRET = 123_456


class ToldClock:
    def __init__(self):
        self.ms = 1_000_000

    def now(self):
        return NOON + timedelta(milliseconds=self.ms - 1_000_000)

    def monotonic_ms(self):
        return self.ms


class CountedRandomness:
    """Never the same twice, always the same again."""

    def __init__(self):
        self.drawn = 0

    def draw(self, count):
        self.drawn += 1
        return self.drawn.to_bytes(8, "big").rjust(count, b"\x07")[-count:]

    def factor(self):
        return 1.0


class RoomyDisk:
    """A disk with room, until the test takes it."""

    def __init__(self):
        self.free = 10**9

    def free_bytes(self):
        return self.free


class RecordingLink:
    """Both ways out: to boards and to tills. `on_command` looks at the world at the moment a command leaves."""

    def __init__(self):
        self.commands = []
        self.answers = []
        self.handed = []
        self.down = False
        self.on_command = lambda board, message: None

    async def command(self, board, message):
        if self.down:
            raise LinkDownError
        self.on_command(board, message)
        self.commands.append((board, message))

    async def answer(self, till, message):
        self.answers.append((till, message))

    async def hand(self, till, message, part):
        if self.down:
            raise LinkDownError
        self.handed.append((till, message, part))
        await asyncio.sleep(0)

    def opens(self):
        return [message for _, message in self.commands if message["type"] == "open"]


class CloudInMemory:
    """A cloud that keeps chains as the real one does, and can be switched off."""

    def __init__(self):
        self.off = False
        self.chains = {}
        self.presences = []
        self.asked = 0
        self.held = []
        self.offered = []
        self.signed = {}
        self.fetched = []

    def _held(self, source, epoch):
        return self.chains.setdefault((source, epoch), [])

    def _head(self, lines):
        return Head(len(lines), hash_line(lines[-1])) if lines else EMPTY_HEAD

    async def hello(self, source, message):
        self.asked += 1
        if self.off:
            raise CloudUnreachableError("it is switched off")
        key = StreamKey(tenant=TENANT, source=source, epoch=message["epoch"])
        return welcome(message["session"], key, self._head(self._held(source, message["epoch"])), 0)

    async def entries(self, source, message, lines):
        if self.off:
            raise CloudUnreachableError("it is switched off")
        message = batch.unpack(batch.pack(message, lines)).message
        held = self._held(source, message["epoch"])
        key = StreamKey(tenant=TENANT, source=source, epoch=message["epoch"])
        verdict = judge_entries(key, message, lines, self._head(held), lambda seq: hash_line(held[seq - 1]))
        if not isinstance(verdict, Accepted):
            return ask_again(key, verdict)
        held += [line.line for line in verdict.lines]
        return acknowledge(key, verdict.head, 0)

    async def presence(self, sources):
        if self.off:
            raise CloudUnreachableError("it is switched off")
        self.presences.append(list(sources))

    async def documents(self, held):
        if self.off:
            raise CloudUnreachableError("it is switched off")
        self.held = list(held)
        return list(self.offered)

    async def document(self, mark):
        if self.off:
            raise CloudUnreachableError("it is switched off")
        self.fetched.append(mark)
        return self.signed[mark.kind, mark.scope, mark.version]


@cache
def _empty_database():
    path = Path(mkdtemp(prefix="stallholder-hub-")) / "hub.sqlite"
    SqliteStore.open(path).close()
    return path


@cache
def root_key():
    return Ed25519PrivateKey.generate()


@cache
def identity():
    root, signing = root_key(), Ed25519PrivateKey.generate()
    vouched = Certificate(tenant=TENANT, device=HUB, role="hub", public_key=public_key_text(signing))
    return HubIdentity(
        tenant=TENANT, hub=HUB, cloud_url="http://cloud.test", signing_key=signing,
        sealing_key=X25519PrivateKey.generate(), pickup_key=bytes(range(32)),
        certificate=issue_certificate(root, vouched).to_json(), root_public_key=public_key_text(root),
    )  # fmt: skip


@dataclass
class Bench:
    path: Path
    bank: str = "board-1:SSM"
    clock: ToldClock = field(default_factory=ToldClock)
    link: RecordingLink = field(default_factory=RecordingLink)
    cloud: CloudInMemory = field(default_factory=CloudInMemory)
    randomness: CountedRandomness = field(default_factory=CountedRandomness)
    disk: RoomyDisk = field(default_factory=RoomyDisk)

    def __post_init__(self):
        if not self.path.exists():
            shutil.copy(_empty_database(), self.path)
        self.start()

    def start(self):
        """Start the hub on its database: what was in memory only is gone."""
        self.store = SqliteStore.open(self.path)
        self.house = House(
            identity=identity(),
            bank=read_bank(self.bank),
            store=self.store,
            clock=self.clock,
            randomness=self.randomness,
            witness=WitnessFile(self.path.with_suffix(".witness")),
        )
        self.do(lambda desk: open_own_stream(desk, currency="EUR", software="test"))
        names = dict.fromkeys(one.place.board for one in self.house.bank)
        self.boards = Boards(names, link=self.link, clock=self.clock, randomness=self.randomness)
        self.doors = Doors(self.house, self.boards, answer_within_ms=300)
        self.changes, self.presence, self.appended = Changes(), Presence(), asyncio.Event()
        self.handing = HandDocuments(house=self.house, tills=self.link, presence=self.presence)
        self.standings = make_standings(
            self.house.identity, presence=self.presence, clock=self.clock, disk=self.disk
        )
        self.hearing = Hearing(
            house=self.house, boards=self.boards, doors=self.doors, presence=self.presence,
            changes=self.changes, tills=self.link, handing=self.handing, from_tills=self.standings.from_tills,
            to_cloud=self.standings.to_cloud, on_appended=self.appended,
        )  # fmt: skip
        self.fetching = FetchDocuments(
            house=self.house, cloud=self.cloud, changes=self.changes, on_newer=self.handing.offer_all
        )
        self.forwarding = Forwarding(
            house=self.house, cloud=self.cloud, tills=self.link, presence=self.presence,
            changes=self.changes, standings=self.standings, appended=self.appended, fetching=self.fetching,
        )  # fmt: skip

    def restart(self):
        self.store.close()
        self.start()

    def do(self, work):
        return self.store.write_now(lambda uow: work(self.house.desk(uow)))

    def look(self, work):
        return self.store.read_now(work)

    async def hear(self, source, channel, payload):
        if isinstance(payload, dict):
            payload = codec.encode(payload)
        await self.hearing.hear([Heard(topics.topic(TENANT, HUB, source, channel), payload)])

    async def hear_entries(self, ledger, first_seq=1, last_seq=None):
        await self.hear(ledger.stream.source, topics.ENTRIES, ledger.payload(first_seq, last_seq))

    async def make_board_ready(self, board=BOARD, doors=3):
        await self.hear(
            board, topics.STATE, make("birth", session=f"b{self.randomness.draw(4).hex()}", software="t")
        )
        await self.boards.greet_due()
        session = [m["session"] for b, m in self.link.commands if b == board and m["type"] == "greet"][-1]
        ready = make("ready", session=session, ticks_ms=0, doors=["shut"] * doors)
        await self.hear(board, topics.OUTCOME, ready)

    async def board_says(self, command, outcome, reason=""):
        message = make(
            "outcome", session=command["session"], command=command["command"],
            compartment=command["compartment"], outcome=outcome, door="open" if outcome == "opened" else "shut",
            reason=reason,
        )  # fmt: skip
        await self.hear(BOARD, topics.OUTCOME, message)

    async def door(self, compartment, door):
        await self.hear(BOARD, topics.OUTCOME, make("door", compartment=compartment, door=door))

    async def hear_alive(self, board=BOARD):
        await self.hear(board, topics.STATE, make("alive", session="x", ticks_ms=1))

    def own_kinds(self):
        def read(uow):
            stream = uow.streams.newest_of(TENANT, HUB)
            return uow.streams.lines(stream.key, 1, stream.head.seq)

        return [json.loads(line)["kind"] for line in self.look(read)]


class TillLedger:
    """A till's ledger in memory: sells, and packs what it has."""

    def __init__(self, epoch="k7f3q2", source=TILL):
        self.stream = StreamKey(tenant=TENANT, source=source, epoch=Epoch(epoch))
        self.entries = []
        self.append(LedgerOpened(currency="EUR", software="test"))

    @property
    def head(self):
        return self.entries[-1].head if self.entries else EMPTY_HEAD

    def append(self, event):
        self.entries.append(
            seal_entry(
                stream=self.stream, head=self.head, at=NOON, kind=event_kind(event), body=event_body(event)
            )
        )

    def sell(self, total_minor=3800, pickup=None, pieces=1):
        number = len(self.entries)
        line = SaleLine(
            sku=Sku("bowl"), name="Stoneware bowl", category="Bowls", quantity_milli=pieces * 1000,
            unit_price_minor=total_minor // pieces, total_minor=total_minor, vat_rate_bp=1900,
        )  # fmt: skip
        paid = Payment(
            method=PaymentMethod.CASH, amount_minor=total_minor, tendered_minor=total_minor, change_minor=0
        )
        self.append(
            SaleRecorded(
                sale_id=SaleId(f"01900000-0000-7000-8000-{number:012d}"),
                receipt_number=number,
                session_id="s",
                business_date=NOON.date(),
                cashier="Mira",
                currency="EUR",
                lines=(line,),
                total_minor=total_minor,
                vat=split_vat([(1900, total_minor)]),
                payments=(paid,),
                pickup=pickup,
            )
        )

    def sell_for_pickup(self, number=407, secret=SECRET, parcel="parcel-1", pieces=1):
        sealed = seal_to(
            public_key_text(identity().sealing_key), f"{secret:06d}".encode(),
            info=b"stallholder pickup 1 " + parcel.encode(),
        )  # fmt: skip
        promise = PickupPromise(parcel_id=ParcelId(parcel), hub=HUB, number=number, sealed=sealed)
        self.sell(pickup=promise, pieces=pieces)

    def hello(self, session="s1"):
        return make(
            "hello",
            session=session,
            epoch=self.stream.epoch,
            head_seq=self.head.seq,
            head_hash=self.head.hash,
        )

    def payload(self, first_seq=1, last_seq=None):
        lines = [entry.line for entry in self.entries[first_seq - 1 : last_seq]]
        message = make(
            "entries", epoch=self.stream.epoch, first_seq=first_seq, count=len(lines),
            last_hash=hash_line(lines[-1]),
        )  # fmt: skip
        return batch.pack(message, lines)
