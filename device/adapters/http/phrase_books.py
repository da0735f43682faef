"""The till's phrase books, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from shared.phrase_book import PhraseBook


@cache
def phrase_books() -> Mapping[str, PhraseBook]:
    """Return the books by language, such as `de`."""
    folder = files("device.adapters.http") / "phrases"
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {
        file.name.removesuffix(".toml"): PhraseBook(
            cast("dict[str, str]", tomllib.loads(file.read_text("utf-8")))
        )
        for file in found
    }
