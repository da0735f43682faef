"""What every hub said last of how its sources stand: in memory, replaced by its next report, worth nothing once it is silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cloud.domain.said_progress import SaidProgress

COUNTS_FOR_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Report:
    heard_s: float
    by_source: Mapping[str, SaidProgress]


@dataclass(frozen=True, slots=True)
class SaidStandings:
    """One report for each hub; a report names at most 1,000 sources. Any thread may take or look."""

    _reports: dict[tuple[str, str], _Report] = field(default_factory=dict)

    def take(self, tenant: str, hub: str, by_source: Mapping[str, SaidProgress], now_s: float) -> None:
        """Replace what a hub said; `now_s` is monotonic."""
        self._reports[tenant, hub] = _Report(now_s, dict(by_source))

    def look(self, tenant: str, now_s: float) -> dict[tuple[str, str], SaidProgress]:
        """Return what counts now, by hub and source, with its durations up to now."""
        return {
            (hub, source): progress.aged(int(now_s - report.heard_s))
            for (whose, hub), report in tuple(self._reports.items())
            if whose == tenant and 0 <= now_s - report.heard_s <= COUNTS_FOR_S
            for source, progress in report.by_source.items()
        }
