"""Public holidays as a hint on a market day: facts that age, by country. Pure; nothing but a hint depends on them.

Holidays of a whole country or of parts of it, as their laws name them; days that move to a Monday when they fall on a
Sunday are given on their own date. Easter by the Gregorian computus (Meeus, Astronomical Algorithms, 2nd ed., chapter 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday: the pages have words for its `key`; `in_parts` says that only parts of the country keep it."""

    key: str
    in_parts: bool = False


_EVERYWHERE: Final = "1-1 new-year, 12-25 christmas"
# Days as month-day, as days from Easter Sunday (E+39), or as "month, which weekday" (5m1: first Monday of May, 5m-1: its
# last; weekdays are m t w h f s u). A tilde marks what only parts of the country keep.
_TABLE: Final[Mapping[str, str]] = MappingProxyType({
    "AT": "1-6 epiphany, E+1 easter-monday, 5-1 may-day, E+39 ascension, E+50 whit-monday, E+60 corpus-christi, 8-15 assumption, "
          "10-26 national, 11-1 all-saints, 12-8 immaculate, 12-26 second-christmas",
    "BE": "E+1 easter-monday, 5-1 may-day, E+39 ascension, E+50 whit-monday, 7-21 national, 8-15 assumption, 11-1 all-saints, "
          "11-11 armistice",
    "CH": "~1-2 berchtold, ~E-2 good-friday, ~E+1 easter-monday, ~5-1 may-day, E+39 ascension, ~E+50 whit-monday, "
          "~E+60 corpus-christi, 8-1 national, ~8-15 assumption, ~11-1 all-saints, ~12-8 immaculate, ~12-26 second-christmas",
    "DE": "~1-6 epiphany, ~3-8 womens-day, E-2 good-friday, E+1 easter-monday, 5-1 may-day, E+39 ascension, E+50 whit-monday, "
          "~E+60 corpus-christi, ~8-15 assumption, 10-3 national, ~10-31 reformation, ~11-1 all-saints, 12-26 second-christmas",
    "ES": "1-6 epiphany, E-2 good-friday, ~E+1 easter-monday, 5-1 may-day, 8-15 assumption, 10-12 national, 11-1 all-saints, "
          "12-6 constitution, 12-8 immaculate",
    "FR": "~E-2 good-friday, E+1 easter-monday, 5-1 may-day, 5-8 victory, E+39 ascension, E+50 whit-monday, 7-14 national, "
          "8-15 assumption, 11-1 all-saints, 11-11 armistice, ~12-26 second-christmas",
    "GB": "E-2 good-friday, ~E+1 easter-monday, 5m1 bank-holiday, 5m-1 bank-holiday, ~8m-1 bank-holiday, 12-26 second-christmas",
    "IE": "2m1 bank-holiday, 3-17 national, E+1 easter-monday, 5m1 bank-holiday, 6m1 bank-holiday, 8m1 bank-holiday, "
          "10m-1 bank-holiday, 12-26 second-christmas",
    "IT": "1-6 epiphany, E+1 easter-monday, 4-25 liberation, 5-1 may-day, 6-2 national, 8-15 assumption, 11-1 all-saints, "
          "12-8 immaculate, 12-26 second-christmas",
    "LU": "E+1 easter-monday, 5-1 may-day, 5-9 europe, E+39 ascension, E+50 whit-monday, 6-23 national, 8-15 assumption, "
          "11-1 all-saints, 12-26 second-christmas",
    "NL": "E+1 easter-monday, 4-27 national, ~5-5 liberation, E+39 ascension, E+50 whit-monday, 12-26 second-christmas",
    "US": "1m3 king, 5m-1 memorial, 6-19 juneteenth, 7-4 national, 9m1 labour, ~10m2 indigenous, 11-11 armistice, 11h4 thanksgiving",
})  # fmt: skip
_WEEKDAYS: Final = "mtwhfsu"


def holidays_on(day: date, country: str, /) -> tuple[Holiday, ...]:
    """Return the holidays of a day; of a country that is not known, those that nearly every country keeps."""
    return _holidays_of(day.year, country.upper()).get(day, ())


@lru_cache(maxsize=16)
def _holidays_of(year: int, country: str) -> Mapping[date, tuple[Holiday, ...]]:
    found: dict[date, tuple[Holiday, ...]] = {easter(year): (Holiday("easter"),)}
    told = ", ".join(filter(None, (_EVERYWHERE, _TABLE.get(country, ""))))
    for entry in told.split(", "):
        when, key = entry.split(" ")
        day = _date_of(when.removeprefix("~"), year)
        found[day] = (*found.get(day, ()), Holiday(key, in_parts=when.startswith("~")))
    return found


def _date_of(when: str, year: int) -> date:
    if when.startswith("E"):
        return easter(year) + timedelta(days=int(when[1:]))
    month, dash, day = when.partition("-")
    if dash and month.isdigit():
        return date(year, int(month), int(day))
    letter = next(one for one in when if one in _WEEKDAYS)
    month, count = when.split(letter)
    return _nth_weekday(year, int(month), _WEEKDAYS.index(letter), int(count))


def _nth_weekday(year: int, month: int, weekday: int, count: int) -> date:
    """The count-th such weekday of a month, or with -1 its last."""
    if count > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def easter(year: int, /) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar."""
    century, rest = divmod(year, 100)
    moon = year % 19
    leaps, left = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * moon + century - leaps - shift + 15) % 30
    quarter, odd = divmod(rest, 4)
    to_sunday = (32 + 2 * left + 2 * quarter - epact - odd) % 7
    late = (moon + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
