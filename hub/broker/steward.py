"""The broker's own hand: proves that MQTT answers, and sets the bound of the message store.

nats-server makes its message stream at the first MQTT sign-in, without a bound, and its configuration cannot give one.
So at every start the steward signs in over MQTT (MQTT 3.1.1, section 3.1), then asks over the native protocol for the
stream's settings and sends them back with `max_bytes` and `discard: new`: a full stream then refuses new messages
while the hub drains it, instead of refusing everybody's sign-in.
"""

import json
import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO, cast

from hub.broker.config_text import INBOX, STREAM_INFO, STREAM_UPDATE
from hub.broker.errors import BrokerError

_TIMEOUT_S = 5.0
_MQTT_CONNECT = 0x10
_MQTT_CONNACK = 0x20
_CLEAN_USER_PASSWORD = 0b1100_0010


class StewardError(BrokerError):
    """The broker answered the steward with something else than expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steward:
    """A sign-in that may do nothing but look at and bound the message stream."""

    username: str
    password: str
    client_id: str

    def sign_in(self, host: str, port: int) -> None:
        """Sign in over MQTT and leave; raises OSError or StewardError if the broker does not take it."""
        texts = [b"MQTT", self.client_id.encode(), self.username.encode(), self.password.encode()]
        protocol, *payload = [struct.pack(">H", len(text)) + text for text in texts]
        body = protocol + bytes((4, _CLEAN_USER_PASSWORD)) + struct.pack(">H", 10) + b"".join(payload)
        if len(body) > 127:
            raise StewardError("the steward's names are too long for a short CONNECT packet")
        with socket.create_connection((host, port), _TIMEOUT_S) as connection:
            connection.sendall(bytes((_MQTT_CONNECT, len(body))) + body)
            answer = connection.recv(4)
            if len(answer) != 4 or answer[0] != _MQTT_CONNACK or answer[3] != 0:
                raise StewardError(f"the broker refused the steward's sign-in ({answer.hex() or 'closed'})")
            connection.sendall(b"\xe0\x00")

    def bound_stream(self, native_port: int, stream_bytes: int) -> None:
        """Give the message stream its bound; raises OSError or StewardError if the broker refuses."""
        with (
            socket.create_connection(("127.0.0.1", native_port), _TIMEOUT_S) as connection,
            connection.makefile("rwb") as stream,
        ):
            wire = cast("BinaryIO", stream)
            self._open(wire)
            config = _settings(_request(wire, STREAM_INFO, b""))
            if config.get("max_bytes") == stream_bytes and config.get("discard") == "new":
                return
            config.update({"max_bytes": stream_bytes, "discard": "new"})
            changed = _settings(_request(wire, STREAM_UPDATE, json.dumps(config).encode()))
            if changed.get("max_bytes") != stream_bytes:
                raise StewardError(f"the message stream kept its bound of {changed.get('max_bytes')} bytes")

    def _open(self, wire: BinaryIO) -> None:
        wire.readline()  # INFO
        hello = {"verbose": False, "pedantic": False, "user": self.username, "pass": self.password}
        wire.write(b"CONNECT " + json.dumps(hello).encode() + b"\r\nSUB " + INBOX.encode() + b" 1\r\n")


def _request(wire: BinaryIO, subject: str, body: bytes) -> bytes:
    wire.write(f"PUB {subject} {INBOX} {len(body)}\r\n".encode() + body + b"\r\n")
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
