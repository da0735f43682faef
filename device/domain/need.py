"""What is missing and has to be bought: what the plan hands to purchase orders."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """So much of a product or material is needed by a day; `words` say why, in plain speech.

    `item` is the product's number, or the material's id where `is_material`; `quantity_milli` is in thousandths of its unit.
    """

    item: str
    is_material: bool
    name: str
    quantity_milli: int
    by: date
    words: str
