"""Finding free TCP ports: the usual one where it is free, else the next free one, the same again at the next run."""

import json
import socket
from pathlib import Path

USUAL_PORTS = {"till": 8101, "hub": 8102, "cloud": 8103, "board": 8104, "broker": 8105}
_TRIES = 200


def choose_ports(path: Path, bind: str) -> dict[str, int]:
    """Return a port for each part, preferring those of the last run, and keep the choice in `path`.

    Raises:
        OSError: no free port was found.
    """
    wished = last_ports(path)
    taken: set[int] = set()
    ports = {}
    for part in USUAL_PORTS:
        ports[part] = _first_free(bind, wished[part], taken)
        taken.add(ports[part])
    path.write_text(json.dumps(ports))
    return ports


def last_ports(path: Path) -> dict[str, int]:
    """Return the ports of the last run, the usual ones where there was none."""
    return {**USUAL_PORTS, **(json.loads(path.read_text()) if path.exists() else {})}


def _first_free(bind: str, wished: int, taken: set[int]) -> int:
    for port in range(wished, wished + _TRIES):
        if port not in taken and _is_free(bind, port):
            return port
    raise OSError(
        f"no free port between {wished} and {wished + _TRIES - 1} on {bind}: stop something that listens there"
    )


def _is_free(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True
