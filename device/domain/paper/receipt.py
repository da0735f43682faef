"""What stands on a customer's paper: a sale, a refund, the slip with a pick-up code. Pure: facts in, document out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Align, Block, Cut, Document, Logo, Pair, QrCode, Rule, Size, Text
from device.domain.paper.words import (
    PaperWords,
    say_amount,
    say_moment,
    say_quantity,
    say_rate,
    words_in,
)
from shared.events.sale import LineKind, Payment, RefundLine, SaleLine, SaleRecorded, SaleRefunded
from shared.ids import format_receipt_number
from shared.money import QUANTITY_ONE_MILLI
from shared.vat import VatLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on every paper of a stall; a demonstration's papers say that they are no receipts."""

    stall: str
    language: str
    footer: str = ""
    logo: Bitmap | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a receipt says besides its event: its number with the epoch, when it was, its proof, whether it is a copy."""

    number: str
    at: datetime
    proof: str
    is_copy: bool = False


def receipt_of_sale(sale: SaleRecorded, printed: Printed, head: Letterhead) -> Document:
    """Return the receipt of a sale, as far as the cut."""
    words = words_in(head.language)
    return (
        *_top(head, words, printed, title=""),
        *_served(sale.cashier, printed, words),
        Rule(),
        *(block for line in sale.lines for block in _line(line, sale.currency, words)),
        *_whole_cart_discounts(sale, words),
        Rule(),
        *_sums(sale, words),
        *_vat(sale.vat, sale.currency, words, added=sale.vat_added),
        *_bottom(head, words, printed),
    )


def receipt_of_refund(refund: SaleRefunded, printed: Printed, head: Letterhead) -> Document:
    """Return the receipt of what was given back, as far as the cut."""
    words, currency = words_in(head.language), refund.currency
    original = format_receipt_number(refund.original.epoch, refund.original.receipt_number)
    due_minor = refund.total_minor + refund.rounding_minor
    return (
        *_top(head, words, printed, title=words.void if refund.void else words.refund),
        *_served(refund.cashier, printed, words),
        Pair(words.refund_of, original),
        *([Pair(words.reason, refund.reason)] if refund.reason else []),
        Rule(),
        *(_refund_line(line, currency, words) for line in refund.lines),
        Rule(),
        *_rounding(refund.rounding_minor, currency, words),
        Pair(
            words.given_back,
            f"{say_amount(due_minor, currency, words)} {currency}",
            bold=True,
            size=Size.DOUBLE,
        ),
        *(
            Pair(words.paid_by[paid.method], say_amount(paid.amount_minor, currency, words))
            for paid in refund.payments
        ),
        *_vat(refund.vat, currency, words, added=refund.vat_added),
        *_bottom(head, words, printed),
    )


def pickup_slip(code: str, place: str, head: Letterhead) -> Document:
    """Return the slip that opens a locker; a paper of its own, so that the receipt can be shown to anybody."""
    words = words_in(head.language)
    return (
        *_demo(head, words),
        Text(head.stall, Align.CENTRE, bold=True),
        Text(words.pickup, Align.CENTRE),
        Text(code, Align.CENTRE, bold=True, size=Size.DOUBLE),
        QrCode(code.replace(" ", "")),
        Text(f"{words.pickup_at} {place}", Align.CENTRE),
        Text(words.pickup_hint, Align.CENTRE),
        Cut(),
    )


def voucher_slip(code: str, worth_minor: int, currency: str, head: Letterhead) -> Document:
    """Return a gift voucher, a paper of its own to be given away; whoever has its code can pay with it."""
    words = words_in(head.language)
    return (
        *_demo(head, words),
        Text(head.stall, Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text(words.voucher, Align.CENTRE),
        Text(
            f"{say_amount(worth_minor, currency, words)} {currency}",
            Align.CENTRE,
            bold=True,
            size=Size.DOUBLE,
        ),
        QrCode(code),
        Text(code, Align.CENTRE, bold=True),
        Text(words.voucher_hint, Align.CENTRE),
        Cut(),
    )


def as_copy(document: Document, language: str) -> Document:
    """Return a document that says on top that it may not be the only one."""
    return (Text(f"*** {words_in(language).copy} ***", Align.CENTRE, bold=True), *document)


def _demo(head: Letterhead, words: PaperWords) -> Iterator[Block]:
    if head.demo:
        yield Text(words.demo, Align.CENTRE, bold=True, size=Size.DOUBLE)


def _top(head: Letterhead, words: PaperWords, printed: Printed, *, title: str) -> Iterator[Block]:
    yield from _demo(head, words)
    if head.logo:
        yield Logo(head.logo)
    yield Text(head.stall, Align.CENTRE, bold=True, size=Size.DOUBLE)
    if title:
        yield Text(title, Align.CENTRE, bold=True)
    if printed.is_copy:
        yield Text(f"*** {words.copy} ***", Align.CENTRE, bold=True)
    yield Text()


def _served(cashier: str, printed: Printed, words: PaperWords) -> Iterator[Block]:
    yield Pair(words.receipt, printed.number)
    yield Pair(f"{words.served} {cashier}", say_moment(printed.at, words))


def _line(line: SaleLine, currency: str, words: PaperWords) -> Iterator[Block]:
    yield Pair(_name_of(line, words), say_amount(line.total_minor + line.discount_minor, currency, words))
    if line.quantity_milli != QUANTITY_ONE_MILLI:
        price = say_amount(line.unit_price_minor, currency, words)
        yield Text(f"  {say_quantity(line.quantity_milli, words)} x {price}")
    if line.discount_minor:
        yield Pair(f"  {words.discount}", say_amount(-line.discount_minor, currency, words))
    if line.note:
        yield Text(f"  {line.note}")


def _name_of(line: SaleLine, words: PaperWords) -> str:
    """What is no product of the stall's is named in the language of the paper; a deposit says which order it is for."""
    match line.kind:
        case LineKind.VOUCHER:
            return words.voucher
        case LineKind.DEPOSIT:
            return " ".join((words.deposit, *line.name.split()[1:]))
        case _:
            return line.name


