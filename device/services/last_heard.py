"""What is known of the hub while no till runs: the marks that it said last."""

from device.domain.settings import Marks
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.ports.world import Clock
from device.services.hub_watch import HubSighting, HubWatch, Travelled
from device.services.sync import HubStatus
from shared.sync.progress import stall_after_ms
from shared.sync.sender import SenderLimits, SenderState


class LastHeard:
    """Stands in for `Sync` where a command opens the till's stores itself."""

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, clock: Clock) -> None:
        marks = settings.current.marks
        known = marks if marks.epoch == ledger.stream.epoch else Marks()
        self.status = HubStatus(connected=False, since=clock.now(), marks=known)
        self._seen = HubSighting(
            state=SenderState.OFFLINE,
            head_seq=ledger.head.seq,
            marks=known,
            link_words="this till does not run",
        )
        self._watch = HubWatch(stall_after_ms(SenderLimits()))
        self._clock = clock

    def progress(self) -> Travelled:
        """Return how far everything had travelled."""
        return self._watch.look(self._seen, self._clock.monotonic_ms(), self._clock.now())
