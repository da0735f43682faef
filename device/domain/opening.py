"""A cash session begins with the first sale after a closing."""

from datetime import datetime

from device.domain.till_state import TillState
from shared.events.cash import CashSessionOpened


def open_if_needed(
    state: TillState, *, session_id: str, at: datetime, cashier: str
) -> tuple[CashSessionOpened, ...]:
    """Return the opening of a cash session, or nothing if one is open; its date is the till's date at that moment."""
    if state.open_session is not None:
        return ()
    return (
        CashSessionOpened(session_id=session_id, business_date=at.date(), cashier=cashier, float_minor=0),
    )
