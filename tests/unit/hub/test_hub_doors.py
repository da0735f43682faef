"""The right door: burned before the pulse, never pulsed twice, and an unknown outcome left to people."""

import asyncio

import pytest

from hub.domain.parcel import ParcelState
from hub.services.answer_door import settle_after_restart
from hub.services.collect import CollectAllowed, CollectRefusal, begin_collect
from hub.services.deposit import DepositAllowed, begin_deposit
from hub.services.renew_code import NewCode, renew_code
from hub.services.resolve import Decision, Resolved, resolve
from shared.ids import ParcelId, SourceId
from shared.wire import topics
from shared.wire.messages import make
from shared.wire.pickup_code import parse_code
from tests.unit.hub.bench import BOARD, SECRET, TillLedger

PARCEL = ParcelId("parcel-1")


def parcel(bench):
    return bench.look(lambda uow: uow.parcels.find(PARCEL))


def collect(bench, secret=SECRET, number=407, ready=True):
    return bench.do(lambda desk: begin_collect(desk, number, secret, lambda board: ready))


async def deposited(bench):
    """Bring a parcel into its locker; returns the ledger of the till that sold it."""
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    await bench.make_board_ready()
    allowed = bench.do(lambda desk: begin_deposit(desk, PARCEL))
    assert isinstance(allowed, DepositAllowed)
    opening = asyncio.create_task(bench.doors.open(allowed.command))
    await answer_last(bench, "opened")
    assert await opening == "opened"
    assert parcel(bench).state is ParcelState.RESERVED
    await bench.door(1, "shut")
    assert parcel(bench).state is ParcelState.DEPOSITED
    return ledger


async def answer_last(bench, outcome):
    while not bench.link.opens() or bench.link.opens()[-1]["command"] in getattr(bench, "answered", ()):
        await asyncio.sleep(0.001)
    last = bench.link.opens()[-1]
    bench.answered = {*getattr(bench, "answered", ()), last["command"]}
    await bench.board_says(last, outcome)


async def test_a_parcel_is_deposited_when_its_door_was_open_and_then_shut_and_collected_by_its_code(bench):
    await deposited(bench)
    allowed = collect(bench)
    opening = asyncio.create_task(bench.doors.open(allowed.command))
    await answer_last(bench, "opened")
    assert await opening == "opened"
    assert parcel(bench).state is ParcelState.COLLECTED
    assert bench.own_kinds() == [
        "LedgerOpened", "CompartmentReserved", "DoorCommanded", "DoorAnswered", "ParcelDeposited",
        "DoorCommanded", "DoorAnswered", "ParcelCollected",
    ]  # fmt: skip
    assert 407 in bench.look(lambda uow: uow.numbers.free(1000))


async def test_the_code_is_burned_and_the_command_durable_before_it_leaves(bench):
    await deposited(bench)
    seen = []

    def look(board, message):
        if message["type"] == "open":
            seen.append((parcel(bench).state, bench.own_kinds()[-1], message["command"]))

    bench.link.on_command = look
    allowed = collect(bench)
    assert await bench.doors.open(allowed.command) == "unknown"
    assert seen == [(ParcelState.OPENING, "DoorCommanded", allowed.command.command_id)]


async def test_silence_becomes_unknown_and_nothing_is_ever_pulsed_again(bench):
    await deposited(bench)
    allowed = collect(bench)
    assert await bench.doors.open(allowed.command) == "unknown"
    opened = len(bench.link.opens())
    assert collect(bench) is CollectRefusal.UNCLEAR
    bench.restart()
    bench.do(settle_after_restart)
    await bench.make_board_ready()
    assert collect(bench) is CollectRefusal.UNCLEAR
    assert len(bench.link.opens()) == opened
    assert parcel(bench).state is ParcelState.OPENING


async def test_a_hub_that_died_before_the_answer_knows_nothing_and_asks_staff(bench):
    await deposited(bench)
    allowed = collect(bench)
    assert isinstance(allowed, CollectAllowed)
    bench.restart()
    assert bench.do(settle_after_restart) == 1
    command = bench.look(lambda uow: uow.door_commands.find(allowed.command.command_id))
    assert command.outcome == "unknown"
    assert bench.do(lambda desk: resolve(desk, PARCEL, Decision.STILL_INSIDE)) is Resolved.DONE
    assert parcel(bench).state is ParcelState.DEPOSITED
    assert isinstance(collect(bench), CollectAllowed)


