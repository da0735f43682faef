"""Money back to the card: the terminal is asked once, nothing comes back twice, and a refund stands on what it did."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from device.adapters.ledger.ledger import JournalLedger
from device.domain.card_attempts import AttemptNotOpen, CardNotTaken, CardRefusal, TerminalUnclear
from device.domain.limits import ApprovalNeeded, Limits
from device.domain.refund import AskedLine, RefundOrder
from device.domain.refund_decision import RefundTerms
from device.domain.refund_refusals import (
    CardBackOpen,
    CardNotGiven,
    MoreThanSold,
    NotPaidByCard,
    RefundRefusal,
)
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from device.services.card import Told
from device.services.refund import Refund, RefundQuote, RefundReceipt
from device.services.sell import Receipt
from device.services.voucher_codes import VoucherCodes
from device.sim.zvt_terminal import Fault, Point, SimulatedTerminal
from shared.events.card import CardDirection, CardOutcome
from shared.events.sale import OriginalReceipt, PaymentMethod
from shared.ids import SourceId, make_uuid7
from shared.verify.verify import verify_lines
from tests.fakes import NOON, FakeClock, FakeRandomness
from tests.unit.device.stall import assortment_of, open_ledger
from tests.unit.device.test_card_payments import BOWL_MINOR, Stand, stand_with

HALF_MILLI, WHOLE_MILLI = 500, 1000
HALF_MINOR = BOWL_MINOR // 2


def key(number: int) -> str:
    return make_uuid7(number, b"\x08" * 10)


PAYMENT, BACK, MORE, REFUND, SECOND = (key(number) for number in range(1, 6))


class Counter:
    """The stand with a bowl sold on the card, and the service that gives back."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.clock = FakeClock()
        self.limits = Limits()
        self.refund = Refund(ledger=stand.ledger, clock=self.clock, randomness=FakeRandomness(), terms=self._terms,
                             codes=VoucherCodes(settings=stand.settings, assortment=assortment_of(stand.ledger)))  # fmt: skip

    def _terms(self) -> RefundTerms:
        return RefundTerms(
            catalogue=assortment_of(self.stand.ledger).now().priced,
            limits=self.limits,
            currency="EUR",
            terminal="Counter",
        )

    async def sell(self) -> None:
        assert (await self.stand.pay(PAYMENT)).attempt.outcome is CardOutcome.APPROVED
        assert isinstance(await self.stand.sell(1, PAYMENT), Receipt)

    def order(self, milli: int = WHOLE_MILLI, *attempts: str, refund_id: str = REFUND) -> RefundOrder:
        stream = self.stand.ledger.stream
        return RefundOrder(
            refund_id=refund_id, original=OriginalReceipt(source=SourceId(stream.source), epoch=stream.epoch, receipt_number=1),
            lines=(AskedLine(line=0, quantity_milli=milli, to_stock=True),), void=False, reason="Broken",
            method=PaymentMethod.CARD, cashier="Mira", card_attempts=attempts,
        )  # fmt: skip

    async def ask(self, attempt_id: str, order: RefundOrder) -> Told | CardRefusal | RefundRefusal:
        asked = await self.stand.desk.give_back(attempt_id, self.refund.question(order, attempt_id))
        return await self.stand.settled(attempt_id) if isinstance(asked, Told) else asked

    async def back(self, attempt_id: str, order: RefundOrder) -> Told:
        told = await self.ask(attempt_id, order)
        assert isinstance(told, Told), told
        return told

    def due(self, order: RefundOrder) -> list[tuple[int, CardDirection]]:
        quote = self.refund.quote(order)
        assert isinstance(quote, RefundQuote)
        return [(due.amount_minor, due.direction) for due in quote.on_terminal]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    ledger = open_ledger(tmp_path)
    yield ledger
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None
    dumped = dump_state(ledger.state)
    assert dump_state(load_state(dumped)) == dumped
    ledger.close()


@pytest.fixture
async def counter(ledger: JournalLedger[TillState]) -> AsyncIterator[Counter]:
    terminal = SimulatedTerminal(now=FakeClock().now)
    terminal.card.set()
    async with stand_with(ledger, terminal) as stand:
        counter = Counter(stand)
        await counter.sell()
        yield counter


