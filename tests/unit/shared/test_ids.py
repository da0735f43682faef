import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import (
    Epoch,
    IdError,
    check_topic_level,
    check_uuid,
    format_receipt_number,
    make_epoch,
    make_uuid7,
)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_uuid7_is_one_by_the_standards_own_reading(unix_ms: int, randomness: bytes) -> None:
    text = make_uuid7(unix_ms, randomness)
    parsed = uuid.UUID(text)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == unix_ms
    assert check_uuid("sale_id", text) == text


@given(st.integers(0, 2**47), st.integers(1, 2**40), st.binary(min_size=20, max_size=20))
def test_a_later_uuid7_sorts_after_an_earlier_one(unix_ms: int, later_ms: int, randomness: bytes) -> None:
    assert make_uuid7(unix_ms, randomness[:10]) < make_uuid7(unix_ms + later_ms, randomness[10:])


@pytest.mark.parametrize("text", ["", "x", "018F0000-0000-7000-8000-000000000000", "{018f}", "../../etc"])
def test_what_is_no_uuid_is_refused_by_name(text: str) -> None:
    with pytest.raises(IdError, match="sale_id"):
        check_uuid("sale_id", text)


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?", fullmatch=True))
def test_lower_case_letters_digits_and_hyphens_make_a_topic_level(text: str) -> None:
    assert check_topic_level("device", text) == text


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a b", "a/b", "a+", "#", "ä", "a" * 49, "a\n"])
def test_what_a_broker_may_misread_is_no_topic_level(text: str) -> None:
    with pytest.raises(IdError):
        check_topic_level("device", text)


@given(st.binary(min_size=6, max_size=20))
def test_an_epoch_is_a_topic_level_of_letters_nobody_confuses(randomness: bytes) -> None:
    epoch = make_epoch(randomness)
    assert len(epoch) == 6
    assert not set(epoch) & set("01oil")
    check_topic_level("epoch", epoch)


def test_a_receipt_number_shows_the_epoch() -> None:
    assert format_receipt_number(Epoch("k7f3q2"), 42) == "k7f3q2-00042"
    with pytest.raises(ValueError, match="6 random bytes"):
        make_epoch(b"12345")
    with pytest.raises(ValueError, match="10 random bytes"):
        make_uuid7(0, b"")
