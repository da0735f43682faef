"""Opening a door: the command is already durable when it comes here; send it once and wait for what is seen.

Whatever happens, the answer is one of the wire's outcomes, and the database says the same.
"""

import asyncio

from hub.domain.door_command import ANSWER_WITHIN_MS, DoorCommand
from hub.domain.errors import LinkDownError
from hub.services.answer_door import answer_door, silence
from hub.services.boards import Boards
from hub.services.desk import Desk, House
from shared.wire import messages

_NOT_SENT = "The board could not be reached; the command did not leave the hub."


class Doors:
    """Commands under way and who waits for their outcomes; must be used on the event loop's thread."""

    def __init__(self, house: House, boards: Boards, *, answer_within_ms: int = ANSWER_WITHIN_MS) -> None:
        self._house = house
        self._boards = boards
        self._answer_within_s = answer_within_ms / 1000
        self._waiting: dict[str, asyncio.Future[str]] = {}

    async def open(self, command: DoorCommand) -> str:
        """Send a durable command, once, and return its outcome."""
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[command.command_id] = answered
        try:
            await self._boards.send_open(command)
            return await asyncio.wait_for(answered, self._answer_within_s)
        except LinkDownError:
            return await self._settle(command, messages.REFUSED, _NOT_SENT)
        except TimeoutError:
            return await self._settle(command, messages.UNKNOWN, "")
        finally:
            self._waiting.pop(command.command_id, None)

    def answered(self, command: DoorCommand) -> None:
        """An outcome is durable: tell whoever waits for it."""
        waiting = self._waiting.get(command.command_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(command.outcome)

    async def _settle(self, command: DoorCommand, outcome: str, reason: str) -> str:
        def decide_outcome(desk: Desk) -> DoorCommand | None:
            if outcome == messages.UNKNOWN:
                return silence(desk, command.command_id)
            return answer_door(desk, command.command_id, outcome, reason)

        settled = await self._house.decide(decide_outcome)
        return settled.outcome if settled else outcome
