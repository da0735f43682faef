"""An order that is placed, as the ledger says it."""

from device.domain.purchasing.draft import Draft
from device.domain.purchasing.offers import Offer
from shared.events.purchase import PurchaseLine, PurchaseOrderPlaced

REASON_MAX = 200


def place_order(
    draft: Draft, *, order_id: str, number: str, currency: str, cashier: str, automatic: bool
) -> PurchaseOrderPlaced:
    """Return the order that a draft becomes."""
    return PurchaseOrderPlaced(
        order_id=order_id,
        number=number,
        supplier_id=draft.supplier.supplier_id,
        currency=currency,
        lines=tuple(_line(offer) for offer in draft.offers),
        total_minor=draft.total_minor,
        expected=draft.expected,
        cashier=cashier,
        shipping_minor=draft.supplier.shipping_minor,
        automatic=automatic,
    )


def _line(offer: Offer) -> PurchaseLine:
    row = offer.row
    return PurchaseLine(
        item=row.item, name=row.name, packs=offer.packs, pack_milli=row.pack_milli, price_minor=row.price_minor,
        total_minor=offer.total_minor, is_material=row.is_material, article=row.article,
        reason=offer.need.words[:REASON_MAX], needed_by=offer.need.by,
    )  # fmt: skip
