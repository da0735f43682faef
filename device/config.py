"""The till's configuration: a TOML file, then the environment (`STALLHOLDER_TILL_<KEY>`), read once at the start."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from device.domain.errors import ConfigError

PREFIX = "STALLHOLDER_TILL_"
DEFAULT_DATA_DIR = Path.home() / ".local" / "share" / "stallholder" / "till"
PORT_MAX = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be set.

    Attributes:
        data_dir: where ledger, settings and identity lie.
        bind: address to listen on; 127.0.0.1 serves this machine alone.
        port: where to listen.
        extra_hosts: further names under which the pages are opened, such as till.local.
        stall: the stall's name on receipts.
        currency: ISO 4217; fixed once the ledger is born.
        language: of the pages, en or de.
        demo: tells the pages to say that this is a demonstration.
        clock: `system`, or `file` for a demonstration that sets the time.
        market_weekdays: weekdays on which the stall sells, Monday 0 to Sunday 6; empty: learn them from the sales.
    """

    data_dir: Path = DEFAULT_DATA_DIR
    bind: str = "127.0.0.1"
    port: int = 8101
    extra_hosts: tuple[str, ...] = ()
    stall: str = "My stall"
    currency: str = "EUR"
    language: str = "en"
    demo: bool = False
    clock: str = "system"
    market_weekdays: frozenset[int] = frozenset()


def load_config(path: Path | None, environment: Mapping[str, str]) -> Config:
    """Read the configuration; raises ConfigError naming the key that is wrong."""
    given: dict[str, object] = {} if path is None else _read_toml(path)
    for name in _PARSERS:
        if PREFIX + name.upper() in environment:
            given[name] = environment[PREFIX + name.upper()]
    unknown = sorted(set(given) - set(_PARSERS))
    if unknown:
        raise ConfigError(unknown[0], "is not known", f"The settings are {', '.join(_PARSERS)}.")
    return Config(**{name: _PARSERS[name](name, value) for name, value in given.items()})  # type: ignore[arg-type]  # each parser gives its field's type


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError("--config", f"names {path}, which is not there", "Check the path.") from error
    except (ValueError, OSError) as error:
        raise ConfigError(
            "--config", f"names {path}, which cannot be read: {error}", "Correct the file."
        ) from error


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not value.isprintable():
        raise ConfigError(key, f"is {value!r}", "Give it a text of one line.")
    return value


def _path(key: str, value: object) -> Path:
    return Path(_text(key, value)).expanduser().absolute()


def _port(key: str, value: object) -> int:
    number = _int(key, value)
    if not 0 <= number <= PORT_MAX:
        raise ConfigError(key, f"is {number}", f"Give it a port from 1 to {PORT_MAX}, or 0 for any free one.")
    return number


def _int(key: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise ConfigError(key, f"is {value!r}", "Give it a whole number.") from error


def _truth(key: str, value: object) -> bool:
    match str(value).lower():
        case "true" | "1" | "yes":
            return True
        case "false" | "0" | "no":
            return False
        case _:
            raise ConfigError(key, f"is {value!r}", "Give it true or false.")


def _list(key: str, value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else str(value).split(",")
    return tuple(_text(key, str(item).strip()) for item in items if str(item).strip())


def _weekdays(key: str, value: object) -> frozenset[int]:
    days = frozenset(_int(key, item) for item in _list(key, value))
    if not days <= frozenset(range(7)):
        raise ConfigError(
            key, f"is {value!r}", "Give it weekdays from 0 (Monday) to 6 (Sunday), such as 4,5."
        )
    return days


def _one_of(*choices: str) -> Callable[[str, object], str]:
    def parse(key: str, value: object) -> str:
        if value not in choices:
            raise ConfigError(key, f"is {value!r}", f"Choose one of: {', '.join(choices)}.")
        return str(value)

    return parse


def _currency(key: str, value: object) -> str:
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()):
        raise ConfigError(key, f"is {value!r}", "Give it the three letters of ISO 4217, such as EUR.")
    return value


_PARSERS: Mapping[str, Callable[[str, object], object]] = {
    "data_dir": _path,
    "bind": _text,
    "port": _port,
    "extra_hosts": _list,
    "stall": _text,
    "currency": _currency,
    "language": _one_of("en", "de"),
    "demo": _truth,
    "clock": _one_of("system", "file"),
    "market_weekdays": _weekdays,
}
if set(_PARSERS) != {field.name for field in fields(Config)}:
    raise AssertionError("every setting needs a parser, and every parser a setting")
