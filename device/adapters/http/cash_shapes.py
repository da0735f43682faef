"""What the routes about the drawer, closings and refunds answer, as JSON."""

from device.adapters.http.qr import qr_svg
from device.adapters.http.sale_shapes import payment_json, vat_json, voucher_json
from device.adapters.http.till_services import ShopSign
from device.domain.card_attempts import Attempt
from device.domain.cash_session import CashSession, MoveMark, RefundMark
from device.domain.closing import ClosingReport
from device.domain.drawer import denominations_of
from device.domain.given_back import GivenBack
from device.domain.limits import ApprovalNeeded
from device.domain.refund import left_of
from device.domain.settings import Marks
from device.domain.till_state import TillState
from device.domain.vouchers import Vouchers
from device.ports.ledger import Signer
from device.services.cash import NumberedMark
from device.services.proof import proof_of
from device.services.refund import FoundReceipt, RefundQuote, RefundReceipt
from shared.entry import Json, StreamKey
from shared.events.cash import CashSessionClosed, NamedTotal
from shared.events.sale import OriginalReceipt, SaleRecorded
from shared.ids import format_receipt_number


def found_json(found: FoundReceipt, currency: str, vouchers: Vouchers) -> dict[str, Json]:
    """Return a receipt to give something back of: its lines with what is left, or, for another till's, none."""
    sale, entry = found.sale, found.entry
    is_own = sale is not None and entry is not None
    return {
        "kind": "own" if is_own else "other-till",
        "original": original_json(found.original),
        "currency": sale.currency if sale else currency,
        "at": entry.at.isoformat() if entry else None,
        "cashier": sale.cashier if sale else None,
        "total_minor": sale.total_minor if sale else None,
        "given_minor": found.given.total_minor,
        "is_void": found.given.is_void,
        "can_void": found.can_void,
        "has_parcel": sale is not None and sale.pickup is not None,
        "methods": [paid.method.value for paid in sale.payments] if sale else [],
        "lines": _left_json(sale, found.given, vouchers) if sale else [],
        "on_card": [_on_card_json(one) for one in found.on_card],
    }


def _on_card_json(attempt: Attempt) -> Json:
    return {
        "attempt_id": attempt.asked.attempt_id,
        "amount_minor": attempt.asked.amount_minor,
        "at": attempt.at.isoformat(timespec="seconds"),
        "is_unclear": attempt.is_unclear,
    }


def _left_json(sale: SaleRecorded, given: GivenBack, vouchers: Vouchers) -> list[Json]:
    rows: list[Json] = []
    for place, line in enumerate(sale.lines):
        left_milli, left_minor = left_of(line, place, given, vouchers)
        rows.append({
            "line": place, "sku": line.sku, "name": line.name, "quantity_milli": line.quantity_milli,
            "unit_price_minor": line.unit_price_minor, "total_minor": line.total_minor, "vat_rate_bp": line.vat_rate_bp,
            "left_milli": left_milli, "left_minor": left_minor,
        })  # fmt: skip
    return rows


def original_json(original: OriginalReceipt) -> dict[str, Json]:
    """Return the name of a receipt; `number` is as it is printed, empty where only its entry is known."""
    number = format_receipt_number(original.epoch, original.receipt_number) if original.receipt_number else ""
    return {
        "source": original.source, "epoch": original.epoch, "receipt_number": original.receipt_number,
        "sale_id": original.sale_id, "seq": original.seq, "number": number,
    }  # fmt: skip


def quote_json(quote: RefundQuote) -> dict[str, Json]:
    """Return what a refund would come to."""
    priced = quote.priced
    return {
        "total_minor": priced.total_minor,
        "rounding_minor": priced.rounding_minor,
        "tip_minor": priced.tip_minor,
        "paid_minor": sum(paid.amount_minor for paid in priced.payments),
        "payments": [payment_json(paid) for paid in priced.payments],
        "lines": [{"line": line.line, "total_minor": line.total_minor} for line in priced.lines],
        "approval": _approval_json(quote.approval),
        "on_terminal": [
            {"amount_minor": due.amount_minor, "how": due.direction.value} for due in quote.on_terminal
        ],
    }


def _approval_json(approval: ApprovalNeeded | None) -> Json:
    if approval is None:
        return None
    return {
        "kind": approval.kind.value,
        "limit_minor": approval.limit_minor,
        "asked_minor": approval.asked_minor,
    }


def refund_json(receipt: RefundReceipt, sign: ShopSign, signer: Signer | None = None) -> dict[str, Json]:
    """Return a refund's receipt; drawing its QR code takes some milliseconds."""
    entry, refund = receipt.entry, receipt.refund
    stream, proof = entry.stream, proof_of(entry, signer)
    return {
        "refund_id": refund.refund_id,
        "receipt_number": format_receipt_number(stream.epoch, refund.receipt_number),
        "original": original_json(refund.original),
        "at": entry.at.isoformat(),
        "cashier": refund.cashier,
        "stall": sign.stall,
        "footer": sign.receipt_footer,
        "currency": refund.currency,
        "void": refund.void,
        "reason": refund.reason,
        "approved_by": refund.approved_by,
        "lines": [
            {
                "sku": line.sku, "name": line.name, "quantity_milli": line.quantity_milli,
                "total_minor": line.total_minor, "vat_rate_bp": line.vat_rate_bp, "to_stock": line.to_stock,
            }
            for line in refund.lines
        ],
        "total_minor": refund.total_minor,
        "tip_minor": refund.tip_minor,
        "rounding_minor": refund.rounding_minor,
        "vat": [vat_json(line) for line in refund.vat],
        "payments": [payment_json(paid) for paid in refund.payments],
        "voucher": voucher_json(receipt.voucher_code, refund.total_minor) if receipt.voucher_code else None,
        "proof": {"text": proof, "qr_svg": qr_svg(proof, "Proof of this refund in the ledger")},
    }  # fmt: skip