async def test_an_outcome_that_comes_late_still_counts_once(bench):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    late = bench.link.opens()[-1]
    await bench.board_says(late, "opened")
    await bench.board_says(late, "opened")
    assert parcel(bench).state is ParcelState.COLLECTED
    assert bench.own_kinds().count("ParcelCollected") == 1


@pytest.mark.parametrize("outcome", ["jammed", "refused"])
async def test_a_door_that_is_known_to_have_stayed_shut_gives_the_code_back(bench, outcome):
    await deposited(bench)
    opening = asyncio.create_task(bench.doors.open(collect(bench).command))
    await answer_last(bench, outcome)
    assert await opening == outcome
    assert parcel(bench).state is ParcelState.DEPOSITED
    again = collect(bench)
    assert isinstance(again, CollectAllowed)
    assert again.command.command_id != bench.link.opens()[-1]["command"]


async def test_a_command_that_did_not_leave_is_refused_and_the_code_still_works(bench):
    await deposited(bench)
    bench.link.down = True
    assert await bench.doors.open(collect(bench).command) == "refused"
    assert parcel(bench).state is ParcelState.DEPOSITED


async def test_commands_count_up_within_a_session_and_expire_in_the_boards_own_ticks(bench):
    await deposited(bench)
    first = bench.link.opens()[-1]
    bench.clock.ms += 60_000
    await bench.hear_alive()
    await bench.doors.open(collect(bench).command)
    second = bench.link.opens()[-1]
    assert (first["counter"], second["counter"]) == (1, 2)
    assert (first["expires_ms"], second["expires_ms"]) == (5_000, 65_000)


