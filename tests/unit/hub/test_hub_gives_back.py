"""Money was given back at a till: its parcel takes no place any more, or waits to be taken out, and its code opens nothing."""

import pytest

from hub.domain.parcel import ParcelState
from hub.domain.pickup_board import pickup_board
from hub.services.collect import CollectAllowed, CollectRefusal
from hub.services.read_again import read_again_after_update
from hub.services.renew_code import RenewRefusal, renew_code
from hub.services.take_back import TakeBackAllowed, begin_take_back
from shared.events.sale import DEPOSIT_SKU, OriginalReceipt, Payment, PaymentMethod, RefundLine, SaleRefunded
from shared.ids import Sku, SourceId
from tests.unit.hub.bench import NOON, TILL, TillLedger
from tests.unit.hub.test_hub_doors import PARCEL, collect, deposited, parcel
from tests.unit.hub.test_hub_reads_again import a_version_that_does_not_know


def refund(ledger, *, receipt=1, source=TILL, pieces=1, void=False, sku="bowl", epoch=None):
    line = RefundLine(
        line=0, sku=Sku(sku), name="Stoneware bowl", category="Bowls", quantity_milli=pieces * 1000,
        total_minor=3800, vat_rate_bp=1900, to_stock=True,
    )  # fmt: skip
    paid = Payment(method=PaymentMethod.CASH, amount_minor=3800, tendered_minor=3800, change_minor=0)
    ledger.append(
        SaleRefunded(
            refund_id=f"refund-{len(ledger.entries)}", receipt_number=90, session_id="s", business_date=NOON.date(),
            cashier="Mira", currency="EUR",
            original=OriginalReceipt(
                source=SourceId(source), epoch=epoch or ledger.stream.epoch, receipt_number=receipt
            ),
            lines=(line,), total_minor=3800, vat=(), payments=(paid,), reason="wrong", void=void,
        )
    )  # fmt: skip


async def sold_and(bench, *, pieces=1, **refunded):
    """Hear a sale with a parcel and then a refund; returns the till's ledger."""
    ledger = TillLedger()
    ledger.sell_for_pickup(pieces=pieces)
    refund(ledger, **refunded)
    await bench.hear_entries(ledger)
    return ledger


async def given_back_in_its_locker(bench):
    ledger = await deposited(bench)
    refund(ledger)
    await bench.hear_entries(ledger, first_seq=len(ledger.entries))


async def test_a_parcel_that_nobody_brought_is_over_and_its_place_and_number_are_free(bench):
    await sold_and(bench)
    assert parcel(bench).state is ParcelState.EXPIRED
    assert 407 in bench.look(lambda uow: uow.numbers.free(1000))
    assert bench.own_kinds()[-1] == "ParcelExpired"
    assert collect(bench) is CollectRefusal.GIVEN_BACK


async def test_what_lies_in_its_locker_keeps_its_place_and_its_code_opens_nothing(bench):
    await given_back_in_its_locker(bench)
    held = parcel(bench)
    assert (held.state, held.is_given_back) == (ParcelState.DEPOSITED, True)
    assert collect(bench) is CollectRefusal.GIVEN_BACK
    assert collect(bench, secret=1) is CollectRefusal.WRONG_CODE
    assert bench.do(lambda desk: renew_code(desk, PARCEL)) is RenewRefusal.GIVEN_BACK
    assert isinstance(bench.do(lambda desk: begin_take_back(desk, PARCEL)), TakeBackAllowed)


async def test_the_board_for_everybody_calls_it_neither_ready_nor_coming(bench):
    await given_back_in_its_locker(bench)
    board = pickup_board([parcel(bench)])
    assert (board.ready, board.coming) == ((), ())


async def test_a_part_that_came_back_leaves_the_rest_to_be_collected_until_all_of_it_did(bench):
    ledger = await sold_and(bench, pieces=3)
    assert (parcel(bench).state, parcel(bench).pieces_given_back) == (ParcelState.RESERVED, 1)
    before = len(ledger.entries)
    refund(ledger, pieces=2)
    await bench.hear_entries(ledger, first_seq=before + 1)
    assert parcel(bench).state is ParcelState.EXPIRED


async def test_a_sale_that_was_undone_as_a_whole_is_given_back_whatever_its_lines_say(bench):
    await sold_and(bench, pieces=3, void=True)
    assert parcel(bench).state is ParcelState.EXPIRED


async def test_a_number_that_somebody_typed_at_another_till_is_the_same_receipt(bench):
    await sold_and(bench, source="")
    assert parcel(bench).state is ParcelState.EXPIRED


@pytest.mark.parametrize(
    "other", [{"receipt": 2}, {"source": "another-till"}, {"receipt": 0}, {"sku": DEPOSIT_SKU}], ids=str
)
async def test_a_refund_of_anything_else_leaves_the_parcel_as_it_is(bench, other):
    await sold_and(bench, **other)
    assert (parcel(bench).state, parcel(bench).pieces_given_back) == (ParcelState.RESERVED, 0)


async def test_a_parcel_whose_door_was_told_to_open_may_lie_behind_it_and_keeps_its_place(bench):
    ledger = await deposited(bench)
    assert isinstance(collect(bench), CollectAllowed)
    refund(ledger)
    await bench.hear_entries(ledger, first_seq=len(ledger.entries))
    assert (parcel(bench).state, parcel(bench).is_given_back) == (ParcelState.OPENING, True)


async def test_a_refund_that_the_version_before_could_not_read_counts_after_the_update(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    refund(ledger)
    with a_version_that_does_not_know("SaleRefunded"):
        await bench.hear_entries(ledger)
    assert parcel(bench).state is ParcelState.RESERVED
    await read_again_after_update(bench.house, bench.hearing, "newer")
    assert parcel(bench).state is ParcelState.EXPIRED
