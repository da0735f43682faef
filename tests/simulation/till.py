"""A till as a machine with a card: its real ledger on a disk that fails, its real selling and sync, in lives that end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

from device.adapters.ledger import ledger as ledger_module
from device.adapters.ledger.errors import LedgerDamaged, LedgerError, LedgerFailed, LedgerFull
from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.request import Request
from device.adapters.ledger.snapshot import StateCache
from device.domain.limits import Limits
from device.domain.refund import AskedLine, RefundOrder
from device.domain.refund_decision import RefundTerms
from device.domain.sale import SaleOrder
from device.domain.settings import Settings
from device.domain.till_fold import fold
from device.domain.till_snapshot import SNAPSHOT_VERSION, dump_state, load_state
from device.domain.till_state import TillState
from device.services.assortment import CurrentAssortment
from device.services.changes import Changes
from device.services.close_day import CloseDay
from device.services.keep_running import keep_running
from device.services.lease_numbers import LeaseNumbers
from device.services.refund import Refund, RefundReceipt
from device.services.sell import Receipt, Sell
from device.services.sync import Sync
from device.services.voucher_codes import VoucherCodes
from shared.entry import seal_entry
from shared.events.cash import CashSessionClosed
from shared.events.sale import OriginalReceipt, PaymentMethod
from shared.ids import Epoch, SourceId, make_uuid7
from shared.sync.sender import SenderLimits
from tests.crash.simulated_disk import Outcome, PowerCutError, SimulatedDisk
from tests.fakes import MEMBERSHIP, MemoryDocuments, MemorySettings, PlainSealer
from tests.simulation.customers import CATALOGUE
from tests.simulation.kinds import Kind
from tests.simulation.network import Broker, Way
from tests.simulation.till_link import TillLink
from tests.simulation.virtual_loop import LIFE, Life
from tests.simulation.world import TENANT, SeededRandomness, SimulatedClock, World

DIRECTORY = Path("/till/ledger")
SMALL = Sizes(segment_bytes=14_000, step_bytes=4_096, reserve_bytes=1_024)
LIMITS = SenderLimits(window_entries=8, batch_entries=3)
"""Small, so that a day needs several batches and fills the window."""
WRITER_DELAY_S = 0.004
RESTART_MAX_S = 8.0
BROUGHT_BACK_EVERY = 8
_CACHE = StateCache(version=SNAPSHOT_VERSION, dump=dump_state, load=load_state)


class CardSettings(MemorySettings):
    """The second store on a card: a change is durable at once, and shut to a life that has ended."""

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        life = LIFE.get()
        if life is not None and not life.alive:
            return self.current
        return super().change(decide)


class Card:
    """What a till keeps when it is off; `acknowledged` is what people were told was paid, with each total."""

    def __init__(self, random: Random) -> None:
        self.disk = TillDisk(random)
        self.settings = CardSettings(Settings(catalogue=CATALOGUE, pickup_key=b"k" * 32))
        self.acknowledged: dict[str, int] = {}

    def cloned(self, random: Random) -> "Card":
        """Return another card with the same content."""
        clone = Card(random)
        for name in self.disk.names():
            clone.disk.put_back(DIRECTORY / name, self.disk.content(DIRECTORY / name))
        clone.settings = CardSettings(self.settings.current)
        clone.acknowledged = dict(self.acknowledged)
        return clone


class TillDisk(SimulatedDisk):
    """Tells the machine when the power goes or a kill comes in the middle of an operation."""

    on_cut: Callable[[], None] = staticmethod(lambda: None)

    def _step(self) -> None:
        try:
            super()._step()
        except PowerCutError:
            self.on_cut()
            raise


class NoThread:
    """In the place of the writer's thread: the simulation takes its turns."""

    def __init__(self, **_: object) -> None:
        """Begin nothing."""

    def start(self) -> None:
        """Start nothing."""

    def join(self, _timeout_s: float) -> None:
        """Wait for nothing."""

    def is_alive(self) -> bool:
        return False


