"""The board's own settings file, as its firmware reads it, and the identity that enrolling gave it."""

import json
from dataclasses import dataclass
from pathlib import Path

from shared.entry import Json
from shared.host.private_file import replace_private_file

FILE = "board.json"
PULSE_MS = 150
COIL_PINS_FROM = 0
SENSOR_PINS_FROM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttAccess:
    """How the board reaches its broker: hosts as host:port, and with TLS the authority (PEM) that it believes."""

    hosts: tuple[str, ...]
    username: str
    password: str
    client_id: str
    tls: bool = False
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardIdentity:
    """Who the board is: whose, at which hub, under which name."""

    tenant: str
    hub: str
    board: str
    mqtt: MqttAccess


def pins(doors: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the coil and the sensor pins of a bank: GPIO 0 upward and, behind 8 of them, 8 upward."""
    first_sensor = max(SENSOR_PINS_FROM, doors)
    return tuple(range(COIL_PINS_FROM, doors)), tuple(range(first_sensor, first_sensor + doors))


def board_of(settings: Path) -> str:
    """Return the name under which the board was enrolled; raises ValueError if the file is damaged."""
    try:
        return str(json.loads(settings.read_bytes())["board"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{settings} is damaged: enrol the board again") from error


def write_settings(directory: Path, identity: BoardIdentity, doors: int) -> Path:
    """Write the board's settings (mode 0600, in one step); returns the file."""
    coil_pins, sensor_pins = pins(doors)
    mqtt = identity.mqtt
    settings: dict[str, Json] = {
        "tenant": identity.tenant,
        "hub": identity.hub,
        "board": identity.board,
        "mqtt": {
            "hosts": list(mqtt.hosts),
            "tls": mqtt.tls,
            "authority": mqtt.authority,
            "username": mqtt.username,
            "password": mqtt.password,
            "client_id": mqtt.client_id,
        },
        "wifi_name": "simulated",
        "wifi_password": "",
        "coil_pins": list(coil_pins),
        "sensor_pins": list(sensor_pins),
        "pulse_ms": PULSE_MS,
    }
    path = directory / FILE
    replace_private_file(path, json.dumps(settings).encode())
    return path
