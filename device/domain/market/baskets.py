"""Which products are bought together, counted sale by sale within a bound.

Pairs that are seldom seen are forgotten when there are too many: each prune halves all counts and drops those that reach
zero, a lossy count after Manku and Motwani, "Approximate frequency counts over data streams" (VLDB 2002).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from device.domain.growing import GrowingMap
from shared.ids import Sku

PAIRS_MAX: Final = 4_096
GOODS_LOOKED_AT: Final = 8
"""Of a larger basket only so many products are paired: what is bought with everything tells little."""
PRIOR_BASKETS: Final = 10
"""A product leans on "bought with nothing" as much as so many baskets count."""
SEPARATOR: Final = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baskets:
    """In how many sales each product was, and each of the `pairs` of products (their numbers in order, one a line)."""

    sold_in: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    together: GrowingMap[str, int] = field(default_factory=GrowingMap)
    pairs: int = 0

    def shares(self) -> Mapping[Sku, Mapping[Sku, float]]:
        """Return, for each product, in which share of its sales another one was: b / (a + PRIOR_BASKETS)."""
        shares: dict[Sku, dict[Sku, float]] = {}
        for pair, count in self.together.items().items():
            one, other = map(Sku, pair.split(SEPARATOR))
            for sku, with_it in ((one, other), (other, one)):
                base = self.sold_in.get(sku, 0) + PRIOR_BASKETS
                shares.setdefault(sku, {})[with_it] = min(1.0, count / base)
        return shares


def with_basket(baskets: Baskets, skus: Iterable[Sku]) -> Baskets:
    """Return the counts after one more sale; a product that stands on several lines counts once."""
    goods = sorted(set(skus))[:GOODS_LOOKED_AT]
    sold_in = baskets.sold_in.with_items({sku: baskets.sold_in.get(sku, 0) + 1 for sku in goods})
    pairs = [f"{one}{SEPARATOR}{other}" for one, other in combinations(goods, 2)]
    if not pairs:
        return replace(baskets, sold_in=sold_in)
    new = sum(pair not in baskets.together for pair in pairs)
    together = baskets.together.with_items({pair: baskets.together.get(pair, 0) + 1 for pair in pairs})
    counted = Baskets(sold_in=sold_in, together=together, pairs=baskets.pairs + new)
    return counted if counted.pairs <= PAIRS_MAX else _pruned(counted)


def _pruned(baskets: Baskets) -> Baskets:
    together = {pair: count // 2 for pair, count in baskets.together.items().items() if count > 1}
    sold_in = {sku: (count + 1) // 2 for sku, count in baskets.sold_in.items().items()}
    return Baskets(sold_in=GrowingMap(sold_in), together=GrowingMap(together), pairs=len(together))
