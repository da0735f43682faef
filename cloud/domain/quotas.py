"""Stock quotas: how much of a product each till may promise away, and how a total is shared out."""

from collections.abc import Mapping, Sequence

from shared.money import QUANTITY_ONE_MILLI


def split_total(total_milli: int, sources: Sequence[str]) -> dict[str, int]:
    """Share a total out evenly in whole pieces; what is left over goes, piece by piece, to the first ones."""
    if not sources:
        return {}
    pieces, rest_milli = divmod(total_milli, QUANTITY_ONE_MILLI)
    each, over = divmod(pieces, len(sources))
    shares = {source: (each + (place < over)) * QUANTITY_ONE_MILLI for place, source in enumerate(sources)}
    shares[sources[0]] += rest_milli
    return shares


def left_of(quota_milli: Mapping[str, int], sold_since_milli: Mapping[str, int]) -> dict[str, int]:
    """Return what is left of each quota as far as sales are known; a till that sold more has nothing left."""
    return {sku: max(0, quota - sold_since_milli.get(sku, 0)) for sku, quota in quota_milli.items()}
