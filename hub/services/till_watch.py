"""How far this hub is behind each till, as far as the tills have said: since when, and why."""

from collections.abc import Sequence

from hub.domain.stream import StreamRecord
from hub.ports import Clock
from hub.services.presence import Presence
from shared.entry import StreamKey
from shared.ids import Epoch, SourceId, TenantId
from shared.sync.batch import Message
from shared.sync.progress import Progress, ProgressWatch, Sighting, Way
from shared.sync.reasons import Quarantined

CHAINS_MAX = 20_000


class TillWatch:
    """Watches every chain from its till; must be used on the event loop's thread.

    A till says where its ledger ends when it greets and with each batch. Before its first word since this hub started
    nothing is known to be missing.
    """

    def __init__(self, *, tenant: TenantId, presence: Presence, clock: Clock, stall_after_ms: int) -> None:
        self._tenant = tenant
        self._presence = presence
        self._clock = clock
        self._stall_after_ms = stall_after_ms
        self._said_seq: dict[StreamKey, int] = {}
        self._watches: dict[StreamKey, ProgressWatch] = {}

    def hear(self, source: SourceId, message: Message) -> None:
        """Take where a till says that its ledger ends; an older till does not say it with its batches."""
        head_seq, epoch = message.get("head_seq"), message.get("epoch")
        if not isinstance(head_seq, int) or not isinstance(epoch, str):
            return
        key = StreamKey(tenant=self._tenant, source=source, epoch=Epoch(epoch))
        if key in self._said_seq or len(self._said_seq) < CHAINS_MAX:
            is_greeting = message["type"] == "hello"  # batches may be late: only a greeting may say less
            self._said_seq[key] = head_seq if is_greeting else max(head_seq, self._said_seq.get(key, 0))

    def look(self, streams: Sequence[StreamRecord]) -> dict[StreamKey, Progress]:
        """Return how far this hub is behind each chain."""
        return {stream.key: self._look_at(stream) for stream in streams}

    def _look_at(self, stream: StreamRecord) -> Progress:
        seen = self._presence.of(stream.key.source)
        online = seen is not None and seen.online
        held_seq = stream.head.seq
        sighting = Sighting(
            head_seq=max(held_seq, self._said_seq.get(stream.key, 0)),
            mark_seq=held_seq,
            way=Way.OPEN if online else Way.CLOSED,
            trouble=Quarantined(stream.quarantine) if stream.quarantine else None,
        )
        watch = self._watches.setdefault(stream.key, ProgressWatch(self._stall_after_ms))
        return watch.observe(sighting, self._clock.monotonic_ms(), self._clock.now())
