"""From products that are to be made to the materials that they need: the explosion of MRP (Orlicky, 1975).

Net need of a material = what goes into everything that is to be made, and what should always be there, less what is there and what
is on order; never below zero, rounded up to what can be bought.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from device.domain.materials.book import MaterialBook
from device.domain.need import Need
from device.domain.quantity_words import words_of_quantity
from shared.events.material import MaterialDetails
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Pieces of a product that are to be made, beginning on a day."""

    pieces: float
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What is needed of a material, in thousandths of its unit.

    Attributes:
        needed_milli: for all that is to be made.
        missing_milli: what is lacking with what is there, on order, and should always be there.
        buy_milli: the same in whole packs, at least the minimum.
        by: the day on which the first making begins that uses it; None if none does.
        order_by: when to order it for that.
        used_in: the products, the one that needs most first.
    """

    material: MaterialDetails
    needed_milli: int
    there_milli: int
    on_order_milli: int
    missing_milli: int
    buy_milli: int
    by: date | None
    order_by: date | None
    used_in: tuple[Sku, ...]


def requirements(
    book: MaterialBook, making: Mapping[Sku, Making], on_order: Callable[[str], int]
) -> tuple[Requirement, ...]:
    """Return what is needed of every material that is used, what is missing first, then by name.

    Args:
        book: materials, recipes and what there is.
        making: what is to be made.
        on_order: how much of a material is ordered and has not come, in thousandths of its unit.
    """
    found = [
        _of(book, material, making, on_order(material.material_id))
        for material in book.materials.items().values()
        if not material.retired
    ]
    return tuple(sorted(found, key=lambda one: (not one.missing_milli, one.material.name.casefold())))


def _of(
    book: MaterialBook, material: MaterialDetails, making: Mapping[Sku, Making], on_order_milli: int
) -> Requirement:
    uses = {
        sku: one.pieces * book.per_piece_milli(sku).get(material.material_id, 0.0)
        for sku, one in making.items()
    }
    used = sorted((sku for sku, milli in uses.items() if milli > 0), key=lambda sku: (-uses[sku], sku))
    needed = -int(-sum(uses.values()) // 1)
    there = book.stock_milli.get(material.material_id, 0)
    missing = max(0, needed + material.keep_milli - max(0, there) - on_order_milli)
    by = min((making[sku].start for sku in used), default=None)
    return Requirement(
        material=material,
        needed_milli=needed,
        there_milli=there,
        on_order_milli=on_order_milli,
        missing_milli=missing,
        buy_milli=to_buy_milli(material, missing),
        by=by,
        order_by=None if by is None else by - timedelta(days=material.lead_days),
        used_in=tuple(used),
    )


def to_buy_milli(material: MaterialDetails, missing_milli: int) -> int:
    """Return what to buy for what is missing: whole packs, at least the minimum; nothing where nothing is missing."""
    if missing_milli <= 0:
        return 0
    wanted = max(missing_milli, material.minimum_milli)
    return -(-wanted // material.pack_milli) * material.pack_milli if material.pack_milli else wanted


def needs_of(found: tuple[Requirement, ...], today: date) -> tuple[Need, ...]:
    """Return what has to be bought; what is only to be kept in stock is needed when its lead time is over."""
    return tuple(
        Need(
            item=one.material.material_id, is_material=True, name=one.material.name, quantity_milli=one.missing_milli,
            by=one.by or today + timedelta(days=one.material.lead_days),
            words=f"{one.material.name}: {words_of_quantity(one.needed_milli)} {one.material.unit} needed, "
            f"{words_of_quantity(max(0, one.there_milli))} there",
        )
        for one in found
        if one.missing_milli
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CanMake:
    """How many pieces the materials that are there allow at most, and the one that runs out first."""

    pieces: int
    first_out: str


def can_make(book: MaterialBook, sku: Sku) -> CanMake | None:
    """Return it for a product with a recipe; None without one."""
    pieces = {
        material: floor(max(0, book.stock_milli.get(material, 0)) / milli + 1e-9)
        for material, milli in book.per_piece_milli(sku).items()
        if milli > 0
    }
    if not pieces:
        return None
    first = min(pieces, key=lambda material: (pieces[material], material))
    return CanMake(pieces=pieces[first], first_out=first)


def cost_of_piece(book: MaterialBook, sku: Sku) -> float | None:
    """Return what the materials of one piece cost, in minor units; None without a recipe or where a cost is not known."""
    parts = book.per_piece_milli(sku)
    if not parts:
        return None
    total = 0.0
    for material_id, milli in parts.items():
        material = book.materials.find(material_id)
        if material is None or material.cost_minor is None:
            return None
        total += material.cost_minor * milli / 1_000
    return total