@pytest.mark.parametrize("books_undoing", [False, True])
async def test_a_whole_payment_of_today_is_undone_on_the_terminal_and_the_refund_has_it(
    counter: Counter, books_undoing: bool
) -> None:
    terminal = counter.stand.terminal
    terminal.books_undoing = books_undoing
    assert counter.due(counter.order()) == [(BOWL_MINOR, CardDirection.REVERSAL)]
    told = await counter.back(BACK, counter.order())
    assert (told.attempt.outcome, terminal.booked_minor) == (CardOutcome.APPROVED, 0)
    done = await counter.refund.give_back(counter.order(WHOLE_MILLI, BACK))
    assert isinstance(done, RefundReceipt)
    (paid,) = done.refund.payments
    assert (paid.method, paid.amount_minor, paid.attempt_id) == (PaymentMethod.CARD, BOWL_MINOR, BACK)
    assert counter.stand.desk.open == ()
    assert isinstance(await counter.refund.give_back(counter.order(WHOLE_MILLI, BACK)), RefundReceipt)
    assert isinstance(await counter.ask(MORE, counter.order(refund_id=SECOND)), MoreThanSold)
    assert terminal.refunds_asked == [BOWL_MINOR]


async def test_parts_go_back_to_the_card_that_is_held_to_the_terminal_and_never_more_than_it_paid(
    counter: Counter,
) -> None:
    terminal = counter.stand.terminal
    assert counter.due(counter.order(HALF_MILLI)) == [(HALF_MINOR, CardDirection.REFUND)]
    await counter.back(BACK, counter.order(HALF_MILLI))
    assert isinstance(await counter.refund.give_back(counter.order(HALF_MILLI, BACK)), RefundReceipt)
    assert counter.due(counter.order(HALF_MILLI)) == [(BOWL_MINOR - HALF_MINOR, CardDirection.REFUND)]
    second = counter.order(HALF_MILLI, refund_id=SECOND)
    await counter.back(MORE, second)
    assert isinstance(await counter.refund.give_back(replace(second, card_attempts=(MORE,))), RefundReceipt)
    assert (terminal.booked_minor, terminal.refunds_asked) == (0, [HALF_MINOR, BOWL_MINOR - HALF_MINOR])


async def test_the_same_question_again_gives_nothing_back_again(counter: Counter) -> None:
    question = counter.refund.question(counter.order(HALF_MILLI), BACK)
    await asyncio.gather(*(counter.stand.desk.give_back(BACK, question) for _ in range(5)))
    await counter.stand.settled(BACK)
    assert counter.stand.terminal.refunds_asked == [HALF_MINOR]


async def test_while_money_is_on_its_way_the_receipt_gives_back_nothing_else_in_any_way(
    counter: Counter,
) -> None:
    await counter.back(BACK, counter.order(HALF_MILLI))
    assert isinstance(await counter.ask(MORE, counter.order(HALF_MILLI, refund_id=SECOND)), CardBackOpen)
    cash = replace(counter.order(HALF_MILLI, refund_id=SECOND), method=PaymentMethod.CASH)
    assert isinstance(await counter.refund.give_back(cash), CardBackOpen)
    assert isinstance(await counter.refund.give_back(replace(cash, card_attempts=(BACK,))), CardNotGiven)
    found = counter.refund.look_up("1")
    assert [one.asked.attempt_id for one in getattr(found, "on_card", ())] == [BACK]
    assert isinstance(await counter.refund.give_back(counter.order(WHOLE_MILLI, BACK)), CardNotGiven)
    assert isinstance(await counter.refund.give_back(counter.order(HALF_MILLI, BACK)), RefundReceipt)
    assert isinstance(await counter.refund.give_back(cash), RefundReceipt)


async def test_money_that_went_back_pays_for_no_sale_and_cannot_be_undone(counter: Counter) -> None:
    await counter.back(BACK, counter.order())
    assert isinstance(await counter.stand.sell(2, BACK), CardNotTaken)
    assert isinstance(counter.stand.desk.undo(BACK), AttemptNotOpen)


async def test_a_payment_of_another_day_or_terminal_is_given_back_as_a_refund(counter: Counter) -> None:
    counter.clock.wall = NOON + timedelta(days=1)
    assert counter.due(counter.order()) == [(BOWL_MINOR, CardDirection.REFUND)]


async def test_where_the_terminal_cannot_undo_it_any_more_it_is_asked_for_a_refund(counter: Counter) -> None:
    counter.stand.terminal.bookings[0].receipt_number = 77  # its end of day was done, and numbers begin anew
    told = await counter.back(BACK, counter.order())
    assert (told.attempt.outcome, told.attempt.why) == (CardOutcome.DECLINED, "b5")
    assert counter.due(counter.order()) == [(BOWL_MINOR, CardDirection.REFUND)]
    assert (await counter.back(MORE, counter.order())).attempt.outcome is CardOutcome.APPROVED
    assert counter.stand.terminal.refunds_asked == [BOWL_MINOR]


async def test_what_was_undone_on_the_terminal_by_hand_is_not_given_back_again(counter: Counter) -> None:
    counter.stand.terminal.bookings[0].undone = True
    assert (await counter.back(BACK, counter.order())).attempt.outcome is CardOutcome.APPROVED
    assert counter.stand.terminal.refunds_asked == []


