"""A stall takes a parcel back: by the same burned way as a customer, and never a door for a parcel that is not there."""

import asyncio

import pytest

from hub.domain.parcel import ParcelState
from hub.services.collect import CollectAllowed, CollectRefusal
from hub.services.deposit import begin_deposit
from hub.services.resolve import Decision, Resolved, resolve
from hub.services.take_back import TakeBackAllowed, TakeBackRefusal, TakenBack, begin_take_back
from shared.ids import ParcelId
from tests.unit.hub.bench import TillLedger
from tests.unit.hub.test_hub_doors import PARCEL, answer_last, collect, deposited, parcel


def take_back(bench, parcel_id=PARCEL):
    return bench.do(lambda desk: begin_take_back(desk, parcel_id))


async def told(bench, outcome):
    """Tell a deposited parcel's door to open for its stall, and let the board answer."""
    allowed = take_back(bench)
    assert isinstance(allowed, TakeBackAllowed)
    opening = asyncio.create_task(bench.doors.open(allowed.command))
    if outcome:
        await answer_last(bench, outcome)
    return await opening


async def test_a_parcel_is_expired_when_its_door_was_open_and_then_shut(bench):
    await deposited(bench)
    assert await told(bench, "opened") == "opened"
    assert parcel(bench).state is ParcelState.OPENING
    assert collect(bench) is CollectRefusal.UNCLEAR
    await bench.door(1, "shut")
    assert parcel(bench).state is ParcelState.EXPIRED
    assert bench.own_kinds()[-3:] == ["DoorCommanded", "DoorAnswered", "ParcelExpired"]
    assert 407 in bench.look(lambda uow: uow.numbers.free(1000))


async def test_its_code_is_void_and_the_customer_is_told_so(bench):
    await deposited(bench)
    await told(bench, "opened")
    await bench.door(1, "shut")
    assert collect(bench) is CollectRefusal.TAKEN_BACK
    assert collect(bench, secret=1) is CollectRefusal.WRONG_CODE


async def test_its_compartment_goes_to_the_parcel_that_waited(bench):
    await deposited(bench)
    ledger = TillLedger(epoch="abcdef")
    for number in range(3):
        ledger.sell_for_pickup(number=number, parcel=f"later-{number}")
    await bench.hear_entries(ledger)
    await told(bench, "opened")
    await bench.door(1, "shut")
    seated = bench.look(lambda uow: uow.parcels.find(ParcelId("later-2")))
    assert (seated.state, seated.place.compartment) == (ParcelState.RESERVED, 1)


@pytest.mark.parametrize("outcome", ["jammed", "refused"])
async def test_a_door_that_stayed_shut_gives_the_code_back(bench, outcome):
    await deposited(bench)
    assert await told(bench, outcome) == outcome
    assert parcel(bench).state is ParcelState.DEPOSITED
    assert isinstance(collect(bench), CollectAllowed)


async def test_a_door_shut_before_it_was_open_expires_nothing(bench):
    await deposited(bench)
    await told(bench, None)
    await bench.door(1, "shut")
    assert parcel(bench).state is ParcelState.OPENING
    assert take_back(bench) is TakeBackRefusal.UNDER_WAY


@pytest.mark.parametrize(
    ("decision", "state"),
    [(Decision.COLLECTED, ParcelState.EXPIRED), (Decision.STILL_INSIDE, ParcelState.DEPOSITED)],
)
async def test_staff_settles_a_take_back_that_nobody_saw(bench, decision, state):
    await deposited(bench)
    assert await told(bench, None) == "unknown"
    assert bench.do(lambda desk: resolve(desk, PARCEL, decision)) is Resolved.DONE
    assert parcel(bench).state is state


@pytest.mark.parametrize("seated", [True, False])
async def test_no_door_opens_for_a_parcel_that_is_in_no_locker(bench, seated):
    ledger = TillLedger()
    ledger.sell_for_pickup(pieces=1 if seated else 7)  # the bench has no large compartment
    await bench.hear_entries(ledger)
    assert isinstance(take_back(bench), TakenBack)
    assert parcel(bench).state is ParcelState.EXPIRED
    assert bench.own_kinds()[-1] == "ParcelExpired"
    assert "DoorCommanded" not in bench.own_kinds()
    assert 407 in bench.look(lambda uow: uow.numbers.free(1000))


async def test_a_deposit_door_that_shuts_after_the_parcel_was_taken_back_puts_nothing_in(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    await bench.make_board_ready()
    opening = asyncio.create_task(bench.doors.open(bench.do(lambda d: begin_deposit(d, PARCEL)).command))
    await answer_last(bench, "opened")
    await opening
    take_back(bench)
    await bench.door(1, "shut")
    assert parcel(bench).state is ParcelState.EXPIRED


async def test_what_is_gone_or_unknown_is_not_taken_back(bench):
    assert take_back(bench, ParcelId("nobody")) is TakeBackRefusal.UNKNOWN_PARCEL
    await deposited(bench)
    opening = asyncio.create_task(bench.doors.open(collect(bench).command))
    await answer_last(bench, "opened")
    await opening
    assert take_back(bench) is TakeBackRefusal.GONE
