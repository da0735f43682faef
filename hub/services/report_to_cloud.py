"""What the cloud is told beside the entries: who is there, and how far each source is behind, since when and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.ports.links import CloudLink
from hub.services.desk import House
from hub.services.presence import Presence, report
from hub.services.standings import SourceStanding, Standings
from shared.entry import Json
from shared.ids import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportToCloud:
    """Makes and sends the report; must be used on the event loop's thread."""

    house: House
    cloud: CloudLink
    presence: Presence
    standings: Standings

    async def send(self) -> None:
        """Tell it all anew; raises CloudUnreachableError."""
        hub, at = self.house.identity.hub, self.house.clock.now()
        sources, streams = await self.house.store.read(
            lambda uow: (report(uow, self.presence, hub, at), uow.streams.all())
        )
        standings = self.standings.look(streams)
        await self.cloud.presence([self._with_progress(row, standings) for row in sources])

    def _with_progress(
        self, row: Mapping[str, Json], standings: Mapping[SourceId, SourceStanding]
    ) -> Mapping[str, Json]:
        standing = standings.get(SourceId(str(row["source"])))
        if standing is None:
            return row
        return {**row, "progress": standing.to_report(self.house.clock.monotonic_ms())}
