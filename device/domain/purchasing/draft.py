"""Drafts of orders, made anew from what is needed each time anybody looks: who should deliver what, and why.

Needs are what is missing after stock and after everything that was on order when they were counted, at entry
`counted_seq`; what was ordered later is taken off here, so that nothing is ordered twice. Choosing suppliers so that goods,
shipping and smallest orders cost least is a facility location problem; with a handful of suppliers, moving single needs
until nothing gets cheaper is enough (local search as in Kuehn and Hamburger, Management Science 9, 1963).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from device.domain.need import Need
from device.domain.purchasing.book import PurchasingBook
from device.domain.purchasing.offers import Offer, Punctual, offers_for, worth_asking
from shared.events.purchase import SupplierChanged

LINES_MAX: Final = 200
ROUNDS_MAX: Final = 200

_Choice = dict[int, Offer]


class Hold(StrEnum):
    """Why an order cannot go out as it is."""

    CASH = "cash"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order that could go out now. `short_minor` is what the cash, or the smallest order, lacks."""

    supplier: SupplierChanged
    offers: tuple[Offer, ...]
    hold: Hold | None = None
    short_minor: int = 0

    @property
    def goods_minor(self) -> int:
        """What the goods cost."""
        return sum(one.total_minor for one in self.offers)

    @property
    def total_minor(self) -> int:
        """What the order costs with shipping."""
        return self.goods_minor + self.supplier.shipping_minor

    @property
    def expected(self) -> date:
        """When it should be there."""
        return max(one.expected for one in self.offers)

    @property
    def needed_by(self) -> date:
        """The first day on which something of it is needed."""
        return min(one.need.by for one in self.offers)

    @property
    def is_late(self) -> bool:
        """Whether something of it will come too late, whoever delivers."""
        return any(one.punctual is Punctual.LATE for one in self.offers)

    @property
    def goes_by_itself(self) -> bool:
        """Whether it may go out without anybody's tap."""
        return self.hold is None and not self.is_late and self.total_minor <= self.supplier.auto_limit_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """All drafts, the most urgent first, and the needs that nobody sells. `cash_left_minor` is None without a limit."""

    drafts: tuple[Draft, ...]
    unsold: tuple[Need, ...]
    cash_left_minor: int | None

    def of(self, supplier_id: str) -> Draft | None:
        """Return a supplier's draft."""
        return next((one for one in self.drafts if one.supplier.supplier_id == supplier_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerms:
    """`cash_minor` is how much may be bound in goods at once, None without a limit; `counted_seq` see above."""

    today: date
    cash_minor: int | None = None
    counted_seq: int = 0


def draft_orders(
    needs: Iterable[Need], book: PurchasingBook, terms: DraftTerms, packs: Mapping[str, int] | None = None
) -> Drafts:
    """Return what should be ordered where; `packs` are changes by hand, by the line's key, 0 takes a line out."""
    missing = open_needs(needs, book, terms.counted_seq)
    asked = {place: worth_asking(offers_for(need, book, terms.today)) for place, need in enumerate(missing)}
    unsold = tuple(need for place, need in enumerate(missing) if not asked[place])
    chosen = _cheapest({place: offers for place, offers in asked.items() if offers})
    drafts = [_draft(offers, packs or {}) for offers in _by_supplier(chosen).values()]
    urgent_first = sorted(
        (one for one in drafts if one.offers), key=lambda one: (one.needed_by, one.supplier.supplier_id)
    )
    left = None if terms.cash_minor is None else max(0, terms.cash_minor - book.bound_minor)
    return Drafts(drafts=_within(urgent_first, left), unsold=unsold, cash_left_minor=left)


def line_key(need: Need) -> str:
    """Return the key of what a need asks for."""
    return f"{'material' if need.is_material else 'product'}:{need.item}"


def open_needs(needs: Iterable[Need], book: PurchasingBook, counted_seq: int) -> tuple[Need, ...]:
    """Return each item's needs as one, by the earliest day, less what was ordered since they were counted."""
    joined: dict[str, Need] = {}
    for need in needs:
        if need.quantity_milli <= 0:
            continue
        known = joined.get(line_key(need))
        joined[line_key(need)] = need if known is None else _joined(known, need)
    left = []
    for need in joined.values():
        coming = book.on_order_milli(need.item, is_material=need.is_material, since_seq=counted_seq)
        if need.quantity_milli > coming:
            left.append(replace(need, quantity_milli=need.quantity_milli - coming))
    return tuple(sorted(left, key=lambda one: (one.by, line_key(one))))


def _joined(one: Need, other: Need) -> Need:
    words = one.words if other.words == one.words else f"{one.words}; {other.words}"
    return replace(
        one, quantity_milli=one.quantity_milli + other.quantity_milli, by=min(one.by, other.by), words=words
    )


def _cheapest(asked: Mapping[int, tuple[Offer, ...]]) -> _Choice:
    """Move single needs, and then whole orders, to other suppliers as long as all of it together gets cheaper."""
    chosen: _Choice = {place: offers[0] for place, offers in asked.items()}
    cost = _cost(chosen.values())
    for _ in range(ROUNDS_MAX):
        better, better_cost = None, cost
        for candidate in _neighbours(chosen, asked):
            candidate_cost = _cost(candidate.values())
            if candidate_cost < better_cost:
                better, better_cost = candidate, candidate_cost
        if better is None:
            return chosen
        chosen, cost = better, better_cost
    return chosen


def _neighbours(chosen: _Choice, asked: Mapping[int, tuple[Offer, ...]]) -> Iterable[_Choice]:
    suppliers = sorted({one.supplier.supplier_id for offers in asked.values() for one in offers})
    for place, offers in asked.items():
        for offer in offers:
            if offer is not chosen[place]:
                yield {**chosen, place: offer}
    for gone in sorted({one.supplier.supplier_id for one in chosen.values()}):
        for taker in suppliers:
            if taker != gone:
                yield {
                    place: _at(asked[place], taker) or offer if offer.supplier.supplier_id == gone else offer
                    for place, offer in chosen.items()
                }


def _at(offers: Sequence[Offer], supplier_id: str) -> Offer | None:
    return next((one for one in offers if one.supplier.supplier_id == supplier_id), None)


def _cost(offers: Iterable[Offer]) -> tuple[int, int]:
    """What a choice costs: first what lacks to smallest orders, which could not go out at all, then money."""
    lacking = money = 0
    for mine in _by_supplier(dict(enumerate(offers))).values():
        supplier, goods = mine[0].supplier, sum(one.total_minor for one in mine)
        lacking += max(0, supplier.minimum_minor - goods)
        money += goods + supplier.shipping_minor
    return lacking, money


def _by_supplier(chosen: _Choice) -> dict[str, list[Offer]]:
    found: dict[str, list[Offer]] = {}
    for offer in chosen.values():
        found.setdefault(offer.supplier.supplier_id, []).append(offer)
    return found


def _draft(offers: Sequence[Offer], packs: Mapping[str, int]) -> Draft:
    wanted = (replace(one, packs=_by_hand(one, packs)) for one in offers[:LINES_MAX])
    draft = Draft(supplier=offers[0].supplier, offers=tuple(one for one in wanted if one.packs > 0))
    short = draft.supplier.minimum_minor - draft.goods_minor
    return replace(draft, hold=Hold.MINIMUM, short_minor=short) if short > 0 else draft


def _by_hand(offer: Offer, packs: Mapping[str, int]) -> int:
    """The packs that somebody wants, at least what is sold at once; 0 takes the line out."""
    wanted = packs.get(line_key(offer.need), offer.packs)
    return max(wanted, offer.row.packs_min) if wanted > 0 else 0


def _within(drafts: Iterable[Draft], left: int | None) -> tuple[Draft, ...]:
    """Hold what the cash does not reach for; what is needed first gets it first."""
    found = []
    for draft in drafts:
        if left is None or draft.hold is not None:
            found.append(draft)
        elif draft.total_minor > left:
            found.append(replace(draft, hold=Hold.CASH, short_minor=draft.total_minor - left))
        else:
            left -= draft.total_minor
            found.append(draft)
    return tuple(found)
