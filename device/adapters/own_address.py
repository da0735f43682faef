"""Under which names and addresses others on the same network find this machine."""

import fcntl
import ipaddress
import socket
import struct

_SOMEWHERE = ("192.0.2.1", 9)  # RFC 5737: nobody's; nothing is sent there
_SIOCGIFADDR = 0x8915  # netdevice(7)
_NAME_BYTES = 15
_REQUEST_BYTES = 256
_ADDRESS_AT = slice(20, 24)


def own_address() -> str | None:
    """Return the address that others most likely reach, or None without a network.

    That is the one of the network card that the way out leads through; a till that is its own hotspot has no way out, but
    an address.
    """
    return next(iter(own_addresses()), None)


def own_addresses() -> tuple[str, ...]:
    """Return all IPv4 addresses of this machine that others can reach, the likeliest first."""
    out = _address_of_way_out()
    cards = (_address_of_card(name) for _, name in socket.if_nameindex())
    found = dict.fromkeys(address for address in (out, *cards) if address is not None)
    return tuple(address for address in found if not ipaddress.ip_address(address).is_loopback)


def own_name() -> str | None:
    """Return the name under which the network's own name service (mDNS, RFC 6762) shows this machine, if it has one."""
    name = socket.gethostname().partition(".")[0].lower()
    return f"{name}.local" if name and name != "localhost" else None


def _address_of_way_out() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_unspecified else address


def _address_of_card(name: str) -> str | None:
    request = struct.pack(f"{_REQUEST_BYTES}s", name.encode()[:_NAME_BYTES])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            answer = fcntl.ioctl(asked.fileno(), _SIOCGIFADDR, request)
        except OSError:  # a card without an IPv4 address
            return None
    return socket.inet_ntoa(answer[_ADDRESS_AT])
