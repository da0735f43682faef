"""Cash that comes into the drawer or leaves it other than by a sale."""

from dataclasses import dataclass
from typing import TypeAlias

from device.domain.drawer import COUNTED_MINOR_MAX
from device.domain.limits import ApprovalNeeded, LimitKind, Limits
from device.domain.till_state import TillState
from shared.events.cash import CashMoved, CashReason

NOTE_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """What somebody wants to move: above zero into the drawer, below zero out of it. `approved_by` names who allowed it."""

    move_id: str
    change_minor: int
    reason: CashReason
    note: str
    cashier: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class BadMove:
    """The amount is nothing or too much, or the reason asks for a word that is missing."""

    words: str


@dataclass(frozen=True, slots=True)
class NotThatMuch:
    """The drawer should not even hold so much."""

    drawer_minor: int
    asked_minor: int


@dataclass(frozen=True, slots=True)
class NoOpenSession:
    """Nothing is open that money could be moved in."""


@dataclass(frozen=True, slots=True)
class MoveIdReused:
    """Something else was moved under this id already."""


MoveRefusal: TypeAlias = BadMove | NotThatMuch | NoOpenSession | MoveIdReused | ApprovalNeeded


def same_move(moved: CashMoved, move: CashMove) -> CashMoved | MoveIdReused:
    """Return what was moved under an id if it is what is asked now: the same request sent again."""
    known = (moved.change_minor, moved.reason, moved.note)
    return moved if known == (move.change_minor, move.reason, _kept(move.note)) else MoveIdReused()


def _kept(note: str) -> str:
    return note.strip()[:NOTE_MAX]


def move_cash(state: TillState, move: CashMove, limits: Limits) -> CashMoved | MoveRefusal:
    """Decide about a move in the open cash session."""
    session = state.open_session
    note = _kept(move.note)
    if session is None:
        return NoOpenSession()
    if move.change_minor == 0 or abs(move.change_minor) > COUNTED_MINOR_MAX:
        return BadMove("There is no such amount to move")
    if move.reason is CashReason.OTHER and not note:
        return BadMove("Say in a word what it is for")
    if -move.change_minor > session.drawer_minor:
        return NotThatMuch(session.drawer_minor, -move.change_minor)
    if -move.change_minor > limits.cash_out_minor and not move.approved_by:
        return ApprovalNeeded(LimitKind.CASH_OUT, limits.cash_out_minor, -move.change_minor)
    return CashMoved(
        move_id=move.move_id, session_id=session.session_id, cashier=move.cashier, change_minor=move.change_minor,
        reason=move.reason, note=note, approved_by=move.approved_by,
    )  # fmt: skip
