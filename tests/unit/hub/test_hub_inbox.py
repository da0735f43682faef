"""The hub's inbox: every source in its turn, each in its own order, within bounds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.inbox import Bounds, Inbox

WIDE = Bounds(messages=10_000, opened_bytes=10**9)
Step = tuple[str, str, int]

puts = st.tuples(st.just("put"), st.sampled_from("abcde"), st.integers(0, 90))
takes = st.tuples(st.just("take"), st.just(""), st.integers(1, 5))
steps = st.lists(st.one_of(puts, puts, takes), max_size=80)


class Watched:
    """An inbox, what was put into it and what came out, in order."""

    def __init__(self, bounds: Bounds) -> None:
        self.inbox: Inbox[tuple[str, int, int]] = Inbox(bounds)
        self.given: list[tuple[str, int, int]] = []
        self.taken: list[tuple[str, int, int]] = []

    def put(self, source: str, size: int) -> bool:
        message = (source, len(self.given), size)
        has_room = self.inbox.put(source, message, size)
        if has_room:
            self.given.append(message)
        return has_room

    def take(self, bounds: Bounds) -> list[tuple[str, int, int]]:
        came = self.inbox.take(bounds)
        self.taken += came
        return came

    def waiting(self) -> list[tuple[str, int, int]]:
        return [message for message in self.given if message not in self.taken]


def after(done: list[Step], bounds: Bounds = WIDE) -> Watched:
    watched = Watched(bounds)
    for kind, source, number in done:
        if kind == "put":
            watched.put(source, number)
        else:
            watched.take(Bounds(messages=number, opened_bytes=100))
    return watched


@given(steps)
def test_each_source_is_heard_once_and_in_its_own_order(done: list[Step]) -> None:
    watched = after(done)
    while watched.take(WIDE):
        pass
    assert len(watched.inbox) == 0
    for source in "abcde":
        own = [message for message in watched.given if message[0] == source]
        assert [message for message in watched.taken if message[0] == source] == own


@given(steps, st.sampled_from("abcde"))
def test_whoever_says_something_waits_for_one_message_of_each_other_source_at_most(
    done: list[Step], source: str
) -> None:
    watched = after(done)
    ahead = [message for message in watched.waiting() if message[0] == source]
    watched.put(source, 1)
    newest, before = watched.given[-1], len(watched.taken)
    while newest not in watched.taken:
        assert watched.take(Bounds(messages=1, opened_bytes=1))
    others = Counter(message[0] for message in watched.taken[before:] if message[0] != source)
    assert max(others.values(), default=0) <= len(ahead) + 1


@given(steps, st.integers(1, 6), st.integers(0, 200))
def test_it_never_holds_more_than_its_bounds_except_one_message_that_is_larger(
    done: list[Step], messages: int, opened_bytes: int
) -> None:
    watched = Watched(Bounds(messages=messages, opened_bytes=opened_bytes))
    for kind, source, number in done:
        if kind == "take":
            watched.take(Bounds(messages=number, opened_bytes=100))
            continue
        has_room = watched.put(source, number)
        held = watched.waiting()
        assert len(held) == len(watched.inbox) <= messages
        assert len(held) == 1 or sum(message[2] for message in held) <= opened_bytes
        assert has_room or held, "an empty inbox takes anything"


@given(steps, st.integers(1, 6), st.integers(0, 200))
def test_what_is_taken_at_once_is_bounded_and_something_is_taken_as_long_as_anything_waits(
    done: list[Step], messages: int, opened_bytes: int
) -> None:
    watched = after(done)
    while waiting := len(watched.inbox):
        came = watched.take(Bounds(messages=messages, opened_bytes=opened_bytes))
        assert 1 <= len(came) <= min(messages, waiting)
        assert len(came) == 1 or sum(message[2] for message in came) <= opened_bytes


def test_a_source_with_a_long_queue_lets_the_others_in_between() -> None:
    watched = Watched(WIDE)
    for _ in range(5):
        watched.put("draining", 1)
    for source in ("b", "c"):
        watched.put(source, 1)
    came = [message[0] for message in watched.take(WIDE)]
    assert came == ["draining", "b", "c", "draining", "draining", "draining", "draining"]
