"""The board's settings: one JSON file, written when the board is enrolled."""

import json

from hub.firmware.bolt import CAP_MS
from shared.wire.hosts import parse_host

PULSE_MS = 150


class ConfigError(ValueError):
    """The settings file is missing, unreadable or lacks a key; the text names it and the remedy."""


class Config:
    """Who the board is, where its broker is, and which pins its bolts and door sensors are on."""

    def __init__(self, raw: dict[str, object]) -> None:
        mqtt = raw.get("mqtt")
        if not isinstance(mqtt, dict):
            raise ConfigError("the board's settings have no mqtt: enrol the board again")
        self.tenant = _text(raw, "tenant")
        self.hub = _text(raw, "hub")
        self.board = _text(raw, "board")
        self.hosts = _hosts(mqtt)
        self.authority = _authority(mqtt)
        self.username = _text(mqtt, "username")
        self.password = _text(mqtt, "password")
        self.client_id = _text(mqtt, "client_id")
        self.wifi_name = _text(raw, "wifi_name")
        self.wifi_password = _text(raw, "wifi_password")
        self.coil_pins = _pins(raw, "coil_pins")
        self.sensor_pins = _pins(raw, "sensor_pins")
        self.pulse_ms = _whole(raw, "pulse_ms")
        if len(self.coil_pins) != len(self.sensor_pins):
            raise ConfigError("coil_pins and sensor_pins must be as many: one of each for every door")
        if not 0 < self.pulse_ms <= CAP_MS:
            raise ConfigError("pulse_ms must be 1 to %d" % CAP_MS)


def read(path: str) -> Config:
    """Return the settings in a file; raises ConfigError."""
    raw = _load(path)
    if not isinstance(raw, dict):
        raise ConfigError("cannot read the board's settings in " + path + ": enrol the board")
    return Config(raw)


def _load(path: str) -> object:
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def _text(raw: dict[str, object], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise ConfigError(name + " is missing in the board's settings, or is no text")
    return value


def _hosts(mqtt: dict[str, object]) -> list[tuple[str, int]]:
    """Return the broker's hosts; settings of an earlier enrolment name one, as host and port."""
    listed = mqtt.get("hosts")
    if not listed:
        return [(_text(mqtt, "host"), _whole(mqtt, "port"))]
    try:
        if not isinstance(listed, list):
            raise ValueError("no list")
        return [parse_host(str(one)) for one in listed]
    except ValueError as error:
        problem = str(error)
    raise ConfigError("hosts in the board's settings: " + problem)  # the board chains no exceptions


def _authority(mqtt: dict[str, object]) -> str:
    """Return the authority that the broker's certificate must be of, "" where the broker speaks plainly."""
    if not mqtt.get("tls"):
        return ""
    authority = _text(mqtt, "authority")
    if not authority:
        raise ConfigError("the board's settings ask for TLS and have no authority: enrol the board again")
    return authority


def _whole(raw: dict[str, object], name: str) -> int:
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(name + " is missing in the board's settings, or is no whole number")
    return value


def _pins(raw: dict[str, object], name: str) -> list[int]:
    value = raw.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(pin, int) for pin in value):
        raise ConfigError(name + " is missing in the board's settings, or is no list of pins")
    return list(value)
