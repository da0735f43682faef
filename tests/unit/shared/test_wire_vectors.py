"""The wire's vectors, as Python reads them; the board's MicroPython and the pages' JavaScript read the same file."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.ids import make_uuid7
from shared.money import MoneyFormatError, format_minor, parse_minor
from shared.wire import codec, topics
from shared.wire.messages import FIELDS, WireError
from shared.wire.pickup_code import format_code, parse_code

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "wire.json").read_text(encoding="utf-8")
)


def said(vector: dict[str, str]) -> str:
    return vector["says"]


@pytest.mark.parametrize("vector", VECTORS["messages"], ids=said)
def test_a_valid_message_is_read_and_written_alike(vector: dict[str, str]) -> None:
    message = codec.decode(vector["payload"].encode())
    assert message == json.loads(vector["payload"])
    assert codec.decode(codec.encode(message)) == message


@pytest.mark.parametrize("vector", VECTORS["messages_invalid"], ids=said)
def test_an_invalid_message_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(WireError):
        codec.decode(vector["payload"].encode())


def test_every_type_of_message_has_a_vector() -> None:
    assert {json.loads(vector["payload"])["type"] for vector in VECTORS["messages"]} == set(FIELDS)


def test_topics_are_made_and_split_as_the_vectors_say() -> None:
    for vector in VECTORS["topics"]:
        parts = (vector["tenant"], vector["hub"], vector["source"], vector["channel"])
        assert topics.topic(*parts) == vector["topic"]
        assert topics.split_topic(vector["topic"]) == parts
    for text in VECTORS["topics_invalid"]:
        with pytest.raises(ValueError, match="not a Stallholder topic"):
            topics.split_topic(text)


def test_pickup_codes_are_written_and_read_as_the_vectors_say() -> None:
    for vector in VECTORS["pickup_codes"]:
        assert format_code(vector["number"], vector["secret"]) == vector["code"]
        assert parse_code(vector["code"]) == (vector["number"], vector["secret"])
    for vector in VECTORS["pickup_codes_read"]:
        assert parse_code(vector["typed"]) == (vector["number"], vector["secret"])
    for text in VECTORS["pickup_codes_invalid"]:
        with pytest.raises(ValueError, match="9 digits"):
            parse_code(text)


def test_uuids_are_made_as_the_vectors_say() -> None:
    for vector in VECTORS["uuid7"]:
        assert make_uuid7(vector["unix_ms"], bytes.fromhex(vector["randomness_hex"])) == vector["uuid"]


def test_money_is_written_and_read_as_the_vectors_say() -> None:
    for vector in VECTORS["money"]:
        assert format_minor(vector["minor"], vector["currency"]) == vector["text"]
    for vector in VECTORS["money_read"]:
        assert parse_minor(vector["text"], vector["currency"]) == vector["minor"]
    for vector in VECTORS["money_invalid"]:
        with pytest.raises(MoneyFormatError):
            parse_minor(vector["text"], vector["currency"])
