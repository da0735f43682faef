"""Gift vouchers over all tills: what was put on each, and what was paid with it. A till cannot know what another one took."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cloud.domain.plain_text import plain_text
from shared.entry import Entry
from shared.events.sale import LineKind, Payment, PaymentMethod, SaleRecorded, SaleRefunded

ID_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherUse:
    """One entry's word about a voucher: `put_minor` came onto it (sold, or given back; below zero: taken back), `taken_minor` was paid with it."""

    source: str
    epoch: str
    seq: int
    place: int
    at: str
    currency: str
    voucher: str
    put_minor: int = 0
    taken_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFinding:
    """A voucher with which more was paid than ever came onto it, as far as entries have come; `tills` took it."""

    voucher: str
    currency: str
    put_minor: int
    taken_minor: int
    sold_by: tuple[str, ...]
    tills: tuple[str, ...]
    at: str


def uses_of_sale(entry: Entry, sale: SaleRecorded) -> tuple[VoucherUse, ...]:
    """Return what a sale says of vouchers: those that it sold, and those that paid for it."""
    sold = [(line.reference, line.total_minor, 0) for line in sale.lines if line.kind is LineKind.VOUCHER]
    return _uses(
        entry,
        sale.currency,
        [*sold, *((one.reference, 0, one.amount_minor) for one in _by_voucher(sale.payments))],
    )


def uses_of_refund(entry: Entry, refund: SaleRefunded) -> tuple[VoucherUse, ...]:
    """Return what a refund put onto vouchers, and what it took off those that came back unused."""
    back = [(line.reference, -line.total_minor, 0) for line in refund.lines if line.reference]
    put = [(one.reference, one.amount_minor, 0) for one in _by_voucher(refund.payments)]
    return _uses(entry, refund.currency, [*put, *back])


def over_redeemed(uses: Iterable[VoucherUse]) -> tuple[VoucherFinding, ...]:
    """Return the vouchers with which too much was paid, the latest first; `uses` are all that is known of those in question."""
    by_voucher: dict[tuple[str, str], list[VoucherUse]] = defaultdict(list)
    for use in uses:
        by_voucher[use.voucher, use.currency].append(use)
    found = [_finding(group) for group in by_voucher.values()]
    return tuple(
        sorted(
            (one for one in found if one.taken_minor > one.put_minor), key=lambda one: one.at, reverse=True
        )
    )


def _finding(group: Sequence[VoucherUse]) -> VoucherFinding:
    return VoucherFinding(
        voucher=group[0].voucher, currency=group[0].currency,
        put_minor=sum(use.put_minor for use in group), taken_minor=sum(use.taken_minor for use in group),
        sold_by=tuple(sorted({use.source for use in group if use.put_minor > 0})),
        tills=tuple(sorted({use.source for use in group if use.taken_minor})), at=max(use.at for use in group),
    )  # fmt: skip


def _by_voucher(payments: Iterable[Payment]) -> list[Payment]:
    return [one for one in payments if one.method is PaymentMethod.VOUCHER and one.reference]


def _uses(entry: Entry, currency: str, said: Sequence[tuple[str, int, int]]) -> tuple[VoucherUse, ...]:
    stream, at = entry.stream, entry.at.isoformat(timespec="seconds")
    return tuple(
        VoucherUse(source=stream.source, epoch=stream.epoch, seq=entry.seq, place=place, at=at,
                   currency=plain_text(currency, 3), voucher=plain_text(voucher, ID_MAX), put_minor=put, taken_minor=taken)
        for place, (voucher, put, taken) in enumerate(said)
    )  # fmt: skip
