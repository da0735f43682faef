"""What a cart costs, and how what is offered would pay it, as JSON."""

from device.adapters.http.sale_shapes import cart_json, payment_json
from device.domain.explain import explain
from device.domain.pricing.payment import Settlement
from device.services.sell import Quoted
from shared.entry import Json


def quoted_json(quoted: Quoted, currency: str) -> dict[str, Json]:
    """Return a cart with what is due; `refusal` says why the payments do not settle it, `approval` what a manager must allow."""
    payment, approval = quoted.payment, quoted.approval
    told = None if payment is None or isinstance(payment, Settlement) else explain(payment, currency)
    settled = payment if isinstance(payment, Settlement) else None
    figures: dict[str, Json] = {
        "due_minor": quoted.due_minor,
        "cash_due_minor": quoted.cash_due_minor,
        "payments": [payment_json(paid) for paid in settled.payments] if settled else None,
        "rounding_minor": settled.rounding_minor if settled else 0,
        "change_minor": sum(paid.change_minor for paid in settled.payments) if settled else 0,
        "refusal": {"code": told.code, "message": told.message, "remedy": told.remedy} if told else None,
        "approval": None,
    }
    if approval is not None:
        figures["approval"] = {
            "action": "discount",
            "limit_bp": approval.limit_bp,
            "asked_bp": approval.asked_bp,
        }
    return cart_json(quoted.cart) | figures
