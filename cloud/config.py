"""The cloud's configuration: a TOML file, then the environment, read once.

Keys: `data_dir`, `bind`, `port`, `extra_hosts`. Each can be set in the environment as STALLHOLDER_CLOUD_<KEY>, which
counts more than the file; a list is written with commas.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENVIRONMENT_PREFIX: Final = "STALLHOLDER_CLOUD_"
PORT: Final = 8103
_KEYS: Final = ("data_dir", "bind", "port", "extra_hosts")


class ConfigError(ValueError):
    """A key of the configuration is missing, unknown or wrong; the text names it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"configuration key {key}: {reason}")
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the cloud keeps its things and where it listens; `extra_hosts` are further names it answers to."""

    data_dir: Path
    bind: str = "127.0.0.1"
    port: int = PORT
    extra_hosts: tuple[str, ...] = ()

    @property
    def database_file(self) -> Path:
        """The database."""
        return self.data_dir / "cloud.sqlite"

    @property
    def root_key_file(self) -> Path:
        """The root key."""
        return self.data_dir / "root.json"


def load_config(file: Path | None, environment: Mapping[str, str]) -> Config:
    """Read the configuration; raises ConfigError naming the key."""
    values: dict[str, object] = {"data_dir": "~/.local/share/stallholder/cloud"}
    values.update(_from_file(file) if file else {})
    for key in _KEYS:
        if (text := environment.get(ENVIRONMENT_PREFIX + key.upper())) is not None:
            values[key] = text
    return Config(
        data_dir=Path(_text(values, "data_dir")).expanduser(),
        bind=_text(values, "bind") if "bind" in values else "127.0.0.1",
        port=_port(values.get("port", PORT)),
        extra_hosts=_hosts(values.get("extra_hosts", ())),
    )


def _from_file(file: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(file.read_text())
    except OSError as error:
        raise ConfigError("--config", f"{file} cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("--config", f"{file} is not TOML ({error})") from error
    for key in values:
        if key not in _KEYS:
            raise ConfigError(key, f"is not known, use one of {', '.join(_KEYS)}")
    return values


def _text(values: Mapping[str, object], key: str) -> str:
    value = values[key]
    if not isinstance(value, str) or not value:
        raise ConfigError(key, f"{value!r} must be text")
    return value


def _port(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or not 0 < int(text) < 65_536:
        raise ConfigError("port", f"{value!r} must be a number from 1 to 65535")
    return int(text)


def _hosts(value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ConfigError("extra_hosts", f"{value!r} must be a list of names")
    return tuple(name.strip() for name in names if name.strip())
