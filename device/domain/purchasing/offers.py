"""What each supplier charges for what is needed, and when it would be there."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from device.domain.need import Need
from device.domain.purchasing.book import PurchasingBook
from device.domain.purchasing.lead_time import LeadTime, learn_lead_time
from shared.events.purchase import PriceRow, SupplierChanged

PACKS_MAX: Final = 10_000


class Punctual(IntEnum):
    """Whether an offer is there by the day: in nine cases of ten, on average, or not."""

    SAFE = 0
    LIKELY = 1
    LATE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one supplier would deliver for one need: whole packs, at least as much as is missing."""

    need: Need
    supplier: SupplierChanged
    row: PriceRow
    packs: int
    lead: LeadTime
    expected: date
    punctual: Punctual

    @property
    def total_minor(self) -> int:
        """What the goods cost, without shipping."""
        return self.packs * self.row.price_minor


def lead_time_of(book: PurchasingBook, supplier: SupplierChanged) -> LeadTime:
    """Return what is known of how long a supplier takes."""
    return learn_lead_time(supplier.lead_days, book.lead_days.get(supplier.supplier_id, ()))


def offers_for(need: Need, book: PurchasingBook, today: date) -> tuple[Offer, ...]:
    """Return what suppliers offer for a need, those that come in time and are cheap first."""
    found = []
    for supplier in book.suppliers.values():
        price = book.price(supplier.supplier_id, need.item, is_material=need.is_material, on=today)
        if supplier.retired or price is None:
            continue
        row, lead = price.row, lead_time_of(book, supplier)
        packs = max(row.packs_min, -(-need.quantity_milli // row.pack_milli))
        found.append(Offer(
            need=need, supplier=supplier, row=row, packs=min(packs, PACKS_MAX), lead=lead,
            expected=today + timedelta(days=lead.usual), punctual=_punctual(lead, need.by, today),
        ))  # fmt: skip
    return tuple(sorted(found, key=_rank))


def worth_asking(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Return the offers among which price decides: those in time, else those likely in time, else the fastest."""
    if not offers:
        return ()
    best = offers[0].punctual
    if best is Punctual.LATE:
        fastest = min(
            offers, key=lambda one: (one.lead.usual, one.lead.safe, one.total_minor, one.supplier.supplier_id)
        )
        return (fastest,)
    return tuple(one for one in offers if one.punctual is best)


def _punctual(lead: LeadTime, by: date, today: date) -> Punctual:
    left = (by - today).days
    if lead.safe <= left:
        return Punctual.SAFE
    return Punctual.LIKELY if lead.usual <= left else Punctual.LATE


def _rank(offer: Offer) -> tuple[int, int, str]:
    return (offer.punctual, offer.total_minor, offer.supplier.supplier_id)
