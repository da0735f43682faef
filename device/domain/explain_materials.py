"""Refusals about materials in words."""

from typing import assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.materials.noting import BadMaterial, MaterialRefusal, UnknownMaterial


def explain_materials(refusal: MaterialRefusal) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case BadMaterial(reason=reason):
            said = f"{sentence_of(reason)} Nothing was changed."
            return Explanation("bad-material", said, "Correct it, then try again.")
        case UnknownMaterial():
            return Explanation(
                "unknown-material",
                "There is no such material. Nothing was changed.",
                "Look at the list of materials.",
            )
        case other:
            assert_never(other)
