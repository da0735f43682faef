"""What is given back of a sale: exact, however many times parts of it come back.

Every part is the difference of two roundings: what all that came back so far is worth, with this part and without it.
So parts always add up to the whole, and the last one to come back brings what is left to the cent; the tax of each rate
is taken from the sums of what came back in the same way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from device.domain.catalogue import Catalogue
from device.domain.given_back import GivenBack
from device.domain.pricing.cart import LINES_MAX, QUANTITY_MILLI_MAX, BadQuantity, UnknownProduct
from device.domain.pricing.payment import TENDERED_MINOR_MAX, round_to_coins
from device.domain.refund_refusals import (
    MoreThanSold,
    NoReason,
    NoSuchLine,
    NotGivenBack,
    NothingAsked,
    NoVoucherNamed,
    RefundRefusal,
    VoidNotWhole,
)
from device.domain.vouchers import Vouchers
from shared.events.sale import (
    LineKind,
    OriginalReceipt,
    Payment,
    PaymentMethod,
    RefundLine,
    SaleLine,
    SaleRecorded,
)
from shared.ids import Sku
from shared.money import divide_half_up, times_quantity
from shared.vat import BASIS_POINTS, VatLine, vat_in_gross

REASON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """How much of a line is to be given back; `sku` names the product where the receipt itself is not known here."""

    quantity_milli: int
    to_stock: bool
    line: int = 0
    sku: Sku | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What somebody asks the till to give back, and how.

    `void` asks for the whole sale to be undone; lines are then not looked at but for `to_stock`, which counts for all.
    `voucher` is the code that a refund to a voucher goes to; a new one is issued by it.
    `expected_total_minor` is what the customer was told; None does not ask. `approved_by` names who allowed it.
    `card_attempts` are the questions to the terminal by which money went back to the card for it.
    """

    refund_id: str
    original: OriginalReceipt
    lines: tuple[AskedLine, ...]
    void: bool
    reason: str
    method: PaymentMethod
    cashier: str
    voucher: str = ""
    voucher_is_new: bool = False
    expected_total_minor: int | None = None
    approved_by: str = ""
    card_attempts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedRefund:
    """What would be given back, with its tax; `payments` are what the customer gets, rounded to coins where it is cash."""

    lines: tuple[RefundLine, ...]
    total_minor: int
    vat: tuple[VatLine, ...]
    payments: tuple[Payment, ...]
    tip_minor: int = 0
    rounding_minor: int = 0


def price_refund(
    sale: SaleRecorded, given: GivenBack, order: RefundOrder, *, cash_step_minor: int
) -> PricedRefund | RefundRefusal:
    """Price what is to be given back of a sale of this ledger."""
    asked = _whole(sale, order) if order.void else order.lines
    refusal = _fault(order, asked)
    if refusal is not None:
        return refusal
    if order.void and (given.lines or any(not _comes_back(line) for line in sale.lines)):
        return VoidNotWhole()
    lines = []
    for one in asked:
        line = _back(sale, given, one)
        if not isinstance(line, RefundLine):
            return line
        lines.append(line)
    vat = _vat_between(sale, given, lines)
    total_minor = sum(line.gross_minor for line in vat)
    if order.void:
        return PricedRefund(lines=tuple(lines), total_minor=total_minor, vat=vat, payments=_undone(sale.payments),
                            tip_minor=sale.tip_minor, rounding_minor=sale.rounding_minor)  # fmt: skip
    payment, rounding_minor = _pay_back(order, total_minor, cash_step_minor)
    return PricedRefund(lines=tuple(lines), total_minor=total_minor, vat=vat, payments=(payment,),
                        rounding_minor=rounding_minor)  # fmt: skip


def price_other_tills(
    catalogue: Catalogue, order: RefundOrder, *, cash_step_minor: int, vat_added: bool
) -> PricedRefund | RefundRefusal:
    """Price what is to be given back for another till's receipt, of which only the customer's word is known: at today's prices."""
    refusal = _fault(order, order.lines)
    if refusal is not None:
        return refusal
    lines = []
    for place, asked in enumerate(order.lines):
        line = _by_catalogue(catalogue, place, asked)
        if not isinstance(line, RefundLine):
            return line
        lines.append(line)
    vat = _vat_lines(_by_rate(lines), {}, added=vat_added)
    total_minor = sum(line.gross_minor for line in vat)
    payment, rounding_minor = _pay_back(order, total_minor, cash_step_minor)
    return PricedRefund(lines=tuple(lines), total_minor=total_minor, vat=vat, payments=(payment,),
                        rounding_minor=rounding_minor)  # fmt: skip


def left_of(line: SaleLine, place: int, given: GivenBack, vouchers: Vouchers) -> tuple[int, int]:
    """Return how much of a line is left to be given back, in thousandths and in minor units; nothing of most kinds."""
    if not _comes_back(line) or is_spent_voucher(line, vouchers):
        return 0, 0
    back = given.of_line(place)
    return line.quantity_milli - back.quantity_milli, line.total_minor - back.total_minor


def is_spent_voucher(line: SaleLine, vouchers: Vouchers) -> bool:
    """Tell whether a line sold a gift voucher with which something was paid already: such a one is used up, not taken back."""
    return line.kind is LineKind.VOUCHER and vouchers.left_minor.get(line.reference, 0) != line.total_minor


def _comes_back(line: SaleLine) -> bool:
    comes_back = (LineKind.GOODS, LineKind.DEPOSIT, LineKind.VOUCHER)
    return line.kind in comes_back and line.quantity_milli > 0 and line.total_minor >= 0


