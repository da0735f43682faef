"""What a hub says of how far its sources have come. It counts as long as the hub is heard, so it is kept nowhere."""

from dataclasses import dataclass, replace

from shared.sync.reasons import ALARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLeg:
    """One way, a till's to its hub or a hub's to this cloud: how many entries behind, and why (see shared.sync.reasons)."""

    behind: int
    behind_for_s: int
    reason: str
    for_s: int
    words: str = ""
    remedy: str = ""

    @property
    def alarm(self) -> bool:
        """Whether a person should look."""
        return self.reason in ALARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidProgress:
    """Both ways of a source; `hub` is None for a hub itself."""

    hub: SaidLeg | None = None
    cloud: SaidLeg | None = None

    def aged(self, seconds: int) -> "SaidProgress":
        """Return the same as it is some time after it was said."""
        return SaidProgress(hub=_aged(self.hub, seconds), cloud=_aged(self.cloud, seconds))

    @property
    def behind(self) -> int:
        """How many entries the cloud lacks, wherever they are."""
        return sum(leg.behind for leg in (self.hub, self.cloud) if leg)

    @property
    def behind_for_s(self) -> int:
        """Since when something has been on its way."""
        return max((leg.behind_for_s for leg in (self.hub, self.cloud) if leg and leg.behind), default=0)

    @property
    def telling(self) -> tuple[str, SaidLeg] | None:
        """The way to speak of, `hub` or `cloud`: one with an alarm, else the first one that is behind."""
        legs = [(name, leg) for name, leg in (("hub", self.hub), ("cloud", self.cloud)) if leg]
        ranked = sorted(legs, key=lambda named: (not named[1].alarm, named[1].behind == 0))
        return ranked[0] if ranked else None


def _aged(leg: SaidLeg | None, seconds: int) -> SaidLeg | None:
    if leg is None:
        return None
    behind_for_s = leg.behind_for_s + seconds if leg.behind else 0
    return replace(leg, behind_for_s=behind_for_s, for_s=leg.for_s + seconds)
