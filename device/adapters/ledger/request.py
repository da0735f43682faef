"""A decision on its way to the writer thread, and its answer on the way back.

The ways are as short as Python has them, because a thread to hand over to is most of what a sale costs beside the disk:
one lock for a caller that blocks, one call into its event loop for a caller that awaits.
"""

from abc import ABC, abstractmethod
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, TypeAlias, TypeVar

S = TypeVar("S")

Decide: TypeAlias = Callable[[S], object]
"""What to do about a state: a tuple of events to append, or any other value, which is then the answer."""


class Request(ABC, Generic[S]):
    """A decision that waits for the writer, and who waits for its answer."""

    __slots__ = ("decide",)

    def __init__(self, decide: Decide[S]) -> None:
        self.decide = decide

    @abstractmethod
    def given_up(self) -> bool:
        """Tell whether nobody waits any more, so that nothing is to be decided."""

    @abstractmethod
    def answer(self, answer: object) -> None:
        """Give the answer."""

    @abstractmethod
    def refuse(self, error: BaseException) -> None:
        """Give an error instead of an answer."""


class BlockingRequest(Request[S]):
    """Asked by a thread that stands still until the answer is there."""

    __slots__ = ("_answer", "_answered", "_error", "_given_up")

    def __init__(self, decide: Decide[S]) -> None:
        super().__init__(decide)
        self._answered = Lock()
        self._answered.acquire()
        self._answer: object = None
        self._error: BaseException | None = None
        self._given_up = False

    def given_up(self) -> bool:
        """See `Request`."""
        return self._given_up

    def answer(self, answer: object) -> None:
        """See `Request`."""
        self._answer = answer
        self._answered.release()

    def refuse(self, error: BaseException) -> None:
        """See `Request`."""
        self._error = error
        self._answered.release()

    def result(self, timeout_s: float) -> Any:
        """Wait for the answer and return it, or raise what came instead; raises TimeoutError after `timeout_s`."""
        if not self._answered.acquire(timeout=timeout_s):
            self._given_up = True
            raise TimeoutError(f"the ledger did not answer within {timeout_s} s; it may still record this")
        if self._error is not None:
            raise self._error
        return self._answer


class AwaitedRequest(Request[S]):
    """Asked by a coroutine, answered in its event loop."""

    __slots__ = ("_loop", "future")

    def __init__(self, decide: Decide[S], loop: AbstractEventLoop) -> None:
        super().__init__(decide)
        self._loop = loop
        self.future: Future[Any] = loop.create_future()

    def given_up(self) -> bool:
        """See `Request`."""
        return self.future.cancelled()

    def answer(self, answer: object) -> None:
        """See `Request`."""
        self._hand_over(lambda: self.future.set_result(answer))

    def refuse(self, error: BaseException) -> None:
        """See `Request`. A StopIteration, which no future takes, comes as the cause of a RuntimeError."""
        if isinstance(error, StopIteration):
            stopped, error = error, RuntimeError("the decision raised StopIteration")
            error.__cause__ = stopped
        self._hand_over(lambda: self.future.set_exception(error))

    def _hand_over(self, settle: Callable[[], None]) -> None:
        def settle_unless_given_up() -> None:
            if not self.future.done():
                settle()

        with suppress(RuntimeError):  # the loop has ended, and everybody who waited with it
            self._loop.call_soon_threadsafe(settle_unless_given_up)
