"""The examples in docs/protocol.md, made by the code itself: `python -m tests.protocol_example` writes them anew."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey, hash_line
from shared.events.event import seal_event
from shared.events.sale import LedgerOpened
from shared.events.stock import StockMoved, StockReason
from shared.ids import Epoch, Sku, SourceId, TenantId
from shared.sync import batch
from shared.sync.batch import Message
from shared.sync.receiver import Accepted, acknowledge, judge_entries, welcome
from shared.sync.sender import MarksMoved, SendEntries, Sender, SendMessage
from shared.trust import public_key_text, sign_request
from shared.wire import topics
from shared.wire.messages import make

DOCUMENT = Path(__file__).parents[1] / "docs" / "protocol.md"
STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-harbour"), epoch=Epoch("k7f3q2"))
AT = datetime(2026, 5, 2, 10, 15, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BLOCK = re.compile(r"(<!-- example: (\S+) -->\n```text\n)(.*?)(```\n)", re.DOTALL)


def examples() -> dict[str, str]:
    """Return each example's text by its name."""
    ledger = _ledger()
    return {
        "chain": "".join(f"{entry.line.decode()}\n  SHA-256 {entry.hash}\n" for entry in ledger),
        "conversation": _conversation(ledger),
        "request": _request(ledger),
    }


def rewritten(text: str) -> str:
    """Return the document with the examples as the code makes them."""
    made = examples()
    return BLOCK.sub(lambda found: found[1] + made[found[2]] + found[4], text)


def _ledger() -> list[Entry]:
    moved = StockMoved(sku=Sku("bowl"), name="Bowl", change_milli=5000, reason=StockReason.RECEIVED)
    first = seal_event(
        stream=STREAM, head=EMPTY_HEAD, at=AT, event=LedgerOpened(currency="EUR", software="0.1.0")
    )
    return [first, seal_event(stream=STREAM, head=first.head, at=AT, event=moved)]


def _conversation(ledger: list[Entry]) -> str:
    """A till with two entries and a hub with none, spoken by the real machines."""
    sender, held, said = Sender(epoch=STREAM.epoch, head=ledger[-1].head), EMPTY_HEAD, []
    pending = list(sender.connected("s1", 0))
    while pending:
        match pending.pop(0):
            case SendMessage(message=message):
                said.append(_spoken("till", topics.ENTRIES, message))
                answer = welcome(str(message["session"]), STREAM, held, 0)
            case SendEntries(first_seq=first, last_seq=last):
                message, lines = _batch(ledger, first, last)
                said.append(_spoken("till", topics.ENTRIES, message, lines))
                verdict = judge_entries(STREAM, message, lines, held, lambda _: None)
                assert isinstance(verdict, Accepted)
                held = verdict.head
                answer = acknowledge(STREAM, held, 0)
            case MarksMoved():
                continue
            case other:
                raise AssertionError(other)
        said.append(_spoken("hub", topics.ACK, answer))
        pending += sender.received(answer, 0)
    said.append(_spoken("hub", topics.ACK, acknowledge(STREAM, held, 2)))
    return "\n".join(said)


def _batch(ledger: list[Entry], first: int, last: int) -> tuple[Message, list[bytes]]:
    lines = [entry.line for entry in ledger[first - 1 : last]]
    message = make(
        "entries",
        epoch=STREAM.epoch,
        first_seq=first,
        count=len(lines),
        last_hash=hash_line(lines[-1]),
        session="s1",
    )
    return message, lines


def _spoken(who: str, channel: str, message: Message, lines: list[bytes] | None = None) -> str:
    payload = batch.pack(message, lines or [])
    topic = topics.topic(STREAM.tenant, "hub-dock", STREAM.source, channel)
    plain = batch.unpack(payload)
    text = [json.dumps(plain.message, separators=(",", ":")), *(line.decode() for line in plain.lines)]
    packed = "" if payload.startswith(b"{") else ", packed by Zstandard"
    size = len("\n".join(text).encode())
    return f"{who} on {topic} ({size} bytes{packed})\n" + "".join(f"  {line}\n" for line in text)


def _request(ledger: list[Entry]) -> str:
    head = Head(ledger[-1].seq, ledger[-1].hash)
    path = f"/api/v1/streams/{STREAM.source}/hello"
    body = batch.pack(
        make("hello", session="c1", epoch=STREAM.epoch, head_seq=head.seq, head_hash=head.hash, minor=1)
    )
    signature = sign_request(KEY, method="POST", path=path, body=body)
    signed = "\n".join(("POST", path, hash_line(body)))
    return (
        f"private key (hex)   {bytes(range(32)).hex()}\n"
        f"public key          {public_key_text(KEY)}\n"
        f"body (base64)       {base64.b64encode(body).decode()}\n"
        f"what is signed      {json.dumps(signed)}\n"
        f"Authorization: Stallholder device=demo/hub-dock,signature={signature}\n"
    )


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
