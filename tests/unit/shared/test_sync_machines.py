"""Sender and receiver together over a channel that loses, doubles, delays and reorders, in time that the test makes."""

import heapq
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.entry import EMPTY_HEAD, Entry, StreamKey, hash_line, seal_entry
from shared.ids import Epoch, SourceId, TenantId
from shared.sync.batch import Message, pack
from shared.sync.receiver import Accepted, Forked, Missing, judge_entries, judge_hello
from shared.sync.sender import (
    Action,
    MarksMoved,
    SendEntries,
    Sender,
    SenderLimits,
    SenderState,
    SendMessage,
    StreamRefused,
)
from shared.wire.messages import WireError, make
from tests.fakes import Mailbox

STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-x"), epoch=Epoch("aaaaaa"))
AT = datetime(2026, 11, 27, tzinfo=UTC)
LIMITS = SenderLimits(window_entries=12, batch_entries=5, resend_first_ms=500, resend_max_ms=4000)
QUIET_MS = 60_000


def chain(count: int, *, text: str = "") -> list[Entry]:
    entries: list[Entry] = []
    for number in range(count):
        head = entries[-1].head if entries else EMPTY_HEAD
        entries.append(
            seal_entry(stream=STREAM, head=head, at=AT, kind="Noted", body={"n": number, "text": text})
        )
    return entries


def batch(entries: list[Entry], first: int, last: int) -> tuple[Message, list[bytes]]:
    lines = [entry.line for entry in entries[first - 1 : last]]
    message = make(
        "entries", epoch="aaaaaa", first_seq=first, count=len(lines), last_hash=hash_line(lines[-1])
    )
    return message, lines


class Channel:
    """Carries both ways; each message comes never, once or twice, after a while, in any order."""

    def __init__(self, seed: int, entries: list[Entry]) -> None:
        self.random = Random(seed)
        self.entries = entries
        self.mailbox = Mailbox(STREAM)
        self.sender = Sender(epoch=STREAM.epoch, limits=LIMITS, jitter=lambda: self.random.uniform(0.5, 1.5))
        self.now_ms = 0
        self.is_lossy = True
        self.most_under_way = 0
        self.arriving: list[tuple[int, int, bool, object]] = []
        self._count = 0

    def carry(self, *, to_hub: bool, thing: object) -> None:
        copies = self.random.choice((0, 1, 1, 2)) if self.is_lossy else 1
        for _ in range(copies):
            self._count += 1
            due_ms = self.now_ms + (self.random.randrange(900) if self.is_lossy else 1)
            heapq.heappush(self.arriving, (due_ms, self._count, to_hub, thing))

    def perform(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            match action:
                case SendMessage(message=message):
                    self.carry(to_hub=True, thing=pack(message))
                case SendEntries(first_seq=first, last_seq=last):
                    self.most_under_way = max(self.most_under_way, last - self.sender.receiver_seq)
                    self.carry(to_hub=True, thing=pack(*batch(self.entries, first, last)))
                case MarksMoved(receiver_seq=seq):
                    assert seq <= len(self.entries)
                case StreamRefused():
                    raise AssertionError(action)

    def pass_time(self, ms: int) -> None:
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            due = [end_ms, *(item[0] for item in self.arriving[:1])]
            if self.sender.wake_at_ms is not None:
                due.append(self.sender.wake_at_ms)
            self.now_ms = max(self.now_ms, min(due))
            while self.arriving and self.arriving[0][0] <= self.now_ms:
                _, _, to_hub, thing = heapq.heappop(self.arriving)
                self._arrive(to_hub=to_hub, thing=thing)
            self.perform(self.sender.tick(self.now_ms))
            if self.now_ms == end_ms:
                return

    def _arrive(self, *, to_hub: bool, thing: object) -> None:
        if to_hub:
            assert isinstance(thing, bytes)
            answer = self.mailbox.hear(thing)
            if answer is not None:
                self.carry(to_hub=False, thing=answer)
        else:
            assert isinstance(thing, dict)
            self.perform(self.sender.received(thing, self.now_ms))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    steps=st.lists(st.sampled_from(("grow", "wait", "cut", "restore")), min_size=3, max_size=25),
)
def test_after_everything_has_gone_wrong_all_is_there_once_and_in_order(seed: int, steps: list[str]) -> None:
    entries = chain(60)
    channel = Channel(seed, entries)
    sender, grown = channel.sender, 0
    channel.perform(sender.connected("s0", 0))
    for number, step in enumerate(steps, start=1):
        match step:
            case "grow":
                grown = min(grown + channel.random.randrange(1, 9), len(entries))
                channel.perform(sender.appended(entries[grown - 1].head, channel.now_ms))
            case "wait":
                channel.pass_time(channel.random.randrange(3000))
            case "cut":
                channel.perform(sender.disconnected())
                channel.pass_time(channel.random.randrange(500))
                channel.perform(sender.connected(f"s{number}", channel.now_ms))
            case _:
                # A hub restored from a backup is a fresh connection: only a welcome may lower the mark.
                channel.perform(sender.disconnected())
                channel.arriving.clear()
                channel.mailbox.restore(channel.random.randrange(len(channel.mailbox.lines) + 1))
                channel.perform(sender.connected(f"s{number}", channel.now_ms))
    channel.is_lossy = False
    channel.pass_time(QUIET_MS)
    assert channel.mailbox.lines == [entry.line for entry in entries[:grown]]
    assert sender.receiver_seq == grown
    assert sender.wake_at_ms is None, "a sender with nothing to send does not wake"
    assert channel.most_under_way <= LIMITS.window_entries


