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

    def hear(self, source: SourceId, message: Message, held_seq: int | None = None) -> None:
        """Take where a till says that its ledger ends, and what is held of it now, if that is known.

        An older till does not say it with its batches.
        """
        epoch = message.get("epoch")
        if not isinstance(epoch, str):
            return
        key = StreamKey(tenant=self._tenant, source=source, epoch=Epoch(epoch))
        if key not in self._said_seq and len(self._said_seq) >= CHAINS_MAX:
            return
        self._said_seq[key] = self._said(message, self._said_seq.get(key, 0))
        if held_seq is not None:
            self._observe(key, held_seq, "")

    def _said(self, message: Message, before_seq: int) -> int:
        head_seq = message.get("head_seq")
        if not isinstance(head_seq, int):
            return before_seq
        return head_seq if message["type"] == "hello" else max(head_seq, before_seq)  # batches may be late

    def look(self, streams: Sequence[StreamRecord]) -> dict[StreamKey, Progress]:
        """Return how far this hub is behind each chain."""
        return {
            stream.key: self._observe(stream.key, stream.head.seq, stream.quarantine) for stream in streams
        }

    def _observe(self, key: StreamKey, held_seq: int, quarantine: str) -> Progress:
        seen = self._presence.of(key.source)
        online = seen is not None and seen.online
        sighting = Sighting(
            head_seq=max(held_seq, self._said_seq.get(key, 0)),
            mark_seq=held_seq,
            way=Way.OPEN if online else Way.CLOSED,
            trouble=Quarantined(quarantine) if quarantine else None,
        )
        watch = self._watches.setdefault(key, ProgressWatch(self._stall_after_ms))
        return watch.observe(sighting, self._clock.monotonic_ms(), self._clock.now())
