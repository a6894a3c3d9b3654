"""Scores of spatial forecasts: nats per target event, the gain of one forecast over another, and how sure both are.

A forecast gives each target event the logarithm of its probability density there. Its score is the mean of the
negative logarithms over the events above a magnitude cut-off (Kamer et al. 2020, section 4.4 and Figure 12); the
information gain of one forecast over another is the mean difference of the logarithms (Rhoades et al. 2011, Acta
Geophysica 59, 728-747, with forecasts of equal numbers).

Intervals are those of the bootstrap. Earthquakes come in sequences, so that events are no independent witnesses:
where groups are given (such as months), whole groups are drawn, and intervals are wider and more honest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError

CUTOFFS = (2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
CONFIDENCE = 0.95
_DRAWS = 2000
_TABLE = 4_000_000  # numbers drawn at once


@dataclass(frozen=True)
class SpatialScore:
    """Nats lost per event at or above a magnitude, with the bounds of a 95 % interval; inf where one is impossible."""

    min_magnitude: float
    n_events: int
    nll: float
    low: float
    high: float


@dataclass(frozen=True)
class SpatialGain:
    """Nats gained per event over a reference, with the bounds of a 95 % interval and two tests of "no gain".

    p_student: paired t test; p_wilcoxon: signed-rank test (both two-sided, both for independent events; NaN where
    there are too few). share_gaining: of the events, those that gain.
    """

    min_magnitude: float
    n_events: int
    gain: float
    low: float
    high: float
    p_student: float
    p_wilcoxon: float
    share_gaining: float


def spatial_scores(
    log_density: Float[np.ndarray, " n"],
    magnitude: Float[np.ndarray, " n"],
    *,
    cutoffs: Sequence[float] = CUTOFFS,
    group: Int[np.ndarray, " n"] | None = None,
    seed: int = 0,
) -> list[SpatialScore]:
    """Score one forecast at each magnitude cut-off that leaves any event.

    Arguments: the forecast's log-density at n target events, their magnitudes, the group each is drawn with.
    Errors: InputError for unequal lengths, or numbers that are NaN or +inf.

    >>> score, = spatial_scores(np.log([0.5, 0.25]), np.array([3.0, 4.0]), cutoffs=[2.5])
    >>> round(score.nll, 4), score.n_events
    (1.0397, 2)
    """
    _check(log_density, magnitude, group)
    scores = []
    for cutoff in cutoffs:
        rows = np.flatnonzero(magnitude >= cutoff)
        if len(rows):
            own = None if group is None else group[rows]
            low, high = bootstrap_interval(-log_density[rows], group=own, seed=seed)
            scores.append(SpatialScore(float(cutoff), len(rows), float(-log_density[rows].mean()), low, high))
    return scores


def spatial_gains(
    log_density: Float[np.ndarray, " n"],
    reference: Float[np.ndarray, " n"],
    magnitude: Float[np.ndarray, " n"],
    *,
    cutoffs: Sequence[float] = CUTOFFS,
    group: Int[np.ndarray, " n"] | None = None,
    seed: int = 0,
) -> list[SpatialGain]:
    """Gain of a forecast over a reference at the same events, at each magnitude cut-off that leaves any.

    Errors: those of `spatial_scores`.
    """
    _check(log_density, magnitude, group)
    _check(reference, magnitude, group)
    difference = event_gains(log_density, reference)
    gains = []
    for cutoff in cutoffs:
        rows = np.flatnonzero(magnitude >= cutoff)
        if len(rows):
            own = None if group is None else group[rows]
            gains.append(_gain(float(cutoff), difference[rows], own, seed))
    return gains


def event_gains(log_density: Float[np.ndarray, " n"], reference: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """What each event gains, nats; 0 where both forecasts hold it to be impossible."""
    both = np.isneginf(log_density) & np.isneginf(reference)
    return np.subtract(log_density, reference, out=np.zeros(len(log_density)), where=~both)


def bootstrap_interval(
    values: Float[np.ndarray, " n"], *, group: Int[np.ndarray, " n"] | None = None, seed: int = 0
) -> tuple[float, float]:
    """Bounds of the 95 % interval of the mean: percentiles over 2,000 draws of events, or of whole groups.

    One value or group has no spread to speak of: its interval is (-inf, inf). Infinite values give infinite bounds.
    """
    if not np.isfinite(values).all():
        return float(values.mean()), float(values.mean())
    label = np.arange(len(values)) if group is None else np.unique(group, return_inverse=True)[1]
    total, count = np.bincount(label, weights=values), np.bincount(label).astype(float)
    n = len(total)
    if n < 2:
        return -np.inf, np.inf
    rng, means = np.random.default_rng(seed), []
    block = max(1, _TABLE // n)
    for start in range(0, _DRAWS, block):
        drawn = rng.integers(0, n, (min(block, _DRAWS - start), n))
        means.append(total[drawn].sum(axis=1) / count[drawn].sum(axis=1))
    tail = 50.0 * (1.0 - CONFIDENCE)
    low, high = np.percentile(np.concatenate(means), [tail, 100.0 - tail])
    return float(low), float(high)


def _gain(cutoff: float, difference: np.ndarray, group: np.ndarray | None, seed: int) -> SpatialGain:
    low, high = bootstrap_interval(difference, group=group, seed=seed)
    student, wilcoxon = _tests(difference)
    share = float((difference > 0).mean())
    return SpatialGain(cutoff, len(difference), float(difference.mean()), low, high, student, wilcoxon, share)


def _tests(difference: np.ndarray) -> tuple[float, float]:
    """Two-sided p-values of Student's and Wilcoxon's tests of a median and mean of zero."""
    from scipy.stats import ttest_1samp, wilcoxon

    finite = np.isfinite(difference).all()
    if len(difference) < 2 or not finite or np.ptp(difference) <= 1e-12 * np.abs(difference).max():
        return float("nan"), float("nan")
    return float(ttest_1samp(difference, 0.0).pvalue), float(wilcoxon(difference).pvalue)  # type: ignore[attr-defined]


def _check(log_density: np.ndarray, magnitude: np.ndarray, group: np.ndarray | None) -> None:
    lengths = {len(log_density), len(magnitude), len(log_density if group is None else group)}
    if len(lengths) > 1:
        raise InputError(
            f"log-densities, magnitudes and groups differ in length ({sorted(lengths)}); give one an event"
        )
    bad = np.isnan(log_density) | np.isposinf(log_density)
    if bad.any():
        raise InputError(f"{int(bad.sum())} log-densities are no numbers, the first of event {bad.argmax()}; mend them")
