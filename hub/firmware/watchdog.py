"""When the watchdog may be fed: only while every task lives and no coil is on beyond its cap. Pure."""

TICK_SILENCE_MS = 1000
LINK_SILENCE_MS = 60000


class Vigil:
    """The last sign of life of the two tasks that the board lives by."""

    def __init__(self, now_ms: int) -> None:
        self._tick_ms = now_ms
        self._link_ms = now_ms

    def saw_tick(self, now_ms: int) -> None:
        """Note that the doors were looked at."""
        self._tick_ms = now_ms

    def saw_link(self, now_ms: int) -> None:
        """Note that the network's task lives, connected or trying."""
        self._link_ms = now_ms

    def may_feed(self, now_ms: int, *, coils_safe: bool) -> bool:
        """Say whether the watchdog may be fed; otherwise it resets the board, and a reset lets go of every coil."""
        return (
            coils_safe
            and now_ms - self._tick_ms <= TICK_SILENCE_MS
            and now_ms - self._link_ms <= LINK_SILENCE_MS
        )
