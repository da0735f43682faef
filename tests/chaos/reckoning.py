"""Counts sales by their ids: what was acknowledged against what each place holds. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sold:
    """One sale: at which till, its id, and what was paid, in minor units."""

    source: str
    sale_id: str
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What is wrong, over all places: acknowledged sales that are not there, ones there twice, ones nobody made."""

    sales: int
    lost: int
    doubled: int
    foreign: int
    words: tuple[str, ...]


def reckon(acknowledged: Iterable[Sold], held: Mapping[str, Iterable[Sold]]) -> Reckoning:
    """Compare; a sale with another till or another sum counts as lost, and what is there as foreign."""
    wanted = Counter(acknowledged)
    lost, doubled, foreign = 0, 0, 0
    words: list[str] = []
    for place, sales in held.items():
        found = Counter(sales)
        missing, unknown = wanted.keys() - found.keys(), found.keys() - wanted.keys()
        more = Counter(found.elements()) - Counter(dict.fromkeys(found, 1))
        lost, doubled, foreign = lost + len(missing), doubled + more.total(), foreign + len(unknown)
        words += [f"the {place} lacks {_words(sale)}" for sale in missing]
        words += [f"the {place} holds {_words(sale)} {found[sale]} times" for sale in more]
        words += [f"the {place} holds {_words(sale)}, which nobody made" for sale in unknown]
    return Reckoning(
        sales=len(wanted), lost=lost, doubled=doubled, foreign=foreign, words=tuple(sorted(words))
    )


def _words(sale: Sold) -> str:
    return f"sale {sale.sale_id} of {sale.source} over {sale.total_minor}"
