"""A till gave money back for a sale whose parcel is here: nobody may collect what was paid back.

A parcel that nobody has brought yet is over, and its place is free. One that may lie in its locker keeps its place, and its code
opens nothing: the staff page asks for it to be taken out. A till's refund and what it changes here are one transaction.
"""

from dataclasses import replace

from hub.domain.parcel import Parcel, ParcelState, whole_pieces
from hub.services.close_parcel import expire_parcel
from hub.services.desk import Desk
from shared.events.sale import DEPOSIT_SKU, RefundLine, SaleRefunded
from shared.ids import format_receipt_number

_NEVER_BROUGHT = "Its sale was given back before it lay in a locker."


def give_back_here(desk: Desk, refund: SaleRefunded) -> None:
    """Take over what was given back of a parcel that is still here; other refunds change nothing."""
    original = refund.original
    if not original.receipt_number:
        return
    receipt_number = format_receipt_number(original.epoch, original.receipt_number)
    for parcel in desk.uow.parcels.live_of_receipt(receipt_number):
        if original.source in (
            "",
            parcel.till,
        ):  # a number that somebody typed does not say which till it is from
            _give_back(desk, parcel, refund)


def _give_back(desk: Desk, parcel: Parcel, refund: SaleRefunded) -> None:
    came_back = parcel.pieces if refund.void else _pieces(refund.lines)
    changed = replace(parcel, pieces_given_back=min(parcel.pieces, parcel.pieces_given_back + came_back))
    if changed.is_given_back and _is_nowhere(changed):
        expire_parcel(desk, changed, _NEVER_BROUGHT)
    else:
        desk.uow.parcels.save(changed)


def _is_nowhere(parcel: Parcel) -> bool:
    """Whether no door was ever told to open for it, so that it cannot lie behind one."""
    return parcel.state in (ParcelState.WAITING, ParcelState.RESERVED) and not parcel.command_id


def _pieces(lines: tuple[RefundLine, ...]) -> int:
    goods = [line for line in lines if not line.reference and line.sku != DEPOSIT_SKU]
    return sum(whole_pieces(line.quantity_milli) for line in goods)
