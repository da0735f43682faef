"""Coupons that are good once, over all tills: a till knows only what it took itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cloud.domain.plain_text import plain_text
from shared.entry import Entry
from shared.events.sale import Discount, SaleRecorded, SaleRefunded

CODE_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUse:
    """A sale that took a coupon which is good once; `taken_minor` is what it took off.

    A sale that was undone is another one, with an amount below zero: the coupon is good again.
    """

    source: str
    epoch: str
    seq: int
    at: str
    currency: str
    coupon: str
    taken_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponFinding:
    """A coupon that was good once and was taken `times` times; `taken_minor` is what that took off together."""

    coupon: str
    currency: str
    times: int
    taken_minor: int
    tills: tuple[str, ...]
    at: str


def coupons_of_sale(entry: Entry, sale: SaleRecorded) -> tuple[CouponUse, ...]:
    """Return the coupons that are good once and were taken in a sale: a coupon stands in one once, whatever it was given on."""
    return _uses(entry, sale.currency, sale.discounts, sign=1)


def coupons_of_refund(entry: Entry, refund: SaleRefunded) -> tuple[CouponUse, ...]:
    """Return the coupons that are good again, because the sale which took them was undone."""
    return _uses(entry, refund.currency, refund.coupons, sign=-1)


def _uses(entry: Entry, currency: str, discounts: Iterable[Discount], *, sign: int) -> tuple[CouponUse, ...]:
    taken: dict[str, int] = defaultdict(int)
    for discount in discounts:
        if discount.code and discount.once:
            taken[plain_text(discount.code.strip().casefold(), CODE_MAX)] += sign * discount.amount_minor
    stream = entry.stream
    return tuple(
        CouponUse(source=stream.source, epoch=stream.epoch, seq=entry.seq, at=entry.at.isoformat(timespec="seconds"),
                  currency=plain_text(currency, 3), coupon=coupon, taken_minor=minor)
        for coupon, minor in taken.items()
    )  # fmt: skip


def taken_again(uses: Iterable[CouponUse]) -> tuple[CouponFinding, ...]:
    """Return the coupons that were taken more than once, the latest first; `uses` are all of those in question."""
    by_coupon: dict[str, list[CouponUse]] = defaultdict(list)
    for use in uses:
        by_coupon[use.coupon].append(use)
    found = (_finding(group) for group in by_coupon.values())
    return tuple(sorted((one for one in found if one.times > 1), key=lambda one: one.at, reverse=True))


def _finding(group: Sequence[CouponUse]) -> CouponFinding:
    return CouponFinding(
        coupon=group[0].coupon, currency=group[0].currency, times=sum(-1 if use.taken_minor < 0 else 1 for use in group),
        taken_minor=sum(use.taken_minor for use in group if use.currency == group[0].currency),
        tills=tuple(sorted({use.source for use in group})), at=max(use.at for use in group),
    )  # fmt: skip
