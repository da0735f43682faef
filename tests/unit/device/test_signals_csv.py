"""Signals as people keep them in a spreadsheet: whatever is in the file, every row is taken or told."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from device.domain.market.signals_csv import COLUMNS, read_signals
from shared.events.market import SignalKind, SignalScope
from tests.unit.device.stall import CATALOGUE

TODAY = date(2026, 11, 27)
CELLS = st.sampled_from(
    ("", "social", "weather", "2026-11-27", "2026-11-28", "2027-99-99", "2", "-2,5", "nan", "1e9", "product: bowl",
     "category: Pantry", "bowl", '"', "\x00", "\u2028", "reel")
)  # fmt: skip


@given(st.text(max_size=300).filter(lambda text: not text.lstrip().casefold().startswith(("kind", "from"))))
def test_a_text_that_is_no_table_of_signals_is_refused(text: str) -> None:
    read = read_signals(text, CATALOGUE, today=TODAY, cashier="Mira")
    assert read.refused
    assert not read.signals


@given(st.lists(st.lists(CELLS, max_size=9), max_size=6), st.sampled_from((",", ";", "\t")))
def test_every_row_is_taken_or_told(rows: list[list[str]], separator: str) -> None:
    text = "\n".join(separator.join(row) for row in [list(COLUMNS), *rows])
    read = read_signals(text, CATALOGUE, today=TODAY, cashier="Mira")
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(read.signals) + len(read.refused) <= max(1, len(filled))
    assert all(abs(one.strength_milli) <= 3000 and one.first <= one.last for one in read.signals)
    assert all(refused.reason for refused in read.refused)


def test_a_row_says_what_it_says_whatever_separates_it() -> None:
    for separator in (",", ";", "\t"):
        heading = separator.join(("from", "about", "kind", "strength", "to", "source"))
        row = separator.join(("2026-11-27", "category: pantry", "Social", "1.5", "2026-11-29", "Reel"))
        (one,) = read_signals(f"{heading}\n{row}\n", CATALOGUE, today=TODAY, cashier="Mira").signals
        assert (one.kind, one.scope, one.about) == (SignalKind.SOCIAL, SignalScope.CATEGORY, "pantry")
        assert (one.strength_milli, one.last, one.source) == (1500, date(2026, 11, 29), "Reel")
