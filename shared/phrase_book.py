"""Puts sentences into another language by a book of phrases, as a traveller does: a pattern, and the same in the other language.

What the domain says stays where it is said, in English. A phrase has places in braces, `{name}`; what stands there is put into the
other language in its turn where it is a phrase itself, such as a reason inside a refusal. A sentence that no phrase fits stays as
it is: it is better understood in English than lost.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TEXT_MAX: Final = 600
"""Longer texts hold more of somebody's own words than of ours, and stay as they are."""
DEPTH_MAX: Final = 3
_PLACE: Final = re.compile(r"\{(\w+)(#?)\}")
_NUMBER: Final = r"-?\d[\d.,]*(?: [A-Z]{3})?"
_CURRENCY: Final = r"[A-Z]{3}"
_NUMBERS: Final = frozenset({"n", "m", "low", "high"})
_CURRENCIES: Final = frozenset({"c", "d"})
_COMMA: Final = str.maketrans(".,", ",.")
_DAY: Final = re.compile(r"(\d{4})-0?(\d+)-0?(\d+)")


@dataclass(frozen=True, slots=True)
class _Phrase:
    pattern: re.Pattern[str]
    said: str
    weight: int


class PhraseBook:
    """A book for one language that writes numbers with a comma and days as 27.11.2026.

    In phrases, `{n}`, `{m}`, `{low}`, `{high}` and places marked with `#` are numbers, a currency behind them or not; `{c}` and `{d}`
    are currencies; everything else is any text, a day such as 2026-11-27 among it.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        made = (_Phrase(_pattern_of(english), said, _weight_of(english)) for english, said in phrases.items())
        self._phrases = sorted(made, key=lambda phrase: -phrase.weight)

    def say(self, text: str, /) -> str:
        """Return a text in this language; what the book does not know comes back as it is."""
        return self._find(text, DEPTH_MAX) or text

    def knows(self, text: str, /) -> bool:
        """Tell whether there is a phrase for a text."""
        return self._find(text, DEPTH_MAX) is not None

    def _find(self, text: str, depth: int) -> str | None:
        if not text or len(text) > TEXT_MAX or not depth:
            return None
        return self._fitting(text, depth) or self._as_reason(text, depth)

    def _fitting(self, text: str, depth: int) -> str | None:
        for phrase in self._phrases:
            found = phrase.pattern.fullmatch(text)
            if found:
                return self._rendered(phrase.said, found, depth)
        return None

    def _as_reason(self, text: str, depth: int) -> str | None:
        """A reason made into a sentence, with a capital letter and a full stop, as refusals are made of reasons."""
        if not text.endswith("."):
            return None
        said = self._fitting(f"{text[0].lower()}{text[1:-1]}", depth)
        return None if said is None else f"{said[0].upper()}{said[1:]}."

    def _rendered(self, said: str, found: re.Match[str], depth: int) -> str:
        def in_place(place: re.Match[str]) -> str:
            value = found.group(place[1])
            if _is_number(place[1], place[2]):
                return value.translate(_COMMA)
            day = _DAY.fullmatch(value)
            return f"{day[3]}.{day[2]}.{day[1]}" if day else self._find(value, depth - 1) or value

        return _PLACE.sub(in_place, said)


def _is_number(name: str, mark: str) -> bool:
    return bool(mark) or name in _NUMBERS


def _pattern_of(english: str) -> re.Pattern[str]:
    parts, end = [], 0
    for place in _PLACE.finditer(english):
        name, mark = place.groups()
        what = _NUMBER if _is_number(name, mark) else _CURRENCY if name in _CURRENCIES else ".+?"
        parts += [re.escape(english[end : place.start()]), f"(?P<{name}>{what})"]
        end = place.end()
    return re.compile("".join((*parts, re.escape(english[end:]))), re.DOTALL)


def _weight_of(english: str) -> int:
    """The letters that are fixed: of two phrases that fit, the more exact one counts."""
    return len(_PLACE.sub("", english))
