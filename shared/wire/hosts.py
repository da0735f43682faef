"""Where a broker is: a list of hosts that are tried in turn. Pure. Runs on CPython and on the board's MicroPython.

All hosts of a list lead to one broker: nodes of one cluster, or one machine under several names.
"""

PORT_MAX = 65535


def parse_host(text: str, default_port: int = 1883) -> tuple[str, int]:
    """Return (host, port) of `host`, `host:port` or `[v6-address]:port`; raises ValueError naming what is wrong."""
    host, port = text, ""
    if text.startswith("[") and "]" in text:
        host, rest = text[1:].split("]", 1)
        if rest and not rest.startswith(":"):
            raise ValueError(text + " is no host:port")
        port = rest[1:]
    elif text.count(":") == 1:
        host, port = text.split(":")
    number = int(port) if port.isdigit() else default_port
    if not host or " " in host or (port and not port.isdigit()) or not 0 < number <= PORT_MAX:
        raise ValueError(text + " is no host:port, such as hub.local:1883")
    return host, number


def format_host(host: str, port: int) -> str:
    """Return host:port, with brackets around an address that has colons of its own."""
    return ("[%s]:%d" if ":" in host else "%s:%d") % (host, port)


class Rotation:
    """Which host is next, and how long to wait before: stays on what works, moves on from what does not.

    Each host of the list is tried once at the shortest pause; then the pause doubles with every round. The caller adds
    jitter.
    """

    def __init__(self, hosts: list[tuple[str, int]], first_ms: int, most_ms: int) -> None:
        if not hosts:
            raise ValueError("a list of hosts needs at least one")
        self._hosts = hosts
        self._first_ms = first_ms
        self._most_ms = most_ms
        self._at = 0
        self._failures = 0

    @property
    def host(self) -> tuple[str, int]:
        """The (host, port) to try now."""
        return self._hosts[self._at]

    def worked(self) -> None:
        """Note that the host let us in: the next pause is the shortest again."""
        self._failures = 0

    def failed(self) -> int:
        """Move on to the next host; return the pause before it is tried, in milliseconds."""
        rounds = self._failures // len(self._hosts)
        self._failures += 1
        self._at = (self._at + 1) % len(self._hosts)
        return min(self._most_ms, self._first_ms << min(rounds, 16))
