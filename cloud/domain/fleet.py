"""The fleet: when tills, hubs and boards were last heard, and how far the cloud is behind them, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

HUB_SILENT_MS: Final = 30_000
"""A hub reports every 10 s; after three missed reports nothing it said about others counts as now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What a hub last said about one source; `seq` is what the hub holds of it, `heard_at_ms` when it said so.

    `behind` counts what it holds of all the source's chains and the cloud does not; None from a hub that does not say.
    `documents` says which version of each kind of document the source runs.
    """

    source: str
    role: str
    hub: str
    online: bool
    last_seen: str
    last_seen_ms: int
    seq: int
    heard_at_ms: int
    name: str = ""
    behind: int | None = None
    documents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamMark:
    """The newest chain of a source, as far as it is held here."""

    source: str
    seq: int
    received_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetSource:
    """One row of the fleet. `behind` counts entries that a hub holds and the cloud does not yet."""

    source: str
    role: str
    name: str
    hub: str
    online: bool
    last_seen: str | None
    seq: int
    behind: int
    behind_s: int
    words: str
    documents: Mapping[str, int] = field(default_factory=dict)


def compose_fleet(
    presences: list[Presence], marks: list[StreamMark], *, hubs: frozenset[str], now_ms: int
) -> list[FleetSource]:
    """Join what hubs say with what is held; a source that no hub speaks of is shown by its chain alone."""
    held = {mark.source: mark for mark in marks}
    said = _best_known(presences, now_ms)
    rows = [_row(said[source], held.get(source), now_ms) for source in sorted(said)]
    rows += [_unspoken(held[source], hubs, now_ms) for source in sorted(held.keys() - said.keys())]
    return rows


def say_how_long(seconds: int) -> str:
    """Return a time span as people say it, such as `14 min`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3_600:
        return f"{seconds // 3_600} h"
    return f"{seconds // 86_400} days"


def name_of(source: str, name: str = "") -> str:
    """Return what people call a source: its own name, or `Harbour` for `till-harbour`."""
    if name:
        return name
    plain = source
    for prefix in ("till-", "hub-", "board-"):
        plain = plain.removeprefix(prefix)
    return plain.replace("-", " ").capitalize()


def _best_known(presences: list[Presence], now_ms: int) -> dict[str, Presence]:
    """A till may have moved: of several hubs' words, one that has it online now counts most, then the latest."""
    ranked = sorted(presences, key=lambda said: (said.online and _is_fresh(said, now_ms), said.last_seen_ms))
    return {presence.source: presence for presence in ranked}


def _is_fresh(presence: Presence, now_ms: int) -> bool:
    return now_ms - presence.heard_at_ms <= HUB_SILENT_MS


def _row(presence: Presence, mark: StreamMark | None, now_ms: int) -> FleetSource:
    online = presence.online and _is_fresh(presence, now_ms)
    seq = mark.seq if mark else 0
    behind = max(0, presence.seq - seq) if presence.behind is None else presence.behind
    seen_ms = presence.heard_at_ms if presence.online else presence.last_seen_ms
    silent_s = 0 if online else max(0, now_ms - seen_ms) // 1_000
    waiting_s = max(0, now_ms - mark.received_at_ms) // 1_000 if behind and mark else 0
    return FleetSource(
        source=presence.source,
        role=presence.role,
        name=name_of(presence.source, presence.name),
        hub=presence.hub,
        online=online,
        last_seen=presence.last_seen or None,
        seq=seq,
        behind=behind,
        behind_s=max(silent_s, waiting_s),
        words=_words(online=online, chained=presence.role != "board", behind=behind, silent_s=silent_s),
        documents=presence.documents,
    )


def _unspoken(mark: StreamMark, hubs: frozenset[str], now_ms: int) -> FleetSource:
    silent_s = max(0, now_ms - mark.received_at_ms) // 1_000
    return FleetSource(
        source=mark.source,
        role="hub" if mark.source in hubs else "till",
        name=name_of(mark.source),
        hub="",
        online=False,
        last_seen=None,
        seq=mark.seq,
        behind=0,
        behind_s=silent_s,
        words=f"Nothing new for {say_how_long(silent_s)}.",
    )


def _words(*, online: bool, chained: bool, behind: int, silent_s: int) -> str:
    on_their_way = f"{behind} {'entry is' if behind == 1 else 'entries are'} on the way."
    if online:
        if not chained:
            return "Online."
        return on_their_way if behind else "Everything is here."
    silence = f"Not heard for {say_how_long(silent_s)}."
    return f"{silence} {on_their_way}" if behind else silence
