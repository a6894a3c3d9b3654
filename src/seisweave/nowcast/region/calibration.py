"""From a nowcast to a probability: logistic regression on the past, with a prior that keeps it near the base rate.

    logit p = a + Σ b_k z_k        z the features, standardised on the same past

Few extreme events are known (some 130 days in 24 years for magnitude 4.5 in Southern California), so the slopes carry
a normal prior of standard deviation `PRIOR`; the intercept is free, hence the mean probability over the days it was
fitted on is the base rate there. A feature beyond what that past has seen counts as the most extreme of it: nothing is
extrapolated.

The novelty of days that the autoencoder learned from is not that of new ones: it knows them, and it was never shown the
extreme ones among them. What novelty adds to yesterday's number of events is therefore fitted on validation days alone
(`calibrate_in_turn`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from seisweave.errors import InputError
from seisweave.nowcast.newton import climb

PRIOR = 1.0  # standard deviation of a slope, in logits a standard deviation of its feature
PRIOR_OF_NOVELTY = 0.25  # the same, of what novelty adds: known from the few extremes of the validation days
_LEAST = 1e-6  # no probability is given below this, nor above one minus this


@dataclass(frozen=True)
class Calibration:
    """A fitted logistic regression over k features. base_rate is the share of positives it was fitted on."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    slopes: tuple[float, ...]
    intercept: float
    base_rate: float
    n_positives: int
    n: int

    def __call__(self, features: Float[np.ndarray, "t k"]) -> Float[np.ndarray, " t"]:
        """Probability of each row; NaN where a feature is."""
        within = np.clip(features, self.lows, self.highs)
        z = (within - np.array(self.means)) / np.array(self.scales)
        logit = self.intercept + (z * np.array(self.slopes)).sum(axis=1)
        return np.clip(1.0 / (1.0 + np.exp(-np.clip(logit, -50, 50))), _LEAST, 1.0 - _LEAST)


def calibrate(
    features: Float[np.ndarray, "t k"], positive: Bool[np.ndarray, " t"], prior: float = PRIOR
) -> Calibration:
    """Fit by Newton's method; rows with a NaN are left out. prior is the standard deviation of every slope's.

    Errors: InputError for no positive, or nothing else.

    >>> made = calibrate(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([False, False, False, True]))
    >>> made.base_rate, bool(made(np.array([[1.0]]))[0] > 0.25)
    (0.25, True)
    """
    known = ~np.isnan(features).any(axis=1)
    x, y = features[known], positive[known].astype(float)
    if not 0 < y.sum() < len(y):
        raise InputError(
            f"{int(y.sum())} of {len(y)} steps to calibrate on hold an event of the threshold or above; give a longer"
            " catalog, or another --threshold"
        )
    means, scales = x.mean(axis=0), x.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    rate, pull = np.log(y.mean() / (1 - y.mean())), np.append(0.0, np.full(x.shape[1], prior**-2))
    weights = _most_likely(np.column_stack([np.ones(len(x)), (x - means) / scales]), y, pull, rate)
    return Calibration(
        lows=tuple(x.min(axis=0).tolist()),
        highs=tuple(x.max(axis=0).tolist()),
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        slopes=tuple(weights[1:].tolist()),
        intercept=float(rate + weights[0]),
        base_rate=float(y.mean()),
        n_positives=int(y.sum()),
        n=len(y),
    )


def calibrate_in_turn(
    novelty: Float[np.ndarray, " t"],
    activity: Float[np.ndarray, " t"],
    positive: Bool[np.ndarray, " t"],
    unseen: Bool[np.ndarray, " t"],
) -> Calibration:
    """Calibrate on activity, then add what novelty says beyond it on the days no weight was trained on.

    Rows with a NaN are left out; the features of the calibration are novelty and activity. Errors as of `calibrate`.
    """
    known = ~(np.isnan(novelty) | np.isnan(activity))
    first = calibrate(activity[known, None], positive[known])
    late = known & unseen
    x, y = novelty[late], positive[late].astype(float)
    mean, scale, slope = (float(x.mean()), float(x.std()) or 1.0, 0.0) if len(x) else (0.0, 1.0, 0.0)
    if y.any():
        p = first(activity[late, None])
        slope = float(
            _most_likely(((x - mean) / scale)[:, None], y, np.array([PRIOR_OF_NOVELTY**-2]), np.log(p / (1 - p)))[0]
        )
    low, high = (float(x.min()), float(x.max())) if len(x) else (mean, mean)
    return replace(
        first,
        lows=(low, *first.lows),
        highs=(high, *first.highs),
        means=(mean, *first.means),
        scales=(scale, *first.scales),
        slopes=(slope, *first.slopes),
    )


def _most_likely(
    z: Float[np.ndarray, "t k"],
    y: Float[np.ndarray, " t"],
    prior: Float[np.ndarray, " k"],
    offset: Float[np.ndarray, " t"] | float = 0.0,
) -> Float[np.ndarray, " k"]:
    """The weights of the highest posterior density; prior is the inverse of each weight's variance."""

    def height(weights: np.ndarray) -> float:
        logit = z @ weights + offset
        return float((y * logit - np.logaddexp(0.0, logit)).sum() - 0.5 * (prior * weights**2).sum())

    def step_from(weights: np.ndarray) -> np.ndarray:
        p = 1.0 / (1.0 + np.exp(-(z @ weights + offset)))
        curvature = (z * (p * (1 - p))[:, None]).T @ z + np.diag(prior)
        return np.linalg.solve(curvature, z.T @ (y - p) - prior * weights)

    return climb(height, step_from, z.shape[1])
