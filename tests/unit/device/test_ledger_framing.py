from hypothesis import given
from hypothesis import strategies as st

from device.adapters.ledger.framing import (
    Broken,
    Record,
    Torn,
    frame,
    judge_tail,
    read_record,
    split_lines,
)

entries = st.lists(
    st.binary(max_size=700).map(lambda raw: raw.replace(b"\n", b".").replace(b"\0", b"-")), min_size=1
)


@given(entries, st.integers(1, 97))
def test_what_is_framed_is_read_back_whatever_the_block_size(lines: list[bytes], block: int) -> None:
    written = frame(lines)
    blocks = [written[start : start + block] for start in range(0, len(written), block)]
    read = list(split_lines(blocks))
    assert all(line.ended for line in read)
    assert [read_record(line.content) for line in read] == [
        Record(entry, begins_write=index == 0) for index, entry in enumerate(lines)
    ]
    assert [line.position for line in read] == [len(frame(lines[:index])) for index in range(len(lines))]


@given(st.binary(min_size=1, max_size=80).map(lambda raw: raw.replace(b"\n", b".")), st.data())
def test_any_changed_byte_of_a_record_is_seen(entry: bytes, data: st.DataObject) -> None:
    content = frame([entry])[:-1]
    index = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[index] ^= data.draw(st.integers(1, 255))
    assert isinstance(read_record(bytes(changed)), Broken)


@given(entries, st.data())
def test_a_write_cut_at_any_byte_is_a_torn_tail(lines: list[bytes], data: st.DataObject) -> None:
    written = frame(lines)
    cut = written[: data.draw(st.integers(0, len(written)))]
    bad = next((line for line in split_lines((cut,)) if not line.ended), None)
    if bad is not None:
        assert judge_tail(cut[bad.position :], bad.position) == Torn()


def test_sectors_that_read_as_zeros_are_a_torn_tail_even_before_whole_records() -> None:
    written = bytearray(frame([b"a" * 600, b"b" * 600, b"c" * 600]))
    written[0:512] = bytes(512)
    assert judge_tail(bytes(written), 0) == Torn()


def test_a_bad_record_before_a_later_write_is_damage() -> None:
    first = bytearray(frame([b"a" * 600]))
    first[0:512] = bytes(512)
    verdict = judge_tail(bytes(first) + frame([b"b"]), 0)
    assert verdict == Broken("it is bad, yet a later write follows it")


def test_a_changed_byte_in_the_last_record_is_damage_and_not_a_torn_tail() -> None:
    written = bytearray(frame([b"a" * 60]))
    written[30] ^= 1
    assert isinstance(judge_tail(bytes(written), 0), Broken)


def test_a_single_byte_turned_to_zero_is_damage_and_not_a_torn_tail() -> None:
    written = bytearray(frame([b"a" * 60]))
    written[8] = 0
    assert isinstance(judge_tail(bytes(written), 1_000), Broken)


def test_a_changed_line_feed_at_the_very_end_is_damage_and_not_a_torn_tail() -> None:
    assert isinstance(judge_tail(frame([b"a" * 60])[:-1] + b"x", 0), Broken)
