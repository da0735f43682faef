"""Gift vouchers: sold by a till, paid with at any till.

What is left on a voucher that this till sold stands in its own ledger. Of another till's it knows only what was paid with it
here: it takes such a voucher up to a limit, per voucher and per cash session, because hub and cloud may be out of reach.
"""

from dataclasses import dataclass, field, replace

from device.domain.growing import GrowingMap
from shared.events.sale import LineKind, PaymentMethod, SaleRecorded, SaleRefunded

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that nobody mistakes one for another."""
_DRAWN = 11
CODE_BYTES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouchers:
    """What is left on this till's vouchers, what was taken here of others', and of that in the session named."""

    left_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)
    elsewhere_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)
    session_id: str = ""
    session_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLimits:
    """How much a voucher of another till may pay here, and all of them in one cash session, in minor units."""

    each_minor: int
    session_minor: int


@dataclass(frozen=True, slots=True)
class VoucherRefused:
    """A voucher does not pay that much; `reason` says why, in words, and `left_minor` what it may still pay here."""

    code: str
    reason: str
    left_minor: int


def make_code(random: bytes) -> str:
    """Return a voucher's code, such as `K7Q2-9XAM-3FTD`, from CODE_BYTES random bytes: 55 bits and a check character."""
    number = int.from_bytes(random[:CODE_BYTES], "big")
    drawn = [number >> 5 * place & 31 for place in range(_DRAWN)]
    text = "".join(_ALPHABET[digit] for digit in [*drawn, _check(drawn)])
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def read_code(text: str) -> str | None:
    """Return a code as `make_code` writes it, or None if it cannot be one: mistyped, or no voucher's at all."""
    plain = "".join(text.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if len(plain) != _DRAWN + 1 or any(letter not in _ALPHABET for letter in plain):
        return None
    digits = [_ALPHABET.index(letter) for letter in plain]
    if _check(digits[:-1]) != digits[-1]:
        return None
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _check(digits: list[int]) -> int:
    """The Luhn check modulo 32: one wrong character never fits."""
    doubled = [
        (2 * digit // 32 + 2 * digit % 32) if place % 2 == 0 else digit
        for place, digit in enumerate(reversed(digits))
    ]
    return -sum(doubled) % 32


def refuse_voucher(
    vouchers: Vouchers, code: str, amount_minor: int, *, session_id: str, limits: VoucherLimits
) -> VoucherRefused | None:
    """Return why a voucher may not pay an amount in a cash session, or None if it may."""
    left_minor = vouchers.left_minor.find(code)
    if left_minor is not None:
        return None if amount_minor <= left_minor else VoucherRefused(code, "there is less on it", left_minor)
    this_session = vouchers.session_minor if vouchers.session_id == session_id else 0
    allowed = min(
        limits.each_minor - vouchers.elsewhere_minor.get(code, 0), limits.session_minor - this_session
    )
    if amount_minor <= allowed:
        return None
    return VoucherRefused(code, "another till sold it, and this one takes no more on it", max(allowed, 0))


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

    Of another till's voucher, with which an undone sale was paid, less was taken here.
    """
    for paid in refund.payments:
        if paid.method is not PaymentMethod.VOUCHER:
            continue
        code, elsewhere = paid.reference, vouchers.elsewhere_minor.find(paid.reference)
        if elsewhere is not None and code not in vouchers.left_minor:
            less = vouchers.elsewhere_minor.with_item(code, elsewhere - paid.amount_minor)
            vouchers = replace(vouchers, elsewhere_minor=less)
        else:
            left = vouchers.left_minor.get(code, 0) + paid.amount_minor
            vouchers = replace(vouchers, left_minor=vouchers.left_minor.with_item(code, left))
    return vouchers


def _paid(vouchers: Vouchers, code: str, amount_minor: int, session_id: str) -> Vouchers:
    left_minor = vouchers.left_minor.find(code)
    if left_minor is not None:
        return replace(vouchers, left_minor=vouchers.left_minor.with_item(code, left_minor - amount_minor))
    before = vouchers.session_minor if vouchers.session_id == session_id else 0
    taken = vouchers.elsewhere_minor.get(code, 0) + amount_minor
    return replace(vouchers, elsewhere_minor=vouchers.elsewhere_minor.with_item(code, taken),
                   session_id=session_id, session_minor=before + amount_minor)  # fmt: skip
