"""A parcel's life at the hub, as one table.

    waiting --reserve--> reserved --deposit--> deposited --burn--> opening --collect--> collected
                                                   ^                  |
                                                   +----stay shut-----+
    waiting, reserved, opening --expire--> expired

A parcel whose goods were all given back at the till lies there until its stall has taken it out, and its code opens nothing.

`burn` spends the code before the bolt moves. `opening` without an answer is "unclear": the parcel stays there until the
door is heard after all, or staff has looked; nothing leads from it to a second pulse. A parcel that the stall takes back out
of its locker goes the same way, and is expired when its door was seen open and then shut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hub.domain.compartment import Place
from hub.domain.errors import ParcelStepError
from hub.domain.pickup_grant import PickupGrant
from shared.events.sale import LineKind, SaleLine
from shared.ids import ParcelId, SourceId
from shared.money import QUANTITY_ONE_MILLI


class ParcelState(StrEnum):
    """Where a parcel stands."""

    WAITING = "waiting"
    RESERVED = "reserved"
    DEPOSITED = "deposited"
    OPENING = "opening"
    COLLECTED = "collected"
    EXPIRED = "expired"


class ParcelStep(StrEnum):
    """What can happen to a parcel."""

    RESERVE = "reserve"
    DEPOSIT = "deposit"
    BURN = "burn"
    COLLECT = "collect"
    STAY_SHUT = "stay shut"
    EXPIRE = "expire"


_TABLE = {
    (ParcelState.WAITING, ParcelStep.RESERVE): ParcelState.RESERVED,
    (ParcelState.RESERVED, ParcelStep.DEPOSIT): ParcelState.DEPOSITED,
    (ParcelState.DEPOSITED, ParcelStep.BURN): ParcelState.OPENING,
    (ParcelState.OPENING, ParcelStep.COLLECT): ParcelState.COLLECTED,
    (ParcelState.OPENING, ParcelStep.STAY_SHUT): ParcelState.DEPOSITED,
    (ParcelState.WAITING, ParcelStep.EXPIRE): ParcelState.EXPIRED,
    (ParcelState.RESERVED, ParcelStep.EXPIRE): ParcelState.EXPIRED,
    (ParcelState.OPENING, ParcelStep.EXPIRE): ParcelState.EXPIRED,
}
GONE = frozenset({ParcelState.COLLECTED, ParcelState.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel promised at this hub. `command_id` names the last command to its door; `place` is None while waiting.

    `size` is the compartment that was asked for, empty where nobody chose. `pieces_given_back` are those that the till paid
    back to the customer.
    """

    parcel_id: ParcelId
    till: SourceId
    number: int
    receipt_number: str
    items: str
    pieces: int
    total_minor: int
    currency: str
    state: ParcelState
    since: datetime
    promised_at: datetime
    grant: PickupGrant
    place: Place | None = None
    command_id: str = ""
    size: str = ""
    pieces_given_back: int = 0

    @property
    def is_given_back(self) -> bool:
        """Whether the customer has the money for all of it back, so that its code opens nothing."""
        return 0 < self.pieces <= self.pieces_given_back

    @property
    def gone(self) -> bool:
        """Whether it needs neither number nor compartment any more."""
        return self.state in GONE


def step(parcel: Parcel, what: ParcelStep, at: datetime) -> Parcel:
    """Return the parcel after a step; raises ParcelStepError if its state does not allow it."""
    state = _TABLE.get((parcel.state, what))
    if state is None:
        raise ParcelStepError(parcel.state, what)
    return replace(parcel, state=state, since=at)


def may(parcel: Parcel, what: ParcelStep) -> bool:
    """Return whether a parcel's state allows a step."""
    return (parcel.state, what) in _TABLE


def items_in_words(lines: Sequence[SaleLine]) -> str:
    """Return what is in a parcel, such as two times stoneware bowl and 0.25 times beeswax."""
    times = "\N{MULTIPLICATION SIGN}"
    return ", ".join(
        f"{_quantity(line.quantity_milli)} {times} {line.name}"
        for line in lines
        if line.kind is LineKind.GOODS
    )


def count_pieces(lines: Sequence[SaleLine]) -> int:
    """Return how many pieces a parcel holds; a part of a unit counts as one."""
    return sum(whole_pieces(line.quantity_milli) for line in lines if line.kind is LineKind.GOODS)


def whole_pieces(quantity_milli: int) -> int:
    """Return how many pieces a quantity is; a part of a unit counts as one."""
    return -(-quantity_milli // QUANTITY_ONE_MILLI)


def _quantity(milli: int) -> str:
    whole, part = divmod(milli, QUANTITY_ONE_MILLI)
    return f"{whole}.{part:03d}".rstrip("0") if part else str(whole)