def _refund_line(line: RefundLine, currency: str, words: PaperWords) -> Block:
    quantity = say_quantity(line.quantity_milli, words)
    name = line.name if line.quantity_milli == QUANTITY_ONE_MILLI else f"{quantity} x {line.name}"
    return Pair(name, say_amount(line.total_minor, currency, words))


def _whole_cart_discounts(sale: SaleRecorded, words: PaperWords) -> Iterator[Block]:
    """A cart's discount is shared out over the lines above; its reason is said once."""
    for discount in sale.discounts:
        reason = " ".join(part for part in (discount.reason, discount.code) if part)
        if reason:
            yield Text(f"{words.discount}: {reason}")


def _sums(sale: SaleRecorded, words: PaperWords) -> Iterator[Block]:
    currency = sale.currency
    if sale.tip_minor:
        yield Pair(words.tip, say_amount(sale.tip_minor, currency, words))
    yield from _rounding(sale.rounding_minor, currency, words)
    due_minor = sale.total_minor + sale.tip_minor + sale.rounding_minor
    yield Pair(
        words.total, f"{say_amount(due_minor, currency, words)} {currency}", bold=True, size=Size.DOUBLE
    )
    for paid in sale.payments:
        yield from _payment(paid, currency, words)


def _rounding(rounding_minor: int, currency: str, words: PaperWords) -> Iterator[Block]:
    if rounding_minor:
        yield Pair(words.rounding, say_amount(rounding_minor, currency, words))


def _payment(paid: Payment, currency: str, words: PaperWords) -> Iterator[Block]:
    yield Pair(words.paid_by[paid.method], say_amount(paid.amount_minor, currency, words))
    if paid.foreign:
        tendered = say_amount(paid.foreign.tendered_minor, paid.foreign.currency, words)
        yield Pair(f"  {words.given}", f"{tendered} {paid.foreign.currency}")
    elif paid.change_minor:
        yield Pair(f"  {words.given}", say_amount(paid.tendered_minor, currency, words))
    if paid.change_minor:
        yield Pair(f"  {words.change}", say_amount(paid.change_minor, currency, words))


def _vat(vat: tuple[VatLine, ...], currency: str, words: PaperWords, *, added: bool) -> Iterator[Block]:
    yield Text()
    for line in vat:
        rate = say_rate(line.rate_bp, words)
        net, tax = (say_amount(minor, currency, words) for minor in (line.net_minor, line.vat_minor))
        yield Pair(f"{words.vat} {rate}, {words.net} {net}", tax)
    if added:
        yield Text(words.vat_added)


def _bottom(head: Letterhead, words: PaperWords, printed: Printed) -> Iterator[Block]:
    yield Text()
    if head.footer:
        yield Text(head.footer, Align.CENTRE)
    if printed.proof:
        yield QrCode(printed.proof)
        yield Text(words.proof, Align.CENTRE)
    yield from _demo(head, words)
    yield Cut()
