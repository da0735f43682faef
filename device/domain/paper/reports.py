"""What stands on the stall's own paper: X and Z reports, and the page that tests a printer."""

from collections.abc import Iterator
from typing import Final

from device.domain.paper.document import (
    Align,
    Block,
    Cut,
    Document,
    KickDrawer,
    Logo,
    Pair,
    QrCode,
    Rule,
    Size,
    Text,
)
from device.domain.paper.receipt import Letterhead
from device.domain.paper.words import PaperWords, say_amount, say_day, say_quantity, say_rate, words_in
from shared.events.cash import CashSessionClosed, NamedTotal

_LETTERS: Final = (
    "äöüß ÄÖÜ é è ê ç ñ å ø",
    "€ £ „Zitat“ ·",
    "ąćęłńóśźż ěščřžýů őű",
    "Ελληνικά Русский ğışİ",
)


def report_of_day(closed: CashSessionClosed, currency: str, head: Letterhead, *, is_closed: bool) -> Document:
    """Return the Z report of a day that was closed, or the X report of one that goes on."""
    words = words_in(head.language)
    return (
        Text(head.stall, Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text(words.z_report if is_closed else words.x_report, Align.CENTRE, bold=True),
        Text(say_day(closed.business_date, words), Align.CENTRE),
        *([] if is_closed else [Text(words.x_hint, Align.CENTRE)]),
        Rule(),
        *_takings(closed, currency, words),
        Rule(),
        *_cash(closed, currency, words),
        *_named(words.products, closed.products, currency, words),
        *_named(words.cashiers, closed.cashiers, currency, words),
        Rule(),
        Text(f"{words.ledger} {closed.head_seq}"),
        Text(closed.head_hash),
        Cut(),
    )


def _takings(closed: CashSessionClosed, currency: str, words: PaperWords) -> Iterator[Block]:
    def row(name: str, minor: int, *, always: bool = False) -> list[Block]:
        return [Pair(name, say_amount(minor, currency, words))] if minor or always else []

    yield Pair(words.sales, str(closed.sales))
    yield from row(words.takings, closed.total_minor, always=True)
    for line in closed.vat:
        yield Pair(
            f"  {words.vat} {say_rate(line.rate_bp, words)}", say_amount(line.vat_minor, currency, words)
        )
    if closed.refunds:
        yield Pair(words.refunds, str(closed.refunds))
        yield from row(words.given_back, -closed.refund_minor)
    for line in closed.refund_vat:
        yield Pair(
            f"  {words.vat} {say_rate(line.rate_bp, words)}", say_amount(-line.vat_minor, currency, words)
        )
    yield from row(words.discount, -closed.discount_minor)
    yield from row(words.tip, closed.tip_minor)
    yield from row(words.rounding, closed.rounding_minor)
    for method in closed.methods:
        yield from row(words.paid_by[method.method], method.expected_minor, always=True)


def _cash(closed: CashSessionClosed, currency: str, words: PaperWords) -> Iterator[Block]:
    difference_minor = closed.cash_counted_minor - closed.cash_expected_minor
    if closed.moved_minor:
        yield Pair(words.moved, say_amount(closed.moved_minor, currency, words))
    yield Pair(words.cash_expected, say_amount(closed.cash_expected_minor, currency, words))
    yield Pair(words.cash_counted, say_amount(closed.cash_counted_minor, currency, words))
    yield Pair(words.difference, f"{say_amount(difference_minor, currency, words)} {currency}", bold=True)


def _named(title: str, rows: tuple[NamedTotal, ...], currency: str, words: PaperWords) -> Iterator[Block]:
    if not rows:
        return
    yield Rule()
    yield Text(title, bold=True)
    for row in rows:
        yield Pair(
            f"{say_quantity(row.quantity_milli, words)} {row.name}",
            say_amount(row.total_minor, currency, words),
        )


def drawer_kick() -> Document:
    """Return a job that opens the drawer and prints nothing."""
    return (KickDrawer(),)


def checking_page(printer: str, columns: int, head: Letterhead, *, has_drawer: bool) -> Document:
    """Return the page that tests a printer: width, letters, sizes, a QR code, the cutter, the drawer."""
    words = words_in(head.language)
    figures = ("1234567890" * 5)[:columns]
    return (
        *([Logo(head.logo)] if head.logo else []),
        Text(words.test_page, Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text(f"{printer} · {columns}", Align.CENTRE),
        Text(figures),
        Text(words.test_hint),
        Rule(),
        Text(words.letters, bold=True),
        *(Text(line) for line in _LETTERS),
        Pair(words.total, say_amount(123_456, "EUR", words), bold=True),
        QrCode("stallholder"),
        *((Text(words.drawer), KickDrawer()) if has_drawer else ()),
        Cut(),
    )
