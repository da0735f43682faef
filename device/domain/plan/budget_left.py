"""Which hours and how much cash are left for a plan, after what was taken on already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.plan.limits import Budget
from device.domain.plan.making_book import MakingBook, coming_by_sku
from device.domain.plan.piece import Piece
from shared.events.making import Supply
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    hour_minor: int
    vat_added: bool


def budget_left(
    book: MakingBook,
    catalogue: Catalogue,
    *,
    today: date,
    last: date,
    vat_added: bool,
    materials_minor: Callable[[Sku], float | None] = lambda _: None,
) -> Budget:
    """Return the limits for a plan of today that looks to the market day `last`; never below zero.

    Every day from today to the one before `last` is a day of work; where there is none, today is. What was taken on binds what
    the plan reckoned for it: work for each piece, the time to begin once for each promise, and the cost of a piece, which is
    `materials_minor` of it where nobody said another.
    """
    workshop = book.workshop
    terms = _Terms(hour_minor=workshop.hour_minor, vat_added=vat_added)
    work_s, cash = 0, 0.0
    for sku, milli in coming_by_sku(book, today).items():
        rules, product = book.rules_of(sku), catalogue.find(sku)
        pieces = milli / QUANTITY_ONE_MILLI
        if rules.supply is not Supply.BOUGHT:
            work_s += round(pieces * rules.work_s) + book.coming_times(sku, today) * rules.setup_s
        if product is not None:
            piece = Piece.of(product, rules, terms, materials_minor=materials_minor(sku))
            cash += pieces * piece.economics.cost
    days = max(1, (last - today).days)
    return Budget(
        work_s=None if workshop.work_s_a_day is None else max(0, workshop.work_s_a_day * days - work_s),
        cash_minor=None if workshop.cash_minor is None else max(0, workshop.cash_minor - round(cash)),
    )
