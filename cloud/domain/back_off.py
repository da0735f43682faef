"""Growing waits after wrong passwords: per name and address, so that nobody can lock somebody else out."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

FREE_MISSES: Final = 2
WAIT_MAX_S: Final = 60.0
REMEMBERED_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Misses:
    count: int
    open_at_s: float


class BackOff:
    """Who has to wait for how long. Times are monotonic seconds; the longest unused is forgotten first."""

    def __init__(self) -> None:
        self._misses: OrderedDict[str, _Misses] = OrderedDict()

    def wait_s(self, who: str, now_s: float) -> float:
        """Return how long `who` has to wait before the next try; 0 if not at all."""
        misses = self._misses.get(who)
        return 0.0 if misses is None else max(0.0, misses.open_at_s - now_s)

    def missed(self, who: str, now_s: float) -> float:
        """Count a miss and return the wait that follows: none for the first two, then 1 s, 2 s, 4 s … 60 s."""
        count = self._misses[who].count + 1 if who in self._misses else 1
        wait = 0.0 if count <= FREE_MISSES else min(2.0 ** min(count - FREE_MISSES - 1, 16), WAIT_MAX_S)
        self._misses[who] = _Misses(count, now_s + wait)
        self._misses.move_to_end(who)
        while len(self._misses) > REMEMBERED_MAX:
            self._misses.popitem(last=False)
        return wait

    def succeeded(self, who: str) -> None:
        """Forget the misses of somebody who proved to be who they say."""
        self._misses.pop(who, None)
