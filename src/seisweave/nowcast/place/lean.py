"""What covariates add to the logarithm of rates that are known already: where the network by place begins.

    log λ' = log λ + a + w · z        z the standardised channels (`channels.py`)

a and w are those of highest posterior probability for "at least one event" of the lowest threshold in each cell of the
past, with normal priors around 0: a covariate that tells nothing begins near nothing, and one that precedes events
begins with what a straight line can know of it. The log posterior is concave in both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.nowcast.newton import climb

WEIGHT_PRIOR, INTERCEPT_PRIOR = 0.5, 0.5
_LEAST, _MOST = -30.0, 3.0  # of the logarithm of a rate


@dataclass(frozen=True, eq=False)
class Lean:
    """a, and w (c)."""

    intercept: float
    weights: Float[np.ndarray, " c"]


def fit_lean(
    log_rate: Float[np.ndarray, "t rows columns"],
    shown: Float32[np.ndarray, "t c rows columns"],
    happened: Bool[np.ndarray, "t rows columns"],
) -> Lean:
    """The lean of highest posterior probability, by Newton's method with the expected curvature.

    >>> rng = np.random.default_rng(0)
    >>> z = rng.normal(size=(4000, 1, 2, 2)).astype(np.float32)
    >>> flat = np.full((4000, 2, 2), np.log(0.02))
    >>> lean = fit_lean(flat, z, rng.random(flat.shape) < 0.02 * np.exp(0.7 * z[:, 0]))
    >>> round(float(lean.weights[0]), 1)
    0.7
    """
    base, came = log_rate.ravel(), happened.ravel()
    z = np.moveaxis(shown, 1, 0).reshape(shown.shape[1], -1)
    prior = np.append(INTERCEPT_PRIOR, np.full(len(z), WEIGHT_PRIOR)) ** 2

    def rates(weights: np.ndarray) -> np.ndarray:
        return np.exp(np.clip(base + weights[0] + weights[1:] @ z, _LEAST, _MOST))

    def height(weights: np.ndarray) -> float:
        rate = rates(weights)
        return float(np.log(-np.expm1(-rate[came])).sum() - rate[~came].sum() - 0.5 * (weights**2 / prior).sum())

    def step_from(weights: np.ndarray) -> np.ndarray:
        rate = rates(weights)
        pull, curve = -rate, rate**2 / np.expm1(rate)
        pull[came] = rate[came] / np.expm1(rate[came])
        slope = np.append(pull.sum(), z @ pull) - weights / prior
        cross = z @ curve
        matrix = np.block([[np.array([[curve.sum()]]), cross[None]], [cross[:, None], (z * curve) @ z.T]])
        return np.linalg.solve(matrix + np.diag(1.0 / prior), slope)

    found = climb(height, step_from, len(z) + 1, most_steps=30, least_step=1e-6)
    return Lean(float(found[0]), found[1:])
