"""An event loop without sockets, threads or waiting: time jumps to the next timer, and one seed decides every order.

Every callback belongs to a `Life`, one run of one process, which its context names. Within a life callbacks come in
asyncio's own order; which life has its turn is drawn. What asyncio would give to a thread is a step after a drawn delay, and
its answer another one, so that a process can end in between. A life that is killed gets no further turn: its tasks
are cancelled at once, behind doors that are shut.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

THREAD_DELAY_MAX_S = 0.004
LAST_STEPS_MAX = 10_000
LIFE: ContextVar["Life | None"] = ContextVar("LIFE", default=None)


class Life:
    """One run of one process. `alive` is what every door to the world asks before it lets anything through."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.steps_left: int | None = None  # how many more steps it has, if its end is near
        self.on_end: Callable[[], None] | None = None  # called when those are used up
        self.context = copy_context()
        self.context.run(LIFE.set, self)
        self.ready: deque[_Handle] = deque()
        self.tasks: list[asyncio.Task[Any]] = []


class OneThread:
    """A pool of one thread: what is given to it happens in its order."""

    def __init__(self) -> None:
        self.free_at_s = 0.0


class _Handle:
    """A callback that waits for its turn, as asyncio's own handles, without their debugging."""

    __slots__ = ("_cancelled", "_when", "args", "callback", "context")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self._cancelled = False
        self._when = 0.0

    def cancel(self) -> None:
        self._cancelled = True

    def cancelled(self) -> bool:
        return self._cancelled

    def when(self) -> float:
        return self._when


class VirtualLoop(asyncio.AbstractEventLoop):
    """The loop; `run_until` something has happened, in a time of its own that begins at 0."""

    def __init__(self, random: Random) -> None:
        self.outside = Life("outside")
        self.steps = 0
        self._random = random.random
        self._now = 0.0
        self._timers: list[tuple[float, int, _Handle]] = []
        self._timers_made = 0
        self._with_work: list[Life] = []

    # -- what asyncio asks

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(self, coro: Coroutine[Any, Any, T], *, name: object = None, context: Context | None = None) -> "asyncio.Task[T]":  # fmt: skip
        life = (context or copy_context()).get(LIFE) or self.outside
        task = asyncio.Task(coro, loop=self, name="task", context=context)
        life.tasks.append(task)
        return task

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle:  # type: ignore[override]
        handle = _Handle(callback, args, copy_context() if context is None else context)
        self._enqueue(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle:  # type: ignore[override]
        return self.call_at(self._now + max(delay, 0.0), callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle:  # type: ignore[override]
        handle = _Handle(callback, args, copy_context() if context is None else context)
        handle._when = when
        self._timers_made += 1
        heappush(self._timers, (when, self._timers_made, handle))
        return handle

    def run_in_executor(
        self, executor: OneThread | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":  # type: ignore[override]
        """Call `func` after a drawn delay, not before what `executor` was given earlier; answer after another delay."""
        answer = self.create_future()
        begin_s = self._now + self._random() * THREAD_DELAY_MAX_S
        if executor is not None:
            begin_s = executor.free_at_s = max(begin_s, executor.free_at_s)
        self.call_at(begin_s, self._as_a_thread, answer, func, args)
        return answer

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Say nothing: what nobody waited for belongs to a life that ended."""

    def _timer_handle_cancelled(self, handle: _Handle) -> None:
        """Leave it where it is: it is skipped when its time comes."""

    def _as_a_thread(
        self, answer: "asyncio.Future[Any]", func: Callable[..., T], args: tuple[Any, ...]
    ) -> None:
        if answer.cancelled():
            return
        try:
            result = func(*args)
        except Exception as error:  # noqa: BLE001 - a thread hands over whatever it was
            settle, outcome = answer.set_exception, error
        else:
            settle, outcome = answer.set_result, result  # type: ignore[assignment]
        self.call_later(
            self._random() * THREAD_DELAY_MAX_S,
            lambda: None if answer.done() else settle(outcome),  # type: ignore[arg-type]
        )

    # -- what the simulation asks

    def in_life(self, life: Life, delay_s: float, callback: Callable[..., object], *args: Any) -> None:
        """Have a callback happen in a life, unless that has ended by then."""
        self.call_at(self._now + delay_s, callback, *args, context=life.context)

    def later(self, delay_s: float, callback: Callable[..., object], *args: Any) -> None:
        """Have something happen outside of all processes."""
        self.in_life(self.outside, delay_s, callback, *args)

    def start(self, life: Life, coroutine: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin a task in a life."""
        return self.create_task(coroutine, context=life.context)

    def kill(self, life: Life) -> None:
        """End a life here and now; must be called from outside of it."""
        life.alive = False
        for task in life.tasks:
            if not task.done():
                task.cancel()
        for _ in range(LAST_STEPS_MAX):
            if not life.ready:
                break
            handle = life.ready.popleft()
            if not handle._cancelled:
                handle.context.run(handle.callback, *handle.args)
        if life in self._with_work:
            self._with_work.remove(life)
        for task in life.tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]

    def run_until(self, happened: Callable[[], bool], deadline_s: float) -> bool:
        """Let turns and time pass until something has happened; False if the deadline came before it."""
        asyncio._set_running_loop(self)
        try:
            while not happened():
                if not self._with_work and not self._pass_time(deadline_s):
                    return False
                if self._with_work:
                    self._take_a_turn()
        finally:
            asyncio._set_running_loop(None)
        return True

    def _enqueue(self, handle: _Handle) -> None:
        life = handle.context.get(LIFE) or self.outside
        if not life.ready and life.alive:
            self._with_work.append(life)
        life.ready.append(handle)

    def _take_a_turn(self) -> None:
        waiting = self._with_work
        index = int(self._random() * len(waiting)) if len(waiting) > 1 else 0
        life = waiting[index]
        handle = life.ready.popleft()
        if not life.ready:
            waiting[index] = waiting[-1]
            waiting.pop()
        if handle._cancelled:
            return
        self.steps += 1
        handle.context.run(handle.callback, *handle.args)
        if life.steps_left is not None and life.alive:
            life.steps_left -= 1
            if life.steps_left <= 0:
                life.steps_left = None
                if life.on_end is not None:
                    life.on_end()

    def _pass_time(self, deadline_s: float) -> bool:
        """Jump to the next timer and let all of that moment be ready."""
        timers = self._timers
        if not timers or timers[0][0] > deadline_s:
            self._now = max(self._now, deadline_s)
            return False
        self._now = max(self._now, timers[0][0])
        while timers and timers[0][0] <= self._now:
            handle = heappop(timers)[2]
            life = handle.context.get(LIFE) or self.outside
            if life.alive and not handle._cancelled:
                self._enqueue(handle)
        return True
