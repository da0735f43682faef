"""Coupons that are good once, over all tills: a till knows only what it took itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cloud.domain.plain_text import plain_text
from shared.entry import Entry
from shared.events.sale import SaleRecorded

CODE_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUse:
    """A sale that took a coupon which is good once; `taken_minor` is what it took off."""

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
    taken: dict[str, int] = defaultdict(int)
    for discount in sale.discounts:
        if discount.code and discount.once:
            taken[plain_text(discount.code.strip().casefold(), CODE_MAX)] += discount.amount_minor
    stream = entry.stream
    return tuple(
        CouponUse(source=stream.source, epoch=stream.epoch, seq=entry.seq, at=entry.at.isoformat(timespec="seconds"),
                  currency=plain_text(sale.currency, 3), coupon=coupon, taken_minor=minor)
        for coupon, minor in taken.items()
    )  # fmt: skip


def taken_again(uses: Iterable[CouponUse]) -> tuple[CouponFinding, ...]:
    """Return the coupons that were taken more than once, the latest first; `uses` are all of those in question."""
    by_coupon: dict[str, list[CouponUse]] = defaultdict(list)
    for use in uses:
        by_coupon[use.coupon].append(use)
    found = [_finding(group) for group in by_coupon.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _finding(group: Sequence[CouponUse]) -> CouponFinding:
    return CouponFinding(
        coupon=group[0].coupon, currency=group[0].currency, times=len(group),
        taken_minor=sum(use.taken_minor for use in group if use.currency == group[0].currency),
        tills=tuple(sorted({use.source for use in group})), at=max(use.at for use in group),
    )  # fmt: skip
