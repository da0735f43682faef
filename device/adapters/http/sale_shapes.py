"""A sale's figures as JSON: on receipts, and before it is paid."""

from device.adapters.http.qr import qr_svg
from device.domain.pricing.cart import PricedCart
from shared.entry import Json
from shared.events.sale import Discount, Payment, SaleLine
from shared.vat import VatLine


def cart_json(cart: PricedCart) -> dict[str, Json]:
    """Return a priced cart."""
    return {
        "lines": [line_json(line) for line in cart.lines],
        "total_minor": cart.total_minor,
        "discount_minor": cart.discount_minor,
        "discounts": [discount_json(discount) for discount in cart.discounts],
        "vat": [vat_json(line) for line in cart.vat],
        "vat_added": cart.vat_added,
    }


def line_json(line: SaleLine, code: str = "") -> Json:
    """Return one line; `code` is that of the voucher on it."""
    return {
        "sku": line.sku, "name": line.name, "quantity_milli": line.quantity_milli,
        "unit_price_minor": line.unit_price_minor, "discount_minor": line.discount_minor,
        "total_minor": line.total_minor, "vat_rate_bp": line.vat_rate_bp, "note": line.note,
        "kind": line.kind.value, "reference": line.reference, "code": code,
    }  # fmt: skip


def discount_json(discount: Discount) -> Json:
    """Return one discount."""
    return {
        "kind": discount.kind.value, "value": discount.value, "amount_minor": discount.amount_minor,
        "reason": discount.reason, "line": discount.line, "code": discount.code,
    }  # fmt: skip


def payment_json(paid: Payment) -> Json:
    """Return one payment."""
    foreign = paid.foreign
    return {
        "method": paid.method.value, "amount_minor": paid.amount_minor, "tendered_minor": paid.tendered_minor,
        "change_minor": paid.change_minor, "reference": paid.reference,
        "foreign": None if foreign is None else {
            "currency": foreign.currency, "tendered_minor": foreign.tendered_minor, "rate_micro": foreign.rate_micro,
        },
    }  # fmt: skip


def voucher_json(code: str, worth_minor: int) -> Json:
    """Return a voucher to hand out; drawing its QR code takes some milliseconds."""
    return {"code": code, "worth_minor": worth_minor, "qr_svg": qr_svg(code.replace("-", ""), "Gift voucher")}


def vat_json(line: VatLine) -> Json:
    """Return the tax of one rate."""
    return {
        "rate_bp": line.rate_bp, "net_minor": line.net_minor, "vat_minor": line.vat_minor,
        "gross_minor": line.gross_minor,
    }  # fmt: skip
