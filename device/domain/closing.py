"""The end of a business day: the Z report."""

from dataclasses import dataclass

from device.domain.till_state import TillState
from shared.events.cash import CashSessionClosed


@dataclass(frozen=True, slots=True)
class NothingToClose:
    """No cash session is open."""


def close_session(
    state: TillState, *, cashier: str, cash_counted_minor: int
) -> CashSessionClosed | NothingToClose:
    """Return the Z report of the open session; it anchors the head of the ledger before it."""
    session = state.open_session
    if session is None:
        return NothingToClose()
    return CashSessionClosed(
        session_id=session.session_id,
        business_date=session.business_date,
        cashier=cashier,
        sales=len(session.sales),
        total_minor=session.total_minor,
        vat=session.vat,
        cash_expected_minor=session.float_minor + session.cash_minor,
        cash_counted_minor=cash_counted_minor,
        head_seq=state.head.seq,
        head_hash=state.head.hash,
    )