async def test_no_terminal_is_asked_for_a_refund_that_would_be_refused(counter: Counter) -> None:
    head = counter.stand.ledger.head
    counter.limits = Limits(refund_minor=100)
    assert isinstance(await counter.ask(BACK, counter.order()), ApprovalNeeded)
    counter.limits = Limits()
    assert isinstance(await counter.ask(BACK, counter.order(2 * WHOLE_MILLI)), MoreThanSold)
    assert counter.stand.terminal.refunds_asked == []
    assert counter.stand.ledger.head == head


async def test_what_went_back_with_a_managers_word_needs_no_second_one_to_be_recorded(
    counter: Counter,
) -> None:
    counter.limits = Limits(refund_minor=100)
    await counter.back(BACK, replace(counter.order(), approved_by="Ana"))
    done = await counter.refund.give_back(counter.order(WHOLE_MILLI, BACK, refund_id=SECOND))
    assert isinstance(done, RefundReceipt)
    assert done.refund.approved_by == "Ana"


async def test_a_sale_undone_gives_each_card_its_own_money_and_the_rest_in_cash(counter: Counter) -> None:
    parts = {key(20): 700, key(21): 500}
    for attempt_id, minor in parts.items():
        await counter.stand.pay(attempt_id, minor)
    assert isinstance(await counter.stand.sell_in_parts(2, *parts.items()), Receipt)
    order = counter.order(refund_id=SECOND)
    order = replace(order, void=True, original=replace(order.original, receipt_number=2))
    assert counter.due(order) == [(700, CardDirection.REVERSAL), (500, CardDirection.REVERSAL)]
    await counter.back(BACK, order)
    order = replace(order, card_attempts=(BACK,))
    assert counter.due(order) == [(500, CardDirection.REVERSAL)]
    await counter.back(MORE, order)
    done = await counter.refund.give_back(replace(order, card_attempts=(BACK, MORE)))
    assert isinstance(done, RefundReceipt)
    assert [(paid.amount_minor, paid.attempt_id) for paid in done.refund.payments] == [
        (700, BACK),
        (500, MORE),
        (650, ""),
    ]
    assert counter.stand.terminal.booked_minor == BOWL_MINOR  # of the first sale alone


async def test_what_was_paid_in_cash_does_not_go_to_a_card(counter: Counter) -> None:
    await counter.stand.sell_in_cash(2)
    order = counter.order(refund_id=SECOND)
    order = replace(order, original=replace(order.original, receipt_number=2))
    assert counter.due(order) == []
    assert isinstance(await counter.ask(BACK, order), NotPaidByCard)


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        (Fault.SILENT, "refund"), (Fault.HANGS_UP, "refund"), (Fault.HANGS_UP, "undone"),
        (Fault.HANGS_UP, "undone with a slip"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("point", Point)
async def test_wherever_the_terminal_fails_nothing_comes_back_twice_and_the_till_finds_out(
    counter: Counter, point: Point, fault: Fault, way: str
) -> None:
    stand, terminal = counter.stand, counter.stand.terminal
    terminal.books_undoing = way == "undone with a slip"
    milli = HALF_MILLI if way == "refund" else WHOLE_MILLI
    terminal.fault, terminal.fault_at = fault, point
    await counter.back(BACK, counter.order(milli))
    terminal.fault = None
    if not await _finds_out(stand):
        assert isinstance(await counter.ask(MORE, counter.order(milli)), CardBackOpen | TerminalUnclear)
        await stand.desk.say(BACK, paid=terminal.booked_minor < BOWL_MINOR, who="Ana")
    outcome = stand.told(BACK).attempt.outcome
    assert (outcome is CardOutcome.APPROVED) == (terminal.booked_minor < BOWL_MINOR)
    assert len(terminal.refunds_asked) <= 1
    attempts = (BACK,)
    if outcome is CardOutcome.DECLINED:
        attempts = (MORE,)
        await counter.back(MORE, counter.order(milli))
    assert isinstance(await counter.refund.give_back(counter.order(milli, *attempts)), RefundReceipt)
    assert terminal.booked_minor == (BOWL_MINOR - HALF_MINOR if way == "refund" else 0)


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_refund_whose_result_nobody_took_stands_where_the_terminal_kept_it(
    counter: Counter, keeps: bool
) -> None:
    terminal = counter.stand.terminal
    terminal.keeps, terminal.fault, terminal.fault_at = keeps, Fault.HANGS_UP, Point.RESULT
    await counter.back(BACK, counter.order(HALF_MILLI))
    await counter.stand.find_out()
    outcome = counter.stand.told(BACK).attempt.outcome
    assert outcome is (CardOutcome.APPROVED if keeps else CardOutcome.DECLINED)
    assert terminal.booked_minor == BOWL_MINOR - HALF_MINOR * keeps


async def _finds_out(stand: Stand) -> bool:
    return not stand.ledger.state.cards.unclear or await stand.look_once()
