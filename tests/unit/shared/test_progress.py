"""How far behind, since when and why: what is said of a stream, over every schedule that a test can think of."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sync.progress import MOMENTS_MAX, Progress, ProgressWatch, Sighting, Way, stall_after_ms
from shared.sync.progress_words import say_progress
from shared.sync.reasons import (
    ALARMS,
    CODES,
    BehindHub,
    NotConnected,
    NothingBehind,
    OnTheWay,
    Quarantined,
    Reason,
    ReceiverFull,
    Refused,
    Stalled,
    Trouble,
    Unanswered,
    WaitsForHub,
    is_alarm,
)
from shared.sync.sender import SenderLimits
from shared.sync.standing import Standing, progress_json, read_standing, with_standing
from shared.wire.messages import make

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
STALL_MS = 90_000
WAYS = st.sampled_from(Way)
TROUBLES: list[Trouble | None] = [
    None,
    None,
    None,
    Refused("a fork"),
    ReceiverFull(),
    WaitsForHub(),
    BehindHub(),
]


class Bench:
    """A watch whose clock moves when the test says so, with whatever wall clock."""

    def __init__(self) -> None:
        self.watch = ProgressWatch(STALL_MS)
        self.ms = 1_000_000
        self.at = NOON

    def see(
        self, head: int, mark: int, way: Way = Way.OPEN, *, after_s: float = 0, **more: object
    ) -> Progress:
        self.ms += int(after_s * 1000)
        self.at += timedelta(seconds=after_s)
        seen = Sighting(head_seq=head, mark_seq=mark, way=way, **more)  # type: ignore[arg-type]
        return self.watch.observe(seen, self.ms, self.at)


def test_the_alarm_waits_longer_than_all_of_the_senders_waits_up_to_the_longest() -> None:
    limits = SenderLimits()
    wait_ms, waits = limits.resend_first_ms, []
    while wait_ms < limits.resend_max_ms:
        waits.append(wait_ms)
        wait_ms *= 2
    assert stall_after_ms(limits) >= sum(waits) + limits.resend_max_ms


def test_connected_and_standing_still_is_an_alarm_and_progress_ends_it() -> None:
    bench = Bench()
    assert bench.see(5, 3).reason == OnTheWay()
    assert bench.see(5, 3, after_s=89.9).reason == OnTheWay()
    stalled = bench.see(5, 3, after_s=0.1)
    assert (stalled.reason, stalled.alarm, stalled.behind) == (Stalled(), True, 2)
    assert stalled.since.age_s(bench.ms) == 90, "it is told from when nothing moved any more"
    moved = bench.see(5, 4, after_s=1)
    assert (moved.reason, moved.alarm) == (OnTheWay(), False)
    assert bench.see(5, 5).reason == NothingBehind()


def test_a_side_that_never_answers_is_an_alarm_too_if_something_waits_for_it() -> None:
    bench = Bench()
    assert bench.see(5, 5, Way.UNANSWERED).reason == NothingBehind()
    assert bench.see(5, 5, Way.UNANSWERED, after_s=500).reason == NothingBehind()
    assert bench.see(6, 5, Way.UNANSWERED).reason == Unanswered()
    assert bench.see(6, 5, Way.UNANSWERED, after_s=90).reason == Stalled()


def test_being_offline_is_calm_however_long_it_lasts() -> None:
    bench = Bench()
    for _ in range(40):
        progress = bench.see(5, 0, Way.CLOSED, after_s=3600, words="the cable was pulled")
    assert (progress.reason, progress.alarm) == (NotConnected("the cable was pulled"), False)
    assert progress.behind_since is not None
    assert progress.behind_since.at == NOON + timedelta(hours=1)
    reopened = bench.see(5, 0, Way.OPEN, after_s=1)
    assert reopened.reason == OnTheWay(), "the time offline does not count against the receiver"


def test_a_way_that_breaks_all_the_time_neither_hides_a_stall_nor_makes_the_alarm_flicker() -> None:
    bench = Bench()
    reasons = []
    for _ in range(30):
        reasons.append(bench.see(5, 3, Way.OPEN, after_s=5).alarm)
        reasons.append(bench.see(5, 3, Way.CLOSED, after_s=20).alarm)
    first = reasons.index(True)
    assert all(reasons[first:])
    assert bench.see(5, 3, Way.CLOSED, after_s=90).reason == NotConnected(), "an outage ends it"
    assert bench.see(5, 3, Way.OPEN, after_s=1).reason == OnTheWay()


def test_a_stream_that_waits_for_its_turn_is_not_stalled() -> None:
    bench = Bench()
    assert bench.see(5, 3, after_s=0, offered=False).reason == OnTheWay()
    assert bench.see(5, 3, after_s=500, offered=False).reason == OnTheWay()
    assert bench.see(5, 3, after_s=0, offered=True).reason == OnTheWay()
    assert bench.see(5, 3, after_s=90, offered=True).reason == Stalled()


def test_a_refusal_is_told_even_where_nothing_is_behind_yet() -> None:
    for trouble in (Refused("a fork", "Call somebody."), Quarantined("a fork", "Call somebody.")):
        progress = Bench().see(5, 5, trouble=trouble)
        assert (progress.reason, progress.alarm) == (trouble, True)


def test_since_when_is_the_age_of_the_oldest_entry_that_is_missing_not_of_the_last_pause() -> None:
    bench = Bench()
    for seq in range(1, 400):  # a sale a second, each there after two: never a moment with nothing under way
        progress = bench.see(seq, max(0, seq - 2), after_s=1)
    assert progress.behind_since is not None
    assert progress.behind_since.age_s(bench.ms) == 1
    for seq in range(400, 1000):
        progress = bench.see(seq, 397, after_s=1)
    assert progress.behind_since is not None
    assert 600 <= progress.behind_since.age_s(bench.ms) <= 610
    assert len(bench.watch._appeared._row) <= MOMENTS_MAX


def test_what_a_restored_receiver_lacks_is_missing_from_the_moment_that_it_says_so() -> None:
    bench = Bench()
    bench.see(10, 10)
    progress = bench.see(10, 4, after_s=100)
    assert (progress.behind, progress.reason) == (6, OnTheWay())
    assert progress.behind_since is not None
    assert progress.behind_since.age_s(bench.ms) == 0


STEPS = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(-2, 5), WAYS, st.integers(0, 200_000), st.booleans(),
        st.sampled_from(TROUBLES), st.integers(-(10**8), 10**8),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


def run(
    steps: list[tuple[int, int, Way, int, bool, Trouble | None, int]], *, clock_jumps: bool
) -> list[Progress]:
    watch, ms, head, mark = ProgressWatch(STALL_MS), 0, 0, 0
    seen: list[Progress] = []
    for grown, moved, way, passed_ms, offered, trouble, jump_s in steps:
        ms += passed_ms
        head += grown
        mark = max(0, min(head, mark + moved))
        at = NOON + timedelta(milliseconds=ms) + timedelta(seconds=jump_s if clock_jumps else 0)
        sighting = Sighting(head_seq=head, mark_seq=mark, way=way, trouble=trouble, offered=offered)
        seen.append(watch.observe(sighting, ms, at))
    return seen


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_all_is_there_is_only_said_of_what_the_receiver_made_durable(steps) -> None:
    for progress in run(steps, clock_jumps=False):
        if progress.reason == NothingBehind():
            assert progress.mark_seq == progress.head_seq
            assert progress.behind_since is None
        assert progress.behind >= 0
        assert (progress.behind > 0) == (progress.behind_since is not None)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_clocks_that_jump_change_nothing_but_the_labels(steps) -> None:
    steady, jumping = run(steps, clock_jumps=False), run(steps, clock_jumps=True)
    for one, other in zip(steady, jumping, strict=True):
        assert (one.behind, one.reason, one.alarm, one.since.ms) == (
            other.behind, other.reason, other.alarm, other.since.ms,
        )  # fmt: skip
        assert (one.behind_since and one.behind_since.ms) == (other.behind_since and other.behind_since.ms)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.lists(st.integers(1, 30_000), min_size=1, max_size=30))
def test_after_any_past_a_stall_raises_the_alarm_in_time_keeps_it_and_lets_go_of_it_on_progress(
    steps, pauses
) -> None:
    watch, ms, head, mark = ProgressWatch(STALL_MS), 0, 0, 0
    for grown, moved, way, passed_ms, offered, trouble, _ in steps:
        ms, head = ms + passed_ms, head + grown
        mark = max(0, min(head, mark + moved))
        watch.observe(
            Sighting(head_seq=head, mark_seq=mark, way=way, trouble=trouble, offered=offered), ms, NOON
        )
    head += 1
    still = Sighting(head_seq=head, mark_seq=mark, way=Way.OPEN)
    begun_ms, alarms = ms, []
    for pause_ms in [*pauses, STALL_MS]:
        alarms.append(watch.observe(still, ms, NOON).alarm)
        ms += pause_ms
    last = watch.observe(still, ms, NOON)
    assert last.reason == Stalled(), f"{ms - begun_ms} ms stood still"
    assert alarms == sorted(alarms), "once raised it stays"
    moved_on = watch.observe(Sighting(head_seq=head + 1, mark_seq=mark + 1, way=Way.OPEN), ms + 1, NOON)
    assert not moved_on.alarm


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 80_000), st.integers(0, 3)), min_size=1, max_size=60))
def test_a_receiver_that_keeps_moving_never_raises_the_alarm(paces) -> None:
    watch, ms, head, mark = ProgressWatch(STALL_MS), 0, 10, 0
    for pace_ms, grown in paces:
        ms, head, mark = ms + pace_ms, head + grown + 1, mark + 1
        progress = watch.observe(Sighting(head_seq=head, mark_seq=mark, way=Way.OPEN), ms, NOON)
        assert not progress.alarm


EVERY_REASON: tuple[Reason, ...] = (
    NothingBehind(), OnTheWay(), NotConnected("no route"), Unanswered(), Stalled(), Refused("It forks.", "Call."),
    Quarantined("It forks.", "Call."), ReceiverFull(), BehindHub(hub_code="not-connected", for_s=120), WaitsForHub(),
)  # fmt: skip


@pytest.mark.parametrize("reason", EVERY_REASON, ids=lambda reason: reason.code)
def test_every_reason_has_a_name_a_sentence_and_a_form_to_travel_in(reason: Reason) -> None:
    assert {type(one) for one in EVERY_REASON} == set(get_args(Reason))
    progress = Bench().see(5, 3)
    progress = Progress(
        head_seq=5, mark_seq=3, behind_since=progress.behind_since, moved=None, way=Way.OPEN,
        way_since=progress.way_since, reason=reason, since=progress.since,
    )  # fmt: skip
    sentence = say_progress(progress, there="the hub", now_ms=1_000_000)
    assert sentence.endswith(".")
    assert sentence[0].isupper() or sentence[0].isdigit()
    said = progress_json(progress, 1_000_000)
    assert said["reason"] in CODES
    assert said["alarm"] is is_alarm(reason)
    assert (reason.code in ALARMS) == (is_alarm(reason))


def test_an_alarm_at_the_hub_is_an_alarm_at_the_till() -> None:
    for code in CODES:
        assert is_alarm(BehindHub(hub_code=code)) == (code in ALARMS)


def test_how_a_side_stands_travels_with_its_answers_and_anything_else_is_taken_for_silence() -> None:
    told = Standing(
        full=True, onward=BehindHub(hub_code="refused", for_s=7, words="a fork", remedy="Call somebody.")
    )
    answer = with_standing(make("ack", epoch="aaaaaa", receiver_seq=1, onward_seq=0), told)
    assert read_standing(answer["standing"]) == told
    gap = make("gap", epoch="aaaaaa", next_seq=1)
    assert with_standing(gap, told) == gap
    for wild in (None, 7, "full", [], ["full"]):
        assert read_standing(wild) is None
    for wild in ({"full": "yes"}, {"onward": "nonsense"}, {"onward": 3}, {"onward": "x" * 10_000}):
        assert read_standing(wild) == Standing()
    odd = read_standing(
        {"onward": "stalled", "onward_for_s": -5, "onward_words": 3, "onward_remedy": "y" * 9_999}
    )
    assert odd is not None
    assert odd.onward is not None
    assert (odd.onward.hub_code, odd.onward.for_s, odd.onward.words) == ("stalled", 0, "")
    assert len(odd.onward.remedy) == 500


def test_how_many_compartments_are_free_travels_by_size_and_nonsense_is_taken_for_silence() -> None:
    told = Standing(free={"S": 3, "M": 0, "L": 1})
    assert read_standing(told.to_json()) == told
    for wild in ({"S": -1}, {"S": "3"}, {"S": True}, [3], {str(size): 1 for size in range(50)}):
        assert read_standing({"free": wild}) == Standing()
