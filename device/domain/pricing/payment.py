"""How a cart is paid: what each means of payment counts for, the change, and rounding to the coins there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from shared.events.sale import ForeignCash, Payment, PaymentMethod
from shared.money import divide_half_up, minor_digits

TENDERED_MINOR_MAX = 1_000_000_000_000
TENDERS_MAX = 12
CASH_STEPS = (1, 5, 10, 20, 50, 100, 500, 1_000)
"""Smallest coins that currencies have, in minor units; 1 rounds nothing."""
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """What the customer gives: cash as notes and coins (`amount_minor`), anything else as exactly what it is to count for.

    No `amount_minor` is whatever is still due: `fill_in` says how much. `foreign` is the currency of notes that are not the
    till's own; `amount_minor` is in its minor units then, and only a kept sale says the `rate_micro` by which they were taken.
    `attempt_id` is the question that a card terminal answered.
    """

    method: PaymentMethod
    amount_minor: int | None = None
    reference: str = ""
    foreign: str = ""
    rate_micro: int | None = None
    attempt_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRules:
    """What the till takes: its currency, the smallest coin, other currencies with the day's rate in millionths."""

    currency: str
    cash_step_minor: int = 1
    rates_micro: tuple[tuple[str, int], ...] = ()

    def rate_micro(self, currency: str) -> int | None:
        """Return the value of one unit of another currency in millionths of one of the till's own, or None."""
        return dict(self.rates_micro).get(currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A cart that is paid: the payments add up to what was due and `rounding_minor`."""

    payments: tuple[Payment, ...]
    rounding_minor: int = 0


@dataclass(frozen=True, slots=True)
class TotalChanged:
    """The total is not what the customer saw: a price changed in between."""

    expected_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class TenderedTooLittle:
    """The customer gave less than the total (or an impossible amount)."""

    total_minor: int
    tendered_minor: int


@dataclass(frozen=True, slots=True)
class PaidTooMuch:
    """Cards and vouchers count for more than is due, and give no change."""

    due_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class BadTender:
    """Something given cannot be taken; `reason` says why, in words."""

    reason: str


SettleRefusal: TypeAlias = TotalChanged | TenderedTooLittle | PaidTooMuch | BadTender


def fill_in(
    due_minor: int, tenders: Sequence[Tender], rules: MoneyRules, payable_minor: Callable[[str], int]
) -> tuple[Tender, ...]:
    """Give each tender without an amount what is still due when its turn comes, a voucher at most what it may pay, cash last.

    `payable_minor` tells how much the voucher of an id may pay.
    """
    exact = [tender for tender in tenders if tender.method is not PaymentMethod.CASH]
    left_minor = max(due_minor - sum(_amount(tender) for tender in exact), 0)
    filled: dict[int, Tender] = {}
    for place, tender in enumerate(tenders):
        if tender.method is not PaymentMethod.CASH and tender.amount_minor is None:
            is_voucher = tender.method is PaymentMethod.VOUCHER
            most_minor = payable_minor(tender.reference) if is_voucher else left_minor
            filled[place] = replace(tender, amount_minor=min(left_minor, most_minor))
            left_minor -= min(left_minor, most_minor)
    given_minor = sum(_worth(tender, rules) for tender in tenders if tender.method is PaymentMethod.CASH)
    cash_minor = max(round_to_coins(left_minor, rules.cash_step_minor) - given_minor, 0)
    for place, tender in enumerate(tenders):
        is_cash = tender.method is PaymentMethod.CASH
        if is_cash and tender.amount_minor is None and not tender.foreign:
            filled[place] = replace(tender, amount_minor=cash_minor)
            cash_minor = 0
    return tuple(filled.get(place, tender) for place, tender in enumerate(tenders))


def settle(due_minor: int, tenders: Sequence[Tender], rules: MoneyRules) -> Settlement | SettleRefusal:
    """Take what is given for what is due: cards and vouchers first, cash for the rest, change in the till's own coins.

    Only what is left for cash is rounded to the smallest coin, half up, and only where there is cash.
    """
    if due_minor == 0 and not tenders:
        return Settlement(payments=())
    fault = _fault(tenders, rules)
    if fault:
        return BadTender(fault)
    exact = [tender for tender in tenders if tender.method is not PaymentMethod.CASH]
    notes = [tender for tender in tenders if tender.method is PaymentMethod.CASH]
    rest_minor = due_minor - sum(_amount(tender) for tender in exact)
    if rest_minor < 0:
        return PaidTooMuch(due_minor, due_minor - rest_minor)
    payments = [_exactly(tender) for tender in exact]
    if not notes:
        return (
            Settlement(payments=tuple(payments))
            if rest_minor == 0
            else TenderedTooLittle(due_minor, due_minor - rest_minor)
        )
    cash_minor = round_to_coins(rest_minor, rules.cash_step_minor)
    paid = _in_cash(cash_minor, notes, rules)
    if isinstance(paid, TenderedTooLittle):
        return TenderedTooLittle(due_minor, paid.tendered_minor + due_minor - rest_minor)
    return Settlement(payments=(*payments, *paid), rounding_minor=cash_minor - rest_minor)


def round_to_coins(amount_minor: int, step_minor: int) -> int:
    """Round to a multiple of the smallest coin, halves away from zero (5 Rappen: a multiple of 5)."""
    return divide_half_up(amount_minor, step_minor) * step_minor


def in_own_minor(amount_minor: int, currency: str, rules: MoneyRules) -> int:
    """Return what notes of another currency are worth, in the till's minor units, rounded half up; 0 without a rate."""
    rate_micro = rules.rate_micro(currency) or 0
    own, other = 10 ** minor_digits(rules.currency), 10 ** minor_digits(currency)
    return divide_half_up(amount_minor * rate_micro * own, _MICRO * other)


def settle_kept(
    due_minor: int, tenders: Sequence[Tender], rules: MoneyRules, rounding_minor: int
) -> Settlement | SettleRefusal:
    """Settle what a phone kept, by its own rates and by the smallest coin that explains the rounding that it tells."""
    rates = {**dict(rules.rates_micro)}
    rates |= {tender.foreign: tender.rate_micro for tender in tenders if tender.rate_micro is not None}
    settled: Settlement | SettleRefusal = BadTender(
        f"no coins round it by {rounding_minor}, as the phone says"
    )
    for step_minor in CASH_STEPS:
        by_step = replace(rules, cash_step_minor=step_minor, rates_micro=tuple(rates.items()))
        tried = settle(due_minor, fill_in(due_minor, tenders, by_step, lambda _: due_minor), by_step)
        if not isinstance(tried, Settlement):
            settled = tried if rounding_minor == 0 else settled
        elif tried.rounding_minor == rounding_minor:
            return tried
        if rounding_minor == 0:
            break
    return settled


def _exactly(tender: Tender) -> Payment:
    amount_minor = _amount(tender)
    return Payment(method=tender.method, amount_minor=amount_minor, tendered_minor=amount_minor,
                   change_minor=0, reference=tender.reference, attempt_id=tender.attempt_id)  # fmt: skip


def _amount(tender: Tender) -> int:
    return 0 if tender.amount_minor is None else tender.amount_minor


def _in_cash(
    due_minor: int, notes: Sequence[Tender], rules: MoneyRules
) -> tuple[Payment, ...] | TenderedTooLittle:
    """Take notes one after another; the change is given out of the last."""
    worth = [_worth(note, rules) for note in notes]
    if sum(worth) < due_minor:
        return TenderedTooLittle(due_minor, sum(worth))
    payments, left_minor = [], due_minor
    for note, worth_minor in zip(notes, worth, strict=True):
        amount_minor = min(worth_minor, left_minor)
        left_minor -= amount_minor
        payments.append(Payment(
            method=PaymentMethod.CASH, amount_minor=amount_minor, tendered_minor=worth_minor,
            change_minor=worth_minor - amount_minor, foreign=_foreign(note, rules),
        ))  # fmt: skip
    return tuple(payments)


def _worth(note: Tender, rules: MoneyRules) -> int:
    return in_own_minor(_amount(note), note.foreign, rules) if note.foreign else _amount(note)


def _foreign(note: Tender, rules: MoneyRules) -> ForeignCash | None:
    rate_micro = rules.rate_micro(note.foreign)
    if not note.foreign or rate_micro is None:
        return None
    return ForeignCash(currency=note.foreign, tendered_minor=_amount(note), rate_micro=rate_micro)


def _fault(tenders: Sequence[Tender], rules: MoneyRules) -> str:
    if not 1 <= len(tenders) <= TENDERS_MAX:
        return f"a sale is paid in 1 to {TENDERS_MAX} parts"
    for tender in tenders:
        is_cash = tender.method is PaymentMethod.CASH
        if not (0 if is_cash else 1) <= _amount(tender) <= TENDERED_MINOR_MAX:
            return f"{_amount(tender)} cannot be paid by {tender.method.value}"
        if tender.foreign and (not is_cash or rules.rate_micro(tender.foreign) is None):
            return f"the till takes no {tender.foreign}: set the day's rate first"
        if _worth(tender, rules) > TENDERED_MINOR_MAX:
            return f"{_amount(tender)} {tender.foreign} is more than anybody pays with"
        if tender.method is PaymentMethod.VOUCHER and not tender.reference:
            return "a voucher is paid with by its code"
    vouchers = [tender.reference for tender in tenders if tender.method is PaymentMethod.VOUCHER]
    return "" if len(set(vouchers)) == len(vouchers) else "one voucher stands there twice"
