"""The materials' book: what there is, what products are made of, and how much more or less is used than their recipes say.

What a product is made of goes out of stock when the product comes in (*backflushing*, in the words of APICS), and comes back
when that is taken back. A count then shows what was really used: the difference is laid to making, and learned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from device.domain.growing import GrowingMap, RecentMap
from shared.entry import Entry
from shared.events.material import (
    MaterialChanged,
    MaterialDetails,
    MaterialMoved,
    MaterialReason,
    RecipeChanged,
)
from shared.events.purchase import GoodsReceived, PurchaseOrderPlaced
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

MaterialEvent: TypeAlias = MaterialChanged | RecipeChanged | MaterialMoved

PRIOR_COUNTS: Final = 2
"""So many counts that found everything as the recipe says stand against what was counted."""
COUNTS_KEPT: Final = 8
"""After so many counts, what is older counts half."""
YIELD_MIN: Final = 0.7
YIELD_MAX: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used of a material, in thousandths of its unit.

    Attributes:
        recipe_milli, booked_milli: since the last count, by the recipes and as it was booked.
        counts: how many counts had something used before them.
        by_recipe_milli, really_milli: over these counts.
    """

    recipe_milli: int = 0
    booked_milli: int = 0
    counts: int = 0
    by_recipe_milli: int = 0
    really_milli: int = 0

    @property
    def factor(self) -> float:
        """How much of it goes into a product for each one that its recipe says: shrunk towards 1, bounded."""
        if self.by_recipe_milli <= 0:
            return 1.0
        seen = self.really_milli / self.by_recipe_milli - 1.0
        return min(YIELD_MAX, max(YIELD_MIN, 1.0 + seen * self.counts / (self.counts + PRIOR_COUNTS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMark:
    """A movement as its material's page shows it."""

    material_id: str
    seq: int
    at: str
    change_milli: int
    reason: MaterialReason
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialBook:
    """`booked` knows the newest movements by their id, with their entry; `moves` are all that were booked by hand."""

    materials: GrowingMap[str, MaterialDetails] = field(default_factory=GrowingMap)
    recipes: GrowingMap[Sku, RecipeChanged] = field(default_factory=GrowingMap)
    stock_milli: GrowingMap[str, int] = field(default_factory=GrowingMap)
    uses: GrowingMap[str, Use] = field(default_factory=GrowingMap)
    booked: RecentMap[str, int] = field(default_factory=RecentMap)
    moves: RecentMap[str, MoveMark] = field(default_factory=RecentMap)

    def use_of(self, material_id: str) -> Use:
        """Return what was used of a material."""
        return self.uses.get(material_id, Use())

    def per_piece_milli(self, sku: Sku) -> Mapping[str, float]:
        """Return how much of which material goes into one piece of a product, with what was learned; nothing without a recipe."""
        recipe = self.recipes.find(sku)
        if recipe is None:
            return {}
        return {
            part.material_id: part.quantity_milli / recipe.makes * self.use_of(part.material_id).factor
            for part in recipe.parts
        }


def with_event(book: MaterialBook, entry: Entry, event: MaterialEvent) -> MaterialBook:
    """Return the book after one more event, which stands in `entry`."""
    match event:
        case MaterialChanged(material=material):
            return replace(book, materials=book.materials.with_item(material.material_id, material))
        case RecipeChanged(sku=sku):
            return replace(book, recipes=book.recipes.with_item(sku, event))
        case MaterialMoved():
            return _moved(book, entry, event)


def with_made(book: MaterialBook, moved: StockMoved) -> MaterialBook:
    """Return the book after a product came in, or that was taken back: its materials were used, or were not."""
    recipe = book.recipes.find(moved.sku)
    if recipe is None or moved.reason is not StockReason.RECEIVED or not moved.change_milli:
        return book
    pieces = moved.change_milli / QUANTITY_ONE_MILLI
    stock, uses = {}, {}
    for part in recipe.parts:
        use = book.use_of(part.material_id)
        by_recipe = part.quantity_milli * pieces / recipe.makes
        booked = round(by_recipe * use.factor)
        stock[part.material_id] = book.stock_milli.get(part.material_id, 0) - booked
        uses[part.material_id] = replace(
            use, recipe_milli=use.recipe_milli + round(by_recipe), booked_milli=use.booked_milli + booked
        )
    return replace(book, stock_milli=book.stock_milli.with_items(stock), uses=book.uses.with_items(uses))


def with_ordered(book: MaterialBook, placed: PurchaseOrderPlaced) -> MaterialBook:
    """Return the book after an order: it was made as if there were none of what the book says less than none of.

    What was used beyond it had been there, unbooked; so what comes is there, all of it, and is not ordered twice.
    """
    ordered = (line.item for line in placed.lines if line.is_material)
    lifted = {item: 0 for item in ordered if book.stock_milli.get(item, 0) < 0}
    return replace(book, stock_milli=book.stock_milli.with_items(lifted)) if lifted else book


def with_bought(book: MaterialBook, entry: Entry, received: GoodsReceived) -> MaterialBook:
    """Return the book after goods of a purchase order came, as far as they are materials."""
    for line in received.lines:
        if line.is_material:
            key = f"{received.receipt_id}-{line.place}"
            moved = MaterialMoved(material_id=line.item, change_milli=line.quantity_milli, reason=MaterialReason.RECEIVED,
                                  cashier=received.cashier, move_id=key)  # fmt: skip
            book = _moved(book, entry, moved)
    return book


def _moved(book: MaterialBook, entry: Entry, moved: MaterialMoved) -> MaterialBook:
    key = moved.move_id or f"entry-{entry.seq}"
    mark = MoveMark(
        material_id=moved.material_id, seq=entry.seq, at=entry.at.isoformat(), change_milli=moved.change_milli,
        reason=moved.reason, cashier=moved.cashier,
    )  # fmt: skip
    there = book.stock_milli.get(moved.material_id, 0)
    uses = book.uses
    if moved.reason is MaterialReason.COUNTED:
        learned = _learned(book.use_of(moved.material_id), -moved.change_milli)
        uses = uses.with_item(moved.material_id, learned)
    return replace(
        book,
        stock_milli=book.stock_milli.with_item(moved.material_id, there + moved.change_milli),
        uses=uses,
        booked=book.booked.with_item(key, entry.seq),
        moves=book.moves.with_item(key, mark),
    )


def _learned(use: Use, missing_milli: int) -> Use:
    """What a count says: so much was missing besides what was booked. Without anything made in between it says nothing."""
    if use.recipe_milli <= 0:
        return replace(use, recipe_milli=0, booked_milli=0)
    older = 2 if use.counts >= COUNTS_KEPT else 1
    return Use(
        counts=use.counts // older + 1,
        by_recipe_milli=use.by_recipe_milli // older + use.recipe_milli,
        really_milli=use.really_milli // older + max(0, use.booked_milli + missing_milli),
    )
