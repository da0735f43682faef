"""A sale as the page sends it."""

from pydantic import BaseModel, Field, StrictBool, StrictInt

from device.domain.customer import TEXT_MAX, Customer
from device.domain.pricing.cart import LINES_MAX, NOTE_MAX, CartLine
from device.domain.pricing.discount import DISCOUNTS_MAX, REASON_MAX, WantedDiscount
from device.domain.pricing.payment import TENDERS_MAX, Tender
from device.domain.sale import SaleOrder
from shared.events.sale import DiscountKind, LineKind, PaymentMethod
from shared.ids import SaleId, Sku, check_uuid

_NO_SALE = "00000000-0000-7000-8000-000000000000"
_GOODS_OR_VOUCHER = "^(goods|voucher)$"


class LineBody(BaseModel):
    """One line of a cart."""

    sku: str = Field(max_length=80)
    quantity_milli: StrictInt
    unit_price_minor: StrictInt | None = None
    note: str = Field(default="", max_length=NOTE_MAX)
    kind: str = Field(default="goods", pattern=_GOODS_OR_VOUCHER)
    vat_rate_bp: StrictInt | None = Field(default=None, ge=0, le=10_000)

    def line(self) -> CartLine:
        """Return what the domain understands."""
        return CartLine(sku=Sku(self.sku), quantity_milli=self.quantity_milli, unit_price_minor=self.unit_price_minor,
                        note=self.note.strip(), kind=LineKind(self.kind), vat_rate_bp=self.vat_rate_bp)  # fmt: skip


class DiscountBody(BaseModel):
    """A discount on a line (counted from 0) or on the whole cart; only a kept sale says the `code` of its coupon here."""

    kind: DiscountKind
    value: StrictInt
    reason: str = Field(default="", max_length=REASON_MAX)
    line: StrictInt | None = None
    code: str = Field(default="", max_length=40)

    def wanted(self, *, kept: bool) -> WantedDiscount:
        """Return what the domain understands."""
        return WantedDiscount(kind=self.kind, value=self.value, reason=self.reason.strip(), line=self.line,
                              code=self.code if kept else "")  # fmt: skip


class PaymentBody(BaseModel):
    """One means of payment: cash as it is handed over (`tendered_minor`, in `currency`), others as what they count for.

    Without an amount it is what is still due. `attempt_id` is the question that a card terminal answered. A kept sale says the `rate_micro` by which notes of another currency were taken.
    """

    method: PaymentMethod
    tendered_minor: StrictInt | None = None
    amount_minor: StrictInt | None = None
    reference: str = Field(default="", max_length=80)
    currency: str = Field(default="", max_length=3)
    rate_micro: StrictInt | None = Field(default=None, gt=0, le=10**12)
    attempt_id: str = Field(default="", max_length=80)

    def tender(self, *, kept: bool) -> Tender:
        """Return what the domain understands."""
        amount_minor = self.tendered_minor if self.method is PaymentMethod.CASH else self.amount_minor
        return Tender(method=self.method, amount_minor=amount_minor, reference=self.reference.strip(),
                      foreign=self.currency, rate_micro=self.rate_micro if kept else None,
                      attempt_id=self.attempt_id if self.method is PaymentMethod.CARD else "")  # fmt: skip


class CustomerBody(BaseModel):
    """What a customer told the stall; kept as a box, and forgotten on request."""

    customer_id: str = Field(max_length=80)
    name: str = Field(default="", max_length=TEXT_MAX)
    phone: str = Field(default="", max_length=TEXT_MAX)
    note: str = Field(default="", max_length=TEXT_MAX)
    consent_version: str = Field(default="", max_length=80)
    consent_at: str = Field(default="", max_length=40)

    def customer(self) -> Customer:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        customer_id = check_uuid("customer_id", self.customer_id)
        return Customer(customer_id=customer_id, name=self.name, phone=self.phone, note=self.note,
                        consent_version=self.consent_version, consent_at=self.consent_at)  # fmt: skip


class CartBody(BaseModel):
    """A cart as the page sends it; `payment` is one means of payment, `payments` several. A time stamp is not looked at."""

    sale_id: str = Field(default=_NO_SALE, max_length=80)
    lines: list[LineBody] = Field(default_factory=list, max_length=10 * LINES_MAX)
    payment: PaymentBody | None = None
    payments: list[PaymentBody] = Field(default_factory=list, max_length=2 * TENDERS_MAX)
    discounts: list[DiscountBody] = Field(default_factory=list, max_length=2 * DISCOUNTS_MAX)
    coupon: str = Field(default="", max_length=40)
    tip_minor: StrictInt = 0
    collect_at_locker: StrictBool = False
    expected_total_minor: StrictInt | None = None
    kept: StrictBool = False
    customer: CustomerBody | None = None
    price_list: str = Field(default="", max_length=80)
    order_id: str = Field(default="", max_length=80)
    deposit_minor: StrictInt | None = None
    vat_added: StrictBool | None = None
    rounding_minor: StrictInt | None = None
    approval: str = Field(default="", max_length=80)

    def order(self, cashier: str, approved_by: str = "") -> SaleOrder:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        payments = [self.payment] if self.payment else self.payments
        return SaleOrder(
            sale_id=SaleId(check_uuid("sale_id", self.sale_id)),
            lines=tuple(line.line() for line in self.lines),
            tenders=tuple(payment.tender(kept=self.kept) for payment in payments),
            expected_total_minor=self.expected_total_minor,
            collect_at_locker=self.collect_at_locker,
            kept=self.kept,
            cashier=cashier,
            customer=self.customer.customer() if self.customer else None,
            discounts=tuple(discount.wanted(kept=self.kept) for discount in self.discounts),
            coupon=self.coupon.strip(),
            tip_minor=self.tip_minor,
            price_list=self.price_list.strip(),
            order_id=self.order_id,
            deposit_minor=self.deposit_minor,
            vat_added=self.vat_added,
            rounding_minor=self.rounding_minor,
            approved_by=approved_by,
        )


class SaleBody(CartBody):
    """A sale: a cart that has an id, and was paid."""

    sale_id: str = Field(max_length=80)
