"""Effects from noisy days: a normal linear model in which each effect is either next to nothing or worth something.

Every combination of "nothing" and "something" over the kinds has a normal posterior (Lindley and Smith, "Bayes estimates
for the linear model", J. R. Stat. Soc. B 34, 1972) and an evidence; the answer is their mean, weighted by the evidence
(stochastic search's mixture of two normals: George and McCulloch, "Variable selection via Gibbs sampling", J. Am. Stat.
Assoc. 88, 1993; with so few kinds all combinations are summed instead of sampled). So a kind that says little of what
comes is soon not believed, and one that does is believed nearly as it was seen.

Shapes: m observations, K kinds.
"""

from itertools import product
from typing import Final

import numpy as np

from shared.history import Floats

NOTHING_DEVIATION: Final = 0.015
SOMETHING_DEVIATION: Final = 0.15
DRIFT_DEVIATION: Final = 0.1
"""How far the level of a stall's sales may lie beside what the plain forecast expects."""


def shrunken(ratios: Floats, variances: Floats, steps: Floats, something: Floats, /) -> tuple[Floats, Floats]:
    """Return the mean (K,) and the covariance (K, K) of the effect of one step of each kind.

    Args:
        ratios: logarithms of sold over expected, shape (m,).
        variances: of their noise, above zero, shape (m,).
        steps: of each kind, shape (m, K).
        something: what an effect that is worth something is taken to be before anything was seen, shape (K,).
    """
    kinds = len(something)
    design = np.column_stack([np.ones(len(ratios)), steps])
    weighted = design.T / variances
    information, pull = weighted @ design, weighted @ ratios
    found = [
        _conditional(np.array(picked), something, information, pull)
        for picked in product((False, True), repeat=kinds)
    ]
    evidence = np.array([log for log, _, _ in found])
    share = np.exp(evidence - evidence.max())
    share /= share.sum()
    means, covariances = (
        np.array([mean for _, mean, _ in found]),
        np.array([spread for _, _, spread in found]),
    )
    mean: Floats = share @ means
    off = means - mean
    covariance: Floats = np.einsum("c,ckl->kl", share, covariances + off[:, :, None] * off[:, None, :])
    return mean[1:], covariance[1:, 1:]


def _conditional(
    picked: np.ndarray, something: Floats, information: Floats, pull: Floats
) -> tuple[float, Floats, Floats]:
    """The logarithm of the evidence up to a constant, mean and covariance where the `picked` kinds are worth something."""
    prior = np.concatenate([[0.0], np.where(picked, something, 0.0)])
    deviations = np.concatenate([[DRIFT_DEVIATION], np.where(picked, SOMETHING_DEVIATION, NOTHING_DEVIATION)])
    precision = np.square(1.0 / deviations)
    posterior = np.diag(precision) + information
    covariance: Floats = np.asarray(np.linalg.inv(posterior), dtype=np.float64)
    mean: Floats = np.asarray(covariance @ (precision * prior + pull), dtype=np.float64)
    log = 0.5 * (np.log(precision).sum() - np.linalg.slogdet(posterior)[1])
    log += 0.5 * (mean @ posterior @ mean - prior @ (precision * prior))
    return float(log), mean, covariance
