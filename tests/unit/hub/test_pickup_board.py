"""The pick-up board: numbers that customers know from paper, and nothing that opens a door."""

from types import SimpleNamespace

import pytest

from hub.domain.parcel import ParcelState
from hub.domain.pickup_board import PickupBoard, pickup_board
from hub.services.deposit import begin_deposit
from shared.ids import ParcelId
from tests.unit.hub.bench import TillLedger


def parcel(receipt, state=ParcelState.DEPOSITED):
    return SimpleNamespace(receipt_number=receipt, state=state, is_given_back=False)


def test_a_parcel_is_called_by_the_end_of_its_receipts_number():
    board = pickup_board([parcel("k7f3q2-01217"), parcel("k7f3q2-00042")])
    assert board == PickupBoard(ready=("042", "1217"), coming=())


def test_the_same_number_from_two_tills_is_told_apart_by_what_stands_before_it_on_paper():
    board = pickup_board([parcel("k7f3q2-00042"), parcel("abcdq2-00042"), parcel("zzzzzz-00043")])
    assert sorted(board.ready) == ["043", "3q2-042", "dq2-042"]


def test_the_same_receipt_twice_is_no_endless_search():
    assert pickup_board([parcel("k7f3q2-00042"), parcel("k7f3q2-00042")]).ready == ("042", "042")


@pytest.mark.parametrize(
    ("state", "ready", "coming"),
    [
        (ParcelState.WAITING, (), ("042",)),
        (ParcelState.RESERVED, (), ("042",)),
        (ParcelState.DEPOSITED, ("042",), ()),
        (ParcelState.OPENING, (), ()),
        (ParcelState.COLLECTED, (), ()),
        (ParcelState.EXPIRED, (), ()),
    ],
)
def test_only_what_lies_in_its_locker_is_ready(state, ready, coming):
    assert pickup_board([parcel("k7f3q2-00042", state)]) == PickupBoard(ready=ready, coming=coming)


async def test_a_parcel_whose_door_stands_open_is_still_on_its_way(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    await bench.make_board_ready()
    assert len(bench.look(lambda uow: pickup_board(uow.parcels.live())).coming) == 1
    bench.do(lambda desk: begin_deposit(desk, ParcelId("parcel-1")))
    assert bench.look(lambda uow: pickup_board(uow.parcels.live())).ready == ()
