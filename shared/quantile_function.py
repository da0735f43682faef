"""Quantiles at any level from those at a few: a bridge between the levels of a model and those that somebody asks for."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from shared.history import Floats


def quantiles_at(quantiles: Floats, levels: Sequence[float], wanted: Sequence[float], /) -> Floats:
    """Quantiles at the wanted levels: between two known ones straight along the normal score, beyond them no less steep.

    Args:
        quantiles: rising along the last axis, one for each of `levels`, not negative.
        levels: rising, between 0 and 1, at least two.
        wanted: any levels from 0 to 1, in any order; 0 and 1 are taken as 0.0001 and 0.9999.

    Returns:
        Shape of `quantiles` with the last axis as long as `wanted`: finite, not negative, rising with the level.
    """
    known = np.array([NormalDist().inv_cdf(level) for level in levels])
    asked = np.array([NormalDist().inv_cdf(min(max(level, 1e-4), 1 - 1e-4)) for level in wanted])
    left = np.clip(np.searchsorted(known, asked, side="right") - 1, 0, len(known) - 2)
    share = (asked - known[left]) / (known[left + 1] - known[left])
    low, high = quantiles[..., left], quantiles[..., left + 1]
    straight = low + share * (high - low)
    beyond = asked > known[-1]
    if beyond.any():
        whole = (quantiles[..., -1:] - quantiles[..., :1]) / (known[-1] - known[0])
        steep = np.maximum(whole, (quantiles[..., -1:] - quantiles[..., -2:-1]) / (known[-1] - known[-2]))
        straight = np.where(beyond, quantiles[..., -1:] + (asked - known[-1]) * steep, straight)
    exact = np.isclose(share, 0.0)
    found: Floats = np.maximum(np.where(exact, low, straight), 0.0)
    return found
