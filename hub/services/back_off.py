"""Who has to wait before the next try, by terminal or address; bounded, the longest unused forgotten first."""

from collections import OrderedDict

from hub.domain.terminal import BackOff
from hub.ports.world import Clock

KNOWN_MAX = 10_000


class BackOffs:
    """Back-offs by name; must be used on the event loop's thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, BackOff] = OrderedDict()

    def wait_s(self, who: str) -> int:
        """Return the seconds that `who` still has to wait; 0 if a try is welcome."""
        return self._known.get(who, BackOff()).wait_s(self._clock.monotonic_ms())

    def missed(self, who: str) -> int:
        """Count a miss of `who` and return the seconds to wait from now."""
        now_ms = self._clock.monotonic_ms()
        after = self._known.pop(who, BackOff()).missed(now_ms)
        self._known[who] = after
        while len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        return after.wait_s(now_ms)

    def succeeded(self, who: str) -> None:
        """Forget the misses of `who`."""
        self._known.pop(who, None)
