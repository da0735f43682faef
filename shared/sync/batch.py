"""A message and the lines that travel with it, entries or a part of a document, as one payload.

The payload is the message's JSON line, followed by each entry's exact bytes on a line of its own; above
COMPRESS_ABOVE_BYTES it is one Zstandard frame (RFC 8878). Lines are never quoted or re-encoded: what arrives is what
the ledger holds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import zstandard

from shared.wire import codec
from shared.wire.messages import WireError

Message = dict[str, object]

COMPRESS_ABOVE_BYTES = 512
PAYLOAD_BYTES_MAX = 8 * 1024 * 1024
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Payload:
    """A message and its lines: of entries for `entries`, one part of a document for `document`, else none."""

    message: Message
    lines: tuple[bytes, ...] = ()


def pack(message: Message, lines: Sequence[bytes] = ()) -> bytes:
    """Return the bytes of a message and its lines; raises WireError if the message is not of the protocol."""
    plain = b"\n".join((codec.encode(message), *lines))
    if len(plain) <= COMPRESS_ABOVE_BYTES:
        return plain
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(plain)


def unpack(payload: bytes) -> Payload:
    """Read a payload of at most PAYLOAD_BYTES_MAX bytes, packed or plain.

    Raises:
        WireError: it is too large, damaged, or not of the protocol, or does not hold the lines it announces.
    """
    head, *lines = _plain(payload).split(b"\n")
    message = codec.decode(head)
    announced = message["count"] if message["type"] == "entries" else int(message["type"] == "document")
    if announced != len(lines):
        raise WireError(f"the payload announces {announced} lines and holds {len(lines)}")
    return Payload(message, tuple(lines))


def epoch_of(payload: bytes) -> str:
    """Return the epoch that a payload of any version names, such as one that `unpack` refuses; empty if it names none."""
    try:
        said = json.loads(_plain(payload).split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return ""
    epoch = said.get("epoch") if isinstance(said, dict) else None
    return epoch if isinstance(epoch, str) else ""


def opened_bytes(payload: bytes) -> int:
    """Return how large a payload is once opened, as it says itself; damaged ones count as they are. Costs nothing."""
    try:
        stated = zstandard.frame_content_size(payload) if payload.startswith(_ZSTD_MAGIC) else 0
    except zstandard.ZstdError:
        stated = 0
    return max(len(payload), min(stated, PAYLOAD_BYTES_MAX))


def _plain(payload: bytes) -> bytes:
    if not payload.startswith(_ZSTD_MAGIC):
        if len(payload) > PAYLOAD_BYTES_MAX:
            raise WireError(f"a payload of {len(payload)} bytes is larger than {PAYLOAD_BYTES_MAX}")
        return payload
    try:
        size = zstandard.frame_content_size(payload)
        if not 0 <= size <= PAYLOAD_BYTES_MAX:  # -1 means not stated: a bomb is not opened to find out
            raise WireError(f"a packed payload must state a size up to {PAYLOAD_BYTES_MAX} bytes, got {size}")
        return zstandard.ZstdDecompressor().decompress(payload, max_output_size=PAYLOAD_BYTES_MAX)
    except zstandard.ZstdError as error:
        raise WireError(f"the packed payload is damaged ({error})") from error
