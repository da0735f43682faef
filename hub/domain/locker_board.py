"""One locker board as the hub hears it: there or away, greeted or not, its doors open or shut.

    AWAY --birth--> THERE --greet sent--> GREETED --ready--> READY
     ^ death, or silent too long             | no answer: greet again, ever more rarely

A will may arrive after the next birth: a death of an older birth's session is ignored. Time and session names are arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.domain.door_command import BoardSession
from shared.ids import SourceId
from shared.wire import messages

GREET_AGAIN_FIRST_MS = 1_000
GREET_AGAIN_MAX_MS = 30_000
SILENT_AFTER_MS = 45_000
"""A board says that it is alive every 10 s; four missed in a row mean that it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockerBoard:
    """What is known of a board. `greeting` is the session offered to it, `session` the one it is ready in."""

    board: SourceId
    birth: str = ""
    there: bool = False
    heard_ms: int = 0
    greeting: str = ""
    greet_at_ms: int | None = None
    greetings: int = 0
    session: BoardSession | None = None
    doors: tuple[str, ...] = ()

    def ready(self, now_ms: int) -> bool:
        """Return whether a door of it can be opened now."""
        return self.there and self.session is not None and now_ms - self.heard_ms <= SILENT_AFTER_MS

    def door(self, compartment: int) -> str:
        """Return `open`, `shut`, or `unknown` while the board is away or never said."""
        if not self.there or not 1 <= compartment <= len(self.doors):
            return "unknown"
        return self.doors[compartment - 1]


def born(board: LockerBoard, birth: str, now_ms: int) -> LockerBoard:
    """The board (re)started: what it knew of a session is gone, so it is greeted anew.

    The retained birth comes again whenever the hub reconnects: one that is known changes nothing.
    """
    if board.there and birth == board.birth:
        return heard(board, now_ms)
    return replace(board, birth=birth, there=True, heard_ms=now_ms, greeting="", greet_at_ms=now_ms,
                   greetings=0, session=None, doors=())  # fmt: skip


def alive(board: LockerBoard, birth: str, now_ms: int) -> LockerBoard:
    """The board lives, under this birth: if that is not known, its birth was missed.

    An old connection's will may come after the next birth; the broker then keeps that will as the newest word, and a hub
    that starts now never hears the birth.
    """
    return heard(board, now_ms) if board.there else born(board, birth, now_ms)


def died(board: LockerBoard, birth: str) -> LockerBoard:
    """The broker lost the board; a late will of an earlier birth changes nothing."""
    if birth != board.birth:
        return board
    return replace(board, there=False, session=None, greet_at_ms=None, doors=())


def heard(board: LockerBoard, now_ms: int) -> LockerBoard:
    """The board said anything at all."""
    return replace(board, heard_ms=now_ms)


def greet(board: LockerBoard, session: str, now_ms: int) -> tuple[LockerBoard, dict[str, object]]:
    """Offer a session; the same one again until the board is ready."""
    offered = board.greeting or session
    wait_ms = min(GREET_AGAIN_FIRST_MS * 2 ** min(board.greetings, 16), GREET_AGAIN_MAX_MS)
    after = replace(board, greeting=offered, greetings=board.greetings + 1, greet_at_ms=now_ms + wait_ms)
    return after, messages.make("greet", session=offered)


def is_ready(
    board: LockerBoard, session: str, ticks_ms: int, doors: Sequence[object], now_ms: int
) -> LockerBoard:
    """The board answered a greeting; an answer to any other session than the one offered is ignored."""
    if session != board.greeting:
        return board
    known = tuple(str(door) for door in doors)
    if board.session is not None and board.session.session == session:
        return replace(heard(board, now_ms), doors=known, greet_at_ms=None)
    return replace(
        heard(board, now_ms), doors=known, greet_at_ms=None, greetings=0,
        session=BoardSession(session=session, ticks_ms=ticks_ms, heard_ms=now_ms),
    )  # fmt: skip


def session_lost(board: LockerBoard, now_ms: int) -> LockerBoard:
    """The board does not know the session any more: greet it under a new one."""
    return replace(board, greeting="", greetings=0, session=None, greet_at_ms=now_ms)


def door_moved(board: LockerBoard, compartment: int, door: str, now_ms: int) -> LockerBoard:
    """A door changed."""
    if not 1 <= compartment <= len(board.doors):
        return heard(board, now_ms)
    doors = (*board.doors[: compartment - 1], door, *board.doors[compartment:])
    return replace(heard(board, now_ms), doors=doors)


def with_session(board: LockerBoard, session: BoardSession) -> LockerBoard:
    """Return the board with its session moved on by a command."""
    return replace(board, session=session)
