"""Asks a broker whether it lets somebody in: the shortest MQTT 3.1.1 conversation (section 3.1)."""

import socket
import ssl
import struct

from hub.broker.errors import BrokerError
from hub.broker.users import BrokerCredentials

_TIMEOUT_S = 5.0
_MQTT_CONNECT = 0x10
_MQTT_CONNACK = 0x20
_CLEAN_USER_PASSWORD = 0b1100_0010
_DISCONNECT = b"\xe0\x00"


class SignInError(BrokerError):
    """The broker did not let its own steward in."""


def sign_in(host: str, port: int, who: BrokerCredentials, tls: ssl.SSLContext | None) -> None:
    """Sign in over MQTT and leave; raises OSError or SignInError if the broker does not take it.

    It is this machine's own broker, whose certificate always names localhost beside what others call it.
    """
    texts = [b"MQTT", who.client_id.encode(), who.username.encode(), who.password.encode()]
    protocol, *payload = [struct.pack(">H", len(text)) + text for text in texts]
    body = protocol + bytes((4, _CLEAN_USER_PASSWORD)) + struct.pack(">H", 10) + b"".join(payload)
    if len(body) > 127:
        raise SignInError("the steward's names are too long for a short CONNECT packet")
    with socket.create_connection((host, port), _TIMEOUT_S) as plain:
        if tls is None:
            _converse(plain, body)
        else:
            with tls.wrap_socket(plain, server_hostname="localhost") as secured:
                _converse(secured, body)


def _converse(connection: socket.socket, body: bytes) -> None:
    connection.sendall(bytes((_MQTT_CONNECT, len(body))) + body)
    answer = connection.recv(4)
    if len(answer) != 4 or answer[0] != _MQTT_CONNACK or answer[3] != 0:
        raise SignInError(f"the broker refused the steward's sign-in ({answer.hex() or 'closed'})")
    connection.sendall(_DISCONNECT)
