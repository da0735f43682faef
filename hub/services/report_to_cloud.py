"""What the cloud is told beside the entries: who is there, and how far each source is behind, since when and why."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.domain.errors import CloudUnreachableError
from hub.ports.links import CloudLink
from hub.services.desk import House
from hub.services.presence import Presence, report
from hub.services.standings import SourceStanding, Standings
from shared.entry import Json
from shared.ids import SourceId

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class ReportToCloud:
    """Makes and sends the report; must be used on the event loop's thread."""

    house: House
    cloud: CloudLink
    presence: Presence
    standings: Standings
    _refused: str = field(default="", init=False)

    async def send(self) -> None:
        """Tell it all anew; a report that the cloud does not take stops nothing else. Raises CloudUnreachableError."""
        hub, at = self.house.identity.hub, self.house.clock.now()
        sources, streams = await self.house.store.read(
            lambda uow: (report(uow, self.presence, hub, at), uow.streams.all())
        )
        standings = self.standings.look(streams)
        await self._tell([self._with_progress(row, standings) for row in sources])

    async def _tell(self, rows: Sequence[Mapping[str, Json]]) -> None:
        try:
            await self.cloud.presence(rows)
        except CloudUnreachableError as error:
            if not error.answered:
                raise
            if self._refused != error.reason:
                _log.error("the cloud does not take the report of who is there: %s", error.reason)
            self._refused = error.reason
        else:
            self._refused = ""

    def _with_progress(
        self, row: Mapping[str, Json], standings: Mapping[SourceId, SourceStanding]
    ) -> Mapping[str, Json]:
        standing = standings.get(SourceId(str(row["source"])))
        if standing is None:
            return row
        return {**row, "progress": standing.to_report(self.house.clock.monotonic_ms())}
