"""How far this hub is behind each till, as far as the tills have said: since when, and why."""

from collections.abc import Sequence

from hub.domain.stream import StreamRecord
from hub.ports.world import Clock
from hub.services.presence import SOURCES_MAX, Presence
from shared.entry import StreamKey
from shared.ids import Epoch, SourceId, TenantId
from shared.sync.batch import Message
from shared.sync.progress import Progress, ProgressWatch, Sighting, Way
from shared.sync.reasons import Quarantined

SEQ_MAX = 2**53
"""The most that counts, and that a report may say: whatever is beyond it is nonsense."""


class TillWatch:
    """Watches every chain from its till; must be used on the event loop's thread.

    A till says where its ledger ends when it greets and with each batch. Before its first word since this hub started
    nothing is known to be missing. Only the ledger that it spoke of last counts, so a till takes one place here whatever it
    says.
    """

    def __init__(self, *, tenant: TenantId, presence: Presence, clock: Clock, stall_after_ms: int) -> None:
        self._tenant = tenant
        self._presence = presence
        self._clock = clock
        self._stall_after_ms = stall_after_ms
        self._said: dict[SourceId, tuple[Epoch, int]] = {}
        self._watches: dict[StreamKey, ProgressWatch] = {}
        self._held: dict[StreamKey, tuple[int, str]] = {}

    def came_or_went(self, source: SourceId) -> None:
        """A till has come or gone: until now its time counted otherwise."""
        for key, (held_seq, quarantine) in tuple(self._held.items()):
            if key.source == source:
                self._observe(key, held_seq, quarantine)

    def hear(self, source: SourceId, message: Message, held_seq: int | None = None) -> None:
        """Take where a till says that its ledger ends, and what is held of it now, if that is known."""
        if message["type"] not in {"hello", "entries"}:
            return
        epoch = Epoch(str(message["epoch"]))
        if source in self._said or len(self._said) < SOURCES_MAX:
            self._said[source] = (epoch, self._end(source, epoch, message))
        if held_seq is not None:
            self._observe(StreamKey(tenant=self._tenant, source=source, epoch=epoch), held_seq, "")

    def look(self, streams: Sequence[StreamRecord]) -> dict[StreamKey, Progress]:
        """Return how far this hub is behind each chain, also one of which nothing has arrived at all."""
        records = {stream.key: (stream.head.seq, stream.quarantine) for stream in streams}
        spoken_of = (
            StreamKey(tenant=self._tenant, source=source, epoch=epoch)
            for source, (epoch, seq) in self._said.items()
            if seq > 0
        )
        records = dict.fromkeys(spoken_of, (0, "")) | records
        self._watches = {key: watch for key, watch in self._watches.items() if key in records}
        self._held = {key: held for key, held in self._held.items() if key in records}
        return {key: self._observe(key, *record) for key, record in records.items()}

    def _end(self, source: SourceId, epoch: Epoch, message: Message) -> int:
        """Return where the ledger ends; an older till does not say it with its batches."""
        known_epoch, known_seq = self._said.get(source, (epoch, 0))
        before_seq = known_seq if known_epoch == epoch else 0
        head_seq = message.get("head_seq")
        if not isinstance(head_seq, int):
            return before_seq
        head_seq = max(0, min(head_seq, SEQ_MAX))
        return head_seq if message["type"] == "hello" else max(head_seq, before_seq)  # batches may be late

    def _observe(self, key: StreamKey, held_seq: int, quarantine: str) -> Progress:
        self._held[key] = (held_seq, quarantine)
        seen = self._presence.of(key.source)
        online = seen is not None and seen.online
        epoch, said_seq = self._said.get(key.source, (key.epoch, 0))
        sighting = Sighting(
            head_seq=max(held_seq, said_seq if epoch == key.epoch else 0),
            mark_seq=held_seq,
            way=Way.OPEN if online else Way.CLOSED,
            trouble=Quarantined(quarantine) if quarantine else None,
        )
        watch = self._watches.setdefault(key, ProgressWatch(self._stall_after_ms))
        return watch.observe(sighting, self._clock.monotonic_ms(), self._clock.now())
