"""The door through which phones come: where it is, and why it is shut."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from shared.authority import Reach

LOCAL_DOMAINS: Final = ("localhost", "local", "lan", "home", "internal", "home.arpa")
"""Names that mean something at home alone (RFC 6762, RFC 8375, and what routers use)."""
LOCAL_NETWORKS: Final = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")
)  # fmt: skip
"""Addresses that nobody reaches from afar (RFC 1918, RFC 3927, RFC 4193, RFC 4291)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorStatus:
    """The door as it is now.

    Attributes:
        address: where paired phones come in, such as https://10.42.0.1:8143; empty while it is shut or nobody can come.
        doorstep: where a phone gets the certificate, and customers their receipts; plain HTTP; empty likewise.
        fingerprint: the SHA-256 of the authority's certificate, upper-case hex.
        fault: why the door is shut although phones may come; with its remedy.
    """

    address: str = ""
    doorstep: str = ""
    fingerprint: str = ""
    fault: str = ""
    remedy: str = ""


def reach_of_authority(hosts: tuple[str, ...]) -> Reach:
    """Return whom the till's authority may vouch for: what is local, and the names that the till was given.

    Whoever installs it on a phone trusts it with nothing else, whatever becomes of its key.
    """
    within = Reach(domains=LOCAL_DOMAINS, networks=LOCAL_NETWORKS)
    return Reach(domains=(*LOCAL_DOMAINS, *(host.lower() for host in hosts if not within.covers(host))),
                 networks=LOCAL_NETWORKS)  # fmt: skip
