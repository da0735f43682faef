"""The words that stand on paper, in the stall's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from device.domain.quantity_words import words_of_quantity
from shared.events.sale import PaymentMethod
from shared.money import format_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """One language. `decimal` stands before minor units, `day` is how a date is written (`strftime`)."""

    decimal: str
    day: str
    receipt: str
    copy: str
    demo: str
    refund: str
    void: str
    refund_of: str
    reason: str
    served: str
    total: str
    given_back: str
    discount: str
    tip: str
    rounding: str
    change: str
    given: str
    net: str
    vat: str
    vat_added: str
    proof: str
    pickup: str
    pickup_at: str
    pickup_hint: str
    deposit: str
    voucher: str
    voucher_hint: str
    x_report: str
    z_report: str
    x_hint: str
    sales: str
    refunds: str
    takings: str
    moved: str
    cash_expected: str
    cash_counted: str
    difference: str
    products: str
    cashiers: str
    ledger: str
    test_page: str
    test_hint: str
    letters: str
    drawer: str
    paid_by: Mapping[PaymentMethod, str]


_EN: Final = PaperWords(
    decimal=".", day="%d %b %Y", receipt="Receipt", copy="COPY", demo="DEMO: not a receipt", refund="REFUND", void="UNDONE", refund_of="For receipt",
    reason="Reason", served="Served by", total="Total", given_back="Given back", discount="Discount", tip="Tip",
    rounding="Rounding", change="Change", given="Given", net="net", vat="VAT", vat_added="VAT is added",
    proof="Proof that this sale stands in the ledger", pickup="Pick-up code", pickup_at="At",
    pickup_hint="Type this code at the locker, or show it the QR code. Keep it to yourself.",
    deposit="Deposit",
    voucher="Gift voucher",
    voucher_hint="It pays at any of our stalls, all at once or bit by bit.",
    x_report="X REPORT", z_report="Z REPORT", x_hint="So far; the day is not closed.", sales="Sales", refunds="Refunds",
    takings="Takings", moved="Put in or taken out", cash_expected="Cash expected", cash_counted="Cash counted",
    difference="Difference", products="Products", cashiers="People", ledger="Ledger", test_page="Test page",
    test_hint="If the line of figures fills the paper from edge to edge, the number of columns is right.",
    letters="Letters", drawer="The drawer opens now, if there is one.",
    paid_by=MappingProxyType({PaymentMethod.CASH: "Cash", PaymentMethod.CARD: "Card", PaymentMethod.VOUCHER: "Voucher"}),
)  # fmt: skip
_DE: Final = PaperWords(
    decimal=",", day="%d.%m.%Y", receipt="Beleg", copy="KOPIE", demo="DEMO: kein Beleg", refund="RÜCKGABE", void="STORNO", refund_of="Zu Beleg",
    reason="Grund", served="Bedient von", total="Summe", given_back="Zurückgegeben", discount="Rabatt", tip="Trinkgeld",
    rounding="Rundung", change="Rückgeld", given="Gegeben", net="netto", vat="MwSt.", vat_added="zzgl. MwSt.",
    proof="Nachweis, dass dieser Verkauf im Kassenbuch steht", pickup="Abholcode", pickup_at="Bei",
    pickup_hint="Diesen Code am Schließfach eintippen oder den QR-Code zeigen. Bitte für sich behalten.",
    deposit="Anzahlung",
    voucher="Gutschein",
    voucher_hint="Er gilt an allen unseren Ständen, auf einmal oder nach und nach.",
    x_report="X-BERICHT", z_report="Z-BERICHT", x_hint="Zwischenstand; der Tag ist nicht abgeschlossen.",
    sales="Verkäufe", refunds="Rückgaben", takings="Einnahmen", moved="Ein- und Auslagen",
    cash_expected="Bargeld erwartet", cash_counted="Bargeld gezählt", difference="Differenz", products="Waren",
    cashiers="Personen", ledger="Kassenbuch", test_page="Testseite",
    test_hint="Füllt die Zeile mit Ziffern das Papier von Rand zu Rand, stimmt die Zahl der Spalten.",
    letters="Buchstaben", drawer="Die Kassenlade öffnet sich jetzt, wenn es eine gibt.",
    paid_by=MappingProxyType({PaymentMethod.CASH: "Bar", PaymentMethod.CARD: "Karte", PaymentMethod.VOUCHER: "Gutschein"}),
)  # fmt: skip


def words_in(language: str) -> PaperWords:
    """Return the words of a language; English where there are none of it."""
    return _DE if language == "de" else _EN


def say_amount(minor: int, currency: str, words: PaperWords) -> str:
    """Return an amount without its currency."""
    return format_minor(minor, currency).replace(".", words.decimal)


def say_quantity(milli: int, words: PaperWords) -> str:
    """Return a quantity without zeros at its end."""
    return words_of_quantity(milli).replace(".", words.decimal)


def say_rate(rate_bp: int, words: PaperWords) -> str:
    """Return a tax rate in percent."""
    whole, part = divmod(rate_bp, 100)
    return f"{whole}%" if part == 0 else f"{whole}{words.decimal}{part:02d}".rstrip("0") + "%"


def say_moment(at: datetime, words: PaperWords) -> str:
    """Return a moment by the stall's own clock."""
    return f"{say_day(at.date(), words)} {at:%H:%M}"


def say_day(day: date, words: PaperWords) -> str:
    """Return a date."""
    return f"{day:{words.day}}"
