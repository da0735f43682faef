"""Which hours and how much cash are left for a plan, after what was taken on already."""

from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.plan.limits import Budget
from device.domain.plan.making_book import MakingBook, coming_by_sku
from device.domain.plan.piece import cost_of
from shared.events.making import Supply
from shared.money import QUANTITY_ONE_MILLI


def budget_left(
    book: MakingBook, catalogue: Catalogue, *, today: date, last: date, vat_added: bool
) -> Budget:
    """Return the limits for a plan of today that looks to the market day `last`; never below zero.

    Every day from today to the one before `last` is a day of work; where there is none, today is.
    """
    workshop = book.workshop
    work_s, cash = 0, 0.0
    for sku, milli in coming_by_sku(book, today).items():
        rules, product = book.rules_of(sku), catalogue.find(sku)
        pieces = milli / QUANTITY_ONE_MILLI
        work_s += 0 if rules.supply is Supply.BOUGHT else round(pieces * rules.work_s)
        cash += 0.0 if product is None else pieces * cost_of(product, vat_added=vat_added)
    days = max(1, (last - today).days)
    return Budget(
        work_s=None if workshop.work_s_a_day is None else max(0, workshop.work_s_a_day * days - work_s),
        cash_minor=None if workshop.cash_minor is None else max(0, workshop.cash_minor - round(cash)),
    )
