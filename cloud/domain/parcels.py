"""Where a parcel stands, as a fold over the facts of the till that promised it and the hub that keeps it.

The two streams arrive independently: a hub's news may come before the promise itself. So a promise only fills in what
is not known yet, and the hub alone moves the state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from cloud.domain.facts import DoorSaid, ParcelFact, ParcelMoved, ParcelPromised, ParcelState

_BEHIND_ITS_DOOR = frozenset({ParcelState.DEPOSITED, ParcelState.OPENING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel as the dashboards show it; `since` is a label (ISO 8601 with offset) of its last change."""

    parcel_id: str
    hub: str
    state: ParcelState
    since: str
    till: str = ""
    number: int | None = None
    compartment: int | None = None
    command_id: str | None = None


_STEPS = (
    ParcelState.WAITING, ParcelState.RESERVED, ParcelState.DEPOSITED, ParcelState.OPENING, ParcelState.EXPIRED,
    ParcelState.COLLECTED,
)  # fmt: skip
"""A parcel's life in its order, for facts that are read later than they came."""


def move_parcel(parcel: Parcel | None, fact: ParcelFact, *, late: bool = False) -> Parcel | None:
    """Return the parcel after a fact; None if the fact is about a parcel that is not known.

    A fact that is read late moves it on, never back: what its hub said since then counts more.
    """
    match fact:
        case ParcelPromised():
            return _promised(parcel, fact)
        case ParcelMoved():
            passed = late and parcel is not None and _STEPS.index(parcel.state) >= _STEPS.index(fact.state)
            return _filled(parcel, fact) if passed and parcel is not None else _moved(parcel, fact)
        case DoorSaid() if late and parcel is not None and parcel.state is not ParcelState.OPENING:
            return parcel
        case DoorSaid():
            return _said(parcel, fact)
        case _:
            assert_never(fact)


def move_parcels(parcels: dict[str, Parcel], facts: Sequence[ParcelFact], *, late: bool = False) -> None:
    """Move parcels, by their id, through facts in their order."""
    by_command = {known.command_id: known.parcel_id for known in parcels.values() if known.command_id}
    for fact in facts:
        parcel_id = by_command.get(fact.command_id) if isinstance(fact, DoorSaid) else fact.parcel_id
        moved = move_parcel(parcels.get(parcel_id), fact, late=late) if parcel_id else None
        if moved is None:
            continue
        parcels[moved.parcel_id] = moved
        if moved.command_id:
            by_command[moved.command_id] = moved.parcel_id


def _promised(parcel: Parcel | None, fact: ParcelPromised) -> Parcel:
    if parcel is None:
        return Parcel(
            parcel_id=fact.parcel_id,
            hub=fact.hub,
            state=ParcelState.WAITING,
            since=fact.at,
            till=fact.till,
            number=fact.number,
        )
    return replace(parcel, till=fact.till, number=fact.number)


def _moved(parcel: Parcel | None, fact: ParcelMoved) -> Parcel:
    known = parcel or Parcel(parcel_id=fact.parcel_id, hub=fact.hub, state=fact.state, since=fact.at)
    return replace(
        known,
        hub=fact.hub,
        state=fact.state,
        since=fact.at,
        till=fact.till or known.till,
        number=known.number if fact.number is None else fact.number,
        compartment=known.compartment if fact.compartment is None else fact.compartment,
        command_id=fact.command_id or known.command_id,
    )


def _filled(parcel: Parcel, fact: ParcelMoved) -> Parcel:
    return replace(
        parcel,
        till=parcel.till or fact.till or "",
        number=fact.number if parcel.number is None else parcel.number,
        compartment=fact.compartment if parcel.compartment is None else parcel.compartment,
        command_id=parcel.command_id or fact.command_id,
    )


def _said(parcel: Parcel | None, fact: DoorSaid) -> Parcel | None:
    if parcel is None or parcel.command_id != fact.command_id or parcel.state not in _BEHIND_ITS_DOOR:
        return parcel
    return parcel if parcel.state is fact.state else replace(parcel, state=fact.state, since=fact.at)
