"""The ledger entry: its fields, its exact bytes and the chain that joins it to the one before.

An entry is one line of compact UTF-8 JSON, without its line end. Its bytes are the truth: they are hashed, stored,
sent and kept as they were written, and never made anew from parsed fields, so fields that a reader does not know
survive. Version 1 has these keys, in this order:

`v` format version · `tenant`, `source`, `epoch`, `seq` the stream key · `prev` SHA-256 of the previous entry's bytes
in hex (64 zeros before the first) · `at` wall-clock time, ISO 8601 with offset, for people only: order comes from `seq` ·
`kind` a past-tense event name · `body` the event's own fields.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, Union, cast

from pydantic_core import from_json

from shared.ids import Epoch, SourceId, TenantId

ENTRY_VERSION = 1
GENESIS_HASH = "0" * 64
ENTRY_BYTES_MAX = 256 * 1024

Json: TypeAlias = Union[bool, int, str, "list[Json]", "dict[str, Json]", None]
"""JSON without fractions: money, quantities and rates are integers."""

Body: TypeAlias = Mapping[str, Json]

ReadBody: TypeAlias = Callable[[str, Body], object]
"""Makes the meaning of an entry from its kind and body."""


class EntryError(ValueError):
    """Bytes cannot be read as a ledger entry; `reason` says why in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not a ledger entry: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamKey:
    """One chain of entries: who wrote it, under which birth of its ledger."""

    tenant: TenantId
    source: SourceId
    epoch: Epoch


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: its number (0 before the first) and hash."""

    seq: int
    hash: str


EMPTY_HEAD = Head(0, GENESIS_HASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry with its exact bytes (`line`, without line end) and their SHA-256 in hex (`hash`).

    `meaning` is what a reader has already made of the body, so that nobody reads it twice; the bytes stay the truth.
    """

    stream: StreamKey
    seq: int
    prev: str
    at: datetime
    kind: str
    line: bytes
    hash: str
    meaning: object = field(default=None, compare=False, repr=False)

    @property
    def body(self) -> Body:
        """The event's own fields, read from the exact bytes anew each time."""
        return cast("Body", json.loads(self.line)["body"])

    @property
    def head(self) -> Head:
        """This entry as the head of its chain."""
        return Head(self.seq, self.hash)


def hash_line(line: bytes) -> str:
    """Return the SHA-256 of an entry's exact bytes, in lower-case hex."""
    return hashlib.sha256(line).hexdigest()


def seal_entry(*, stream: StreamKey, head: Head, at: datetime, kind: str, body: Body) -> Entry:
    """Make the entry that follows `head`: number, previous hash, exact bytes and hash.

    Raises:
        EntryError: the time has no offset, the body holds what JSON without fractions cannot, or it is too large.
    """
    return seal_encoded(stream=stream, head=head, at=at, kind=kind, body=encode_json(body))


def seal_encoded(
    *, stream: StreamKey, head: Head, at: datetime, kind: str, body: bytes, meaning: object = None
) -> Entry:
    """Do as `seal_entry` does with a body that is compact JSON without fractions already.

    Raises:
        EntryError: the time has no offset, or the entry is too large.
    """
    if at.tzinfo is None:
        raise EntryError("its time has no offset from UTC")
    at = at.replace(
        microsecond=at.microsecond // 1000 * 1000
    )  # as it is written, so that reading gives the same
    seq, prev = head.seq + 1, head.hash
    line = b'%b"seq":%d,"prev":"%b","at":"%b","kind":%b,"body":%b}' % (
        _opening_bytes(stream), seq, prev.encode(), at.isoformat(timespec="milliseconds").encode(), _text_bytes(kind),
        body,
    )  # fmt: skip
    if len(line) > ENTRY_BYTES_MAX:
        raise EntryError(f"it has {len(line)} bytes, more than {ENTRY_BYTES_MAX}")
    return Entry(
        stream=stream, seq=seq, prev=prev, at=at, kind=kind, line=line, hash=hash_line(line), meaning=meaning
    )


@lru_cache(maxsize=64)
def _opening_bytes(stream: StreamKey) -> bytes:
    fields = {
        "v": ENTRY_VERSION, "tenant": stream.tenant, "source": stream.source, "epoch": stream.epoch
    }  # fmt: skip
    return encode_json(fields)[:-1] + b","


@lru_cache(maxsize=64)
def _text_bytes(text: str) -> bytes:
    return encode_json(text)


def encode_json(value: object) -> bytes:
    """Return compact UTF-8 JSON in the order of its keys; raises EntryError for fractions and unknown types."""
    _require_exact(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _require_exact(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case Mapping():
            for item in value.values():
                _require_exact(item)
        case list() | tuple():
            for item in value:
                _require_exact(item)
        case _:
            raise EntryError(f"{value!r} is neither text, integer, list nor mapping")


def parse_entry(line: bytes, read_body: ReadBody | None = None) -> Entry:
    """Read an entry from its exact bytes; with `read_body` its meaning too, from the same look at the JSON.

    Raises:
        EntryError: the bytes are no entry of a version that this reader knows.
    """
    if len(line) > ENTRY_BYTES_MAX:
        raise EntryError(f"it has {len(line)} bytes, more than {ENTRY_BYTES_MAX}")
    try:
        fields = from_json(
            line
        )  # unlike json.loads it refuses half a surrogate pair, which no database takes
    except ValueError as error:
        raise EntryError(f"its JSON cannot be read ({error})") from error
    if not isinstance(fields, dict):
        raise EntryError("it is no JSON object")
    return _entry_of(fields, line, read_body)


def _entry_of(fields: dict[str, object], line: bytes, read_body: ReadBody | None) -> Entry:
    if fields.get("v") != ENTRY_VERSION:
        raise EntryError(
            f"it has format version {fields.get('v')!r}, this reader knows {ENTRY_VERSION}: update it"
        )
    seq = fields.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1:
        raise EntryError(f"its number is {seq!r}, it must be 1 or more")
    body = fields.get("body")
    if not isinstance(body, dict):
        raise EntryError("it has no body")
    stream = StreamKey(
        tenant=TenantId(_text(fields, "tenant")),
        source=SourceId(_text(fields, "source")),
        epoch=Epoch(_text(fields, "epoch")),
    )
    kind = _text(fields, "kind")
    return Entry(
        stream=stream, seq=seq, prev=_text(fields, "prev"), at=_time(fields), kind=kind, line=line,
        hash=hash_line(line), meaning=read_body(kind, body) if read_body else None,
    )  # fmt: skip


def _text(fields: dict[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise EntryError(f"its {key} is {value!r}, it must be text")
    return value


def _time(fields: dict[str, object]) -> datetime:
    try:
        at = datetime.fromisoformat(_text(fields, "at"))
    except ValueError as error:
        raise EntryError(f"its time {fields.get('at')!r} cannot be read") from error
    if at.tzinfo is None:
        raise EntryError(f"its time {fields.get('at')!r} has no offset from UTC")
    return at