async def test_an_answer_to_a_command_that_was_never_given_is_kept_as_rejected(bench):
    await deposited(bench)
    forged = {**bench.link.opens()[-1], "command": "never-given"}
    await bench.board_says(forged, "opened")
    (kept,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert "not given" in kept.reason


async def test_a_stale_session_makes_the_hub_greet_anew_under_another_one(bench):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    await bench.board_says(bench.link.opens()[-1], "refused", "stale session")
    before = [m["session"] for _, m in bench.link.commands if m["type"] == "greet"]
    await bench.boards.greet_due()
    after = [m["session"] for _, m in bench.link.commands if m["type"] == "greet"]
    assert len(after) == len(before) + 1
    assert after[-1] not in before
    assert parcel(bench).state is ParcelState.DEPOSITED


async def test_five_misses_lock_the_code_and_staff_renews_it(bench):
    await deposited(bench)
    said = [collect(bench, secret=SECRET + 1 + turn) for turn in range(5)]
    assert said == [CollectRefusal.WRONG_CODE] * 4 + [CollectRefusal.LOCKED]
    assert collect(bench) is CollectRefusal.LOCKED
    renewed = bench.do(lambda desk: renew_code(desk, PARCEL))
    assert isinstance(renewed, NewCode)
    assert collect(bench) in {CollectRefusal.WRONG_CODE, CollectRefusal.LOCKED}  # the old code is void
    number, secret = parse_code(renewed.code)
    assert isinstance(collect(bench, number=number, secret=secret), CollectAllowed)
    assert bench.own_kinds().count("PickupCodeMissed") == 6


async def test_an_unknown_number_is_a_wrong_code_and_a_code_before_its_parcel_is_told_so(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    assert collect(bench, number=111) is CollectRefusal.WRONG_CODE
    assert collect(bench) is CollectRefusal.NOT_HERE_YET


async def test_a_code_is_not_burned_while_the_board_is_away(bench):
    await deposited(bench)
    assert collect(bench, ready=False) is CollectRefusal.BOARD_OFFLINE
    assert parcel(bench).state is ParcelState.DEPOSITED


async def test_an_earlier_customers_code_costs_the_present_holder_of_the_number_no_miss(bench):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    await bench.board_says(bench.link.opens()[-1], "opened")
    ledger = TillLedger(epoch="abcdef")
    ledger.sell_for_pickup(parcel="parcel-2", secret=999_999)
    await bench.hear_entries(ledger)
    assert collect(bench) is CollectRefusal.ALREADY_COLLECTED
    assert bench.look(lambda uow: uow.parcels.find(ParcelId("parcel-2"))).grant.misses == 0


async def test_a_number_that_two_parcels_claim_opens_the_first_and_the_second_gets_its_own_from_staff(bench):
    await deposited(bench)
    ledger = TillLedger(epoch="abcdef")
    ledger.sell_for_pickup(parcel="parcel-2", secret=999_999)
    await bench.hear_entries(ledger)
    assert bench.look(lambda uow: uow.parcels.find(ParcelId("parcel-2"))).grant.locked
    renewed = bench.do(lambda desk: renew_code(desk, ParcelId("parcel-2")))
    assert parse_code(renewed.code)[0] != 407
    assert isinstance(collect(bench), CollectAllowed)


async def test_resolving_a_door_that_is_still_awaited_is_refused(bench):
    await deposited(bench)
    collect(bench)
    assert bench.do(lambda desk: resolve(desk, PARCEL, Decision.COLLECTED)) is Resolved.NOT_UNCLEAR


async def test_a_second_answer_to_a_command_changes_nothing_whatever_it_says(bench):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    command = bench.link.opens()[-1]
    await bench.board_says(command, "jammed")
    before = bench.own_kinds()
    await bench.board_says(command, "opened")
    await bench.board_says(command, "jammed")
    assert bench.own_kinds() == before
    kept = bench.look(lambda uow: uow.door_commands.find(command["command"]))
    assert (kept.outcome, parcel(bench).state) == ("jammed", ParcelState.DEPOSITED)


@pytest.mark.parametrize("first", ["jammed", "open"])
async def test_a_door_that_jammed_and_opens_all_the_same_leaves_its_parcel_unclear(bench, first):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    command = bench.link.opens()[-1]
    if first == "jammed":
        await bench.board_says(command, "jammed")
        assert parcel(bench).state is ParcelState.DEPOSITED
    await bench.door(1, "open")
    for _ in range(2):  # the broker may bring it twice
        await bench.board_says(command, "jammed")
    assert parcel(bench).state is ParcelState.OPENING
    assert collect(bench) is CollectRefusal.UNCLEAR
    await bench.door(1, "shut")
    await bench.door(1, "open")
    assert parcel(bench).state is ParcelState.OPENING
    assert bench.do(lambda desk: resolve(desk, PARCEL, Decision.STILL_INSIDE)) is Resolved.DONE
    assert isinstance(collect(bench), CollectAllowed)


async def test_a_door_that_jammed_and_stays_shut_changes_nothing_more(bench):
    await deposited(bench)
    await bench.doors.open(collect(bench).command)
    await bench.board_says(bench.link.opens()[-1], "jammed")
    await bench.door(1, "shut")
    assert isinstance(collect(bench), CollectAllowed)


async def test_a_parcel_that_waited_gets_the_compartment_that_was_collected_from(bench):
    await deposited(bench)
    ledger = TillLedger(epoch="abcdef")
    for number in range(3):
        ledger.sell_for_pickup(number=number, parcel=f"later-{number}")
    await bench.hear_entries(ledger)
    waiting = ParcelId("later-2")
    assert bench.look(lambda uow: uow.parcels.find(waiting)).state is ParcelState.WAITING
    await bench.doors.open(collect(bench).command)
    await bench.board_says(bench.link.opens()[-1], "opened")
    seated = bench.look(lambda uow: uow.parcels.find(waiting))
    assert (seated.state, seated.place.compartment) == (ParcelState.RESERVED, 1)


async def test_a_parcel_promised_again_by_a_copied_card_stays_as_it_is(bench):
    await deposited(bench)
    before = parcel(bench)
    copied = TillLedger(epoch="copied")
    copied.sell_for_pickup(secret=1)
    await bench.hear_entries(copied)
    assert parcel(bench) == before


async def test_a_board_whose_birth_a_late_will_hid_is_greeted_when_it_says_that_it_is_alive(bench):
    await bench.hear(BOARD, topics.STATE, make("death", session="of an older connection"))
    await bench.hear(BOARD, topics.STATE, make("alive", session="b2", ticks_ms=1))
    await bench.boards.greet_due()
    assert [message["type"] for _, message in bench.link.commands] == ["greet"]
    assert bench.presence.of(BOARD).online


async def test_a_board_that_was_taken_out_of_the_bank_is_simply_not_ready(bench):
    assert not bench.boards.ready(SourceId("board-of-last-year"))
