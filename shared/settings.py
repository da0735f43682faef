"""Settings of a part, read once: command line over environment over TOML file over defaults.

Pure: the caller brings the file's text and the environment. A field of the settings dataclass is a key of the file and,
in capitals behind the part's prefix, a name of the environment: `data_dir` is `STALLHOLDER_TILL_DATA_DIR`. A list is a
TOML array, or in the environment a text with commas or spaces. What a type cannot say, the dataclass checks in its
`__post_init__` and refuses with `SettingsError`.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TypeVar, get_args, get_origin, get_type_hints

PORT_MAX = 65_535
_T = TypeVar("_T")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class SettingsError(ValueError):
    """A setting is missing, unknown or unfit; `key` names it, and `remedy` says what to write."""

    def __init__(self, key: str, reason: str, remedy: str) -> None:
        super().__init__(f"The setting {key} {reason}. {remedy}")
        self.key = key
        self.remedy = remedy


def read_settings(
    kind: type[_T],
    *,
    prefix: str,
    toml_text: str = "",
    environment: Mapping[str, str],
    chosen: Mapping[str, object] | None = None,
    beneath: Mapping[str, object] | None = None,
) -> _T:
    """Return the settings dataclass `kind`, filled.

    Args:
        kind: a dataclass whose fields are of types that a text makes: str, int, float, bool, Path, tuple[str, ...],
            frozenset[int] and the like.
        prefix: what the environment's names start with, such as `STALLHOLDER_TILL_`.
        toml_text: the settings file's text; a key that `kind` does not know is refused.
        environment: the process's environment; names outside the prefix are ignored.
        chosen: what the command line says; None means not said.
        beneath: what counts where nobody says anything else, before the defaults.

    Raises:
        SettingsError: naming the first key that is missing, unknown or unfit.
    """
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} must be a dataclass")
    types = get_type_hints(kind)
    said = _parse_toml(toml_text)
    for key in said:
        if key not in types:
            raise SettingsError(key, "is not known here", f"Use one of {', '.join(sorted(types))}.")
    given = {**(beneath or {}), **said}
    for key in types:
        if (named := prefix + key.upper()) in environment:
            given[key] = environment[named]
    given.update({key: value for key, value in (chosen or {}).items() if value is not None})
    required = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
    for key in required:
        if key not in given:
            raise SettingsError(key, "is needed", f"Set it in the file, or as {prefix}{key.upper()}.")
    return kind(**{key: _convert(key, types[key], value) for key, value in given.items()})


def require_port(key: str, port: int) -> None:
    """Refuse what is no TCP port; 0 means any free one. Raises SettingsError."""
    if not 0 <= port <= PORT_MAX:
        raise SettingsError(key, f"is {port}", f"Give it a port from 1 to {PORT_MAX}, or 0 for any free one.")


def require_one_of(key: str, value: str, choices: Collection[str]) -> None:
    """Refuse what is not among the choices; raises SettingsError."""
    if value not in choices:
        raise SettingsError(key, f"is {value!r}", f"Choose one of: {', '.join(choices)}.")


def _parse_toml(text: str) -> dict[str, object]:
    try:
        return dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "--config", f"names a file that is not TOML ({error})", "Correct the file."
        ) from error


def _convert(key: str, kind: type, value: object) -> object:
    if get_origin(kind) in {tuple, frozenset}:
        return _convert_list(key, kind, value)
    if kind is bool:
        return _convert_truth(key, value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | kind):
        raise SettingsError(key, f"is {value!r}", f"Give it {_words(kind)}.")
    if kind is not int and isinstance(value, str) and not (value and value.isprintable()):
        raise SettingsError(key, f"is {value!r}", f"Give it {_words(kind)}.")
    try:
        return kind(value).expanduser() if hasattr(kind, "expanduser") else kind(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(key, f"is {value!r}", f"Give it {_words(kind)}.") from error


def _convert_list(key: str, kind: type, value: object) -> object:
    items = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(items, list | tuple | frozenset):
        raise SettingsError(key, f"is {value!r}", "Give it a list.")
    collect = get_origin(kind)
    if collect is None:
        raise TypeError(f"{kind} must be a tuple or a frozenset")
    return collect(_convert(key, get_args(kind)[0], item) for item in items)


def _convert_truth(key: str, value: object) -> bool:
    truth = _TRUTHS.get(str(value).lower())
    if truth is None:
        raise SettingsError(key, f"is {value!r}", "Give it true or false.")
    return truth


def _words(kind: type) -> str:
    return {str: "a text of one line", int: "a whole number", float: "a number"}.get(kind, "a path")
