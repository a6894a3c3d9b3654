"""Rates that add up: what a place has always had, plus what every rule says earlier events should set off there.

    λ(M, cell) = exp(g_M) Σ_k v_k exp(x_k)      v_k ≥ 0, g = 0 for the lowest threshold

with x the features (`features.py`), each the logarithm of a rate. It is an ETAS model (Ogata 1998, Ann. Inst.
Statist. Math. 50, 379-402) whose kernel is a mixture of textbook kernels, with the share of each, and the background,
found by maximum likelihood. The network by place begins here, and this stands beside it in every score: eleven numbers
hold most of what is known.

With g given, minus the likelihood is convex in v. The rate of all days and cells enters it as one sum over days for
each feature, made once, so that a fit costs no more than its events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.evaluation.chances import chance_of

_SHARE_PRIOR = 1.0  # standard deviation of g around Gutenberg & Richter
_LEAST_LOG = -30.0  # of a weight: nothing


@dataclass(frozen=True, eq=False)
class SumOfRates:
    """log_weight holds ln v (f), log_share g (m)."""

    log_weight: Float[np.ndarray, " f"]
    log_share: Float[np.ndarray, " m"]

    def log_rate(self, features: Float32[np.ndarray, "t f rows columns"]) -> Float[np.ndarray, "t rows columns"]:
        """The logarithm of the number of events of the lowest threshold expected in each cell."""
        total = np.zeros((len(features), *features.shape[2:]))
        for k, weight in enumerate(np.exp(self.log_weight)):
            total += weight * np.exp(features[:, k].astype(np.float64))
        return np.log(total)

    def chances(self, features: Float32[np.ndarray, "t f rows columns"]) -> Float[np.ndarray, "t m rows columns"]:
        """The chance of one event or more of each threshold in each cell."""
        rate = np.exp(self.log_rate(features))[:, None] * np.exp(self.log_share)[:, None, None]
        return chance_of(rate)


def fit_sum(
    features: Float32[np.ndarray, "t f rows columns"],
    happened: Bool[np.ndarray, "t m rows columns"],
    past: Bool[np.ndarray, " t"],
    magnitudes: tuple[float, ...],
) -> SumOfRates:
    """Weights of highest likelihood on past days, where at least one event of the lowest threshold must have come.

    The likelihood is that of "one event or more", over all thresholds, with a normal prior on g around what Gutenberg &
    Richter's law says of the two lowest.
    """
    from scipy.optimize import minimize

    n_features = features.shape[1]
    whole = np.array([np.exp(features[past, k].astype(np.float64)).sum() for k in range(n_features)])
    n = happened[past].sum(axis=(0, 2, 3))
    usual = _gutenberg_richter(n, magnitudes)
    unit = n[0] / whole  # of v: that of a feature that would explain all events alone
    rates = [unit * _where(features, happened[:, m] & past[:, None, None]) for m in range(len(magnitudes))]

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        share, log_share = parameters[:n_features], np.append(0.0, parameters[n_features:])
        total, by_share, by_log_share = 0.0, np.zeros(n_features), np.zeros(len(magnitudes))
        for m, x in enumerate(rates):
            scale = np.exp(log_share[m])
            rate, whole_rate = np.clip(scale * (x @ share), 1e-12, 500.0), scale * n[0] * share.sum()
            total += whole_rate - np.log(np.expm1(rate)).sum()
            pull = 1.0 + 1.0 / np.expm1(rate)
            by_share += scale * (n[0] - pull @ x)
            by_log_share[m] = whole_rate - pull @ rate
        off = (log_share - usual) / _SHARE_PRIOR
        gradient = np.concatenate([by_share, (by_log_share + off / _SHARE_PRIOR)[1:]])
        return (total + 0.5 * (off**2).sum()) / n[0], gradient / n[0]

    bounds = [(0.0, 3.0)] * n_features + [(-30.0, 5.0)] * (len(magnitudes) - 1)
    start = np.append(np.full(n_features, 1.0 / n_features), usual[1:])
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    with np.errstate(divide="ignore"):
        weight = np.log(found[:n_features] * unit)
    return SumOfRates(np.maximum(weight, _LEAST_LOG), np.append(0.0, found[n_features:]))


def _where(features: np.ndarray, chosen: Bool[np.ndarray, "t rows columns"]) -> Float[np.ndarray, "n f"]:
    """Features, as rates, of the chosen days and cells."""
    day, row, column = np.nonzero(chosen)
    return np.exp(features[day, :, row, column].astype(np.float64))


def _gutenberg_richter(n: np.ndarray, magnitudes: tuple[float, ...]) -> Float[np.ndarray, " m"]:
    """Logarithm of the rate of each threshold over that of the lowest; the slope from the two lowest."""
    m = np.array(magnitudes)
    return -np.log((n[0] + 0.5) / (n[1] + 0.5)) / (m[1] - m[0]) * (m - m[0])
