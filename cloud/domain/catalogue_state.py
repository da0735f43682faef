"""Where a tenant's catalogue stands between two versions, and when the next one is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

SETTLE_MS: Final = 2_000
"""A burst of changes becomes one version: it is issued when nothing has come for so long …"""
WAIT_MS_MAX: Final = 10_000
"""… or when the first of them has waited so long."""
AGAIN_MS: Final = 60_000
"""One that could not be issued is tried again after so long: `first_waiting_ms` is then when it was tried."""
COVERS_MAX: Final = 1_000
"""Chains whose changes a version says it includes; those that changed something last stay."""

NAMES_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueState:
    """`covers` maps `source/epoch` to the last entry whose changes are in; `problem` says why no version can be issued.

    `names` are those whose changes wait: sources, and people who sign in here.
    """

    revision: int = 0
    issued_revision: int = 0
    first_waiting_ms: int = 0
    last_change_ms: int = 0
    covers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    names: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether changes wait for the next version."""
        return self.revision > self.issued_revision

    def is_due(self, now_ms: int) -> bool:
        """Tell whether the next version should be issued; a clock that was set back makes nothing wait."""
        if not self.waiting:
            return False
        quiet_ms, waited_ms = now_ms - self.last_change_ms, now_ms - self.first_waiting_ms
        if self.problem:
            return not 0 <= waited_ms < AGAIN_MS
        return quiet_ms >= SETTLE_MS or waited_ms >= WAIT_MS_MAX or min(quiet_ms, waited_ms) < 0

    def changed(self, at_ms: int, by: str) -> "CatalogueState":
        """Return the state after somebody's further change."""
        first_ms = self.first_waiting_ms if self.waiting else at_ms
        names = tuple(dict.fromkeys((*self.names, by)))[:NAMES_MAX]
        return replace(
            self, revision=self.revision + 1, first_waiting_ms=first_ms, last_change_ms=at_ms, names=names
        )

    def covering(self, writer: str, seq: int) -> "CatalogueState":
        """Return the state that includes a chain's changes up to an entry; never less than before."""
        covers = {key: held for key, held in self.covers.items() if key != writer}
        covers[writer] = max(seq, self.covers.get(writer, 0))
        newest = list(covers.items())[-COVERS_MAX:]
        return replace(self, covers=dict(newest))

    def issued(self) -> "CatalogueState":
        """Return the state after a version that includes everything."""
        return replace(self, issued_revision=self.revision, problem="", names=())
