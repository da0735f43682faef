"""The closings of a ledger: one line a day, to list them and to find a report by its number."""

from dataclasses import dataclass
from datetime import date, datetime

from device.domain.growing import GrowingLog
from shared.entry import Entry
from shared.events.cash import CashSessionClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingMark:
    """One closing; `seq` finds its report in the ledger, `left_minor` stayed in the drawer. Its number is its place, from 1."""

    seq: int
    at: datetime
    business_date: date
    turnover_minor: int
    difference_minor: int
    left_minor: int


def with_closing(
    closings: GrowingLog[ClosingMark], entry: Entry, closed: CashSessionClosed
) -> GrowingLog[ClosingMark]:
    """Return the log with one more closing."""
    mark = ClosingMark(
        seq=entry.seq,
        at=entry.at,
        business_date=closed.business_date,
        turnover_minor=closed.total_minor - closed.refund_minor,
        difference_minor=closed.cash_counted_minor - closed.cash_expected_minor,
        left_minor=closed.left_minor,
    )
    return closings.appended(mark)
