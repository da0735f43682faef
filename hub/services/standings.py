"""How far everything has come that this hub handles: from each source to the hub, and from the hub to the cloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub.domain.identity import HubIdentity
from hub.domain.stream import StreamRecord
from hub.ports.world import Clock, DiskGauge
from hub.services.cloud_watch import CloudWatch
from hub.services.presence import Presence
from hub.services.till_watch import TillWatch
from shared.entry import Json, StreamKey
from shared.ids import SourceId
from shared.sync.progress import Progress, stall_after_ms
from shared.sync.progress_words import say_how_long, say_progress
from shared.sync.reasons import NotConnected, NothingBehind, Quarantined, Refused, Stalled
from shared.sync.sender import SenderLimits
from shared.sync.standing import progress_json

_REPORTED = ("behind", "behind_for_s", "reason", "for_s", "words", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """One source over all its chains: towards this hub (None for the hub itself), and on to the cloud (None without a chain)."""

    to_hub: Progress | None
    to_cloud: Progress | None

    @property
    def ways(self) -> dict[str, Progress]:
        """Both ways that there are, by the name of their end."""
        named = {"hub": self.to_hub, "cloud": self.to_cloud}
        return {name: progress for name, progress in named.items() if progress is not None}

    @property
    def alarm(self) -> bool:
        """Whether a person should look."""
        return any(progress.alarm for progress in self.ways.values())

    def to_json(self, now_ms: int) -> dict[str, Json]:
        """Return both ways as they are shown."""
        return {name: progress_json(progress, now_ms) for name, progress in self.ways.items()}

    def to_report(self, now_ms: int) -> dict[str, Json]:
        """Return what the cloud is told: only of ways where there is something to tell."""
        telling = {name: one for name, one in self.ways.items() if one.behind or one.alarm}
        return {
            name: {field: said[field] for field in _REPORTED}
            for name, said in ((name, progress_json(one, now_ms)) for name, one in telling.items())
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Looks at both watches; must be used on the event loop's thread."""

    hub: SourceId
    from_tills: TillWatch
    to_cloud: CloudWatch

    def look(self, streams: Sequence[StreamRecord]) -> Mapping[SourceId, SourceStanding]:
        """Return how each source stands; `streams` are all chains, oldest first."""
        here, there = self.from_tills.look(streams), self.to_cloud.look(streams)
        by_source: dict[SourceId, list[StreamKey]] = {}
        # Of what a till has only spoken of, nothing can be on its way to the cloud.
        for key in (*there, *here):
            chains = by_source.setdefault(key.source, [])
            if key not in chains:
                chains.append(key)
        return {
            source: SourceStanding(
                to_hub=None if source == self.hub else _together([here[key] for key in chains]),
                to_cloud=_together([there[key] for key in chains if key in there]),
            )
            for source, chains in by_source.items()
        }


def _together(chains: Sequence[Progress]) -> Progress | None:
    """Return a source's chains as one: what is behind is summed, the reason is that of the one to look at first.

    An earlier ledger that was set aside and lacks nothing was replaced by a newer one: it is no alarm for ever.
    """
    if not chains:
        return None
    settled = [
        one for one in chains[:-1] if one.behind == 0 and isinstance(one.reason, Refused | Quarantined)
    ]
    chains = [one for one in chains if one not in settled]
    first = max(chains, key=lambda one: (one.alarm, not isinstance(one.reason, NothingBehind), one.behind))
    if first.behind == 0:
        first = chains[-1]  # the newest
    since = [one.behind_since for one in chains if one.behind_since]
    return replace(
        first, head_seq=first.mark_seq + sum(one.behind for one in chains),
        behind_since=min(since, key=lambda moment: moment.ms, default=None),
    )  # fmt: skip


def words_of_standing(standing: SourceStanding | None, now_ms: int) -> str:
    """Return in a sentence or two how a source stands, alarms first."""
    if standing is None:
        return "Nothing has come from it yet."
    to_hub, to_cloud = standing.to_hub, standing.to_cloud
    said = []
    if to_hub is not None and (to_hub.behind or to_hub.alarm):
        said.append(_say_to_hub(to_hub, now_ms))
    if to_cloud is not None and (to_cloud.behind or to_cloud.alarm or not said):
        said.append(say_progress(to_cloud, there="the cloud", now_ms=now_ms))
    return " ".join(said)


def _say_to_hub(progress: Progress, now_ms: int) -> str:
    """Say how far a till's entries are from this hub, as its staff sees it."""
    left = "1 entry is" if progress.behind == 1 else f"{progress.behind:,} entries are"
    match progress.reason:
        case Quarantined(words):
            return f"Set aside: {words}. Nothing is lost. Call whoever looks after the stalls."
        case Stalled():
            span = say_how_long(progress.since.age_s(now_ms))
            return f"It is connected, but nothing has arrived for {span}; {left} still there."
        case NotConnected():
            return f"{left} still there."
        case _:
            return f"{left} on the way here."


def make_standings(identity: HubIdentity, *, presence: Presence, clock: Clock, disk: DiskGauge) -> Standings:
    """Return both watches of a hub."""
    patience_ms = stall_after_ms(SenderLimits())
    from_tills = TillWatch(tenant=identity.tenant, presence=presence, clock=clock, stall_after_ms=patience_ms)
    to_cloud = CloudWatch(clock=clock, disk=disk, stall_after_ms=patience_ms)
    return Standings(hub=identity.hub, from_tills=from_tills, to_cloud=to_cloud)
