"""The hub's pure rules, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.compartment import Place, Size, choose_compartment, read_bank, size_for
from hub.domain.device import hash_code, make_code
from hub.domain.errors import BankError, ParcelStepError
from hub.domain.lease import choose_numbers
from hub.domain.locker_board import LockerBoard, born, died, door_moved, greet, heard, is_ready, session_lost
from hub.domain.parcel import ParcelStep, step
from hub.domain.pickup_grant import MISSES_MAX, PickupGrant, SecretCheck, check_secret, hash_secret
from hub.domain.terminal import BackOff
from hub.services.promise_parcel import promise_parcel
from shared.events.event import read_event
from shared.ids import SourceId
from tests.unit.hub.bench import Bench, TillLedger

KEY = bytes(range(32))


def test_the_bank_is_read_from_its_setting_in_order():
    bank = read_bank("board-1:SL board-2:M")
    assert [(one.place.board, one.place.compartment, one.size.value) for one in bank] == [
        ("board-1", 1, "S"), ("board-1", 2, "L"), ("board-2", 1, "M"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "board-1", "board-1:", "board-1:SXL", "Board 1:S", "b:S b:S"])
def test_a_bank_that_cannot_be_read_is_refused_by_name(text):
    with pytest.raises(BankError, match="boards"):
        read_bank(text)


def test_a_parcel_gets_the_smallest_free_compartment_that_is_large_enough():
    bank = read_bank("b:LSMS")
    place = lambda number: Place(SourceId("b"), number)  # noqa: E731
    assert choose_compartment(bank, set(), Size.SMALL) == place(2)
    assert choose_compartment(bank, {place(2), place(4)}, Size.SMALL) == place(3)
    assert choose_compartment(bank, {place(3), place(1)}, Size.MEDIUM) is None
    assert [size_for(pieces).value for pieces in (1, 2, 3, 6, 7)] == ["S", "S", "M", "M", "L"]


@given(secret=st.integers(0, 999_999), typed=st.lists(st.integers(0, 999_999), max_size=12))
def test_a_secret_opens_only_itself_and_only_before_the_fifth_miss(secret, typed):
    grant = PickupGrant(secret_hash=hash_secret(KEY, "p", secret))
    for guess in typed:
        misses = grant.misses
        check, grant = check_secret(grant, KEY, "p", guess)
        assert (check is SecretCheck.RIGHT) == (guess == secret and misses < MISSES_MAX)
    assert grant.misses <= MISSES_MAX


def test_the_kept_hash_needs_the_key_and_the_parcel():
    assert len({hash_secret(KEY, "p", 1), hash_secret(bytes(32), "p", 1), hash_secret(KEY, "q", 1)}) == 3


def test_a_terminal_waits_twice_as_long_after_each_miss_up_to_a_minute():
    back_off, now_ms, waits = BackOff(), 0, []
    for _ in range(8):
        back_off = back_off.missed(now_ms)
        waits.append(back_off.wait_s(now_ms))
        now_ms = back_off.until_ms
        assert back_off.wait_s(now_ms) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@given(wanted=st.integers(-5, 2_000), outstanding=st.integers(0, 200))
def test_a_lease_never_lets_a_till_hold_more_than_its_share(wanted, outstanding):
    chosen = choose_numbers(range(1_000), wanted=wanted, outstanding=outstanding)
    assert len(chosen) <= max(0, min(wanted, 50))
    assert len(chosen) + outstanding <= max(100, outstanding)


def test_a_board_is_ready_only_after_it_answered_this_greeting():
    board = born(LockerBoard(board=SourceId("b")), "birth-1", 0)
    assert not board.ready(0)
    board, message = greet(board, "s1", 0)
    assert is_ready(board, "other", 0, ["shut"], 5) == board
    board = is_ready(board, message["session"], 0, ["shut", "open"], 5)
    assert board.ready(5)
    assert [board.door(number) for number in (1, 2, 3)] == ["shut", "open", "unknown"]


def test_a_board_that_does_not_answer_is_greeted_with_the_same_session_ever_more_rarely():
    board = born(LockerBoard(board=SourceId("b")), "birth-1", 0)
    now_ms, waits, sessions = 0, [], set()
    for turn in range(8):
        board, message = greet(board, f"s{turn}", now_ms)
        sessions.add(message["session"])
        waits.append(board.greet_at_ms - now_ms)
        now_ms = board.greet_at_ms
    assert sessions == {"s0"}
    assert waits == [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]


def test_a_late_will_of_an_earlier_birth_changes_nothing_and_a_birth_heard_again_keeps_the_session():
    board, _ = greet(born(LockerBoard(board=SourceId("b")), "birth-2", 0), "s", 0)
    board = is_ready(board, "s", 0, ["shut"], 0)
    assert died(board, "birth-1") == board
    assert born(board, "birth-2", 9).session == board.session
    assert born(board, "birth-3", 9).session is None
    assert not died(board, "birth-2").ready(0)


def test_a_board_that_falls_silent_is_not_ready_until_it_speaks():
    board, _ = greet(born(LockerBoard(board=SourceId("b")), "birth-1", 0), "s", 0)
    board = is_ready(board, "s", 0, ["shut"], 0)
    assert not board.ready(60_000)
    assert heard(board, 60_000).ready(60_000)
    assert door_moved(board, 1, "open", 1).door(1) == "open"
    assert session_lost(board, 1).session is None


def test_a_parcel_refuses_a_step_that_its_state_does_not_allow(tmp_path):

    bench, ledger = Bench(tmp_path / "hub.sqlite"), TillLedger()
    ledger.sell_for_pickup()
    sale = read_event(ledger.entries[-1])
    bench.do(lambda desk: promise_parcel(desk, ledger.entries[-1], sale, sale.pickup))
    (parcel,) = bench.look(lambda uow: uow.parcels.live())
    for what in (ParcelStep.BURN, ParcelStep.COLLECT, ParcelStep.STAY_SHUT, ParcelStep.RESERVE):
        with pytest.raises(ParcelStepError):
            step(parcel, what, parcel.since)
    assert step(parcel, ParcelStep.EXPIRE, parcel.since).gone
    bench.store.close()


def test_a_code_is_typed_in_either_case_and_with_spaces_around():
    code = make_code(bytes(range(16)))
    assert hash_code(f" {code.lower()} \n") == hash_code(code)
    assert len(code.replace("-", "")) == 16
