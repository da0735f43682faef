"""Ports for the servers of a test, which no other test run beside it and no client's own end of a connection can take."""

import itertools
import os
import socket
from collections.abc import Iterable, Iterator

# Below Linux's ephemeral ports (32,768 and up): those are given to whoever connects somewhere, also while a server of
# ours is down for a moment and means to come back on its port.
FIRST = 10_000
EACH = 2_000
WORKERS = 10


def _walk() -> Iterator[int]:
    """Each process of a parallel run walks through a stretch of its own; processes besides start somewhere by their number."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        start, length, at = FIRST + int(worker.removeprefix("gw")) % WORKERS * EACH, EACH, 0
    else:
        start, length = FIRST, WORKERS * EACH
        at = os.getpid() * 97 % length
    return (start + (at + step) % length for step in itertools.count())


_candidates = _walk()


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now; each call another."""
    for _ in range(WORKERS * EACH):
        port = next(_candidates)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError(f"no free port from {FIRST} to {FIRST + WORKERS * EACH}")


def free_ports(parts: Iterable[str]) -> dict[str, int]:
    """Ports that were free a moment ago, one for each part."""
    return {part: free_port() for part in parts}
