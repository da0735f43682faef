"""Refusals about goods in words: photos of products."""

from typing import TypeAlias, assert_never

from device.domain.explain_sale import Explanation
from device.domain.photos import BadPhoto, PhotoRefusal, TooManyPhotos

GoodsRefusal: TypeAlias = PhotoRefusal


def explain_goods(refusal: GoodsRefusal) -> Explanation:
    """Put a refusal about goods into words."""
    match refusal:
        case BadPhoto(reason=reason):
            return Explanation(
                "bad-photo",
                f"{reason[0].upper()}{reason[1:]}. Nothing was changed.",
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
