"""Under which address others on the same network find this machine."""

import ipaddress
import socket

_SOMEWHERE = ("192.0.2.1", 9)  # RFC 5737: nobody's; nothing is sent there


def own_address() -> str | None:
    """Return the address of the network card that the way out leads through, or None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_unspecified else address
