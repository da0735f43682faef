"""ZVT's bytes: what the till says, what it reads, and that nonsense never does more than raise its own error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.zvt.apdu import (
    ACKNOWLEDGED,
    DATA_BYTES_MAX,
    STATUS_INFORMATION,
    Apdu,
    ZvtError,
    read_apdu,
)
from device.domain.zvt.commands import authorise, register, repeat_receipt, reverse
from device.domain.zvt.conversation import Conversation, Meaning, Stage
from device.domain.zvt.fields import (
    bcd,
    read_bcd,
    read_fields,
    read_line,
    read_status,
    read_text_block,
    write_text_block,
)
from device.domain.zvt.words import is_busy, say_progress, say_why, why_word

APPROVED = Apdu(STATUS_INFORMATION, bytes.fromhex("27 00"))
DECLINED = Apdu(STATUS_INFORMATION, bytes.fromhex("27 05"))
COMPLETION, ABORT = Apdu(0x060F), Apdu(0x061E, b"\x6c")


@pytest.mark.parametrize(
    ("apdu", "written"),
    [
        (authorise(1000, "EUR"), "06 01 0A 04 00 00 00 00 10 00 49 09 78"),
        (authorise(999_999_999_999, "CHF"), "06 01 0A 04 99 99 99 99 99 99 49 07 56"),
        (reverse("123456", 42), "06 30 06 12 34 56 87 00 42"),
        (repeat_receipt("000000"), "06 20 03 00 00 00"),
        (register("000000", "EUR"), "06 00 10 00 00 00 9A 09 78 03 00 06 06 26 04 0A 02 06 D3"),
        (ACKNOWLEDGED, "80 00 00"),
    ],
)
def test_what_the_till_says_is_written_as_the_protocol_has_it(apdu: Apdu, written: str) -> None:
    assert bytes(apdu) == bytes.fromhex(written)


@given(st.integers(0, 0xFFFF), st.binary(max_size=2000), st.binary(max_size=20))
def test_a_message_is_read_as_it_was_written_and_what_follows_is_left(
    control: int, data: bytes, rest: bytes
) -> None:
    written = bytes(Apdu(control, data))
    assert read_apdu(written + rest) == (Apdu(control, data), rest)
    assert all(read_apdu(written[:cut]) is None for cut in range(len(written)))


def test_a_message_that_claims_to_be_huge_is_refused_before_it_is_waited_for() -> None:
    with pytest.raises(ZvtError):
        read_apdu(b"\x06\xd3\xff" + (DATA_BYTES_MAX + 1).to_bytes(2, "little"))


@given(st.integers(0, 10**12 - 1))
def test_decimals_are_read_as_they_were_written(number: int) -> None:
    assert read_bcd(bcd(number, 6)) == number


def test_the_status_of_an_approved_payment_is_read() -> None:
    said = bytes.fromhex(
        "27 00 04 00 00 00 00 20 40 0C 21 09 16 0D 11 01 0E 99 99 22 F0 F8 EE EE EE EE EE EE 47 71 A0 01"
        "29 28 00 48 69 87 00 05 0B 00 06 07 8A 06 8B F1 F1 4D 41 53 54 45 52 43 41 52 44 00 3C F0 F0 F2 4F 4B"
    )
    status = read_status(said)
    assert (status.result, status.amount_minor, status.receipt_number, status.trace) == (0, 2040, 5, 607)
    assert (status.terminal_id, status.card_name, status.text) == ("28004869", "MASTERCARD", "OK")


def test_what_stands_behind_a_field_that_nobody_knows_is_left_out() -> None:
    assert read_fields(bytes.fromhex("27 00 C7 01 02 03")) == {0x27: b"\x00"}


def test_lines_to_print_are_read_from_both_of_their_messages() -> None:
    lines = ("HÄNDLERBELEG", "Betrag EUR 12,00", "x" * 300)
    assert read_text_block(write_text_block(lines)) == lines
    assert read_line(b"\x40" + "Zahlung erfolgt".encode("cp437")) == "Zahlung erfolgt"


@given(st.binary(max_size=200))
def test_nonsense_is_either_read_or_refused(data: bytes) -> None:
    for read in (read_status, read_text_block, read_line, read_apdu, read_fields):
        try:
            read(data)
        except ZvtError:
            continue


@pytest.mark.parametrize(
    ("heard", "meaning"),
    [
        ((), Meaning.UNSURE),
        ((Apdu(0x8483),), Meaning.NOT_DONE),
        ((ACKNOWLEDGED,), Meaning.UNSURE),
        ((Apdu(0x8400),), Meaning.UNSURE),
        ((ACKNOWLEDGED, Apdu(0x04FF, b"\x0a")), Meaning.UNSURE),
        ((ACKNOWLEDGED, APPROVED), Meaning.UNSURE),
        ((ACKNOWLEDGED, APPROVED, COMPLETION), Meaning.DONE),
        ((ACKNOWLEDGED, APPROVED, ABORT), Meaning.NOT_DONE),
        ((ACKNOWLEDGED, DECLINED), Meaning.NOT_DONE),
        ((ACKNOWLEDGED, DECLINED, ABORT), Meaning.NOT_DONE),
        ((ACKNOWLEDGED, ABORT), Meaning.NOT_DONE),
        ((ACKNOWLEDGED, COMPLETION), Meaning.UNSURE),
    ],
)
def test_wherever_a_conversation_breaks_off_it_is_known_whether_money_may_have_been_taken(
    heard: tuple[Apdu, ...], meaning: Meaning
) -> None:
    told = Conversation()
    for apdu in heard:
        told = told.hear(apdu)
    assert told.meaning is meaning


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=30)), max_size=8))
def test_a_payment_is_only_taken_for_done_when_it_was_approved_and_completed(
    heard: list[tuple[int, bytes]],
) -> None:
    told = Conversation()
    for control, data in heard:
        try:
            told = told.hear(Apdu(control, data))
        except ZvtError:
            continue
    if told.meaning is Meaning.DONE:
        assert told.stage is Stage.COMPLETED
        assert told.status is not None
        assert told.status.result == 0


def test_codes_are_said_in_words() -> None:
    assert "broken off" in say_why(why_word(0x6C))
    assert "F7" in say_why(why_word(0xF7))
    assert say_why(why_word(None)) == "The terminal said no."
    assert "is it on" in say_why("away")
    assert (is_busy(0xA0), is_busy(0x6C)) == (True, False)
    assert [say_progress(code) for code in (None, 0x0A, 0x01, 0x04, 0x0B, 0x44)] == [
        "wait", "card", "pin", "bank", "remove-card", "remove-card",
    ]  # fmt: skip
