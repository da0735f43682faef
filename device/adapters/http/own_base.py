"""Under which address somebody on the same network finds what this till shows to everybody."""

from fastapi import Request

from device.adapters.http.till_services import TillServices
from shared.http.security import LOOPBACK_NAMES, host_name


def own_base(till: TillServices, request: Request) -> str | None:
    """Return scheme, host and port for receipts and displays, or None where nobody can come.

    Customers' phones do not know the till's certificate: while the doorstep is open, they go there. Otherwise it is where the
    asking page found the till, unless that was on the till itself.
    """
    doorstep = till.phones.door.status.doorstep
    if doorstep:
        return doorstep
    asked = request.headers.get("host", "")
    if host_name(asked) not in LOOPBACK_NAMES:
        return f"{request.url.scheme}://{asked}"
    port = asked.rpartition("]")[2] if asked.startswith("[") else asked.removeprefix(host_name(asked))
    host = next(iter(till.extra_hosts), None) or till.own_address()
    return f"{request.url.scheme}://{host}{port}" if host else None
