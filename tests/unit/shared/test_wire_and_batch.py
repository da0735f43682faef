import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shared.sync.batch import COMPRESS_ABOVE_BYTES, PAYLOAD_BYTES_MAX, Payload, pack, unpack
from shared.wire import codec, topics
from shared.wire.messages import FIELDS, WireError, check, make
from shared.wire.pickup_code import format_code, parse_code

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = {
    str: WORDS,
    int: st.integers(-(2**53), 2**53),
    list: st.lists(st.integers(0, 999), max_size=5),
    dict: st.dictionaries(WORDS, st.integers(0, 999), max_size=5),
}


@st.composite
def messages(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from(sorted(FIELDS)))
    return make(kind, **{name: draw(VALUES[of]) for name, of in FIELDS[kind].items()})


@given(messages())
def test_a_message_that_is_sent_is_heard_as_itself(message: dict[str, object]) -> None:
    assert codec.decode(codec.encode(message)) == message


@given(messages(), st.data())
def test_a_message_that_lacks_a_field_or_has_a_wrong_one_is_refused_by_name(
    message: dict[str, object], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FIELDS[str(message["type"])])))
    lacking = {key: value for key, value in message.items() if key != name}
    for wrong in (lacking, {**message, name: None}, {**message, name: 1.5}):
        with pytest.raises(WireError, match=name):
            check(wrong)


def test_a_truth_is_no_number_and_another_protocol_is_not_spoken() -> None:
    ack = make("ack", epoch="e", receiver_seq=1, onward_seq=1)
    wrongs: list[object] = [
        {**ack, "receiver_seq": True},
        {**ack, "protocol": 2},
        {**ack, "type": "knock"},
        [],
        None,
    ]
    for wrong in wrongs:
        with pytest.raises(WireError):
            check(wrong)


@given(messages())
def test_fields_of_a_newer_minor_version_are_ignored(message: dict[str, object]) -> None:
    assert codec.decode(codec.encode({**message, "new_field": [1]}))["new_field"] == [1]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_codec_or_the_batch(payload: bytes) -> None:
    for read in (codec.decode, unpack):
        with pytest.raises(WireError):
            read(payload)


LINES = st.lists(st.binary(max_size=400).filter(lambda line: b"\n" not in line), min_size=1, max_size=30)


@given(LINES)
def test_lines_travel_byte_for_byte_packed_or_plain(lines: list[bytes]) -> None:
    message = make("entries", epoch="e", first_seq=1, count=len(lines), last_hash="h")
    packed = pack(message, lines)
    assert unpack(packed) == Payload(message, tuple(lines))
    assert packed.startswith(b"{") == (
        len(b"\n".join((codec.encode(message), *lines))) <= COMPRESS_ABOVE_BYTES
    )


def test_a_batch_that_does_not_hold_what_it_announces_is_refused() -> None:
    message = make("entries", epoch="e", first_seq=1, count=3, last_hash="h")
    with pytest.raises(WireError, match="announces 3 lines and holds 2"):
        unpack(pack(message, [b"a", b"b"]))


def test_a_small_payload_that_unpacks_to_too_much_is_not_opened() -> None:
    bomb = zstandard.ZstdCompressor().compress(b"x" * (PAYLOAD_BYTES_MAX + 1))
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 600)
    for payload in (bomb, unsized, bomb[: len(bomb) // 2], b" " * (PAYLOAD_BYTES_MAX + 1)):
        with pytest.raises(WireError):
            unpack(payload)


@given(st.integers(0, 999), st.integers(0, 999_999))
def test_a_pickup_code_that_is_printed_is_read_as_itself(number: int, secret: int) -> None:
    code = format_code(number, secret)
    assert parse_code(code) == (number, secret)
    assert parse_code(code.replace(" ", "-")) == (number, secret)
    assert len(code) == 11


@pytest.mark.parametrize(
    "text", ["", "407 123 45", "407 123 4567", "407 123 45x", "\uff14\uff10\uff17123456"]
)
def test_what_is_no_pickup_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="9 digits"):
        parse_code(text)
    with pytest.raises(ValueError, match="number of 3"):
        format_code(1000, 0)


def test_topics_name_tenant_hub_source_and_channel() -> None:
    assert topics.split_topic(topics.topic("demo", "hub-dock", "till-x", "ack")) == (
        "demo", "hub-dock", "till-x", "ack",
    )  # fmt: skip
    assert topics.filter_all_sources("demo", "hub-dock", "state") == "stallholder/v1/demo/hub-dock/+/state"
    with pytest.raises(ValueError, match="unknown channel"):
        topics.topic("demo", "hub-dock", "till-x", "gossip")
    for text in ("a/b", "stallholder/v2/a/b/c/ack", "stallholder/v1/a//c/ack", "stallholder/v1/a/b/c/d"):
        with pytest.raises(ValueError, match="not a Stallholder topic"):
            topics.split_topic(text)