def welcomed(head_seq: int, receiver_seq: int) -> tuple[Sender, tuple[Action, ...]]:
    entries = chain(head_seq)
    sender = Sender(epoch=STREAM.epoch, head=entries[-1].head, limits=LIMITS)
    sender.connected("s", 0)
    message = make("welcome", session="s", epoch="aaaaaa", receiver_seq=receiver_seq, onward_seq=0)
    return sender, sender.received(message, 0)


def test_it_sends_from_the_receivers_mark_in_batches_within_the_window() -> None:
    _, actions = welcomed(40, 3)
    assert actions == (MarksMoved(3, 0), SendEntries(4, 8), SendEntries(9, 13), SendEntries(14, 15))


def test_an_old_acknowledgement_lowers_no_mark_and_one_beyond_the_head_is_cut() -> None:
    sender, _ = welcomed(10, 5)
    ack = make("ack", epoch="aaaaaa", receiver_seq=2, onward_seq=0)
    assert sender.received(ack, 1) == ()
    assert sender.received({**ack, "receiver_seq": 99, "onward_seq": 99}, 1)[0] == MarksMoved(10, 10)


def test_messages_of_another_epoch_or_session_are_ignored() -> None:
    sender = Sender(epoch=STREAM.epoch, head=chain(3)[-1].head)
    sender.connected("s", 0)
    welcome = make("welcome", session="old", epoch="aaaaaa", receiver_seq=1, onward_seq=0)
    assert sender.received(welcome, 0) == ()
    assert sender.received({**welcome, "session": "s", "epoch": "bbbbbb"}, 0) == ()
    assert sender.state is SenderState.GREETING


def test_a_gap_below_the_mark_is_answered_with_one_hello_and_heals() -> None:
    sender, _ = welcomed(10, 10)
    gap = make("gap", epoch="aaaaaa", next_seq=4)
    grown = sender.appended(chain(11)[-1].head, 1)
    assert grown == (SendEntries(11, 11),)
    (hello,) = sender.received(gap, 2)
    assert isinstance(hello, SendMessage)
    assert hello.message["type"] == "hello"
    assert sender.received(gap, 2) == (), "a second one, for a batch that was under way too, starts no storm"
    lowered = make("welcome", session="s", epoch="aaaaaa", receiver_seq=3, onward_seq=0)
    assert sender.received(lowered, 3) == (MarksMoved(3, 0), SendEntries(4, 8), SendEntries(9, 11))


def test_everything_behind_a_gap_asks_for_the_same_and_it_is_sent_again_once_until_the_time_is_out() -> None:
    sender, _ = welcomed(12, 1)
    gap = make("gap", epoch="aaaaaa", next_seq=2)
    again = sender.received(gap, 2)
    assert again == (SendEntries(2, 6), SendEntries(7, 11), SendEntries(12, 12))
    assert [sender.received(gap, 3) for _ in range(100)] == [()] * 100, "no storm"
    assert sender.wake_at_ms is not None
    assert sender.tick(sender.wake_at_ms) == again, "what was sent again may be lost as well"
    assert sender.received(gap, 9_000) == again, "and what asks after that asks anew"


def test_new_entries_do_not_put_off_the_time_out_of_the_oldest_that_is_under_way() -> None:
    entries = chain(10)
    sender, _ = welcomed(1, 0)
    wake_at_ms = sender.wake_at_ms
    assert wake_at_ms is not None
    for seq in range(2, 10):
        assert sender.appended(entries[seq - 1].head, wake_at_ms - 10 + seq) == (SendEntries(seq, seq),)
    assert sender.wake_at_ms == wake_at_ms


def test_a_sender_with_nothing_under_way_can_look_whether_the_receiver_still_holds_all() -> None:
    sender, _ = welcomed(10, 10)
    (hello,) = sender.look_again()
    assert isinstance(hello, SendMessage)
    assert sender.state is SenderState.STREAMING
    lowered = make("welcome", session="s", epoch="aaaaaa", receiver_seq=8, onward_seq=0)
    assert sender.received(lowered, 1) == (MarksMoved(8, 0), SendEntries(9, 10))
    assert sender.look_again() == (), "while entries are under way their answers say enough"


