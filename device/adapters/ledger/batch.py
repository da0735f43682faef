"""Decisions that share one write: each sees what the ones before it decided, and nobody else sees any of it yet."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from device.adapters.ledger.request import Request
from shared.entry import Entry, EntryError, Head, StreamKey
from shared.events.event import Event, seal_event

S = TypeVar("S")

DECISION_BYTES_MAX = 16 * 1024 * 1024


class Batch(Generic[S]):
    """A batch under way: the provisional state and head, the entries to write, the answers to give after it."""

    def __init__(
        self,
        *,
        stream: StreamKey,
        head: Head,
        state: S,
        fold: Callable[[S, Entry], S],
        now: Callable[[], datetime],
    ) -> None:
        self.state = state
        self.entries: list[Entry] = []
        self.bytes = 0
        self._stream = stream
        self._head = head
        self._fold = fold
        self._now = now
        self._answers: list[tuple[Request[S], object]] = []

    @property
    def requests(self) -> list[Request[S]]:
        """Those whose answer hangs on this batch."""
        return [request for request, _ in self._answers]

    def take(self, request: Request[S]) -> None:
        """Let a request decide; what it raises goes to whoever asked, and leaves the batch as it was."""
        try:
            decided = request.decide(self.state)
            answer = self._seal(decided) if isinstance(decided, tuple) else decided
        except BaseException as error:  # noqa: BLE001 - whatever a decision raises is its caller's, not the one writer thread's
            request.refuse(error)
            return
        self._answers.append((request, answer))

    def _seal(self, events: tuple[Event, ...]) -> tuple[Entry, ...]:
        if not events:
            return ()
        head, state, at, size = self._head, self.state, self._now(), 0
        sealed: list[Entry] = []
        for event in events:
            entry = seal_event(stream=self._stream, head=head, at=at, event=event)
            head, state, size = entry.head, self._fold(state, entry), size + len(entry.line)
            sealed.append(entry)
        if size > DECISION_BYTES_MAX:
            raise EntryError(
                f"{len(events)} entries of {size} bytes are too much at once: append them in parts"
            )
        self._head, self.state, self.bytes = head, state, self.bytes + size
        self.entries.extend(sealed)
        return tuple(sealed)

    def succeed(self) -> None:
        """Give the answers: everything any of them could have seen is durable."""
        for request, answer in self._answers:
            request.answer(answer)

    def fail(self, error: Exception) -> None:
        """Tell everybody in the batch that it was not recorded as asked."""
        for request in self.requests:
            request.refuse(error)
