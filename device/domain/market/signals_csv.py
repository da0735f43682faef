"""Signals as people keep them in a spreadsheet: each row becomes a signal, or a refusal that says why.

Columns in any order: kind and from, and if wanted to, strength, value, about, source and expires. `about` is empty for
everything, `category: Bowls` or `product: bowl-1` (or a bare product number). Days are written 2026-11-27. The separator
may be a comma, a semicolon or a tab. The same row again is the same signal, so a file may be imported twice.
"""

import csv
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from device.domain.catalogue import Catalogue
from device.domain.market.noting import BadSignal, SignalWish, note_signal
from shared.csv_table import RefusedRow
from shared.events.market import SignalKind, SignalNoted, SignalScope

REQUIRED: Final = ("kind", "from")
COLUMNS: Final = (*REQUIRED, "to", "strength", "value", "about", "source", "expires")
ROWS_MAX: Final = 1_000
TEXT_SHOWN: Final = 200
_LINE_END: Final = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSignals:
    """What a file holds: signals in its order, and the rows that were refused."""

    signals: tuple[SignalNoted, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


class _CellError(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def read_signals(text: str, catalogue: Catalogue, *, today: date, cashier: str) -> ReadSignals:
    """Read a file of signals."""
    table = _table(text)
    if isinstance(table, RefusedRow):
        return ReadSignals(refused=(table,))
    signals: dict[str, SignalNoted] = {}
    refused: list[RefusedRow] = []
    for number, row in table:
        try:
            found = note_signal(_wish(row), catalogue, today=today, cashier=cashier)
        except _CellError as error:
            found = BadSignal(error.field, str(error))
        if isinstance(found, BadSignal):
            shown = ",".join(row.values())[:TEXT_SHOWN]
            refused.append(RefusedRow(row=number, text=shown, reason=found.reason, field=found.field))
        else:
            signals[found.signal_id] = found
    return ReadSignals(signals=tuple(signals.values()), refused=tuple(refused))


def _table(text: str) -> list[tuple[int, Mapping[str, str]]] | RefusedRow:
    """The rows that say anything, by the names of their columns, each with its line; or why the file is none."""
    heading, *lines = _LINE_END.split(text.rstrip())
    if not heading:
        return _whole("the file is empty", "")
    separator = max(",;\t", key=heading.count)
    columns = [name.strip().casefold() for name in heading.split(separator)]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        return _whole(
            f"the heading lacks {', '.join(missing)}: the columns are {', '.join(COLUMNS)}", heading
        )
    if len(lines) > ROWS_MAX:
        return _whole(f"the file has more than {ROWS_MAX} rows; split it", "")
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error as error:
        return _whole(f"the file cannot be read as a table ({error})", "")
    return [
        (number, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})
        for number, cells in enumerate(rows, start=2)
        if any(cell.strip() for cell in cells)
    ]


def _wish(row: Mapping[str, str]) -> SignalWish:
    kind = _kind(row.get("kind", ""))
    first = _day("from", row.get("from", ""))
    scope, about = _subject(row.get("about", ""))
    last = _day("to", row["to"]) if row.get("to") else first
    said = "\n".join((kind, str(first), str(last), scope, about, row.get("source", "")))
    return SignalWish(
        signal_id="file-" + hashlib.sha256(said.encode()).hexdigest()[:24],
        kind=kind,
        first=first,
        last=last,
        steps=_number("strength", row.get("strength", "")),
        value=round(_number("value", row.get("value", ""))),
        scope=scope,
        about=about,
        source=row.get("source", ""),
        expires=_day("expires", row["expires"]) if row.get("expires") else None,
    )


def _kind(text: str) -> SignalKind:
    try:
        return SignalKind(text.casefold())
    except ValueError:
        raise _CellError("kind", f"“{text}” is no kind: write one of {', '.join(SignalKind)}") from None


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _CellError(field, f"“{text}” is no day: write it like 2026-11-27") from None


def _number(field: str, text: str) -> float:
    if not text:
        return 0.0
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _CellError(field, f"“{text}” is no number")
    return number


def _subject(text: str) -> tuple[SignalScope, str]:
    word, colon, rest = text.partition(":")
    match word.strip().casefold(), colon:
        case ("category", ":"):
            return SignalScope.CATEGORY, rest.strip()
        case ("product", ":"):
            return SignalScope.PRODUCT, rest.strip()
        case ("" | "everything", _):
            return SignalScope.EVERYTHING, ""
        case _:
            return SignalScope.PRODUCT, text


def _whole(reason: str, text: str) -> RefusedRow:
    return RefusedRow(row=1, text=text[:TEXT_SHOWN], reason=reason)