def test_each_silence_is_waited_out_longer_up_to_a_limit() -> None:
    sender, _ = welcomed(40, 0)
    waits, now_ms = [], 0
    for _ in range(6):
        assert sender.wake_at_ms is not None
        waits.append(sender.wake_at_ms - now_ms)
        now_ms = sender.wake_at_ms
        assert sender.tick(now_ms)[0] == SendEntries(1, 5)
    assert waits == [500, 1000, 2000, 4000, 4000, 4000]


def test_a_receiver_that_holds_more_than_the_ledger_stops_the_stream() -> None:
    sender, actions = welcomed(3, 9)
    assert isinstance(actions[0], StreamRefused)
    assert sender.state is SenderState.REFUSED
    assert sender.appended(chain(4)[-1].head, 1) == ()


def held_of(entries: list[Entry]) -> Mailbox:
    return Mailbox(STREAM, [entry.line for entry in entries], [entry.hash for entry in entries])


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 11))
def test_any_slice_of_the_same_chain_is_accepted_or_asked_for(held: int, first: int, more: int) -> None:
    entries = chain(12)
    mailbox = held_of(entries[:held])
    last = min(first + more, 12)
    verdict = judge_entries(STREAM, *batch(entries, first, last), mailbox.held, mailbox.hash_at)
    if first > held + 1:
        assert verdict == Missing(held + 1)
    else:
        assert isinstance(verdict, Accepted)
        assert [line.seq for line in verdict.lines] == list(range(held + 1, last + 1))
        assert verdict.head.seq == max(held, last)


def test_a_fork_is_seen_in_a_hello_in_the_known_part_and_at_the_seam() -> None:
    ours, theirs = chain(6), chain(6, text="copied card")
    mailbox = held_of(ours[:4])
    hello = make("hello", session="s", epoch="aaaaaa", head_seq=3, head_hash=theirs[2].hash)
    assert judge_hello(hello, mailbox.held, mailbox.hash_at) == Forked(3, "entry 3 has another hash here")
    same = make("hello", session="s", epoch="aaaaaa", head_seq=3, head_hash=ours[2].hash)
    assert judge_hello(same, mailbox.held, mailbox.hash_at) is None
    for first, last in ((1, 4), (5, 6)):
        verdict = judge_entries(STREAM, *batch(theirs, first, last), mailbox.held, mailbox.hash_at)
        assert isinstance(verdict, Forked)


def test_an_entry_of_a_newer_version_is_kept_and_counted() -> None:
    first = chain(1)[0]
    newer = first.line.replace(b'{"v":1', b'{"v":9')
    message = make("entries", epoch="aaaaaa", first_seq=1, count=1, last_hash=hash_line(newer))
    verdict = judge_entries(STREAM, message, [newer], EMPTY_HEAD, lambda _: None)
    assert isinstance(verdict, Accepted)
    assert verdict.lines[0].entry is None
    assert "version 9" in verdict.lines[0].unreadable
    assert verdict.head.hash == hash_line(newer)


def test_a_batch_that_contradicts_itself_is_refused() -> None:
    entries = chain(4)
    message, lines = batch(entries, 1, 3)
    for wrong, wrong_lines in (
        ({**message, "last_hash": "0" * 64}, lines),
        ({**message, "first_seq": 0}, lines),
        (message, [lines[1], lines[0], lines[2]]),
    ):
        with pytest.raises(WireError):
            judge_entries(STREAM, wrong, wrong_lines, EMPTY_HEAD, lambda _: None)


def test_a_bit_that_changed_on_the_way_is_never_taken_for_a_fork_or_for_an_entry() -> None:
    message, lines = batch(chain(5), 3, 5)
    held = held_of(chain(2))
    for index, line in enumerate(lines):
        for position in range(len(line)):
            flipped = bytearray(line)
            flipped[position] ^= 1
            damaged = [*lines[:index], bytes(flipped), *lines[index + 1 :]]
            with pytest.raises(WireError):
                judge_entries(STREAM, message, damaged, held.held, held.hash_at)


def test_what_is_missing_is_sent_at_once_when_the_receiver_asks_for_it() -> None:
    sender = Sender(epoch=STREAM.epoch, head=chain(12)[-1].head, limits=LIMITS)
    sender.connected("s", 0)
    sender.received(make("welcome", session="s", epoch="aaaaaa", receiver_seq=0, onward_seq=0), 1)
    again = sender.received(make("gap", epoch="aaaaaa", next_seq=4), 2)
    assert again == (SendEntries(4, 8), SendEntries(9, 12))


def test_a_receiver_that_refused_is_greeted_again_and_believed_when_it_has_been_put_right() -> None:
    sender = Sender(epoch=STREAM.epoch, head=chain(3)[-1].head, limits=LIMITS)
    sender.connected("s", 0)
    sender.received(make("refused", epoch="aaaaaa", reason="Another version.", remedy="Update the hub."), 1)
    assert sender.state is SenderState.REFUSED
    (greeting,) = sender.look_again()
    assert isinstance(greeting, SendMessage)
    actions = sender.received(make("welcome", session="s", epoch="aaaaaa", receiver_seq=1, onward_seq=0), 2)
    assert actions == (MarksMoved(1, 0), SendEntries(2, 3))
