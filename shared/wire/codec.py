"""Messages as bytes, and back. Runs on CPython and on the board's MicroPython."""

import json

from shared.wire.messages import WireError, check

MESSAGE_BYTES_MAX = 1024 * 1024
BOARD_MESSAGE_BYTES_MAX = 2048


def encode(message: dict) -> bytes:  # type: ignore[type-arg]  # MicroPython cannot evaluate dict[str, object]
    """Return a checked message as compact UTF-8 JSON; raises WireError if it is not of this protocol."""
    check(message)
    return json.dumps(message, separators=(",", ":")).encode()


def decode(payload: bytes, limit: int = MESSAGE_BYTES_MAX) -> dict[str, object]:
    """Return the message in a payload of at most `limit` bytes.

    Raises:
        WireError: the payload is too large, is no JSON, or is not a message of this protocol.
    """
    if len(payload) > limit:
        raise WireError("a message of %d bytes is larger than %d" % (len(payload), limit))
    message = _parse(payload)
    if not isinstance(message, dict):
        raise WireError("the payload is not a JSON object")
    check(message)
    return message


def _parse(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (
        ValueError,
        RuntimeError,
        MemoryError,
    ):  # nesting that exhausts the stack, or the board's small heap
        return None
