"""Sales as a stall makes them, the same ones each time: one to three lines, two VAT rates, a few dozen products."""

from datetime import date
from random import Random

from shared.events.sale import Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import SaleId, Sku, make_uuid7
from shared.vat import split_vat

_GLAZES = ("ash", "celadon", "tenmoku", "shino", "cobalt", "iron", "white", "honey")
_FORMS = ("Mug", "Bowl", "Plate", "Jug", "Vase")
_PREPARED_MS = 1_767_225_600_000  # 2026-01-01


def make_sale(number: int) -> SaleRecorded:
    """Return the sale of a number, from 0."""
    chance = Random(number)
    lines = tuple(_line(chance) for _ in range(chance.choice((1, 1, 2, 2, 3))))
    total_minor = sum(line.total_minor for line in lines)
    tendered_minor = total_minor + chance.choice((0, 0, 500, 1_000))
    paid = Payment(
        method=PaymentMethod.CASH, amount_minor=total_minor, tendered_minor=tendered_minor,
        change_minor=tendered_minor - total_minor,
    )  # fmt: skip
    return SaleRecorded(
        sale_id=SaleId(make_uuid7(_PREPARED_MS + 45_000 * number, chance.randbytes(10))),
        receipt_number=number + 1, session_id=f"session-{number // 600}", business_date=date(2026, 1, 1),
        cashier="Mira", currency="EUR", lines=lines, total_minor=total_minor,
        vat=split_vat([(line.vat_rate_bp, line.total_minor) for line in lines]), payments=(paid,),
    )  # fmt: skip


def _line(chance: Random) -> SaleLine:
    form, glaze = chance.choice(_FORMS), chance.choice(_GLAZES)
    pieces, price_minor = chance.choice((1, 1, 1, 2, 4)), 50 * chance.randint(9, 120)
    return SaleLine(
        sku=Sku(f"{form.lower()}-{glaze}"), name=f"{form}, {glaze} glaze", category="Pottery",
        quantity_milli=1_000 * pieces, unit_price_minor=price_minor, total_minor=pieces * price_minor,
        vat_rate_bp=chance.choice((1_900, 1_900, 700)),
    )  # fmt: skip
