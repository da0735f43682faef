"""Take a hub's word about who is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cloud.domain.enrolment import Device, Role
from cloud.domain.fleet import Presence
from cloud.domain.said_progress import SaidProgress
from cloud.ports.dashboards import Changed, ChangeFeed, Presences
from cloud.ports.world import Clock
from cloud.services.said_standings import SaidStandings


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceReport:
    """The door for hubs' reports."""

    presences: Presences
    standings: SaidStandings
    clock: Clock
    feed: ChangeFeed

    def take(
        self, hub: Device, said: Sequence[Presence], progress: Mapping[str, SaidProgress] | None = None
    ) -> bool:
        """Keep a report with the hub's name and the time it came; False if the device is no hub.

        `progress` says how far each source has come; an older hub does not say it.
        """
        if hub.role is not Role.HUB:
            return False
        now_ms = self.clock.now_ms()
        self.presences.report(
            hub.tenant, [replace(presence, hub=hub.device, heard_at_ms=now_ms) for presence in said]
        )
        self.standings.take(hub.tenant, hub.device, progress or {}, self.clock.monotonic_s())
        self.feed.announce(hub.tenant, Changed.FLEET)
        return True
