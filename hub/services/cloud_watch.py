"""How far each chain of this hub has travelled to the cloud, since when, and why no further."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.stream import StreamRecord
from hub.ports.world import Clock, DiskGauge
from shared.entry import StreamKey
from shared.sync.progress import Progress, ProgressWatch, Sighting, Way
from shared.sync.reasons import BehindHub, ReceiverFull, Refused, Trouble, remedy_in, words_in
from shared.sync.standing import Standing

FULL_BELOW_BYTES = 64 * 1024 * 1024
"""With less room than this a disk counts as full: said before commits begin to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWay:
    """The way to the cloud as it was last found; `words` says why it is closed."""

    way: Way = Way.CLOSED
    words: str = ""


class CloudWatch:
    """Watches every chain towards the cloud; must be used on the event loop's thread."""

    def __init__(self, *, clock: Clock, disk: DiskGauge, stall_after_ms: int) -> None:
        self.way = CloudWay()
        self.cloud_is_full = False
        self._clock = clock
        self._disk = disk
        self._stall_after_ms = stall_after_ms
        self._watches: dict[StreamKey, ProgressWatch] = {}
        self._offered: set[StreamKey] = set()
        self._refusals: dict[StreamKey, str] = {}

    def offered(self, key: StreamKey) -> None:
        """A chain has had its turn: what it still lacks over there has been offered."""
        self._offered.add(key)

    def moved(self, key: StreamKey) -> None:
        """The cloud's mark has moved; whatever is still missing waits for its next turn."""
        self._offered.discard(key)

    def look(self, streams: Sequence[StreamRecord]) -> dict[StreamKey, Progress]:
        """Return how far each chain has travelled; `streams` are all there are."""
        progress = {stream.key: self.look_at(stream) for stream in streams}
        self._watches = {
            key: self._watches[key] for key in progress
        }  # a till may have greeted with any ledger
        return progress

    def look_at(self, stream: StreamRecord) -> Progress:
        """Return how far one chain has travelled."""
        self._refusals[stream.key] = stream.cloud_refusal
        return self._observe(stream.key, stream.head.seq, stream.cloud_seq)

    def standing(self, key: StreamKey, held_seq: int, cloud_seq: int) -> Standing:
        """Return what a till is told of this hub and of how its chain stands at the cloud."""
        progress = self._observe(key, held_seq, cloud_seq)
        reason = progress.reason
        onward = BehindHub(
            hub_code=reason.code, for_s=progress.since.age_s(self._clock.monotonic_ms()), words=words_in(reason),
            remedy=remedy_in(reason),
        )  # fmt: skip
        return Standing(full=self.is_full(), onward=onward)

    def _observe(self, key: StreamKey, held_seq: int, cloud_seq: int) -> Progress:
        watch = self._watches.setdefault(key, ProgressWatch(self._stall_after_ms))
        seen = Sighting(
            head_seq=held_seq, mark_seq=cloud_seq, way=self.way.way, words=self.way.words,
            trouble=self._trouble(key), offered=key in self._offered,
        )  # fmt: skip
        return watch.observe(seen, self._clock.monotonic_ms(), self._clock.now())

    def _trouble(self, key: StreamKey) -> Trouble | None:
        if refusal := self._refusals.get(key):
            return Refused(refusal)
        return ReceiverFull() if self.cloud_is_full else None

    def is_full(self) -> bool:
        """Tell whether this hub's own disk has no room left."""
        return self._disk.free_bytes() < FULL_BELOW_BYTES
