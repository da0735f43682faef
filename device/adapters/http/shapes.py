"""What the routes answer, as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta

from device.adapters.http.qr import qr_svg
from device.adapters.http.sale_shapes import discount_json, line_json, payment_json, vat_json, voucher_json
from device.adapters.http.till_services import ShopSign
from device.domain.assortment import Assortment
from device.domain.cash_session import CashSession, SaleMark
from device.domain.catalogue import Product
from device.domain.closing import NothingToClose
from device.domain.customer import Customer
from device.domain.settings import Marks
from device.domain.stock import kept_milli
from device.domain.till_state import TillState
from device.ports.ledger import Signer
from device.services.proof import proof_of
from device.services.sell import Receipt
from device.services.tell import SavedWhere, StateStrip
from device.services.tell_documents import DocumentsTold
from shared.entry import Json, StreamKey
from shared.events.cash import CashSessionClosed
from shared.events.sale import PickupPromise
from shared.ids import format_receipt_number
from shared.money import QUANTITY_ONE_MILLI
from shared.products import DEFAULTS
from shared.sync.progress import Progress
from shared.sync.progress_words import say_progress
from shared.sync.reasons import BehindHub
from shared.sync.standing import progress_json

_DURATIONS = frozenset({"now", "disk", "for_s", "behind_for_s", "moved_s", "say"})


def receipt_json(receipt: Receipt, sign: ShopSign, signer: Signer | None = None) -> dict[str, Json]:
    """Return a receipt; drawing its QR codes takes some milliseconds."""
    entry, sale = receipt.entry, receipt.sale
    stream = entry.stream
    proof = proof_of(entry, signer)
    return {
        "sale_id": sale.sale_id,
        "receipt_number": format_receipt_number(stream.epoch, sale.receipt_number),
        "at": entry.at.isoformat(),
        "cashier": sale.cashier,
        "stall": sign.stall,
        "footer": sign.receipt_footer,
        "currency": sale.currency,
        "lines": _lines_json(receipt),
        "total_minor": sale.total_minor,
        "discounts": [discount_json(discount) for discount in sale.discounts],
        "tip_minor": sale.tip_minor,
        "rounding_minor": sale.rounding_minor,
        "vat": [vat_json(line) for line in sale.vat],
        "vat_added": sale.vat_added,
        "payments": [payment_json(paid) for paid in sale.payments],
        "proof": {"text": proof, "qr_svg": qr_svg(proof, "Proof of this sale in the ledger", quickly=True)},
        "pickup": _pickup_json(sale.pickup, receipt.pickup_code),
        "vouchers": [voucher_json(one.code, one.worth_minor) for one in receipt.vouchers],
        "order_id": sale.order_id,
        "price_list": sale.price_list,
        "approved_by": sale.approved_by,
        "customer": customer_json(receipt.customer),
    }  # fmt: skip


def _lines_json(receipt: Receipt) -> list[Json]:
    """Return the lines; that of a voucher with its code, which only the till that sold it can tell."""
    codes = {voucher.line: voucher.code for voucher in receipt.vouchers}
    return [line_json(line, code=codes.get(place, "")) for place, line in enumerate(receipt.sale.lines)]


def customer_json(customer: Customer | None) -> Json:
    """Return a customer's own words."""
    if customer is None:
        return None
    return {"customer_id": customer.customer_id, "name": customer.name, "phone": customer.phone, "note": customer.note,
            "consent_version": customer.consent_version, "consent_at": customer.consent_at}  # fmt: skip


def _pickup_json(pickup: PickupPromise | None, code: str | None) -> Json:
    if pickup is None or code is None:
        return None
    picture = qr_svg(code.replace(" ", ""), "Pick-up code")
    return {"code": code, "qr_svg": picture, "parcel_id": pickup.parcel_id, "hub": pickup.hub}


def product_json(
    product: Product, state: TillState, assortment: Assortment, *, has_photo: Callable[[str], bool]
) -> dict[str, Json]:
    """Return a product with what is there of it, and what is left of this till's share where it has one.

    Of a product that nobody ever booked in nobody knows what is there: `stock_milli` is null. A photo that is not on this till is not named: a page could not show it.
    """
    shown = product if has_photo(product.photo) else replace(product, photo="")
    return {
        "sku": product.sku, "name": product.name, "category": product.category,
        "price_minor": product.price_minor, "vat_rate_bp": product.vat_rate_bp, "barcode": product.barcode,
        "stock_milli": kept_milli(state, product.sku), "colour": product.colour, "unit": product.unit,
        "retired": product.retired, "share_left_milli": assortment.left_milli(state, product.sku),
        **_more_of(shown),
    }  # fmt: skip


def _more_of(product: Product) -> dict[str, Json]:
    """What only some products say; a page that does not know it sells them all the same."""
    return {
        name: value if isinstance(value, str | int) else [asdict(item) for item in value]
        for name in (
            "weighed",
            "free_price",
            "favourite",
            "family",
            "options",
            "parts",
            "prices",
            "cost_minor",
            "photo",
        )
        if (value := getattr(product, name)) != DEFAULTS[name]
    }


