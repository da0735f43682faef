"""Card payments on a terminal that speaks ZVT: asked once, never charged twice, whatever breaks off and wherever."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from device.adapters.ledger.ledger import JournalLedger
from device.adapters.terminals.zvt_terminal import Patience, ZvtTerminal
from device.domain.card_attempts import (
    AttemptNotOpen,
    BadCardAmount,
    CardNotTaken,
    NoSuchAttempt,
    NoTerminal,
    TerminalUnclear,
)
from device.domain.card_terminal import CardTerminal, check_terminal
from device.domain.pricing.payment import Tender
from device.domain.sale import SaleRefusal
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from device.domain.zvt.words import NO_NUMBER
from device.services.card import CardDesk, CardPorts, Told
from device.services.changes import Changes
from device.services.sell import Receipt, Sell
from device.sim.zvt_terminal import Booking, Fault, Point, SimulatedTerminal, terminal_on_network
from shared.events.card import CardOutcome
from shared.events.sale import PaymentMethod
from shared.host.end_tasks import end_tasks
from shared.ids import make_uuid7
from shared.verify.verify import verify_lines
from tests.fakes import NOON, FakeClock, FakeRandomness, MemorySettings, PlainSealer
from tests.free_ports import free_port
from tests.unit.device.stall import SETTINGS, assortment_of, open_ledger, order

QUICK = Patience(connect_s=2.0, acknowledge_s=0.4, message_s=0.4, command_s=5.0)
BOWL_MINOR, EARLIER_MINOR = 1850, 300
REFERENCE = f"28004869-0001-000601-{NOON:%m%d}"


@dataclass(slots=True)
class Stand:
    """A till beside a terminal."""

    ledger: JournalLedger[TillState]
    settings: MemorySettings
    terminal: SimulatedTerminal
    desk: CardDesk
    looks: asyncio.Queue[float]

    async def settled(self, attempt_id: str) -> Told:
        """Wait until the terminal is no longer asked."""
        await self.until(lambda: not self.told(attempt_id).under_way)
        return self.told(attempt_id)

    def told(self, attempt_id: str) -> Told:
        told = self.desk.find(attempt_id)
        assert told is not None
        return told

    async def pay(self, attempt_id: str, amount_minor: int = BOWL_MINOR) -> Told:
        asked = await self.desk.ask(attempt_id, "a sale", amount_minor, "Mira")
        assert isinstance(asked, Told)
        return await self.settled(attempt_id)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.005)

    async def find_out(self) -> None:
        """Let the desk ask the terminal until everything is clear."""
        looking = asyncio.create_task(self.desk.run())
        await self.until(lambda: not self.ledger.state.cards.unclear)
        await end_tasks([looking])

    async def look_once(self) -> bool:
        """Let the desk ask once; tell whether that made everything clear."""
        looking = asyncio.create_task(self.desk.run())
        await asyncio.wait_for(self.looks.get(), 20)
        await end_tasks([looking])
        return not self.ledger.state.cards.unclear

    @property
    def approved_minor(self) -> int:
        """What the ledger says that terminals have taken."""
        cards = self.ledger.state.cards
        every = (*cards.open.values(), *cards.ended.items().values())
        return sum(one.asked.amount_minor for one in every if one.outcome is CardOutcome.APPROVED)

    async def sell(self, number: int, attempt_id: str, minor: int = BOWL_MINOR) -> Receipt | SaleRefusal:
        card = Tender(method=PaymentMethod.CARD, amount_minor=minor, attempt_id=attempt_id)
        return await self._sell(number, card)

    async def sell_in_cash(self, number: int) -> Receipt | SaleRefusal:
        return await self._sell(number, Tender(method=PaymentMethod.CASH))

    async def sell_in_parts(self, number: int, *parts: tuple[str, int]) -> Receipt | SaleRefusal:
        """By some card payments, and the rest in cash."""
        cards = (
            Tender(method=PaymentMethod.CARD, amount_minor=minor, attempt_id=key) for key, minor in parts
        )
        return await self._sell(number, *cards, Tender(method=PaymentMethod.CASH))

    async def _sell(self, number: int, *tenders: Tender) -> Receipt | SaleRefusal:
        sell = Sell(ledger=self.ledger, settings=self.settings, assortment=assortment_of(self.ledger),
                    clock=FakeClock(), randomness=FakeRandomness(), sealer=PlainSealer(), membership=None, currency="EUR")  # fmt: skip
        return await sell.sell(replace(order(number), tenders=tenders))


@asynccontextmanager
async def stand_with(
    ledger: JournalLedger[TillState], terminal: SimulatedTerminal, patience: Patience = QUICK
) -> AsyncIterator[Stand]:
    async with terminal_on_network(terminal) as port:
        settings = MemorySettings(
            replace(SETTINGS, card_terminal=CardTerminal(name="Counter", host="127.0.0.1", port=port))
        )
        looks: asyncio.Queue[float] = asyncio.Queue()

        async def pause(seconds: float) -> None:
            looks.put_nowait(seconds)
            await asyncio.sleep(0.01)

        desk = CardDesk(CardPorts(
            ledger=ledger, settings=settings, randomness=FakeRandomness(), changes=Changes(), currency="EUR",
            connect=lambda one: ZvtTerminal(one, "EUR", patience), pause=pause,
        ))  # fmt: skip
        try:
            yield Stand(ledger, settings, terminal, desk, looks)
        finally:
            await desk.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    ledger = open_ledger(tmp_path)
    yield ledger
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None
    assert load_state(dump_state(ledger.state)).cards == ledger.state.cards
    ledger.close()


@pytest.fixture
async def stand(ledger: JournalLedger[TillState]) -> AsyncIterator[Stand]:
    terminal = SimulatedTerminal(now=FakeClock().now)
    terminal.card.set()
    async with stand_with(ledger, terminal) as stand:
        yield stand


def attempt_id(number: int) -> str:
    return make_uuid7(number, b"\7" * 10)


ONE, TWO, THREE = (attempt_id(number) for number in (1, 2, 3))


async def test_a_payment_is_asked_for_approved_and_pays_for_one_sale(stand: Stand) -> None:
    told = await stand.pay(ONE)
    assert (told.attempt.outcome, told.attempt.reference) == (CardOutcome.APPROVED, REFERENCE)
    assert "Zahlung erfolgt" in told.attempt.receipt_lines
    sold = await stand.sell(1, ONE)
    assert isinstance(sold, Receipt)
    (paid,) = sold.sale.payments
    assert (paid.reference, paid.attempt_id, paid.amount_minor) == (REFERENCE, ONE, BOWL_MINOR)
    assert stand.desk.open == ()
    assert isinstance(await stand.sell(2, ONE), CardNotTaken)
    assert isinstance(await stand.sell(1, ONE), Receipt)


async def test_the_same_question_again_is_the_same_question(stand: Stand) -> None:
    await asyncio.gather(*(stand.desk.ask(ONE, "a sale", BOWL_MINOR, "Mira") for _ in range(5)))
    await stand.settled(ONE)
    assert isinstance(await stand.desk.ask(ONE, "a sale", BOWL_MINOR, "Mira"), Told)
    assert stand.terminal.asked == [BOWL_MINOR]


async def test_a_declined_card_pays_for_nothing_and_may_be_followed_by_another(stand: Stand) -> None:
    stand.terminal.decline = 0x78
    told = await stand.pay(ONE)
    assert (told.attempt.outcome, told.why) == (CardOutcome.DECLINED, "78")
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)
    stand.terminal.decline = 0
    assert (await stand.pay(TWO)).attempt.outcome is CardOutcome.APPROVED


async def test_a_payment_of_another_amount_does_not_pay_for_a_sale(stand: Stand) -> None:
    await stand.pay(ONE, BOWL_MINOR - 1)
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)
    assert [told.attempt.asked.attempt_id for told in stand.desk.open] == [ONE]


async def test_the_seller_breaks_off_while_no_card_was_shown(stand: Stand) -> None:
    stand.terminal.card.clear()
    assert isinstance(await stand.desk.ask(ONE, "a sale", BOWL_MINOR, "Mira"), Told)
    await stand.until(lambda: stand.told(ONE).progress == "card")
    stand.desk.cancel(ONE)
    told = await stand.settled(ONE)
    assert told.attempt.outcome is CardOutcome.DECLINED
    assert stand.terminal.booked_minor == 0


async def test_a_payment_that_no_sale_has_used_is_undone(stand: Stand) -> None:
    await stand.pay(ONE)
    assert isinstance(stand.desk.undo(ONE), Told)
    told = await stand.settled(ONE)
    assert told.attempt.outcome is CardOutcome.REVERSED
    assert stand.terminal.booked_minor == 0
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)
    assert isinstance(stand.desk.undo(ONE), NoSuchAttempt)


async def test_what_is_being_undone_pays_for_nothing_and_is_there_again_if_the_terminal_refuses(
    stand: Stand,
) -> None:
    await stand.pay(ONE)
    assert isinstance(stand.desk.undo(ONE), Told)
    await stand.until(lambda: stand.told(ONE).attempt.is_unclear or stand.desk.open == ())
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)
    await stand.settled(ONE)
    assert stand.terminal.booked_minor == 0

    await stand.pay(TWO)
    stand.terminal.busy = True
    stand.desk.undo(TWO)
    told = await stand.settled(TWO)
    assert (told.attempt.outcome, told.attempt.reference[9:13]) == (CardOutcome.APPROVED, "0002")
    stand.terminal.busy = False
    assert isinstance(await stand.sell(2, TWO), Receipt)
    assert stand.terminal.booked_minor == BOWL_MINOR


@pytest.mark.parametrize("fault", Fault)
async def test_an_undoing_whose_answer_is_lost_is_found_out_by_what_still_stands(
    stand: Stand, fault: Fault
) -> None:
    await stand.pay(THREE, EARLIER_MINOR)
    await stand.pay(ONE)
    stand.terminal.fault, stand.terminal.fault_at = fault, Point.RESULT  # after it was undone there
    stand.desk.undo(ONE)
    await stand.settled(ONE)
    await stand.find_out()
    assert stand.told(ONE).attempt.outcome is CardOutcome.DECLINED
    assert stand.terminal.booked_minor == stand.approved_minor == EARLIER_MINOR


async def test_looking_for_answers_never_settles_a_question_that_is_just_being_asked(stand: Stand) -> None:
    await stand.pay(
        THREE, EARLIER_MINOR
    )  # a booking that is another's, which would say that this one was not booked
    looking = asyncio.create_task(stand.desk.run())
    for number in range(10, 26):
        assert (await stand.pay(attempt_id(number), number)).attempt.outcome is CardOutcome.APPROVED
    await end_tasks([looking])
    assert stand.terminal.booked_minor == stand.approved_minor


async def test_another_terminal_is_not_asked_what_the_one_before_it_booked(stand: Stand) -> None:
    await stand.pay(THREE, EARLIER_MINOR)
    stand.terminal.fault, stand.terminal.fault_at = Fault.HANGS_UP, Point.RESULT
    await stand.pay(ONE)
    other = stand.settings.current.card_terminal
    assert other is not None
    stand.settings.change(lambda old: replace(old, card_terminal=replace(other, name="Another")))
    assert not await stand.look_once()
    assert stand.told(ONE).attempt.outcome is CardOutcome.UNKNOWN
    assert isinstance(stand.desk.undo(THREE), AttemptNotOpen)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("point", Point)
async def test_wherever_the_terminal_fails_the_customer_is_charged_once_at_most_and_the_till_finds_out(
    ledger: JournalLedger[TillState], point: Point, fault: Fault, keeps: bool
) -> None:
    terminal = SimulatedTerminal(keeps=keeps, now=FakeClock().now)
    terminal.card.set()
    async with stand_with(ledger, terminal) as stand:
        await stand.pay(THREE, EARLIER_MINOR)
        terminal.fault, terminal.fault_at = fault, point
        await stand.pay(ONE)
        await stand.find_out()
        told = stand.told(ONE)
        assert terminal.asked.count(BOWL_MINOR) <= 1
        paid = told.attempt.outcome is CardOutcome.APPROVED
        assert paid or told.attempt.outcome is CardOutcome.DECLINED
        assert terminal.booked_minor == stand.approved_minor == EARLIER_MINOR + BOWL_MINOR * paid


async def test_while_nobody_knows_nothing_else_is_asked_and_a_person_who_looks_can_say(stand: Stand) -> None:
    stand.terminal.fault, stand.terminal.fault_at, stand.terminal.shows_last = (
        Fault.HANGS_UP,
        Point.RESULT,
        False,
    )
    assert (await stand.pay(ONE)).attempt.outcome is CardOutcome.UNKNOWN
    assert isinstance(await stand.desk.ask(TWO, "another", 500, "Mira"), TerminalUnclear)
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)
    assert not await stand.look_once()
    said = await stand.desk.say(ONE, paid=True, who="Ana")
    assert isinstance(said, Told)
    assert (said.attempt.outcome, said.attempt.said_by) == (CardOutcome.APPROVED, "Ana")
    assert isinstance(await stand.desk.say(ONE, paid=False, who="Ana"), AttemptNotOpen)
    assert isinstance(await stand.sell(1, ONE), Receipt)
    assert (await stand.pay(TWO, 500)).attempt.outcome is CardOutcome.APPROVED


async def test_a_booking_whose_number_nobody_read_off_is_not_taken_for_the_next_of_that_amount(
    stand: Stand,
) -> None:
    stand.terminal.fault, stand.terminal.fault_at = Fault.HANGS_UP, Point.RESULT
    await stand.pay(ONE)
    await stand.desk.say(ONE, paid=True, who="Ana")
    stand.terminal.fault, stand.terminal.fault_at, stand.terminal.keeps = Fault.HANGS_UP, Point.RESULT, False
    assert (await stand.pay(TWO)).attempt.outcome is CardOutcome.UNKNOWN
    assert not await stand.look_once()
    assert stand.told(TWO).attempt.outcome is CardOutcome.UNKNOWN


async def test_what_others_booked_before_this_till_came_is_not_taken_for_its_own(stand: Stand) -> None:
    stand.terminal.now = lambda: NOON - timedelta(days=1)
    stand.terminal.keeps = False
    stand.terminal.bookings.append(
        Booking(amount_minor=BOWL_MINOR, receipt_number=7, trace=70, at=stand.terminal.now())
    )
    stand.terminal.fault, stand.terminal.fault_at = Fault.HANGS_UP, Point.RESULT
    assert (await stand.pay(ONE)).attempt.outcome is CardOutcome.UNKNOWN
    assert not await stand.look_once()
    stand.terminal.bookings[0].at = NOON + timedelta(minutes=59)  # a clock in its summer time
    assert await stand.look_once()
    assert stand.told(ONE).attempt.outcome is CardOutcome.APPROVED


async def test_a_terminal_that_is_still_at_it_is_asked_again_later(stand: Stand) -> None:
    await stand.pay(THREE, EARLIER_MINOR)
    stand.terminal.fault, stand.terminal.fault_at = Fault.SILENT, Point.RESULT
    assert (await stand.pay(ONE)).attempt.outcome is CardOutcome.UNKNOWN
    stand.terminal.busy = True
    assert not await stand.look_once()
    assert stand.told(ONE).why == "a0"
    stand.terminal.busy = False
    assert await stand.look_once()
    assert stand.told(ONE).attempt.outcome is CardOutcome.APPROVED


async def test_a_till_killed_in_the_middle_finds_out_at_its_next_start(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(now=FakeClock().now)
    terminal.card.set()
    with closing(open_ledger(tmp_path)) as before:
        async with stand_with(before, terminal) as stand:
            await stand.pay(THREE, EARLIER_MINOR)
            terminal.card.clear()
            assert isinstance(await stand.desk.ask(ONE, "a sale", BOWL_MINOR, "Mira"), Told)
            await stand.until(lambda: stand.told(ONE).progress == "card")
            terminal.fault, terminal.fault_at = Fault.HANGS_UP, Point.COMPLETION
            terminal.card.set()
            await stand.until(lambda: len(terminal.bookings) == 2)
            await stand.desk.close()  # as a kill would: what the terminal says is heard by nobody
    with closing(open_ledger(tmp_path)) as after:
        async with stand_with(after, terminal) as stand:
            assert isinstance(await stand.desk.ask(TWO, "another", 500, "Mira"), TerminalUnclear)
            await stand.find_out()
            assert stand.told(ONE).attempt.outcome is CardOutcome.APPROVED
            assert isinstance(await stand.sell(1, ONE), Receipt)


async def test_two_payments_that_cross_are_two_questions_one_after_the_other(stand: Stand) -> None:
    stand.terminal.card.clear()
    first = await stand.desk.ask(ONE, "a sale", BOWL_MINOR, "Mira")
    second = await stand.desk.ask(TWO, "another", 500, "Ana")
    assert (type(first), type(second)) == (Told, TerminalUnclear)
    assert isinstance(await stand.desk.say(ONE, paid=True, who="Ana"), AttemptNotOpen)
    stand.terminal.card.set()
    await stand.settled(ONE)
    assert stand.terminal.asked == [BOWL_MINOR]


async def test_what_cannot_be_asked_is_refused_with_nothing_written(stand: Stand) -> None:
    before = stand.ledger.head
    assert isinstance(await stand.desk.ask(ONE, "a sale", 0, "Mira"), BadCardAmount)
    assert isinstance(await stand.desk.say(TWO, paid=True, who="Mira"), NoSuchAttempt)
    assert isinstance(stand.desk.undo(TWO), NoSuchAttempt)
    stand.settings.change(lambda old: replace(old, card_terminal=None))
    assert isinstance(await stand.desk.ask(ONE, "a sale", 500, "Mira"), NoTerminal)
    assert stand.ledger.head == before


async def test_a_terminal_that_is_away_has_taken_nothing(stand: Stand) -> None:
    stand.settings.change(
        lambda old: replace(old, card_terminal=CardTerminal(name="Gone", host="127.0.0.1", port=free_port()))
    )
    told = await stand.pay(ONE)
    assert (told.attempt.outcome, told.why) == (CardOutcome.DECLINED, "away")
    gone = stand.settings.current.card_terminal
    assert gone is not None
    assert await stand.desk.check(gone)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"), ({"host": "http://x"}, "host"), ({"port": 0}, "port"), ({"password": "12a456"}, "password"),
    ],
)  # fmt: skip
def test_a_terminal_that_cannot_be_is_named_by_its_field(changed: dict[str, object], field: str) -> None:
    good = {"name": "Counter", "host": "192.168.1.50", "port": 20007, "password": "000000"}
    assert check_terminal(CardTerminal(**good), "EUR") is None  # type: ignore[arg-type]
    bad = check_terminal(CardTerminal(**{**good, **changed}), "EUR")  # type: ignore[arg-type]
    assert bad is not None
    assert bad.field == field
    assert check_terminal(CardTerminal(**good), "XAF") is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", Fault)
async def test_a_later_booking_does_not_say_that_an_earlier_one_whose_undoing_nobody_heard_was_undone(
    stand: Stand, fault: Fault
) -> None:
    await stand.pay(ONE)
    await stand.pay(THREE, EARLIER_MINOR)
    stand.terminal.fault, stand.terminal.fault_at = fault, Point.TAKEN  # before anything is undone there
    stand.desk.undo(ONE)
    assert (await stand.settled(ONE)).attempt.outcome is CardOutcome.UNKNOWN
    assert not await stand.look_once()
    assert stand.told(ONE).attempt.outcome is CardOutcome.UNKNOWN
    assert stand.terminal.booked_minor == BOWL_MINOR + EARLIER_MINOR
    assert isinstance(await stand.desk.say(ONE, paid=True, who="Ana"), Told)
    assert isinstance(await stand.sell(1, ONE), Receipt)


async def test_a_payment_that_was_undone_on_the_terminal_by_hand_pays_for_no_sale_once_it_is_asked(
    stand: Stand,
) -> None:
    await stand.pay(ONE)
    stand.terminal.bookings[0].undone = True
    assert isinstance(stand.desk.undo(ONE), Told)
    assert (await stand.settled(ONE)).attempt.outcome is CardOutcome.REVERSED
    assert isinstance(await stand.sell(1, ONE), CardNotTaken)


async def test_a_persons_word_about_a_payment_without_a_number_can_be_taken_back(stand: Stand) -> None:
    stand.terminal.fault, stand.terminal.fault_at, stand.terminal.keeps = Fault.HANGS_UP, Point.RESULT, False
    stand.terminal.shows_last = False
    await stand.pay(ONE)
    await stand.desk.say(ONE, paid=True, who="Ana")
    stand.desk.undo(ONE)
    told = await stand.settled(ONE)
    assert (told.attempt.outcome, told.why) == (CardOutcome.UNKNOWN, NO_NUMBER)
    assert isinstance(await stand.desk.say(ONE, paid=False, who="Ana"), Told)
    assert stand.desk.open == ()
