"""docs/protocol.md says what the code does: its examples, its messages, its limits."""

import re

import pytest

from shared.entry import ENTRY_BYTES_MAX
from shared.sync.batch import COMPRESS_ABOVE_BYTES, PAYLOAD_BYTES_MAX
from shared.sync.sender import SenderLimits
from shared.wire import topics
from shared.wire.messages import FIELDS, OPTIONAL, PROTOCOL_MINOR, PROTOCOL_VERSION
from tests.protocol_example import BLOCK, DOCUMENT, examples, rewritten

TEXT = DOCUMENT.read_text(encoding="utf-8")
TYPES = {str: "", int: " int", list: " list", dict: " object", bool: " bool"}


def row_of(kind: str) -> list[str]:
    payloads = TEXT.split("## Payloads")[1].split("\n## ")[0]
    (row,) = re.findall(rf"^\| `{kind}`(?: \+ lines?)? \| (.*) \|$", payloads, re.MULTILINE)
    return row.split(" | ") if " | " in row else [row]


def test_the_examples_are_what_the_code_makes() -> None:
    assert {found[1] for found in BLOCK.findall(TEXT)} == set(examples())
    assert rewritten(TEXT) == TEXT, "write them anew: python -m tests.protocol_example"


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_each_message_stands_in_the_table_with_its_fields(kind: str) -> None:
    required, optional, *_ = re.split(r"\s*\|\s*", " | ".join(row_of(kind)))
    for cell, fields in ((required, FIELDS[kind]), (optional, OPTIONAL.get(kind, {}))):
        assert re.findall(r"`(\w+)`", cell) == list(fields)  # a word with a slash is no field
        for name, of in fields.items():
            assert f"`{name}`{TYPES[of]}" in cell


def test_each_channel_stands_in_the_table() -> None:
    for channel in topics.CHANNELS:
        assert f"\n| `{channel}` | " in TEXT


def test_the_limits_are_those_of_the_code() -> None:
    limits = SenderLimits()
    for words in (
        f"Version {PROTOCOL_VERSION}.{PROTOCOL_MINOR} ",
        f"at most {ENTRY_BYTES_MAX // 1024} KiB",
        f"above {COMPRESS_ABOVE_BYTES} bytes",
        f"more than {PAYLOAD_BYTES_MAX // 1024 // 1024} MiB",
        f"at most {limits.window_entries:,} entries beyond the mark, {limits.batch_entries} a batch",
        f"{limits.resend_first_ms // 1000} s, doubled at each silence up to {limits.resend_max_ms // 1000} s",
    ):
        assert words in TEXT, words