def refund_mark_json(mark: RefundMark, stream: StreamKey, marks: Marks) -> Json:
    """Return one row of the list of sales for a refund; its total is below zero."""
    where = "cloud" if mark.seq <= marks.cloud_seq else "hub" if mark.seq <= marks.hub_seq else "till"
    return {
        "refund_id": mark.refund_id, "seq": mark.seq,
        "receipt_number": format_receipt_number(stream.epoch, mark.receipt_number),
        "at": mark.at.isoformat(), "total_minor": -mark.total_minor, "items": -(-mark.quantity_milli // 1000),
        "where": where, "void": mark.void,
    }  # fmt: skip


def drawer_json(state: TillState, limits: dict[str, Json]) -> dict[str, Json]:
    """Return the drawer: what should lie in it, and what is known when nothing is open."""
    session = state.open_session
    return {
        "currency": state.currency,
        "denominations": [*denominations_of(state.currency)],
        "left_minor": state.left_minor,
        "closings": len(state.closings),
        "limits": limits,
        "session": _session_json(session) if session else None,
    }


def _session_json(session: CashSession) -> Json:
    return {
        "id": session.session_id,
        "business_date": session.business_date.isoformat(),
        "opened_at": session.opened_at.isoformat(),
        "cashier": session.cashier,
        "float_minor": session.float_minor,
        "sales_count": len(session.sales),
        "drawer_minor": session.drawer_minor,
        "moved_minor": session.moved_minor,
        "moves": [_move_json(mark) for mark in session.moves.newest_first()],
        "foreign": [
            {"currency": currency, "expected_minor": minor, "denominations": [*denominations_of(currency)]}
            for currency, minor in sorted(session.foreign_minor.items().items())
        ],
        "methods": {method.value: minor for method, minor in session.paid_minor.items().items()},
    }


def _move_json(mark: MoveMark) -> Json:
    return {
        "move_id": mark.move_id, "at": mark.at.isoformat(), "change_minor": mark.change_minor,
        "reason": mark.reason.value, "note": mark.note,
    }  # fmt: skip


def report_json(report: ClosingReport) -> dict[str, Json]:
    """Return an X or Z report; the names of its figures are those of the ledger's own closing."""
    closed = report.closed
    return {
        "is_final": report.is_final,
        "number": closed.number,
        "till": report.till,
        "epoch": report.epoch,
        "at": report.at.isoformat(),
        "currency": report.currency,
        "session": {"id": closed.session_id, "business_date": closed.business_date.isoformat()},
        "cashier": closed.cashier,
        "sales_count": closed.sales,
        "total_minor": closed.total_minor,
        "refunds": closed.refunds,
        "refund_minor": closed.refund_minor,
        "turnover_minor": closed.total_minor - closed.refund_minor,
        "difference_minor": report.difference_minor,
        **{name: getattr(closed, name) for name in _AMOUNTS},
        "vat": [vat_json(line) for line in closed.vat],
        "refund_vat": [vat_json(line) for line in closed.refund_vat],
        "head": {"seq": closed.head_seq, "hash": closed.head_hash},
        **_rows_json(closed),
    }


_AMOUNTS = (
    "cash_expected_minor", "cash_counted_minor", "moved_minor", "tip_minor", "rounding_minor", "discount_minor", "left_minor",
)  # fmt: skip


def _rows_json(closed: CashSessionClosed) -> dict[str, Json]:
    return {
        "counted": [{"value_minor": coin.value_minor, "pieces": coin.pieces} for coin in closed.counted],
        "foreign": [
            {
                "currency": one.currency,
                "expected_minor": one.expected_minor,
                "counted_minor": one.counted_minor,
            }
            for one in closed.foreign
        ],
        "methods": [
            {
                "method": one.method.value,
                "expected_minor": one.expected_minor,
                "counted_minor": one.counted_minor,
            }
            for one in closed.methods
        ],
        "products": [_named_json(row) for row in closed.products],
        "cashiers": [_named_json(row) for row in closed.cashiers],
        "hours": [_named_json(row) for row in closed.hours],
    }


def _named_json(row: NamedTotal) -> Json:
    return {
        "key": row.key,
        "name": row.name,
        "quantity_milli": row.quantity_milli,
        "total_minor": row.total_minor,
    }


def closing_mark_json(numbered: NumberedMark) -> Json:
    """Return one row of the list of closings."""
    mark = numbered.mark
    return {
        "number": numbered.number, "at": mark.at.isoformat(), "business_date": mark.business_date.isoformat(),
        "turnover_minor": mark.turnover_minor, "difference_minor": mark.difference_minor,
    }  # fmt: skip
