"""Plays market days at the till: goods come in the morning, customers come one by one, the day is closed."""

import csv
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from shared.cli.demo.baskets import Basket, catalogue_path
from shared.cli.demo.market_calendar import MarketDay
from shared.cli.demo.shopfront import DemoClock, Shopfront

_UNPACKING = timedelta(hours=8, minutes=30)
_CLOSING = timedelta(hours=18, minutes=15)


def load_par() -> dict[str, int]:
    """Return how many pieces of each product the maker brings to a market: the catalogue's own stock."""
    with catalogue_path() as path, path.open(newline="") as lines:
        return {row["sku"]: int(row["stock"]) for row in csv.DictReader(lines)}


class MarketPlayer:
    """Plays days at one till. `par` is how many pieces of each product the maker brings to a market."""

    def __init__(self, shop: Shopfront, clock: DemoClock, par: dict[str, int]) -> None:
        self._shop = shop
        self._clock = clock
        self._par = par
        self._prices_minor = {sku: product.price_minor for sku, product in shop.products().items()}

    def play(
        self, day: MarketDay, baskets: Sequence[Basket], *, sold: Callable[[], None],
        lasting_s: float = 0.0, close: bool = True,
    ) -> None:  # fmt: skip
        """Play one day, evenly over `lasting_s` seconds; a day played again adds nothing."""
        midnight = datetime.combine(day.date, datetime.min.time()).astimezone()
        self._clock.set(midnight + _UNPACKING)
        self._unpack()
        for basket in baskets:
            at = midnight + timedelta(minutes=basket.minute_of_day)
            self._clock.set(at)
            self._shop.sell(basket, self._prices_minor, at)
            sold()
            time.sleep(lasting_s / len(baskets))
        if close:
            self._clock.set(midnight + _CLOSING)
            self._shop.close_day()

    def _unpack(self) -> None:
        for sku, product in self._shop.products().items():
            missing = self._par.get(sku, 0) - product.stock
            if missing > 0:
                self._shop.receive(sku, missing)
