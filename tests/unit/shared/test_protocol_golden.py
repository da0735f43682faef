"""What protocol 1.1 sends and keeps, frozen: this version and every later one reads it as it was read then."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from shared.documents import read_issued
from shared.entry import EMPTY_HEAD, parse_entry
from shared.events.event import EVENT_CLASSES, UnreadableEvent, event_body, read_event
from shared.sync.batch import COMPRESS_ABOVE_BYTES, pack, unpack
from shared.trust import signing_key, verify_request
from shared.verify.verify import verify_lines
from shared.wire.messages import OPTIONAL, PROTOCOL_MINOR, PROTOCOL_VERSION

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "protocol.json").read_text(encoding="utf-8")
)
TILL_AND_HUB_TYPES = {
    "hello", "welcome", "entries", "ack", "gap", "refused", "lease-wanted", "lease", "documents-held", "document",
    "birth", "death",
}  # fmt: skip


def said(golden: dict[str, str]) -> str:
    return golden.get("says") or golden["kind"]


def test_the_golden_payloads_are_of_this_major_version_and_not_of_a_later_minor_one() -> None:
    assert GOLDEN["protocol"] == PROTOCOL_VERSION
    assert GOLDEN["minor"] <= PROTOCOL_MINOR


@pytest.mark.parametrize("golden", GOLDEN["payloads"], ids=said)
def test_a_golden_payload_is_read_as_it_was(golden: dict[str, Any]) -> None:
    read = unpack(base64.b64decode(golden["payload"]))
    assert read.message == golden["message"]
    assert [line.decode() for line in read.lines] == golden["lines"]


@pytest.mark.parametrize("golden", GOLDEN["payloads"], ids=said)
def test_what_is_sent_today_unpacks_to_the_same(golden: dict[str, Any]) -> None:
    lines = [line.encode() for line in golden["lines"]]
    packed = pack(golden["message"], lines)
    assert unpack(packed).message == golden["message"]
    if len(packed) <= COMPRESS_ABOVE_BYTES and packed.startswith(b"{"):
        assert packed == base64.b64decode(golden["payload"]), "plain payloads are the same to the byte"


def test_every_message_between_till_hub_and_cloud_has_a_golden_payload() -> None:
    assert {golden["message"]["type"] for golden in GOLDEN["payloads"]} == TILL_AND_HUB_TYPES
    for kind, fields in OPTIONAL.items():
        sent = {
            name
            for golden in GOLDEN["payloads"]
            if golden["message"]["type"] == kind
            for name in golden["message"]
        }
        assert set(fields) <= sent, kind


@pytest.mark.parametrize("golden", GOLDEN["entries"], ids=said)
def test_a_golden_entry_has_its_hash_and_says_what_it_said(golden: dict[str, str]) -> None:
    entry = parse_entry(golden["line"].encode())
    assert (entry.hash, entry.kind) == (golden["hash"], golden["kind"])
    event = read_event(entry)
    assert not isinstance(event, UnreadableEvent)
    body = event_body(event)
    assert {name: body[name] for name in entry.body} == entry.body


def test_the_golden_entries_are_two_sound_chains_with_every_kind_of_entry() -> None:
    lines = [golden["line"].encode() for golden in GOLDEN["entries"]]
    born = [index for index, line in enumerate(lines) if parse_entry(line).prev == EMPTY_HEAD.hash]
    assert len(born) == 2
    for chain in (lines[: born[1]], lines[born[1] :]):
        report = verify_lines(chain)
        assert report.problem is None, report.problem
        assert report.entries == len(chain)
    assert {golden["kind"] for golden in GOLDEN["entries"]} <= set(EVENT_CLASSES)


def test_the_golden_request_is_signed_and_the_golden_document_is_of_its_root() -> None:
    request, document = GOLDEN["request"], GOLDEN["document"]
    body = base64.b64decode(request["body"])
    verify_request(
        request["public_key"], request["signature"], method=request["method"], path=request["path"], body=body
    )
    key = signing_key(
        base64.urlsafe_b64encode(bytes.fromhex(request["private_key_hex"])).decode().rstrip("=")
    )
    assert (
        base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
        == request["public_key"]
    )
    issued = read_issued(
        json.loads(document["line"]), root_public_key=document["root_public_key"], tenant="demo"
    )
    assert (issued.version, issued.hash) == (5, document["hash"])
