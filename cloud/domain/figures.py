"""The whole read model of a tenant as one value, made from nothing but contributions in their order of arrival.

It is what the tables hold, added up a second time and in memory: the two are compared to find a figure that is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from cloud.domain.contribution import (
    Contribution,
    DayKey,
    DayMark,
    HourKey,
    HourSum,
    ProductKey,
    ProductSum,
)
from cloud.domain.parcels import Parcel, move_parcels

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(slots=True)
class Figures:
    """Sums by hour and product, marks of days, parcels."""

    hours: dict[HourKey, HourSum] = field(default_factory=dict)
    products: dict[ProductKey, ProductSum] = field(default_factory=dict)
    days: dict[DayKey, DayMark] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)

    def add(self, contribution: Contribution) -> None:
        """Add what a batch means."""
        for hour_key, hour in contribution.hours.items():
            known = self.hours.get(hour_key, HourSum())
            self.hours[hour_key] = HourSum(known.sales + hour.sales, known.total_minor + hour.total_minor)
        for product_key, product in contribution.products.items():
            self.products[product_key] = _sum_products(self.products.get(product_key), product)
        for day_key, mark in contribution.days.items():
            self.days[day_key] = self.days.get(day_key, DayMark()).plus(mark)
        move_parcels(self.parcels, contribution.parcel_facts, late=contribution.late)


def differences(held: Figures, recounted: Figures) -> Iterator[str]:
    """Yield, in words, every figure that is not what the entries say."""
    yield from _differ("hour", held.hours, recounted.hours)
    yield from _differ("product", held.products, recounted.products)
    yield from _differ("day", held.days, recounted.days)
    yield from _differ("parcel", held.parcels, recounted.parcels)


def _differ(what: str, held: dict[_Key, _Value], recounted: dict[_Key, _Value]) -> Iterator[str]:
    for key in held.keys() | recounted.keys():
        ours, theirs = held.get(key), recounted.get(key)
        if ours != theirs:
            yield f"{what} {key}: held {ours}, the entries say {theirs}"


def _sum_products(known: ProductSum | None, added: ProductSum) -> ProductSum:
    if known is None:
        return added
    return ProductSum(
        added.name,
        added.category,
        known.quantity_milli + added.quantity_milli,
        known.total_minor + added.total_minor,
    )
