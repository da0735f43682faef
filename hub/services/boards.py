"""The hub's locker boards as they are now: who is there, greeted and ready. Greets those that need it.

In memory only: after a restart every board is greeted anew, and commands of the old session are refused by the board.
"""

from collections.abc import Iterable

from hub.domain import locker_board
from hub.domain.door_command import DoorCommand, prepare_open
from hub.domain.errors import LinkDownError
from hub.domain.locker_board import LockerBoard
from hub.ports.links import BoardLink
from hub.ports.world import Clock, Randomness
from shared.ids import SourceId
from shared.sync.batch import Message

_SESSION_BYTES = 8


class Boards:
    """The boards by name, and what is said to them; must be used on the event loop's thread."""

    def __init__(
        self, names: Iterable[SourceId], *, link: BoardLink, clock: Clock, randomness: Randomness
    ) -> None:
        self._boards = {name: LockerBoard(board=name) for name in names}
        self._link = link
        self._clock = clock
        self._randomness = randomness

    def knows(self, board: SourceId) -> bool:
        """Return whether a board is one of the bank's."""
        return board in self._boards

    def names(self) -> tuple[SourceId, ...]:
        """Return the boards of the bank."""
        return tuple(self._boards)

    def get(self, board: SourceId) -> LockerBoard:
        """Return one board of the bank."""
        return self._boards[board]

    def ready(self, board: SourceId) -> bool:
        """Return whether a door of this board can be opened now; none can of a board that left the bank."""
        return board in self._boards and self._boards[board].ready(self._clock.monotonic_ms())

    def hear(self, board: SourceId, message: Message) -> None:
        """Take what a board says about itself: birth, death, alive, ready, a door, an outcome."""
        known, now_ms = self._boards[board], self._clock.monotonic_ms()
        match message["type"]:
            case "birth":
                known = locker_board.born(known, str(message["session"]), now_ms)
            case "alive":
                known = locker_board.alive(known, str(message["session"]), now_ms)
            case "death":
                known = locker_board.died(known, str(message["session"]))
            case "ready":
                known = _hear_ready(known, message, now_ms)
            case "door":
                number = int(str(message["compartment"]))
                known = locker_board.door_moved(known, number, str(message["door"]), now_ms)
            case "outcome":
                known = _hear_outcome(known, message, now_ms)
            case _:
                known = locker_board.heard(known, now_ms)
        self._boards[board] = known

    async def greet_due(self) -> None:
        """Greet every board whose time has come."""
        now_ms = self._clock.monotonic_ms()
        for name, board in self._boards.items():
            if not board.there or board.greet_at_ms is None or now_ms < board.greet_at_ms:
                continue
            session = self._randomness.draw(_SESSION_BYTES).hex()
            self._boards[name], message = locker_board.greet(board, session, now_ms)
            await self._link.command(name, message)

    async def send_open(self, command: DoorCommand) -> None:
        """Send a command that is already kept; raises LinkDownError if it certainly did not leave."""
        name = command.place.board
        board = self._boards[name]
        if board.session is None:
            raise LinkDownError
        session, message = prepare_open(board.session, command, self._clock.monotonic_ms())
        self._boards[name] = locker_board.with_session(board, session)
        await self._link.command(name, message)


def _hear_ready(known: LockerBoard, message: Message, now_ms: int) -> LockerBoard:
    doors = message["doors"]
    ticks_ms = int(str(message["ticks_ms"]))
    return locker_board.is_ready(
        known, str(message["session"]), ticks_ms, doors if isinstance(doors, list) else [], now_ms
    )


def _hear_outcome(known: LockerBoard, message: Message, now_ms: int) -> LockerBoard:
    known = locker_board.heard(known, now_ms)
    if message["outcome"] == "refused" and "session" in str(message["reason"]):
        return locker_board.session_lost(known, now_ms)
    return known
