"""Settings of a part, read once: command line over environment over TOML file over defaults.

Pure: the caller brings the file's text and the environment. A field of the settings dataclass is a key of the file and,
in capitals behind the part's prefix, a name of the environment: `data_dir` is `STALLHOLDER_TILL_DATA_DIR`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TypeVar, get_type_hints

_T = TypeVar("_T")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class SettingsError(ValueError):
    """A setting is missing, unknown or unreadable; `key` names it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"setting {key}: {reason}")
        self.key = key


def read_settings(
    kind: type[_T],
    *,
    prefix: str,
    toml_text: str = "",
    environment: Mapping[str, str],
    chosen: Mapping[str, object] | None = None,
) -> _T:
    """Return the settings dataclass `kind`, filled.

    Args:
        kind: a dataclass whose fields are of types that a text makes: str, int, float, bool, Path.
        prefix: what the environment's names start with, such as `STALLHOLDER_TILL_`.
        toml_text: the settings file's text; a key that `kind` does not know is refused.
        environment: the process's environment; names outside the prefix are ignored.
        chosen: what the command line says; None means not said.

    Raises:
        SettingsError: naming the first key that is missing, unknown or unreadable.
    """
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} must be a dataclass")
    types = get_type_hints(kind)
    given = _parse_toml(toml_text)
    for key in given:
        if key not in types:
            raise SettingsError(key, f"is not known here, use one of {', '.join(sorted(types))}")
    for key in types:
        if (named := prefix + key.upper()) in environment:
            given[key] = environment[named]
    given.update({key: value for key, value in (chosen or {}).items() if value is not None})
    required = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
    for key in required:
        if key not in given:
            raise SettingsError(key, f"is needed: set it in the file or as {prefix}{key.upper()}")
    return kind(**{key: _convert(key, types[key], value) for key, value in given.items()})


def _parse_toml(text: str) -> dict[str, object]:
    try:
        return dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("(file)", f"is not TOML: {error}") from error


def _convert(key: str, kind: type, value: object) -> object:
    if isinstance(value, bool) and kind is not bool:
        raise SettingsError(key, f"must be {kind.__name__}, not {value!r}")
    if isinstance(value, kind):
        return value
    if kind is bool:
        truth = _TRUTHS.get(str(value).lower())
        if truth is None:
            raise SettingsError(key, f"must be true or false, not {value!r}")
        return truth
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(key, f"must be {kind.__name__}, not {value!r}") from error
