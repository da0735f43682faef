from hub.sim.doors import RELEASE_MS, SPRING_MS, Bolt, Door, Size, advance, energise, jam, push, rest

SHUT = Door(compartment=1, size=Size.SMALL)
OPENS_MS = RELEASE_MS + SPRING_MS


def test_a_pulse_long_enough_draws_the_bolt_and_the_spring_opens_the_door() -> None:
    door = rest(energise(SHUT, 0), RELEASE_MS)
    assert advance(door, OPENS_MS - 1).state == "shut"
    assert advance(door, OPENS_MS - 1).bolt is Bolt.RELEASED
    assert advance(door, OPENS_MS).state == "open"


def test_a_pulse_too_short_does_nothing() -> None:
    door = rest(energise(SHUT, 0), RELEASE_MS - 1)
    assert door == SHUT
    assert door.next_change_ms is None


def test_a_jammed_door_stays_shut_whatever_the_coil_does() -> None:
    door = advance(energise(jam(SHUT, is_jammed=True), 0), 10_000)
    assert (door.state, door.bolt) == ("jammed", Bolt.LOCKED)


def test_a_freed_door_opens_at_its_next_pulse() -> None:
    door = jam(rest(energise(jam(SHUT, is_jammed=True), 0), 150), is_jammed=False)
    assert door.state == "shut"
    assert advance(energise(door, 200), 200 + OPENS_MS).state == "open"


def test_a_door_pushed_shut_locks_and_does_not_open_by_itself() -> None:
    door = push(advance(rest(energise(SHUT, 0), 150), OPENS_MS))
    assert (door.state, door.bolt) == ("shut", Bolt.LOCKED)
    assert advance(door, 100_000) == door


def test_a_coil_put_on_twice_is_on_since_the_first_time() -> None:
    assert energise(energise(SHUT, 5), 50).energised_ms == 5
