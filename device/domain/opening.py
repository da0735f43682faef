"""A cash session begins when somebody counts the drawer, or else with the first sale after a closing."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from device.domain.drawer import COUNTED_MINOR_MAX, BadCount, count_coins
from device.domain.till_state import TillState
from shared.events.cash import CashSessionOpened, Coins


@dataclass(frozen=True, slots=True)
class OpenAlready:
    """A cash session is open; its float was counted then."""

    float_minor: int


OpeningRefusal: TypeAlias = OpenAlready | BadCount


def open_if_needed(
    state: TillState, *, session_id: str, at: datetime, cashier: str
) -> tuple[CashSessionOpened, ...]:
    """Return the opening of a cash session, or nothing if one is open; its date is the till's date at that moment.

    Its float is what the last closing left in the drawer.
    """
    if state.open_session is not None:
        return ()
    return (
        CashSessionOpened(
            session_id=session_id, business_date=at.date(), cashier=cashier, float_minor=state.left_minor
        ),
    )


def open_counted(
    state: TillState, *, session_id: str, at: datetime, cashier: str, float_minor: int, counted: tuple[Coins, ...]
) -> CashSessionOpened | OpeningRefusal:  # fmt: skip
    """Return the opening with a float that was counted: by its notes and coins where they are given, else as typed."""
    if state.open_session is not None:
        return OpenAlready(state.open_session.float_minor)
    by_coins = count_coins(counted, state.currency) if counted else float_minor
    if isinstance(by_coins, BadCount):
        return by_coins
    if not 0 <= by_coins <= COUNTED_MINOR_MAX:
        return BadCount("A float is not below zero")
    return CashSessionOpened(
        session_id=session_id, business_date=at.date(), cashier=cashier, float_minor=by_coins,
        counted=tuple(coin for coin in counted if coin.pieces),
    )  # fmt: skip
