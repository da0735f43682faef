"""Runs on CPython and on the board's MicroPython."""

from hub.firmware.bank import Hands, LockerBank
from hub.firmware.bolt import CAP_MS
from hub.firmware.door import WINDOW_MS
from shared.wire.messages import make

SHUT = [False] * 8
PULSE_MS = 150


class Notes(Hands):
    """Writes down what the bank does."""

    def __init__(self):
        self.edges = []
        self.said = []

    def switch(self, compartment, *, on):
        self.edges.append((compartment, on))

    def say(self, message):
        self.said.append(message)

    def outcomes(self):
        return [(told["outcome"], told["reason"]) for told in self.said if told["type"] == "outcome"]


def greeted_bank():
    notes = Notes()
    bank = LockerBank(list(SHUT), PULSE_MS, notes)
    bank.hear(make("greet", session="s1"), 0, retained=False)
    return bank, notes


def order(command="c1", counter=1, compartment=3, session="s1", expires_ms=5000):
    return make(
        "open",
        session=session,
        command=command,
        counter=counter,
        compartment=compartment,
        expires_ms=expires_ms,
    )


def run(bank, readings, start_ms, end_ms):
    for now_ms in range(start_ms, end_ms + 1, 5):
        bank.tick(readings, now_ms)


def opened(compartment):
    return [number == compartment for number in range(1, 9)]


def test_a_greeting_is_answered_with_the_doors():
    _, notes = greeted_bank()
    ready = notes.said[0]
    assert ready["type"] == "ready"
    assert ready["session"] == "s1"
    assert ready["ticks_ms"] == 0
    assert ready["doors"] == ["shut"] * 8


def test_a_retained_greeting_is_ignored():
    notes = Notes()
    bank = LockerBank(list(SHUT), PULSE_MS, notes)
    bank.hear(make("greet", session="s1"), 0, retained=True)
    assert notes.said == []


def test_a_door_that_opens_is_told_as_opened_after_one_pulse():
    bank, notes = greeted_bank()
    bank.hear(order(), 100, retained=False)
    assert notes.edges == [(3, True)]
    run(bank, SHUT, 100, 200)
    run(bank, opened(3), 205, 400)
    assert notes.edges == [(3, True), (3, False)]
    assert notes.outcomes() == [("opened", "")]
    assert notes.said[-1]["door"] == "open"


def test_a_jammed_door_gets_one_pulse_and_is_told_after_the_window():
    bank, notes = greeted_bank()
    bank.hear(order(), 100, retained=False)
    run(bank, SHUT, 100, 100 + WINDOW_MS - 5)
    assert notes.outcomes() == []
    run(bank, SHUT, 100 + WINDOW_MS, 100 + WINDOW_MS)
    assert notes.outcomes() == [("jammed", "")]
    assert notes.edges == [(3, True), (3, False)]


def test_an_open_door_is_not_pulsed():
    notes = Notes()
    bank = LockerBank(opened(3), PULSE_MS, notes)
    bank.hear(make("greet", session="s1"), 0, retained=False)
    bank.hear(order(), 100, retained=False)
    assert notes.edges == []
    assert notes.outcomes() == [("already-open", "")]


def test_a_repeated_command_gives_the_same_answer_and_no_second_pulse():
    bank, notes = greeted_bank()
    bank.hear(order(), 100, retained=False)
    bank.hear(order(), 110, retained=False)  # while it is under way: its answer will come
    run(bank, opened(3), 120, 400)
    bank.hear(order(), 3000, retained=False)
    bank.hear(order(), 3000, retained=True)
    assert notes.edges == [(3, True), (3, False)]
    assert notes.outcomes() == [("opened", "")] * 3


def test_two_doors_are_opened_beside_each_other():
    bank, notes = greeted_bank()
    bank.hear(order(), 100, retained=False)
    bank.hear(order(command="c2", counter=2, compartment=4), 105, retained=False)
    run(bank, SHUT, 110, 400)
    assert notes.edges == [(3, True), (4, True), (3, False), (4, False)]


def test_whatever_is_refused_moves_nothing():
    bank, notes = greeted_bank()
    bank.hear(order(command="a"), 100, retained=True)
    bank.hear(order(command="b", session="s0"), 100, retained=False)
    bank.hear(order(command="c", counter=1, expires_ms=99), 100, retained=False)
    bank.hear(order(command="d", counter=1), 100, retained=False)
    bank.hear(order(command="e", counter=2, compartment=9), 100, retained=False)
    run(bank, SHUT, 100, 2000)
    assert notes.edges == []
    assert notes.outcomes() == [
        ("refused", "retained"),
        ("refused", "stale session"),
        ("refused", "expired"),
        ("refused", "repeated counter"),
        ("refused", "unknown compartment"),
    ]


def test_a_door_that_changes_is_told():
    bank, notes = greeted_bank()
    run(bank, opened(5), 0, 100)
    run(bank, SHUT, 105, 200)
    told = [(said["compartment"], said["door"]) for said in notes.said if said["type"] == "door"]
    assert told == [(5, "open"), (5, "shut")]


def test_a_bank_is_unsafe_while_a_coil_is_on_beyond_its_cap():
    bank, _ = greeted_bank()
    bank.hear(order(), 100, retained=False)
    assert bank.is_safe(100 + CAP_MS)
    assert not bank.is_safe(101 + CAP_MS)  # nobody ticked: the watchdog goes hungry


def test_a_message_that_is_not_for_a_board_is_ignored():
    bank, notes = greeted_bank()
    bank.hear(make("door", compartment=1, door="open"), 0, retained=False)
    assert len(notes.said) == 1
