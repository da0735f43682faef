"""How far this till's entries have travelled, to the hub and on to the cloud, since when, and why no further."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from device.domain.settings import Marks
from shared.sync.progress import Progress, ProgressWatch, Sighting, Way
from shared.sync.reasons import BehindHub, Quarantined, ReceiverFull, Refused, Stalled, Trouble, WaitsForHub
from shared.sync.sender import SenderState, StreamRefused
from shared.sync.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelled:
    """The same ledger towards each of the two that it is for."""

    hub: Progress
    cloud: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSighting:
    """What `Sync` sees at one moment; `link_words` says why the link is closed."""

    state: SenderState
    head_seq: int
    marks: Marks
    refused: StreamRefused | None = None
    link_words: str = ""


class HubWatch:
    """Watches both ways. The way to the hub is this till's own; of the way to the cloud it knows what the hub says.

    `free` is how many compartments of each size the hub last said it had free.
    """

    def __init__(self, stall_after_ms: int) -> None:
        self._hub = ProgressWatch(stall_after_ms)
        self._cloud = ProgressWatch(stall_after_ms)
        self._standing = Standing()
        self._told_ms = 0
        self.free: Mapping[str, int] | None = None

    def hear(self, standing: Standing | None, now_ms: int) -> None:
        """Take what the hub says of itself and of the cloud."""
        if standing is not None:
            self._standing, self._told_ms = standing, now_ms
            self.free = self.free if standing.free is None else standing.free

    def look(self, seen: HubSighting, now_ms: int, at: datetime) -> Travelled:
        """Return how far everything has travelled."""
        way = _WAYS[seen.state]
        hub = self._hub.observe(
            Sighting(head_seq=seen.head_seq, mark_seq=seen.marks.hub_seq, way=way, words=seen.link_words,
                     trouble=self._trouble_at_hub(seen.refused)), now_ms, at,
        )  # fmt: skip
        cloud = self._cloud.observe(
            Sighting(head_seq=seen.head_seq, mark_seq=seen.marks.cloud_seq, way=way,
                     trouble=self._trouble_behind_hub(seen.marks, hub, now_ms)), now_ms, at,
        )  # fmt: skip
        return Travelled(hub=hub, cloud=cloud)

    def _trouble_at_hub(self, refused: StreamRefused | None) -> Trouble | None:
        if refused is not None:
            kind = Quarantined if refused.quarantined else Refused
            return kind(refused.reason, refused.remedy)
        return ReceiverFull() if self._standing.full else None

    def _trouble_behind_hub(self, marks: Marks, hub: Progress, now_ms: int) -> Trouble:
        hub_speaks = hub.connected and not isinstance(hub.reason, Stalled)
        if not hub_speaks or marks.cloud_seq >= marks.hub_seq:
            return WaitsForHub()
        told = self._standing.onward or BehindHub()
        return replace(told, for_s=told.for_s + max(0, now_ms - self._told_ms) // 1000)


_WAYS = {
    SenderState.OFFLINE: Way.CLOSED,
    SenderState.GREETING: Way.UNANSWERED,
    SenderState.STREAMING: Way.OPEN,
    SenderState.REFUSED: Way.OPEN,
}
