"""What becomes of bytes on a spoilt line: decided without a socket."""

from tests.chaos.line_fault import (
    HELD,
    PASSING,
    REFUSED,
    Ending,
    Fate,
    Fault,
    Way,
    arrival_ms,
    fate_of,
    half_open,
    is_reset,
    partition,
)


def test_a_partition_swallows_both_ways_and_half_open_only_one() -> None:
    assert [fate_of(partition(), way, holed=False) for way in Way] == [Fate.SWALLOW, Fate.SWALLOW]
    assert [fate_of(half_open(Way.UP), way, holed=True) for way in Way] == [Fate.SWALLOW, Fate.DELIVER]
    assert [fate_of(half_open(Way.DOWN), way, holed=True) for way in Way] == [Fate.DELIVER, Fate.SWALLOW]


def test_after_a_gap_nothing_more_of_a_connection_is_delivered() -> None:
    assert fate_of(PASSING, Way.UP, holed=False) is Fate.DELIVER
    assert fate_of(PASSING, Way.UP, holed=True) is Fate.SWALLOW
    assert fate_of(HELD, Way.DOWN, holed=False) is Fate.HOLD


def test_healing_resets_connections_with_a_gap_unless_they_are_to_stay_mute() -> None:
    assert is_reset(partition(), PASSING, holed=True)
    assert not is_reset(partition(), PASSING, holed=False)
    assert not is_reset(partition(Ending.MUTE), PASSING, holed=True)
    assert not is_reset(partition(), half_open(Way.UP), holed=True)
    assert is_reset(PASSING, REFUSED, holed=False)


def test_a_slow_line_takes_time_for_each_byte_and_pieces_wait_for_one_another() -> None:
    slow = Fault().slowed(delay_ms=30, bytes_per_s=1_000)
    first_ms, free_ms = arrival_ms(slow, 500, now_ms=100, line_free_ms=0)
    assert (first_ms, free_ms) == (630, 600)
    assert arrival_ms(slow, 500, now_ms=110, line_free_ms=free_ms) == (1_130, 1_100)
    assert arrival_ms(PASSING, 500, now_ms=110, line_free_ms=0) == (110, 110)