class ScheduledLedger(JournalLedger[TillState]):
    """The real ledger; its writer takes its turn as a step of the simulation instead of in a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._turn_is_due = False
        real, ledger_module.Thread = ledger_module.Thread, NoThread  # type: ignore[assignment, misc]
        try:
            super().__init__(*args, **kwargs)
        finally:
            ledger_module.Thread = real  # type: ignore[misc]
        self._database.entries.claim()

    def _submit(self, request: Request[TillState]) -> None:
        super()._submit(request)
        if not self._turn_is_due:
            self._turn_is_due = True
            asyncio.get_running_loop().call_later(WRITER_DELAY_S, self._take_a_turn)

    def _take_a_turn(self) -> None:
        self._turn_is_due = False
        self._commit([request for request in self._take() if request is not None])

    def record_unknown(self, at: Any) -> None:
        """Append an entry of a kind that nobody here knows, as a newer version would."""
        entry = seal_entry(
            stream=self.stream, head=self.head, at=at, kind="LoyaltyPointsGiven", body={"points": 3}
        )
        batch = self._new_batch()
        batch.entries.append(entry)
        batch.state = fold(batch.state, entry)
        self._write(batch)


class Till:
    """One machine: whoever rings up sales finds it selling or not."""

    def __init__(self, world: World, name: SourceId, broker: Broker, card: Card, label: str = "") -> None:
        self.world = world
        self.name = name
        self.label = label or name
        self.broker = broker
        self.card = card
        self.way = Way(world, self.label)
        self.clock = SimulatedClock(world)
        self.life: Life | None = None
        self.ledger: ScheduledLedger
        self.sync: Sync
        self.link: TillLink
        self.unplugged = False
        self._begun: Life | None = None  # the life whose ledger is open
        self._sell: Sell
        self._close_day: CloseDay
        self._refund: Refund
        self._randomness = SeededRandomness(world.random)

    @property
    def is_up(self) -> bool:
        return self.life is not None and self.life is self._begun

    def start(self) -> None:
        """Begin a life: open the ledger and go on from there."""
        if self.life is not None or self.unplugged:
            return
        self.life = life = Life(self.label)
        life.on_end = self.die
        self.card.disk.on_cut = lambda: self._doom(life)
        self.world.loop.in_life(life, 0, self._open, life)

    def die(self, kind: Kind = Kind.TILL_KILLED, outcome: Outcome | None = None) -> None:
        """End here and now; with an outcome the power has gone, else the process was killed."""
        if self.life is None:
            return
        self.world.fire(kind, self.label, outcome.value if outcome else "")
        self._end(outcome)

    def sell(
        self, order: SaleOrder, acknowledged: Callable[[Receipt], None], refused: Callable[[object], None]
    ) -> None:
        """Ring up a sale; at most one of both is called."""
        if self.life is not None and self.is_up:
            self.world.loop.start(self.life, self._ring_up(order, acknowledged, refused))

    def close_day(self) -> None:
        """Close the business day, if there is anything to close."""
        if self.life is not None and self.is_up:
            self.world.loop.start(self.life, self._close())

    def record_unknown(self) -> bool:
        """Record an entry of a newer version; returns whether it stands in the ledger."""
        if not self.is_up:
            return False
        before = self.ledger.head.seq
        self.ledger.record_unknown(self.clock.now())
        return self.ledger.head.seq > before

    def pull_out(self) -> Card:
        """Take the card out, for good."""
        self.unplugged = True
        self._end(None)
        return self.card

    def plug_in(self, card: Card) -> None:
        """Put a card in and start."""
        self.card, self.unplugged = card, False
        self.start()

    def _open(self, life: Life) -> None:
        try:
            self.ledger = self._open_ledger()
        except LedgerDamaged as error:
            self.world.broke(f"{self.label} cannot open its ledger: {error}")
        except (LedgerError, PowerCutError) as error:
            self.world.note(self.label, f"cannot open its ledger yet: {error!r}")
            self._doom(life)
        else:
            self._begin(life)

    def _open_ledger(self) -> ScheduledLedger:
        marks = self.card.settings.current.marks
        ledger = ScheduledLedger.open(
            DIRECTORY,
            birth=Birth(tenant=TENANT, source=self.name, currency="EUR", software="test"),
            initial=TillState(), fold=fold, now=self.clock.now, randomness=self._randomness.bytes,
            known_seqs={Epoch(marks.epoch): max(marks.hub_seq, marks.cloud_seq)} if marks.epoch else {},
            disk=self.card.disk, cache=_CACHE, sizes=SMALL,
        )  # fmt: skip
        for sale_id in self.card.acknowledged:
            if ledger.find_sale(sale_id) is None:
                self.world.broke(f"{self.label} has lost sale {sale_id}, which it called paid")
        return ledger  # type: ignore[return-value]

    def _begin(self, life: Life) -> None:
        self.world.note(self.label, f"starts with {self.ledger.stream.epoch} at {self.ledger.head.seq}")
        loop, settings = self.world.loop, self.card.settings
        self.link = TillLink(self.world, self.broker, self.way, self.name, self._randomness)
        changes = WatchedChanges(self)
        documents = MemoryDocuments()
        assortment = CurrentAssortment(ledger=self.ledger, documents=documents, settings=settings)
        leases = LeaseNumbers(ledger=self.ledger, settings=settings, randomness=self._randomness)
        self.sync = Sync(ledger=self.ledger, link=self.link, settings=settings, clock=self.clock,
                         randomness=self._randomness, changes=changes, conversations=(leases,), limits=LIMITS)  # fmt: skip
        self.ledger.on_appended(lambda _: loop.call_soon(self.sync.ledger_grew))
        self._sell = Sell(ledger=self.ledger, settings=settings, assortment=assortment, clock=self.clock, randomness=self._randomness,
                          sealer=PlainSealer(), membership=MEMBERSHIP, currency="EUR")  # fmt: skip
        self._close_day = CloseDay(ledger=self.ledger)
        terms = RefundTerms(catalogue=CATALOGUE, limits=Limits(), currency="EUR")
        self._refund = Refund(ledger=self.ledger, clock=self.clock, randomness=self._randomness, terms=lambda: terms,
                              codes=VoucherCodes(settings=settings, assortment=assortment))  # fmt: skip
        self._begun = life
        loop.start(life, keep_running("link", self.link.run))
        loop.start(life, keep_running("sync", self._run_sync))

    async def _run_sync(self) -> None:
        """Run the real service; it may fail with its disk, and must not fail otherwise."""
        try:
            await self.sync.run()
        except* (LedgerError, PowerCutError) as errors:
            self.world.note(self.label, f"sync fails: {errors.exceptions[0]!r}")
        except* Exception as errors:  # noqa: BLE001 - whatever it was
            self.world.broke(f"the sync of {self.label} failed: {errors.exceptions[0]!r}")

    async def _ring_up(self, order: SaleOrder, acknowledged: Callable[[Receipt], None],
                       refused: Callable[[object], None]) -> None:  # fmt: skip
        answer = await self._answered(self._sell.sell(order))
        if isinstance(answer, Receipt):
            self.card.acknowledged[order.sale_id] = answer.sale.total_minor
            acknowledged(answer)
            if not answer.is_repeat and int(order.sale_id[9:13], 16) % BROUGHT_BACK_EVERY == 0:
                await self._give_back(answer)
        elif answer is not None:
            refused(answer)

    async def _give_back(self, receipt: Receipt) -> None:
        """The customer brings a piece of the first line back at once; who gets no answer keeps it."""
        sale, stream = receipt.sale, receipt.entry.stream
        refund_id = make_uuid7(int(self.clock.now().timestamp() * 1_000), self._randomness.bytes(10))
        original = OriginalReceipt(source=stream.source, epoch=stream.epoch, receipt_number=sale.receipt_number,
                                   sale_id=sale.sale_id)  # fmt: skip
        piece = AskedLine(line=0, quantity_milli=min(1_000, sale.lines[0].quantity_milli), to_stock=True)
        order = RefundOrder(refund_id=refund_id, original=original, lines=(piece,), void=False, reason="Broken",
                            method=PaymentMethod.CASH, cashier="Mira", approved_by="Ada")  # fmt: skip
        answer = await self._answered(self._refund.give_back(order))
        if isinstance(answer, RefundReceipt):
            self.card.acknowledged[refund_id] = -answer.refund.total_minor
            self.world.note(self.label, f"gives {answer.refund.total_minor} back")
        elif answer is not None:
            self.world.broke(f"{self.label} refuses to give back what it has just sold: {answer!r}")

    async def _close(self) -> None:
        if isinstance(await self._answered(self._close_day.close("Mira", 0)), CashSessionClosed):
            self.world.fire(Kind.LATE_AFTER_CLOSING, self.label)

    async def _answered(self, call: Awaitable[Any]) -> Any:
        """Return the answer; a disk that failed ends this life, as it ends the real process."""
        life = LIFE.get()
        try:
            return await call
        except LedgerFailed:
            if life is not None:
                self._doom(life)
        except LedgerFull:
            self.world.fire(Kind.TILL_DISK_FULL, self.label)
        except (LedgerError, PowerCutError) as error:
            self.world.note(self.label, f"refuses: {error!r}")
        return None

    def _doom(self, life: Life) -> None:
        """This life ends when its present step does."""
        life.on_end = self._end_of_itself
        life.steps_left = 1

    def _end_of_itself(self) -> None:
        disk = self.card.disk
        kind = Kind.TILL_KILLED if disk.killed else Kind.TILL_DISK_FAILS
        self.world.fire(
            Kind.TILL_POWER_CUT if disk.without_power else kind, self.label, "in the middle of a step"
        )
        self._end(self.world.random.choice(list(Outcome)) if disk.without_power else None)

    def _end(self, outcome: Outcome | None) -> None:
        life, self.life = self.life, None
        disk = self.card.disk
        if life is not None:
            disk.killed = True
            self.world.loop.kill(life)
            self.link_gone()
        if outcome is None:
            disk.end_process()
        else:
            disk.power_cut(outcome)
        self.world.loop.later(0.5 + self.world.random.random() * RESTART_MAX_S, self.start)

    def link_gone(self) -> None:
        """The machine is off: its connection is, too."""
        if hasattr(self, "link"):
            self.link.gone()


class WatchedChanges(Changes):
    """Looks, whenever the till tells its pages something new, whether the marks they show are true."""

    def __init__(self, till: Till) -> None:
        super().__init__()
        self._till = till

    def tell(self) -> None:
        till, marks, sender = self._till, self._till.sync.status.marks, self._till.sync._sender
        till.world.note(till.label, f"knows of hub {marks.hub_seq}, cloud {marks.cloud_seq}")
        till.world.require_kept("hub", till.ledger.stream, marks.hub_seq, till.label)
        till.world.require_kept("cloud", till.ledger.stream, marks.cloud_seq, till.label)
        if max(marks.hub_seq, marks.cloud_seq) > till.ledger.head.seq:
            till.world.broke(f"{till.label} says that more is elsewhere than it ever had")
        if sender._next_seq - 1 - sender.receiver_seq > LIMITS.window_entries:
            till.world.broke(f"{till.label} has more entries under way than its window holds")
        super().tell()
