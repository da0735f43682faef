"""What a supplier charges, told by somebody instead of a list: one thing, one price."""

from device.domain.purchasing.price_list import PACK_MILLI_MAX, PACKS_MIN_MAX, PRICE_MAX, TEXT_MAX, KnownItems
from device.domain.purchasing.refusals import BadPurchase
from shared.events.purchase import PriceRow


def price_of(row: PriceRow, items: KnownItems, before: PriceRow | None) -> PriceRow | BadPurchase:
    """Return the price as it is kept, or what is wrong with it.

    What the supplier calls the thing stays as the price `before` had it; without one it goes by the stall's own name.
    """
    kind = "material" if row.is_material else "product"
    found = items.find(f"{kind}: {row.item}")
    named = next((one for one in found if (one[0], one[1]) == (row.item, row.is_material)), None)
    if named is None:
        return BadPurchase(
            field="item",
            reason=f"“{row.item}” is no product or material of yours: add it first, or correct its number",
        )
    if not 0 < row.pack_milli <= PACK_MILLI_MAX:
        return BadPurchase(field="pack_milli", reason="a pack holds more than nothing")
    if not 0 <= row.price_minor <= PRICE_MAX:
        return BadPurchase(field="price_minor", reason="that is no price of a pack")
    if not 1 <= row.packs_min <= PACKS_MIN_MAX:
        return BadPurchase(field="packs_min", reason=f"the fewest packs at once are 1 to {PACKS_MIN_MAX}")
    if len(row.article) > TEXT_MAX or not (row.article.isprintable() or not row.article):
        return BadPurchase(
            field="article",
            reason=f"the article is longer than {TEXT_MAX} letters, or has signs that cannot be printed",
        )
    return PriceRow(
        item=row.item, name=before.name if before else named[2][:TEXT_MAX], pack_milli=row.pack_milli,
        price_minor=row.price_minor, is_material=row.is_material,
        article=row.article or (before.article if before else ""), packs_min=row.packs_min,
    )  # fmt: skip
