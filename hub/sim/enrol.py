"""Enrols the board at its hub with a one-time code."""

from pathlib import Path
from typing import cast

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.sim.settings_file import BoardIdentity, MqttAccess
from shared.host.private_file import replace_private_file
from shared.trust import ENROL_PATH, enrolment_wish, private_key_text
from shared.wire.hosts import format_host

_TIMEOUT_S = 15.0


class EnrolError(Exception):
    """The hub did not take the board; the text says why and what to do."""


def enrol(hub_url: str, code: str, board: str, key: Ed25519PrivateKey) -> BoardIdentity:
    """Ask the hub to take this board; raises EnrolError."""
    asked = enrolment_wish(key, code=code, device=board)
    try:
        answer = httpx.post(hub_url.rstrip("/") + ENROL_PATH, json=asked, timeout=_TIMEOUT_S)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise EnrolError(f"the hub does not answer at {hub_url} ({error}): check the address") from error
    if answer.is_error or not isinstance(said, dict):
        words = said if isinstance(said, dict) else {}
        raise EnrolError(f"{words.get('message', answer.text)} {words.get('remedy', '')}".strip())
    return _identity(cast("dict[str, object]", said))


def keep_key(directory: Path, key: Ed25519PrivateKey) -> None:
    """Write the board's private key (mode 0600)."""
    replace_private_file(directory / "board.key", private_key_text(key).encode())


def _identity(said: dict[str, object]) -> BoardIdentity:
    try:
        mqtt = cast("dict[str, object]", said["mqtt"])
        return BoardIdentity(
            tenant=str(said["tenant"]),
            hub=str(said["hub"]),
            board=str(said["device"]),
            mqtt=MqttAccess(
                hosts=_hosts(mqtt),
                tls=bool(mqtt.get("tls")),
                authority=str(mqtt.get("authority") or ""),
                username=str(mqtt["username"]),
                password=str(mqtt["password"]),
                client_id=str(mqtt["client_id"]),
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EnrolError(f"the hub's answer is not complete ({error}): update the older side") from error


def _hosts(mqtt: dict[str, object]) -> tuple[str, ...]:
    """Return the hosts that the hub names; an older hub names one, as host and port."""
    listed = mqtt.get("hosts")
    if isinstance(listed, list) and listed:
        return tuple(str(one) for one in listed)
    return (format_host(str(mqtt["host"]), int(str(mqtt["port"]))),)
