"""A sale as the page sends it."""

from pydantic import BaseModel, Field, StrictBool, StrictInt

from device.domain.customer import TEXT_MAX, Customer
from device.domain.pricing.cart import LINES_MAX, NOTE_MAX, CartLine
from device.domain.pricing.discount import DISCOUNTS_MAX, REASON_MAX, WantedDiscount
from device.domain.pricing.payment import TENDERS_MAX, Tender
from device.domain.sale import SaleOrder
from device.domain.voucher_code import read_code
from shared.events.sale import DiscountKind, LineKind, PaymentMethod
from shared.ids import SaleId, Sku, check_uuid

_GOODS_OR_VOUCHER = "^(goods|voucher)$"


class LineBody(BaseModel):
    """One line of a cart."""

    sku: str = Field(max_length=80)
    quantity_milli: StrictInt
    unit_price_minor: StrictInt | None = None
    note: str = Field(default="", max_length=NOTE_MAX)
    kind: str = Field(default="goods", pattern=_GOODS_OR_VOUCHER)

    def line(self) -> CartLine:
        """Return what the domain understands."""
        return CartLine(sku=Sku(self.sku), quantity_milli=self.quantity_milli, unit_price_minor=self.unit_price_minor,
                        note=self.note.strip(), kind=LineKind(self.kind))  # fmt: skip


class DiscountBody(BaseModel):
    """A discount on a line (counted from 0) or on the whole cart."""

    kind: DiscountKind
    value: StrictInt
    reason: str = Field(default="", max_length=REASON_MAX)
    line: StrictInt | None = None

    def wanted(self) -> WantedDiscount:
        """Return what the domain understands."""
        return WantedDiscount(kind=self.kind, value=self.value, reason=self.reason.strip(), line=self.line)


class PaymentBody(BaseModel):
    """One means of payment: cash as it is handed over (`tendered_minor`, in `currency`), others as what they count for."""

    method: PaymentMethod
    tendered_minor: StrictInt | None = None
    amount_minor: StrictInt | None = None
    reference: str = Field(default="", max_length=80)
    currency: str = Field(default="", max_length=3)

    def tender(self) -> Tender:
        """Return what the domain understands; a voucher's code as it is written on vouchers, if it is one at all."""
        amount_minor = self.tendered_minor if self.method is PaymentMethod.CASH else self.amount_minor
        reference = self.reference.strip()
        if self.method is PaymentMethod.VOUCHER:
            reference = read_code(reference) or ""
        return Tender(
            method=self.method, amount_minor=amount_minor or 0, reference=reference, foreign=self.currency
        )


class CustomerBody(BaseModel):
    """What a customer told the stall; kept as a box, and forgotten on request."""

    customer_id: str = Field(max_length=80)
    name: str = Field(default="", max_length=TEXT_MAX)
    phone: str = Field(default="", max_length=TEXT_MAX)
    note: str = Field(default="", max_length=TEXT_MAX)

    def customer(self) -> Customer:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        customer_id = check_uuid("customer_id", self.customer_id)
        return Customer(customer_id=customer_id, name=self.name, phone=self.phone, note=self.note)


class SaleBody(BaseModel):
    """A sale as the page sends it; `payment` is one means of payment, `payments` several. A time stamp is not looked at."""

    sale_id: str = Field(max_length=80)
    lines: list[LineBody] = Field(max_length=10 * LINES_MAX)
    payment: PaymentBody | None = None
    payments: list[PaymentBody] = Field(default_factory=list, max_length=2 * TENDERS_MAX)
    discounts: list[DiscountBody] = Field(default_factory=list, max_length=2 * DISCOUNTS_MAX)
    coupon: str = Field(default="", max_length=40)
    tip_minor: StrictInt = 0
    collect_at_locker: StrictBool = False
    expected_total_minor: StrictInt | None = None
    kept: StrictBool = False
    customer: CustomerBody | None = None

    def order(self, cashier: str) -> SaleOrder:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        payments = [self.payment] if self.payment else self.payments
        return SaleOrder(
            sale_id=SaleId(check_uuid("sale_id", self.sale_id)),
            lines=tuple(line.line() for line in self.lines),
            tenders=tuple(payment.tender() for payment in payments),
            expected_total_minor=self.expected_total_minor,
            collect_at_locker=self.collect_at_locker,
            kept=self.kept,
            cashier=cashier,
            customer=self.customer.customer() if self.customer else None,
            discounts=tuple(discount.wanted() for discount in self.discounts),
            coupon=self.coupon.strip(),
            tip_minor=self.tip_minor,
        )
