"""Runs on CPython and on the board's MicroPython."""

from hub.firmware import commands
from hub.firmware.commands import RING, Orders


def objection(orders, session="s1", counter=1, compartment=3, expires_ms=5000, now_ms=100, retained=False):
    return orders.objection(session, counter, compartment, expires_ms, now_ms, retained=retained)


def greeted(session="s1"):
    orders = Orders(8)
    assert orders.greet(session, 100)
    return orders


def test_an_order_of_the_session_in_time_is_followed():
    assert objection(greeted()) == ""


def test_an_order_before_any_greeting_is_stale():
    assert objection(Orders(8), session="") == commands.STALE_SESSION


def test_an_order_of_another_session_is_stale():
    assert objection(greeted(), session="s0") == commands.STALE_SESSION


def test_a_retained_order_is_refused_and_does_not_use_up_its_counter():
    orders = greeted()
    assert objection(orders, retained=True) == commands.RETAINED
    assert objection(orders) == ""


def test_a_counter_is_taken_once_even_when_its_order_was_refused():
    orders = greeted()
    assert objection(orders, counter=4, compartment=9) == commands.UNKNOWN_COMPARTMENT
    assert objection(orders, counter=4) == commands.REPEATED_COUNTER
    assert objection(orders, counter=3) == commands.REPEATED_COUNTER
    assert objection(orders, counter=5) == ""


def test_an_order_expires_in_ticks_since_the_greeting():
    orders = greeted()
    assert objection(orders, counter=1, expires_ms=5000, now_ms=5100) == ""
    assert objection(orders, counter=2, expires_ms=5000, now_ms=5101) == commands.EXPIRED


def test_a_compartment_that_is_none_is_refused():
    orders = greeted()
    for counter, compartment in enumerate((0, -1, 9), 1):
        assert objection(orders, counter=counter, compartment=compartment) == commands.UNKNOWN_COMPARTMENT


def test_a_second_order_for_a_door_under_way_is_refused():
    orders = greeted()
    orders.begin("c1", 3)
    assert objection(orders, counter=1) == commands.DOOR_BUSY
    assert objection(orders, counter=2, compartment=4) == ""
    orders.finish({"command": "c1"})
    assert objection(orders, counter=3) == ""


def test_the_same_greeting_twice_changes_nothing():
    orders = greeted()
    assert objection(orders, counter=7) == ""
    assert orders.greet("s1", 9000)
    assert orders.ticks_ms(9000) == 8900
    assert objection(orders, counter=7) == commands.REPEATED_COUNTER


def test_a_new_greeting_begins_counting_and_ticking_anew():
    orders = greeted()
    assert objection(orders, counter=7) == ""
    assert orders.greet("s2", 9000)
    assert orders.ticks_ms(9001) == 1
    assert objection(orders, session="s2", counter=1, now_ms=9001) == ""


def test_a_former_session_cannot_be_brought_back():
    orders = greeted()
    orders.greet("s2", 200)
    assert not orders.greet("s1", 300)
    assert orders.session == "s2"


def test_an_answer_is_kept_for_a_ring_of_commands():
    orders = greeted()
    for number in range(RING + 1):
        command = f"c{number}"
        orders.begin(command, 1)
        assert orders.is_under_way(command)
        orders.finish({"command": command})
        assert not orders.is_under_way(command)
    assert orders.answer_to("c0") is None
    assert orders.answer_to("c1") == {"command": "c1"}
    assert orders.answer_to(f"c{RING}") is not None
