"""Runs on CPython and on the board's MicroPython."""

from hub.firmware.door import DEBOUNCE_MS, WINDOW_MS, Door, outcome_of
from shared.wire.messages import JAMMED, OPENED


def test_a_door_is_believed_only_after_it_has_been_still():
    door = Door(is_open=False)
    assert not door.sample(0, is_open=True)
    assert not door.sample(DEBOUNCE_MS - 1, is_open=True)
    assert door.sample(DEBOUNCE_MS, is_open=True)
    assert door.word == "open"


def test_a_bouncing_contact_begins_its_wait_anew():
    door = Door(is_open=False)
    door.sample(0, is_open=True)
    door.sample(10, is_open=False)
    assert not door.sample(20, is_open=True)
    assert not door.sample(20 + DEBOUNCE_MS - 1, is_open=True)
    assert door.sample(20 + DEBOUNCE_MS, is_open=True)


def test_a_door_that_opens_within_the_window_was_opened():
    assert outcome_of(Door(is_open=True), 0, 200) == OPENED


def test_a_door_that_stays_shut_is_jammed_at_the_end_of_the_window_and_not_before():
    door = Door(is_open=False)
    assert outcome_of(door, 0, WINDOW_MS - 1) == ""
    assert outcome_of(door, 0, WINDOW_MS) == JAMMED
