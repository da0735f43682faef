"""The broker's own hand: sets the bound of the message store.

nats-server makes its message stream at the first MQTT sign-in, without a bound, and its configuration cannot give one.
So at every start, once the steward has signed in over MQTT, it asks over the native protocol for the stream's settings
and sends them back with `max_bytes` and `discard: new`: a full stream then refuses new messages while the hub drains
it, instead of refusing everybody's sign-in.
"""

import json
import socket
from typing import BinaryIO, cast

from hub.broker.errors import BrokerError
from hub.broker.nats.config_text import STREAM_INFO, STREAM_UPDATE, inbox_of
from hub.broker.users import BrokerCredentials

_TIMEOUT_S = 5.0


class StewardError(BrokerError):
    """The broker answered the steward with something else than expected."""


def bound_stream(native_port: int, steward: BrokerCredentials, stream_bytes: int) -> None:
    """Give the message stream its bound; raises OSError or StewardError if the broker refuses."""
    with (
        socket.create_connection(("127.0.0.1", native_port), _TIMEOUT_S) as connection,
        connection.makefile("rwb") as stream,
    ):
        wire = cast("BinaryIO", stream)
        inbox = inbox_of(steward.client_id)
        _open(wire, steward, inbox)
        config = _settings(_request(wire, STREAM_INFO, inbox, b""))
        if config.get("max_bytes") == stream_bytes and config.get("discard") == "new":
            return
        config.update({"max_bytes": stream_bytes, "discard": "new"})
        changed = _settings(_request(wire, STREAM_UPDATE, inbox, json.dumps(config).encode()))
        if changed.get("max_bytes") != stream_bytes:
            raise StewardError(f"the message stream kept its bound of {changed.get('max_bytes')} bytes")


def _open(wire: BinaryIO, steward: BrokerCredentials, inbox: str) -> None:
    wire.readline()  # INFO
    hello = {"verbose": False, "pedantic": False, "user": steward.username, "pass": steward.password}
    wire.write(b"CONNECT " + json.dumps(hello).encode() + b"\r\nSUB " + inbox.encode() + b" 1\r\n")


def _request(wire: BinaryIO, subject: str, inbox: str, body: bytes) -> bytes:
    wire.write(f"PUB {subject} {inbox} {len(body)}\r\n".encode() + body + b"\r\n")
    wire.flush()
    while line := wire.readline():
        if line.startswith(b"MSG "):
            return wire.read(int(line.split()[-1]) + 2)
        if line.startswith(b"PING"):
            wire.write(b"PONG\r\n")
            wire.flush()
        elif line.startswith(b"-ERR"):
            raise StewardError(f"the broker refused {subject}: {line.decode().strip()}")
    raise StewardError(f"the broker closed the connection at {subject}")


def _settings(answer: bytes) -> dict[str, object]:
    parsed = json.loads(answer)
    config = parsed.get("config") if isinstance(parsed, dict) else None
    if not isinstance(config, dict):
        raise StewardError(f"the broker has no settings for its message stream: {parsed!r}")
    return cast("dict[str, object]", config)
