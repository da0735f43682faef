"""How orders to suppliers look in JSON; money in minor units, quantities in thousandths, days as 2026-11-27."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from device.adapters.http.till_services import TillServices
from device.domain.need import Need
from device.domain.purchasing.book import Price, PurchaseOrder, PurchasingBook
from device.domain.purchasing.draft import Draft, Drafts, line_key
from device.domain.purchasing.offers import Offer, Punctual
from device.domain.purchasing.sending import Sending
from device.services.suppliers import TellSupplier
from shared.entry import Json
from shared.events.purchase import OrderChannel, SupplierChanged

Units: TypeAlias = Mapping[str, str]
"""The unit of every material, by its id; products are counted in pieces."""


def units_of(till: TillServices) -> Units:
    """Return in what the stall's materials are measured."""
    return {material_id: one.unit for material_id, one in till.materials.book.materials.items().items()}


def drafts_json(drafts: Drafts, book: PurchasingBook, units: Units) -> dict[str, Json]:
    """Return the drafts, and the needs that nobody sells."""
    return {
        "drafts": [_draft_json(one, book, units) for one in drafts.drafts],
        "unsold": [_need_json(one, units) for one in drafts.unsold],
        "cash_left_minor": drafts.cash_left_minor,
    }


def order_json(
    order: PurchaseOrder,
    book: PurchasingBook,
    channel: OrderChannel,
    today: date,
    units: Units,
    *,
    under_way: bool,
) -> dict[str, Json]:
    """Return an order as it stands; `channel` is how it goes out, or would; `under_way` that it does just now."""
    placed = order.placed
    supplier = book.suppliers.get(placed.supplier_id)
    return {
        "order_id": placed.order_id, "number": placed.number, "supplier_id": placed.supplier_id,
        "supplier": supplier.name if supplier else placed.supplier_id, "email": supplier.email if supplier else "",
        "state": order.state.value, "placed_at": order.placed_at.isoformat(), "expected": placed.expected.isoformat(),
        "late_days": (today - placed.expected).days if order.is_late(today) else 0, "paid": order.paid,
        "automatic": placed.automatic, "comes_too_late": order.comes_too_late, "cashier": placed.cashier, "shipping_minor": placed.shipping_minor,
        "total_minor": placed.total_minor, "channel": channel.value, "sending": _sending_json(order.sending, under_way=under_way),
        "ended_at": order.ended_at.isoformat() if order.ended_at else None,
        "lines": [
            {"place": place, "item": one.item, "is_material": one.is_material, "name": one.name, "article": one.article,
             "unit": _unit(units, one.item, is_material=one.is_material),
             "packs": one.packs, "pack_milli": one.pack_milli, "price_minor": one.price_minor,
             "total_minor": one.total_minor, "quantity_milli": one.quantity_milli,
             "received_milli": order.received_milli[place], "missing_milli": order.missing_milli(place), "why": one.reason,
             "needed_by": one.needed_by.isoformat() if one.needed_by else None}
            for place, one in enumerate(placed.lines)
        ],
    }  # fmt: skip


def told_supplier_json(told: TellSupplier, today: date, units: Units) -> dict[str, Json]:
    """Return a supplier with its prices; of each item the newest first, and which of them counts today."""
    return {**supplier_json(told), "prices": [_prices_json(prices, today, units) for prices in told.prices]}


def supplier_json(told: TellSupplier) -> dict[str, Json]:
    """Return a supplier without its prices."""
    one, lead = told.supplier, told.lead
    return {
        **_wish_json(one),
        "lead": {"stated": lead.stated, "usual": lead.usual, "safe": lead.safe, "seen": lead.seen},
        "items": len(told.prices),
    }


def _wish_json(one: SupplierChanged) -> dict[str, Json]:
    return {
        "supplier_id": one.supplier_id, "name": one.name, "email": one.email, "webhook": one.webhook, "language": one.language,
        "minimum_minor": one.minimum_minor, "shipping_minor": one.shipping_minor, "lead_days": one.lead_days,
        "auto_limit_minor": one.auto_limit_minor, "retired": one.retired,
    }  # fmt: skip


def _unit(units: Units, item: str, *, is_material: bool) -> str:
    return units.get(item, "") if is_material else ""


def _prices_json(prices: tuple[Price, ...], today: date, units: Units) -> Json:
    current = next((one for one in prices if one.valid_from <= today), None)
    row = (current or prices[0]).row
    return {
        "item": row.item, "is_material": row.is_material, "name": row.name, "article": row.article,
        "unit": _unit(units, row.item, is_material=row.is_material), "packs_min": row.packs_min,
        "history": [
            {"price_minor": one.row.price_minor, "pack_milli": one.row.pack_milli, "packs_min": one.row.packs_min,
             "valid_from": one.valid_from.isoformat(), "is_current": one is current}
            for one in prices
        ],
    }  # fmt: skip


def _draft_json(draft: Draft, book: PurchasingBook, units: Units) -> Json:
    return {
        "supplier_id": draft.supplier.supplier_id, "supplier": draft.supplier.name, "goods_minor": draft.goods_minor,
        "shipping_minor": draft.supplier.shipping_minor, "total_minor": draft.total_minor,
        "expected": draft.expected.isoformat(), "needed_by": draft.needed_by.isoformat(), "late": draft.is_late,
        "hold": draft.hold.value if draft.hold else None, "short_minor": draft.short_minor,
        "by_itself": draft.goes_by_itself, "lines": [_offer_json(one, book, units) for one in draft.offers],
    }  # fmt: skip


def _offer_json(offer: Offer, book: PurchasingBook, units: Units) -> Json:
    return {
        **_need_json(offer.need, units), "article": offer.row.article, "packs": offer.packs, "pack_milli": offer.row.pack_milli,
        "packs_min": offer.row.packs_min, "price_minor": offer.row.price_minor, "total_minor": offer.total_minor,
        "expected": offer.expected.isoformat(), "late": offer.punctual is Punctual.LATE,
        "hasten": _hasten(offer, book) if offer.punctual is Punctual.LATE else None,
    }  # fmt: skip


def _hasten(offer: Offer, book: PurchasingBook) -> Json:
    """The open order that brings the same thing: where a new one comes too late, that one may come sooner."""
    need = offer.need
    for order in book.open_orders:
        for place, line in enumerate(order.placed.lines):
            same = (line.item, line.is_material) == (need.item, need.is_material)
            if same and order.missing_milli(place):
                return order.placed.order_id
    return None


def _need_json(need: Need, units: Units) -> dict[str, Json]:
    return {
        "unit": _unit(units, need.item, is_material=need.is_material),
        "key": line_key(need), "item": need.item, "is_material": need.is_material, "name": need.name,
        "needed_milli": need.quantity_milli, "by": need.by.isoformat(), "why": need.words,
    }  # fmt: skip


def _sending_json(sending: Sending, *, under_way: bool) -> dict[str, Json]:
    return {
        "state": "sending" if under_way else sending.state.value, "tries": sending.tries, "words": sending.words,
        "channel": sending.channel.value if sending.channel else None,
        "last_at": sending.last_at.isoformat() if sending.last_at else None,
    }  # fmt: skip
