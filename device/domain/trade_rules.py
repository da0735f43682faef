"""How this till trades: its smallest coin, other currencies, tax on top or within, tips, coupons, limits for vouchers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from device.domain.pricing.discount import REASON_MAX, WantedDiscount
from device.domain.pricing.payment import CASH_STEPS, MoneyRules
from shared.events.sale import DiscountKind

COUPONS_MAX = 200
TAKEN_ALREADY = "it is good once, and was taken here already"
RATES_MAX = 12
CODE_MAX = 40
PAPER_LANGUAGES = ("en", "de")
_RATE_MICRO_MAX = 10**12
_VALUE_MINOR_MAX = 10**8
_ALL_BP = 10_000


def _never(_: str) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRate:
    """Another currency that is taken as cash: `rate_micro` own units for one of it in millionths, and when it was set."""

    currency: str
    rate_micro: int
    set_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """A coupon: `value` in minor units or basis points, good on both days and between, from a cart of `minimum_minor`.

    A `once` one is taken once by this till.
    """

    code: str
    kind: DiscountKind
    value: int
    name: str = ""
    first_day: date | None = None
    last_day: date | None = None
    minimum_minor: int = 0
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRules:
    """All rules as one value; what nobody set is what most stalls do.

    `discount_limit_bp` is how much of the goods' price a cashier may take off alone, in basis points. `paper_language` is what
    receipts and displays speak, `en` or `de`; empty: what the till was set up with.
    """

    cash_step_minor: int = 1
    rates: tuple[DayRate, ...] = ()
    vat_added: bool = False
    tips: bool = False
    coupons: tuple[Coupon, ...] = ()
    voucher_elsewhere_max_minor: int = 5_000
    voucher_elsewhere_session_max_minor: int = 20_000
    discount_limit_bp: int = _ALL_BP
    paper_language: str = ""

    def money(self, currency: str) -> MoneyRules:
        """Return what is taken as cash."""
        rates = tuple((rate.currency, rate.rate_micro) for rate in self.rates)
        return MoneyRules(currency=currency, cash_step_minor=self.cash_step_minor, rates_micro=rates)


@dataclass(frozen=True, slots=True)
class BadTradeRule:
    """A rule cannot be like that; `field` names it, `reason` says why, in words."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class CouponRefused:
    """A coupon takes nothing off; `reason` says why, in words."""

    code: str
    reason: str


def find_coupon(
    coupons: Sequence[Coupon], code: str, *, on: date, cart_minor: int, taken: Callable[[str], int] = _never
) -> WantedDiscount | CouponRefused:
    """Return the discount of a coupon on a cart that costs `cart_minor` without it; `taken` tells how often one was used."""
    wanted = code.strip().casefold()
    found = next((coupon for coupon in coupons if coupon.code.casefold() == wanted), None)
    if found is None:
        return CouponRefused(code, "this till knows no such coupon")
    if found.first_day is not None and on < found.first_day:
        return CouponRefused(code, f"it is good from {found.first_day.isoformat()}")
    if found.last_day is not None and on > found.last_day:
        return CouponRefused(code, f"it was good until {found.last_day.isoformat()}")
    if cart_minor < found.minimum_minor:
        return CouponRefused(code, "the cart is too small for it")
    if found.once and taken(found.code):
        return CouponRefused(code, TAKEN_ALREADY)
    return WantedDiscount(
        kind=found.kind, value=found.value, reason=found.name, code=found.code, once=found.once
    )


def selling_key(catalogue_key: str, rules: TradeRules) -> str:
    """Return another word whenever what is sold, or how, is another: pages then ask anew."""
    return f"{catalogue_key} {crc32(repr(rules).encode()):08x}"


def fault_of(rules: TradeRules) -> BadTradeRule | None:
    """Return what is wrong with rules, or None."""
    if rules.cash_step_minor not in CASH_STEPS:
        coins = ", ".join(str(step) for step in CASH_STEPS)
        return BadTradeRule("cash_step_minor", f"the smallest coin is one of these, in minor units: {coins}")
    if not 0 <= rules.discount_limit_bp <= _ALL_BP:
        return BadTradeRule("discount_limit_bp", f"the limit lies between 0 and {_ALL_BP} basis points")
    if min(rules.voucher_elsewhere_max_minor, rules.voucher_elsewhere_session_max_minor) < 0:
        return BadTradeRule("voucher_elsewhere_max_minor", "a limit is not below zero")
    if rules.paper_language not in ("", *PAPER_LANGUAGES):
        return BadTradeRule("paper_language", "receipts are written in English (en) or German (de)")
    return _fault_of_rates(rules.rates) or _fault_of_coupons(rules.coupons)


def _fault_of_rates(rates: Sequence[DayRate]) -> BadTradeRule | None:
    if len(rates) > RATES_MAX or len({rate.currency for rate in rates}) != len(rates):
        return BadTradeRule("rates", f"each currency has one rate, and there are at most {RATES_MAX}")
    for rate in rates:
        if not (len(rate.currency) == 3 and rate.currency.isascii() and rate.currency.isupper()):
            return BadTradeRule("rates", f"“{rate.currency}” is no currency: three letters, such as CHF")
        if not 0 < rate.rate_micro <= _RATE_MICRO_MAX:
            return BadTradeRule("rates", f"the rate of {rate.currency} must be above zero")
    return None


def _fault_of_coupons(coupons: Sequence[Coupon]) -> BadTradeRule | None:
    if len(coupons) > COUPONS_MAX or len({coupon.code.casefold() for coupon in coupons}) != len(coupons):
        return BadTradeRule(
            "coupons", f"each coupon has a code of its own, and there are at most {COUPONS_MAX}"
        )
    for coupon in coupons:
        is_code = 1 <= len(coupon.code) <= CODE_MAX and _is_line(coupon.code)
        most = _ALL_BP if coupon.kind is DiscountKind.PERCENT else _VALUE_MINOR_MAX
        if not is_code or not 0 < coupon.value <= most:
            return BadTradeRule(
                "coupons",
                f"the coupon “{coupon.code}” needs a code and takes something off, 100 percent at most",
            )
        if len(coupon.name) > REASON_MAX or not _is_line(coupon.name):
            return BadTradeRule(
                "coupons", f"the name of the coupon “{coupon.code}” has at most {REASON_MAX} characters"
            )
    return None


def _is_line(text: str) -> bool:
    """Whether a text can be typed as it is and stands on one line of a receipt."""
    return text == text.strip() and (text.isprintable() or not text)
