"""Reads a part's settings from its file and this process's environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from shared.settings import SettingsError, read_settings

_T = TypeVar("_T")


def load_settings(
    kind: type[_T],
    *,
    prefix: str,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    chosen: Mapping[str, object] | None = None,
    beneath: Mapping[str, object] | None = None,
) -> _T:
    """Return the settings dataclass `kind`; without `file`, the file that the environment's `…CONFIG` names, if any.

    `beneath` counts where nobody says anything else.

    Raises:
        SettingsError: naming the file that cannot be read, or the first key that is missing, unknown or unfit.
    """
    named = environment.get(f"{prefix}CONFIG")
    source = file or (Path(named).expanduser() if named else None)
    try:
        text = source.read_text(encoding="utf-8") if source else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "--config", f"names {source}, which cannot be read ({error})", "Check the path."
        ) from error
    return read_settings(
        kind, prefix=prefix, toml_text=text, environment=environment, chosen=chosen, beneath=beneath
    )
