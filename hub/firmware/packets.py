"""The packets of MQTT 3.1.1 (OASIS) that a board speaks, as bytes. Pure."""

import struct

CONNACK = 2
PUBLISH = 3
PUBACK = 4
SUBACK = 9
PINGRESP = 13

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"


def connect(
    client_id: str, username: str, password: str, keepalive_s: int, will_topic: str, will_payload: bytes
) -> bytes:
    """Return CONNECT (3.1) with a clean session and a retained will of QoS 1."""
    flags = 0b1110_1110  # user name, password, will retain, will QoS 1, will, clean session
    body = _text("MQTT") + bytes((4, flags)) + struct.pack(">H", keepalive_s)
    body += _text(client_id) + _text(will_topic) + struct.pack(">H", len(will_payload)) + will_payload
    return _packet(0x10, body + _text(username) + _text(password))


def subscribe(packet_id: int, topic: str) -> bytes:
    """Return SUBSCRIBE (3.8) for one topic at QoS 1."""
    return _packet(0x82, struct.pack(">H", packet_id) + _text(topic) + b"\x01")


def publish(packet_id: int, topic: str, payload: bytes, *, retain: bool) -> bytes:
    """Return PUBLISH (3.3) at QoS 1."""
    return _packet(0x33 if retain else 0x32, _text(topic) + struct.pack(">H", packet_id) + payload)


def puback(packet_id: int) -> bytes:
    """Return PUBACK (3.4)."""
    return struct.pack(">BBH", 0x40, 2, packet_id)


def split_publish(flags: int, body: bytes) -> tuple[str, int, int]:
    """Return (topic, packet id, start of the payload) of a PUBLISH; the id is 0 at QoS 0.

    Raises:
        ValueError: the packet is shorter than it says.
    """
    if len(body) < 2:
        raise ValueError("a PUBLISH without a topic")
    length = struct.unpack(">H", body[:2])[0]
    start = 2 + length
    has_id = flags & 0b0110
    end = start + 2 if has_id else start
    if len(body) < end:
        raise ValueError("a PUBLISH shorter than its topic")
    packet_id = struct.unpack(">H", body[start:end])[0] if has_id else 0
    return body[2:start].decode(), packet_id, end


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _packet(first: int, body: bytes) -> bytes:
    head = bytearray((first,))
    length = len(body)
    while True:  # remaining length, 2.2.3: seven bits a byte, the lowest first
        digit = length & 0x7F
        length >>= 7
        head.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(head) + body
