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
    try:
        message = json.loads(payload)
    except (
        ValueError,
        RuntimeError,
    ) as error:  # MicroPython raises RuntimeError when nesting exhausts its stack
        raise WireError("the payload is not JSON") from error
    check(message)
    return message  # type: ignore[no-any-return]  # check() has just made sure that it is a dict
