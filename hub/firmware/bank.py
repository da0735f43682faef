"""The locker bank: orders in, pulses and answers out. Pure: what it does to the world goes through its hands."""

from hub.firmware.bolt import Bolt
from hub.firmware.commands import Orders
from hub.firmware.door import Door, outcome_of
from shared.wire.messages import ALREADY_OPEN, REFUSED, make


class Hands:
    """What a bank does to the world; the board's program and the tests each have their own."""

    def switch(self, compartment: int, *, on: bool) -> None:
        """Put the coil of a compartment on or off."""
        raise NotImplementedError

    def say(self, message: dict[str, object]) -> None:
        """Tell the hub."""
        raise NotImplementedError


class LockerBank:
    """All doors of one board. Compartments count from 1."""

    def __init__(self, readings: list[bool], pulse_ms: int, hands: Hands) -> None:
        self._bolts = [Bolt(pulse_ms) for _ in readings]
        self._doors = [Door(is_open=is_open) for is_open in readings]
        self._orders = Orders(len(readings))
        self._pulses: list[
            tuple[dict[str, object], int]
        ] = []  # orders under way, and when their bolt was pulsed
        self._hands = hands

    def hear(self, message: dict[str, object], now_ms: int, *, retained: bool) -> None:
        """Follow, refuse or answer one message of the hub; a type that is not for a board is ignored."""
        if message["type"] == "greet" and not retained:
            self._greet(message, now_ms)
        elif message["type"] == "open":
            self._open(message, now_ms, retained=retained)

    def tick(self, readings: list[bool], now_ms: int) -> None:
        """Look at every coil and door; to be called every few milliseconds."""
        for number, bolt in enumerate(self._bolts, 1):
            if bolt.is_due(now_ms):
                self._hands.switch(number, on=False)
                bolt.rest()
        for number, is_open in enumerate(readings, 1):
            door = self._doors[number - 1]
            if door.sample(now_ms, is_open=is_open):
                self._hands.say(make("door", compartment=number, door=door.word))
        for order, pulsed_ms in list(self._pulses):
            outcome = outcome_of(self._door_of(order), pulsed_ms, now_ms)
            if outcome:
                self._pulses.remove((order, pulsed_ms))
                self._finish(order, outcome, "")

    def is_safe(self, now_ms: int) -> bool:
        """Say whether no coil is on beyond its cap."""
        return not any(bolt.is_overdue(now_ms) for bolt in self._bolts)

    def alive(self, session: str, now_ms: int) -> dict[str, object]:
        """Return the sign of life of this moment."""
        return make("alive", session=session, ticks_ms=self._orders.ticks_ms(now_ms))

    def _greet(self, message: dict[str, object], now_ms: int) -> None:
        session = str(message["session"])
        if self._orders.greet(session, now_ms):
            doors = [door.word for door in self._doors]
            self._hands.say(
                make("ready", session=session, ticks_ms=self._orders.ticks_ms(now_ms), doors=doors)
            )

    def _open(self, order: dict[str, object], now_ms: int, *, retained: bool) -> None:
        command = str(order["command"])
        answer = self._orders.answer_to(command)
        if answer is not None:
            self._hands.say(answer)
        elif not self._orders.is_under_way(command):
            self._follow(order, now_ms, retained=retained)

    def _follow(self, order: dict[str, object], now_ms: int, *, retained: bool) -> None:
        objection = self._orders.objection(
            str(order["session"]),
            _number(order, "counter"),
            _number(order, "compartment"),
            _number(order, "expires_ms"),
            now_ms,
            retained=retained,
        )
        if objection:
            self._finish(order, REFUSED, objection)
        elif self._door_of(order).is_open:
            self._finish(order, ALREADY_OPEN, "")
        else:
            self._pulse(order, now_ms)

    def _pulse(self, order: dict[str, object], now_ms: int) -> None:
        compartment = _number(order, "compartment")
        self._orders.begin(str(order["command"]), compartment)
        self._pulses.append((order, now_ms))
        if self._bolts[compartment - 1].pulse(now_ms):
            self._hands.switch(compartment, on=True)

    def _finish(self, order: dict[str, object], outcome: str, reason: str) -> None:
        compartment = _number(order, "compartment")
        known = 1 <= compartment <= len(self._doors)
        answer = make(
            "outcome",
            session=order["session"],
            command=order["command"],
            compartment=compartment,
            outcome=outcome,
            door=self._door_of(order).word if known else "",
            reason=reason,
        )
        self._orders.finish(answer)
        self._hands.say(answer)

    def _door_of(self, order: dict[str, object]) -> Door:
        return self._doors[_number(order, "compartment") - 1]


def _number(message: dict[str, object], name: str) -> int:
    value = message[name]
    if not isinstance(value, int):
        raise TypeError(name)  # the wire's check has held it to a number
    return value
