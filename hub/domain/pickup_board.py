"""What a screen in the neighbourhood shows: which parcels lie in their lockers, and which are on their way.

Everybody can read it. So it shows neither names nor goods, and not the pick-up number either: that one is the first third of a
collection code. A parcel is called by the end of its receipt's number, which its customer has on paper.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hub.domain.parcel import Parcel, ParcelState

DIGITS_MIN: Final = 3
_COMING: Final = frozenset({ParcelState.WAITING, ParcelState.RESERVED})
_SHOWN: Final = _COMING | {ParcelState.DEPOSITED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupBoard:
    """Public numbers in ascending order. A parcel whose door was told to open, or that was given back, stands in neither."""

    ready: tuple[str, ...]
    coming: tuple[str, ...]


def pickup_board(parcels: Iterable[Parcel]) -> PickupBoard:
    """Return the board for the parcels that are still to be collected."""
    shown = [parcel for parcel in parcels if parcel.state in _SHOWN and not parcel.is_given_back]
    names = _public_numbers({parcel.receipt_number for parcel in shown})
    shown.sort(key=lambda parcel: _parts(parcel.receipt_number)[::-1])
    return PickupBoard(
        ready=tuple(names[one.receipt_number] for one in shown if one.state is ParcelState.DEPOSITED),
        coming=tuple(names[one.receipt_number] for one in shown if one.state in _COMING),
    )


def _public_numbers(receipts: Iterable[str]) -> dict[str, str]:
    """Return what to call each receipt: `042`, and as much of its ledger before it (`q2-042`) as sets it apart from others."""
    by_number: dict[int, list[str]] = {}
    for receipt in receipts:
        by_number.setdefault(_parts(receipt)[1], []).append(receipt)
    return {
        receipt: _apart(receipt, [other for other in alike if other != receipt])
        for alike in by_number.values()
        for receipt in alike
    }


def _apart(receipt: str, others: list[str]) -> str:
    ledger, number = _parts(receipt)
    digits = f"{number:0{DIGITS_MIN}d}"
    if not others:
        return digits
    ends = {other: _parts(other)[0] for other in others}
    length = next(
        (n for n in range(2, len(ledger)) if not any(e[-n:] == ledger[-n:] for e in ends.values())),
        len(ledger),
    )
    return f"{ledger[-length:]}-{digits}"


def _parts(receipt: str) -> tuple[str, int]:
    ledger, _, number = receipt.rpartition("-")
    return ledger, int(number)
