"""The fleet: when tills, hubs and boards were last heard, and how far the cloud is behind them, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cloud.domain.said_progress import SaidProgress
from shared.sync.progress_words import say_how_long

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
    """One row of the fleet.

    `behind` counts entries that the cloud lacks, whether a hub holds them or its till still does; `reason` says why, as
    shared.sync.reasons calls it, `leg` on which way (`hub`: from the till to its hub, `cloud`: from there to here),
    `reason_s` since when, `moved_s` when something last came, `told` and `remedy` in whose words. `alarm` asks for a person.
    """

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
    reason: str = "nothing-behind"
    reason_s: int = 0
    leg: str = ""
    alarm: bool = False
    told: str = ""
    remedy: str = ""
    moved_s: int | None = None


def compose_fleet(
    presences: list[Presence],
    marks: list[StreamMark],
    *,
    hubs: frozenset[str],
    now_ms: int,
    progress: Mapping[tuple[str, str], SaidProgress] | None = None,
) -> list[FleetSource]:
    """Join what hubs say with what is held; a source that no hub speaks of is shown by its chain alone.

    `progress` is what counts of the hubs' words on why something is behind, by hub and source.
    """
    told = progress or {}
    held = {mark.source: mark for mark in marks}
    said = _best_known(presences, now_ms)
    rows = [
        _row(said[source], held.get(source), told.get((said[source].hub, source)), now_ms)
        for source in sorted(said)
    ]
    rows += [_unspoken(held[source], hubs, now_ms) for source in sorted(held.keys() - said.keys())]
    return rows


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


def _row(
    presence: Presence, mark: StreamMark | None, progress: SaidProgress | None, now_ms: int
) -> FleetSource:
    is_fresh = _is_fresh(presence, now_ms)
    online = presence.online and is_fresh
    seq = mark.seq if mark else 0
    behind = _behind(presence, seq, progress)
    seen_ms = presence.heard_at_ms if presence.online else presence.last_seen_ms
    silent_s = 0 if online else max(0, now_ms - seen_ms) // 1_000
    waiting_s = max(0, now_ms - mark.received_at_ms) // 1_000 if behind and mark else 0
    why = _why(progress, behind=behind, is_fresh=is_fresh, silent_s=silent_s)
    return FleetSource(
        source=presence.source,
        role=presence.role,
        name=name_of(presence.source, presence.name),
        hub=presence.hub,
        online=online,
        last_seen=presence.last_seen or None,
        seq=seq,
        behind=behind,
        behind_s=max(silent_s, progress.behind_for_s if progress else waiting_s),
        words=_words(why, online=online, chained=presence.role != "board", behind=behind, silent_s=silent_s),
        documents=presence.documents,
        reason=why.reason,
        reason_s=why.for_s,
        leg=why.leg,
        alarm=why.alarm,
        told=why.words,
        remedy=why.remedy,
        moved_s=max(0, now_ms - mark.received_at_ms) // 1_000 if mark else None,
    )


def _behind(presence: Presence, seq: int, progress: SaidProgress | None) -> int:
    if progress is not None:
        return progress.behind
    return max(0, presence.seq - seq) if presence.behind is None else presence.behind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Why:
    reason: str
    for_s: int = 0
    leg: str = ""
    alarm: bool = False
    words: str = ""
    remedy: str = ""


def _why(progress: SaidProgress | None, *, behind: int, is_fresh: bool, silent_s: int) -> _Why:
    """Say why something is missing here: as the hub says, or because the hub itself is not heard."""
    telling = progress.telling if progress else None
    if telling is not None:
        leg, said = telling
        return _Why(reason=said.reason, for_s=said.for_s, leg=leg, alarm=said.alarm, words=said.words,
                    remedy=said.remedy)  # fmt: skip
    if not is_fresh:
        return _Why(reason="not-connected", for_s=silent_s, leg="cloud")
    return _Why(reason="on-the-way" if behind else "nothing-behind")


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
        moved_s=silent_s,
    )


def _words(why: _Why, *, online: bool, chained: bool, behind: int, silent_s: int) -> str:
    if why.alarm:
        return f"{_ALARM_WORDS[why.reason].format(span=say_how_long(why.for_s))} {why.remedy}".strip()
    on_their_way = f"{behind} {'entry is' if behind == 1 else 'entries are'} on the way."
    if online:
        if not chained:
            return "Online."
        return on_their_way if behind else "Everything is here."
    silence = f"Not heard for {say_how_long(silent_s)}."
    return f"{silence} {on_their_way}" if behind else silence


_ALARM_WORDS: Final = {
    "stalled": "Connected, but nothing has arrived for {span}.",
    "refused": "What it has is not taken.",
    "quarantined": "Its ledger was set aside.",
    "receiver-full": "The other side's disk is full.",
}
