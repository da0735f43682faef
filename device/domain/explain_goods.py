"""Refusals about goods in words: their photos, and what moves their stock."""

from typing import TypeAlias, assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.photos import BadPhoto, PhotoRefusal, TooManyPhotos
from device.domain.stock_sheet import BadSheet
from device.domain.stock_undo import CountedSince, SheetReused, SheetUndone, UndoRefusal, UnknownSheet

StockRefusal: TypeAlias = UndoRefusal | BadSheet | SheetReused
GoodsRefusal: TypeAlias = PhotoRefusal | StockRefusal


def explain_goods(refusal: GoodsRefusal) -> Explanation:
    """Put a refusal about goods into words."""
    match refusal:
        case BadPhoto() | TooManyPhotos():
            return _explain_photo(refusal)
        case _:
            return _explain_stock(refusal)


def _explain_photo(refusal: PhotoRefusal) -> Explanation:
    match refusal:
        case BadPhoto(reason=reason):
            return Explanation(
                "bad-photo",
                f"{sentence_of(reason)} Nothing was changed.",
                "Choose a JPEG or PNG, or take the photo anew.",
            )
        case TooManyPhotos(kept=kept):
            return Explanation(
                "too-many-photos",
                f"There are {kept} photos on this till already. Nothing was changed.",
                "Take photos away from products that do not need them; they are cleared away after a month.",
            )
        case other:
            assert_never(other)


def _explain_stock(refusal: StockRefusal) -> Explanation:
    match refusal:
        case BadSheet(reason=reason):
            return Explanation(
                "bad-sheet",
                f"{sentence_of(reason)} Nothing was booked.",
                "Correct it, then try again.",
            )
        case UnknownSheet():
            return Explanation(
                "unknown-sheet",
                "This change is too long ago to be taken back here. Nothing was changed.",
                "Count what is there, and book the difference.",
            )
        case SheetUndone(by=by):
            return Explanation(
                "sheet-undone",
                f"This was taken back already{f' by {by}' if by else ''}. Nothing was changed.",
                "Look at the stock diary.",
            )
        case SheetReused():
            return Explanation(
                "sheet-reused",
                "This is booked already, with other numbers. Nothing more was booked.",
                "Look at the stock diary. Throw the sheet away, and start another one for what is missing.",
            )
        case CountedSince(name=name):
            return Explanation(
                "counted-since",
                f"“{name}” was counted after this, and what was counted holds. Nothing was changed.",
                "If the stock is wrong, count it again.",
            )
        case other:
            assert_never(other)
