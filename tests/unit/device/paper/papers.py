"""Papers for the tests: one of each kind, with everything that can stand on it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Document
from device.domain.paper.receipt import Letterhead, Printed, pickup_slip, receipt_of_refund, receipt_of_sale
from device.domain.paper.reports import checking_page, report_of_day
from shared.events.cash import CashSessionClosed, MethodTotal, NamedTotal
from shared.events.sale import (
    Discount,
    DiscountKind,
    ForeignCash,
    OriginalReceipt,
    Payment,
    PaymentMethod,
    RefundLine,
    SaleLine,
    SaleRecorded,
    SaleRefunded,
)
from shared.ids import Epoch, SaleId, Sku, SourceId
from shared.vat import VatLine

AT = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
LOGO = Bitmap(width=64, height=32, dots=b"\xff" * 8 + (b"\x80" + b"\x00" * 6 + b"\x01") * 30 + b"\xff" * 8)
DE = Letterhead(stall="Töpferei Müller", language="de", footer="Danke, bis nächsten Samstag!", logo=LOGO)
EN = Letterhead(stall="Harbour Pottery", language="en", footer="Thank you. Returns within 14 days.")
PROOF = "STALLHOLDER1:demo/till-harbour/k7f3q2/42/" + "0123456789abcdef" * 4
PRINTED = Printed(number="k7f3q2-00042", at=AT, proof=PROOF)


def line(
    sku: str, name: str, price_minor: int, quantity_milli: int = 1000, discount_minor: int = 0
) -> SaleLine:
    total = price_minor * quantity_milli // 1000 - discount_minor
    return SaleLine(
        sku=Sku(sku), name=name, category="", quantity_milli=quantity_milli, unit_price_minor=price_minor,
        total_minor=total, vat_rate_bp=1900, discount_minor=discount_minor,
    )  # fmt: skip


SALE = SaleRecorded(
    sale_id=SaleId("0190e0e0-0000-7000-8000-000000000001"), receipt_number=42, session_id="s",
    business_date=date(2026, 11, 27), cashier="Mira", currency="EUR",
    lines=(
        line("bowl", "Schüssel, groß, mit Łódź-Muster und einem sehr langen Namen", 1850, 2000),
        line("jam", "Quittengelee", 650, discount_minor=50),
        line("tea", "Tee", 4000, 250),
    ),
    total_minor=5300,
    vat=(VatLine(rate_bp=1900, net_minor=3109, vat_minor=591, gross_minor=3700),
         VatLine(rate_bp=700, net_minor=1495, vat_minor=105, gross_minor=1600)),
    payments=(Payment(method=PaymentMethod.CASH, amount_minor=5505, tendered_minor=6000, change_minor=495),),
    discounts=(Discount(kind=DiscountKind.PERCENT, value=1000, amount_minor=50, reason="Stammkundin", line=1),),
    tip_minor=200, rounding_minor=5,
)  # fmt: skip
REFUND = SaleRefunded(
    refund_id="r", receipt_number=43, session_id="s", business_date=date(2026, 11, 27), cashier="Jo", currency="EUR",
    original=OriginalReceipt(source=SourceId("till-x"), epoch=Epoch("k7f3q2"), receipt_number=42),
    lines=(RefundLine(line=0, sku=Sku("bowl"), name="Stoneware bowl", category="", quantity_milli=2000,
                      total_minor=3700, vat_rate_bp=1900, to_stock=True),),
    total_minor=3700, vat=(VatLine(rate_bp=1900, net_minor=3109, vat_minor=591, gross_minor=3700),),
    payments=(Payment(method=PaymentMethod.CASH, amount_minor=3700, tendered_minor=3700, change_minor=0),),
    reason="Cracked",
)  # fmt: skip
CLOSED = CashSessionClosed(
    session_id="s", business_date=date(2026, 11, 27), cashier="Mira", sales=23, total_minor=123_456,
    vat=(VatLine(rate_bp=1900, net_minor=103_745, vat_minor=19_711, gross_minor=123_456),),
    cash_expected_minor=70_000, cash_counted_minor=69_950, head_seq=99, head_hash="0123456789abcdef" * 4,
    methods=(MethodTotal(method=PaymentMethod.CASH, expected_minor=70_000, counted_minor=69_950),),
    refunds=1, refund_minor=3700, moved_minor=-5000,
    products=(NamedTotal(key="bowl", name="Stoneware bowl", quantity_milli=12_000, total_minor=22_200),),
    cashiers=(NamedTotal(key="Mira", name="Mira", quantity_milli=23_000, total_minor=123_456),),
)  # fmt: skip
FOREIGN = replace(SALE, payments=(
    Payment(method=PaymentMethod.CASH, amount_minor=5505, tendered_minor=5700, change_minor=195,
            foreign=ForeignCash(currency="CHF", tendered_minor=6000, rate_micro=950_000)),
))  # fmt: skip

PAPERS: dict[str, Document] = {
    "sale-de": receipt_of_sale(SALE, PRINTED, DE),
    "copy-en": receipt_of_sale(FOREIGN, replace(PRINTED, is_copy=True), EN),
    "refund-en": receipt_of_refund(REFUND, PRINTED, EN),
    "pickup-de": pickup_slip("407 123 456", "Hafen", DE),
    "z-report-de": report_of_day(CLOSED, "EUR", DE, is_closed=True),
    "x-report-en": report_of_day(CLOSED, "EUR", EN, is_closed=False),
    "test-page-de": checking_page("Tresen", 42, DE, has_drawer=True),
}
