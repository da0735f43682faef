"""Tell in words what is saved where: the state strip."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from device.domain.cash_session import CashSession
from device.domain.settings import Marks
from device.ports.ledger import Ledger
from device.ports.world import Clock, DiskGauge
from device.services.hub_watch import Travelled
from device.services.sync import HubStatus
from shared.sync.progress_words import say_progress
from shared.sync.sender import StreamRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWhere:
    """How many are on this till, at the hub, at the cloud; each counts only what is durable there."""

    till: int
    hub: int
    cloud: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStrip:
    """The strip: today's sales and all entries by where they are saved, the hub, the disk, the day, the time.

    `travelled` says how far everything has come and why no further; None on a till that knows no hub. `now_ms` is the
    monotonic time that its moments are counted from. `ledger_words` says what a person should know of the ledger
    itself; it is empty nearly always.
    """

    sales: SavedWhere
    entries: SavedWhere
    connected: bool
    since: datetime
    words: str
    refused: StreamRefused | None
    travelled: Travelled | None
    now_ms: int
    ledger_words: str
    free_bytes: int
    session: CashSession | None
    now: datetime


class Tell:
    """The service behind `GET /api/state`. `hub_status` is None on a till that knows no hub.

    `damage_words` says what is wrong with old parts of the ledger, or nothing; it goes before all other words.
    `ledger_words` says that too, else what a power cut left behind.
    """

    def __init__(self, *, ledger: Ledger, clock: Clock, disk: DiskGauge, started_at: datetime,
                 hub_status: Callable[[], HubStatus] | None,
                 hub_progress: Callable[[], Travelled] | None = None,
                 damage_words: Callable[[], str] = str,
                 ledger_words: Callable[[], str] = str) -> None:  # fmt: skip
        self._ledger = ledger
        self._clock = clock
        self._disk = disk
        self._started_at = started_at
        self._hub_status = hub_status
        self._hub_progress = hub_progress
        self._damage_words = damage_words
        self._ledger_words = ledger_words

    def marks(self) -> Marks:
        """Return hub's and cloud's marks, never beyond this ledger's head."""
        if self._hub_status is None:
            return Marks()
        marks, head_seq = self._hub_status().marks, self._ledger.state.head.seq
        return Marks(
            epoch=marks.epoch, hub_seq=min(marks.hub_seq, head_seq), cloud_seq=min(marks.cloud_seq, head_seq)
        )

    def state(self) -> StateStrip:
        """Return the strip as it is now; called in the event loop."""
        state, marks = self._ledger.state, self.marks()
        status = self._hub_status() if self._hub_status else None
        sales = _sales_where(state.session, marks)
        travelled, now_ms = self._hub_progress() if self._hub_progress else None, self._clock.monotonic_ms()
        entries = SavedWhere(till=state.head.seq, hub=marks.hub_seq, cloud=marks.cloud_seq)
        return StateStrip(
            sales=sales,
            entries=entries,
            connected=status.connected if status else False,
            since=status.since if status else self._started_at,
            words=self._damage_words() or _words(travelled, now_ms),
            refused=status.refused if status else None,
            travelled=travelled,
            now_ms=now_ms,
            ledger_words=self._ledger_words(),
            free_bytes=self._disk.free_bytes(),
            session=state.open_session,
            now=self._clock.now(),
        )


def _sales_where(session: CashSession | None, marks: Marks) -> SavedWhere:
    if session is None:
        return SavedWhere(till=0, hub=0, cloud=0)
    hub, cloud = (
        bisect_right(session.sales, seq, key=lambda sale: sale.seq)
        for seq in (marks.hub_seq, marks.cloud_seq)
    )
    return SavedWhere(till=len(session.sales), hub=hub, cloud=cloud)


def _words(travelled: Travelled | None, now_ms: int) -> str:
    if travelled is None:
        return "This till belongs to no hub yet. Every sale is saved here."
    hub, cloud = travelled.hub, travelled.cloud
    if hub.behind or hub.alarm:
        return say_progress(hub, there="the hub", now_ms=now_ms)
    if not hub.connected:
        return f"The hub is out of reach since {hub.way_since.at:%H:%M}. Everything is there already."
    if cloud.behind:
        return say_progress(cloud, there="the cloud", now_ms=now_ms)
    return "Everything is at the hub and at the cloud."