def stock_json(product: Product, state: TillState) -> Json:
    """Return a product's stock, whether anybody ever booked any in, and today's sales of it."""
    sold_milli = state.session.sold_milli.get(product.sku, 0) if state.session else 0
    return {
        "sku": product.sku, "name": product.name, "category": product.category,
        "stock_milli": state.stock_milli.get(product.sku, 0), "is_kept": product.sku in state.stocked,
        "sold_today_milli": sold_milli,
    }  # fmt: skip


def documents_json(told: DocumentsTold) -> dict[str, object]:
    """Return the documents that count, were refused, or were settled; the pages put them into words."""
    return {
        "key": told.key,
        "waiting": told.waiting,
        "running": [
            {"kind": one.kind, "own": one.own, "version": one.version, "since": one.since.isoformat()}
            for one in told.running
        ],
        "refused": [
            {"kind": one.kind, "version": one.version, "fault": one.fault.value, "reason": one.reason,
             "at": one.at.isoformat()}
            for one in told.refused
        ],
        "settled": [{"key": key, **asdict(one)} for key, one in told.settled.items()],
    }  # fmt: skip


def session_json(session: CashSession | None) -> Json:
    """Return a cash session by name."""
    if session is None:
        return None
    return {
        "id": session.session_id,
        "business_date": session.business_date.isoformat(),
        "is_open": session.is_open,
    }


def sale_json(sale: SaleMark, stream: StreamKey, marks: Marks) -> Json:
    """Return one row of the list of sales, with how far it has travelled."""
    where = "cloud" if sale.seq <= marks.cloud_seq else "hub" if sale.seq <= marks.hub_seq else "till"
    return {
        "sale_id": sale.sale_id, "seq": sale.seq,
        "receipt_number": format_receipt_number(stream.epoch, sale.receipt_number),
        "at": sale.at.isoformat(), "total_minor": sale.total_minor,
        "items": -(-sale.quantity_milli // QUANTITY_ONE_MILLI), "where": where, "pickup": sale.has_pickup,
        "kept": sale.kept,
    }  # fmt: skip


def state_json(strip: StateStrip, software: str) -> dict[str, Json]:
    """Return the state strip."""
    refused = strip.refused
    return {
        "sales": _where_json(strip.sales, "till"),
        "entries": _where_json(strip.entries, "head"),
        "hub": {"connected": strip.connected, "since": strip.since.isoformat(), "words": strip.words},
        "refused": {"reason": refused.reason, "remedy": refused.remedy} if refused else None,
        "progress": _progress_json(strip),
        "ledger": {"words": strip.ledger_words} if strip.ledger_words else None,
        "disk": {"free_bytes": strip.free_bytes},
        "session": session_json(strip.session),
        "software": software,
        "now": strip.now.isoformat(),
    }


def _progress_json(strip: StateStrip) -> Json:
    if strip.travelled is None:
        return None
    hub, cloud = strip.travelled.hub, strip.travelled.cloud
    return {
        "hub": _leg_json(hub, "the hub", strip),
        "cloud": _leg_json(cloud, "the cloud", strip),
        "alarm": hub.alarm or cloud.alarm,
    }


def _leg_json(progress: Progress, there: str, strip: StateStrip) -> dict[str, Json]:
    said = progress_json(progress, strip.now_ms)
    if isinstance(progress.reason, BehindHub):
        since = strip.now - timedelta(seconds=progress.reason.for_s)
        said["at_hub"] = {
            "reason": progress.reason.hub_code, "since": since.isoformat(timespec="seconds"),
            "for_s": progress.reason.for_s,
        }  # fmt: skip
    return said | {"say": say_progress(progress, there=there, now_ms=strip.now_ms)}


def without_durations(said: Json) -> Json:
    """Return an answer without what changes as time passes, to tell whether anything else has changed."""
    if not isinstance(said, Mapping):
        return said
    return {name: without_durations(value) for name, value in said.items() if name not in _DURATIONS}


def _where_json(saved: SavedWhere, here: str) -> Json:
    return {here: saved.till, "hub": saved.hub, "cloud": saved.cloud}


def closing_json(closed: CashSessionClosed | NothingToClose) -> dict[str, Json]:
    """Return the figures of a closing; all zero where nothing is open."""
    if isinstance(closed, NothingToClose):
        return {
            "session": None, "sales_count": 0, "total_minor": 0, "vat": [], "cash_expected_minor": 0,
            "cash_counted_minor": 0, "difference_minor": 0, "head": None,
        }  # fmt: skip
    return {
        "session": {"id": closed.session_id, "business_date": closed.business_date.isoformat()},
        "cashier": closed.cashier,
        "sales_count": closed.sales,
        "total_minor": closed.total_minor,
        "vat": [vat_json(line) for line in closed.vat],
        "cash_expected_minor": closed.cash_expected_minor,
        "cash_counted_minor": closed.cash_counted_minor,
        "difference_minor": closed.cash_counted_minor - closed.cash_expected_minor,
        "head": {"seq": closed.head_seq, "hash": closed.head_hash},
    }