def _fault(order: RefundOrder, asked: Sequence[AskedLine]) -> RefundRefusal | None:
    if not 1 <= len(asked) <= LINES_MAX:
        return NothingAsked()
    if not order.reason.strip():
        return NoReason()
    if order.method is PaymentMethod.VOUCHER and not order.voucher.strip() and not order.void:
        return NoVoucherNamed()
    places = [one.line for one in asked if one.sku is None]
    twice = next((place for place in places if places.count(place) > 1), None)
    return None if twice is None else NoSuchLine(twice)


def _whole(sale: SaleRecorded, order: RefundOrder) -> tuple[AskedLine, ...]:
    to_stock = all(one.to_stock for one in order.lines)
    return tuple(
        AskedLine(line=place, quantity_milli=line.quantity_milli, to_stock=to_stock)
        for place, line in enumerate(sale.lines)
    )


def _back(sale: SaleRecorded, given: GivenBack, asked: AskedLine) -> RefundLine | RefundRefusal:
    if not 0 <= asked.line < len(sale.lines):
        return NoSuchLine(asked.line)
    sold, before = sale.lines[asked.line], given.of_line(asked.line)
    if not _comes_back(sold):
        return NotGivenBack(sold.name, sold.kind)
    left_milli = sold.quantity_milli - before.quantity_milli
    if asked.quantity_milli > left_milli:
        return MoreThanSold(sold.name, left_milli)
    is_part_of_voucher = sold.kind is LineKind.VOUCHER and asked.quantity_milli < sold.quantity_milli
    if asked.quantity_milli <= 0 or is_part_of_voucher:  # nothing is left on a voucher that was taken back
        return BadQuantity(sold.sku, asked.quantity_milli)
    worth_minor = divide_half_up(
        sold.total_minor * (before.quantity_milli + asked.quantity_milli), sold.quantity_milli
    )
    return RefundLine(
        line=asked.line, sku=sold.sku, name=sold.name, category=sold.category, quantity_milli=asked.quantity_milli,
        total_minor=worth_minor - before.total_minor, vat_rate_bp=sold.vat_rate_bp, to_stock=asked.to_stock,
        parts=sold.parts, reference=sold.reference if sold.kind is LineKind.VOUCHER else "",
    )  # fmt: skip


def _by_catalogue(
    catalogue: Catalogue, place: int, asked: AskedLine
) -> RefundLine | UnknownProduct | BadQuantity:
    product = catalogue.find(asked.sku) if asked.sku else None
    if product is None:
        return UnknownProduct(asked.sku or "")
    total_minor = times_quantity(product.price_minor, asked.quantity_milli)
    if not 0 < asked.quantity_milli <= QUANTITY_MILLI_MAX or total_minor > TENDERED_MINOR_MAX:
        return BadQuantity(product.sku, asked.quantity_milli)
    return RefundLine(
        line=place, sku=product.sku, name=product.name, category=product.category, quantity_milli=asked.quantity_milli,
        total_minor=total_minor, vat_rate_bp=product.vat_rate_bp, to_stock=asked.to_stock,
    )  # fmt: skip


def _vat_between(sale: SaleRecorded, given: GivenBack, lines: Sequence[RefundLine]) -> tuple[VatLine, ...]:
    before: dict[int, int] = defaultdict(int)
    for place, back in given.lines.items():
        before[sale.lines[place].vat_rate_bp] += back.total_minor
    return _vat_lines(_by_rate(lines), before, added=sale.vat_added)


def _by_rate(lines: Sequence[RefundLine]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for line in lines:
        sums[line.vat_rate_bp] += line.total_minor
    return sums


def _vat_lines(now: Mapping[int, int], before: Mapping[int, int], *, added: bool) -> tuple[VatLine, ...]:
    """Return the tax of what comes back now: that of all that came back, less that of what came back before."""
    vat = []
    for rate_bp in sorted(now, reverse=True):
        had = before.get(rate_bp, 0)
        vat_minor = _tax(had + now[rate_bp], rate_bp, added=added) - _tax(had, rate_bp, added=added)
        net_minor = now[rate_bp] if added else now[rate_bp] - vat_minor
        vat.append(
            VatLine(
                rate_bp=rate_bp, net_minor=net_minor, vat_minor=vat_minor, gross_minor=net_minor + vat_minor
            )
        )
    return tuple(vat)


def _tax(minor: int, rate_bp: int, *, added: bool) -> int:
    return divide_half_up(minor * rate_bp, BASIS_POINTS) if added else vat_in_gross(minor, rate_bp)


def _pay_back(order: RefundOrder, total_minor: int, cash_step_minor: int) -> tuple[Payment, int]:
    """Return the payment and what rounding it to coins added."""
    is_cash = order.method is PaymentMethod.CASH
    paid_minor = round_to_coins(total_minor, cash_step_minor) if is_cash else total_minor
    reference = order.voucher.strip() if order.method is PaymentMethod.VOUCHER else ""
    payment = Payment(method=order.method, amount_minor=paid_minor, tendered_minor=paid_minor, change_minor=0,
                      reference=reference)  # fmt: skip
    return payment, paid_minor - total_minor


def _undone(payments: Sequence[Payment]) -> tuple[Payment, ...]:
    """Return each payment of a sale as it goes back; notes of other currencies go back as the till's own."""
    return tuple(
        Payment(method=paid.method, amount_minor=paid.amount_minor, tendered_minor=paid.amount_minor, change_minor=0,
                reference=paid.reference)
        for paid in payments
    )  # fmt: skip
