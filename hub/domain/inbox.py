"""What was heard and is not kept yet: a queue for each source, and every source in its turn. Pure.

A till that comes back after a month has more to say than all others together. Messages are therefore taken round robin:
one of each source that waits, in the order in which they began to wait, then the next of each. So a source waits for
one message of every other at most, however long their queues are, and the order within a source stays.
"""

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """At most so many messages, which come to at most so many bytes once they are opened."""

    messages: int
    opened_bytes: int


class Inbox(Generic[M]):
    """Waiting messages of type M, within bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._queues: dict[str, deque[tuple[M, int]]] = {}  # in the order of their turns; none is empty
        self._messages = 0
        self._bytes = 0

    def __len__(self) -> int:
        """Return how many messages wait."""
        return self._messages

    def put(self, source: str, message: M, opened_bytes: int) -> bool:
        """Let a message wait for its source's turn; False if there is no room. An empty inbox takes any one message."""
        is_full = (
            self._messages >= self._bounds.messages or self._bytes + opened_bytes > self._bounds.opened_bytes
        )
        if is_full and self._messages:
            return False
        self._queues.setdefault(source, deque()).append((message, opened_bytes))
        self._messages += 1
        self._bytes += opened_bytes
        return True

    def take(self, bounds: Bounds) -> list[M]:
        """Return the next messages, in turn and within bounds; one at least, unless none waits."""
        taken: list[M] = []
        room_bytes = bounds.opened_bytes
        while self._queues and len(taken) < bounds.messages:
            source = next(iter(self._queues))
            message, size = self._queues[source][0]
            if taken and size > room_bytes:
                break
            self._pass_on(source)
            self._messages -= 1
            self._bytes -= size
            room_bytes -= size
            taken.append(message)
        return taken

    def _pass_on(self, source: str) -> None:
        """Drop the first message of the source whose turn it is, and let the source wait behind the others."""
        queue = self._queues.pop(source)
        queue.popleft()
        if queue:
            self._queues[source] = queue
