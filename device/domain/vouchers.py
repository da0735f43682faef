"""Gift vouchers: sold by a till, paid with at any till.

What is left on a voucher that this till sold stands in its own ledger. Of another till's it knows only what was paid with it
here: it takes such a voucher once, if its code carries the check of the deployment, up to a limit for each voucher and for the
cash session, because hub and cloud may be out of reach. What all tills took together is compared in the cloud.
"""

from dataclasses import dataclass, field, replace

from device.domain.growing import GrowingMap
from shared.events.sale import LineKind, PaymentMethod, SaleRecorded, SaleRefunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouchers:
    """What is left on this till's vouchers, what was taken here of others', and of that in the session named."""

    left_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)
    elsewhere_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)
    session_id: str = ""
    session_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLimits:
    """How much a voucher of another till may pay here, and all of them in one cash session, in minor units.

    `checked` are the ids of those whose codes carry the deployment's check.
    """

    each_minor: int
    session_minor: int
    checked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VoucherRefused:
    """A voucher does not pay that much; `reason` says why, in words, and `left_minor` what it may still pay here."""

    voucher_id: str
    reason: str
    left_minor: int


def refuse_voucher(
    vouchers: Vouchers, voucher_id: str, amount_minor: int, *, session_id: str, limits: VoucherLimits
) -> VoucherRefused | None:
    """Return why a voucher may not pay an amount in a cash session, or None if it may."""
    left_minor = vouchers.left_minor.find(voucher_id)
    if left_minor is not None:
        if amount_minor <= left_minor:
            return None
        return VoucherRefused(
            voucher_id, "there is less on it" if left_minor else "nothing is left on it", left_minor
        )
    if voucher_id not in limits.checked:
        return VoucherRefused(voucher_id, "this till knows no such voucher", 0)
    if vouchers.elsewhere_minor.get(voucher_id, 0):
        return VoucherRefused(voucher_id, "it has paid here before, and another till sold it", 0)
    this_session = vouchers.session_minor if vouchers.session_id == session_id else 0
    allowed = max(min(limits.each_minor, limits.session_minor - this_session), 0)
    if amount_minor <= allowed:
        return None
    return VoucherRefused(voucher_id, "another till sold it, and this one takes no more on it", allowed)


def with_sale(vouchers: Vouchers, sale: SaleRecorded) -> Vouchers:
    """Return what is left after a sale that sold vouchers or was paid with them."""
    for line in sale.lines:
        if line.kind is LineKind.VOUCHER:
            left = vouchers.left_minor.get(line.reference, 0) + line.total_minor
            vouchers = replace(vouchers, left_minor=vouchers.left_minor.with_item(line.reference, left))
    for paid in sale.payments:
        if paid.method is PaymentMethod.VOUCHER:
            vouchers = _paid(vouchers, paid.reference, paid.amount_minor, sale.session_id)
    return vouchers


def with_refund(vouchers: Vouchers, refund: SaleRefunded) -> Vouchers:
    """Return what is left after a refund onto vouchers: one of this till's gets more, a new one is issued by it.

    One that was taken back unused holds nothing any more. Of another till's voucher, with which an undone sale was paid, less was taken here.
    """
    for line in refund.lines:
        if line.reference:
            vouchers = replace(vouchers, left_minor=vouchers.left_minor.with_item(line.reference, 0))
    for paid in refund.payments:
        if paid.method is not PaymentMethod.VOUCHER:
            continue
        voucher_id, elsewhere = paid.reference, vouchers.elsewhere_minor.find(paid.reference)
        if elsewhere is not None and voucher_id not in vouchers.left_minor:
            vouchers = _not_paid(
                vouchers, voucher_id, elsewhere - paid.amount_minor, paid.amount_minor, refund
            )
        else:
            left = vouchers.left_minor.get(voucher_id, 0) + paid.amount_minor
            vouchers = replace(vouchers, left_minor=vouchers.left_minor.with_item(voucher_id, left))
    return vouchers


def _not_paid(
    vouchers: Vouchers, voucher_id: str, left_minor: int, less_minor: int, refund: SaleRefunded
) -> Vouchers:
    """Another till's voucher did not pay after all; in its own cash session another one may pay in its place."""
    in_session = less_minor if vouchers.session_id == refund.session_id else 0
    return replace(
        vouchers,
        elsewhere_minor=vouchers.elsewhere_minor.with_item(voucher_id, left_minor),
        session_minor=vouchers.session_minor - in_session,
    )


def _paid(vouchers: Vouchers, voucher_id: str, amount_minor: int, session_id: str) -> Vouchers:
    left_minor = vouchers.left_minor.find(voucher_id)
    if left_minor is not None:
        return replace(
            vouchers, left_minor=vouchers.left_minor.with_item(voucher_id, left_minor - amount_minor)
        )
    before = vouchers.session_minor if vouchers.session_id == session_id else 0
    taken = vouchers.elsewhere_minor.get(voucher_id, 0) + amount_minor
    return replace(vouchers, elsewhere_minor=vouchers.elsewhere_minor.with_item(voucher_id, taken),
                   session_id=session_id, session_minor=before + amount_minor)  # fmt: skip
