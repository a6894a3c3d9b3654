"""Scores of a nowcast series against the series it nowcasts.

Sources: Nash & Sutcliffe (1970); Feng & Fox (2021), eq. 6, which is printed without its squares. A
nowcast of a smoothed or model-made series can score high without knowing anything about earthquakes: set "tomorrow
equals today" (`persistence`) beside every figure. Scores against real events are in `information.py` and `alarms.py`.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError


def nash_sutcliffe(nowcast: Float[np.ndarray, " t"], truth: Float[np.ndarray, " t"]) -> float:
    """NSE = 1 - Σ(ŷ - y)² / Σ(y - ȳ)² over the steps where both are known: 1 is perfect, 0 no better than the mean.

    Of a constant series it is -inf, or 1 for a perfect nowcast.

    Errors: InputError for unequal lengths, or no step where both are known.

    >>> round(nash_sutcliffe(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])), 6)
    0.5
    """
    _check(nowcast, truth)
    both = ~(np.isnan(nowcast) | np.isnan(truth))
    if not both.any():
        raise InputError("nowcast and truth share no known step; give series that overlap")
    y = truth[both]
    error, spread = float(((nowcast[both] - y) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
    if spread == 0:
        return 1.0 if error == 0 else -np.inf
    return 1.0 - error / spread


def mean_absolute_error(nowcast: Float[np.ndarray, "*shape"], truth: Float[np.ndarray, "*shape"]) -> float:
    """Mean of |ŷ - y| over what is known of both; of maps, over all cells."""
    _check(nowcast, truth)
    difference = np.abs(nowcast - truth)
    known = ~np.isnan(difference)
    if not known.any():
        raise InputError("nowcast and truth share no known value; give arrays that overlap")
    return float(difference[known].mean(dtype=np.float64))


def persistence(series: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t"]:
    """Tomorrow equals today: each step's nowcast is the last known value before it; NaN before the first.

    >>> persistence(np.array([np.nan, 2.0, np.nan, 5.0, 6.0])).tolist()
    [nan, nan, 2.0, 2.0, 5.0]
    """
    known = np.where(np.isnan(series), -1, np.arange(len(series)))
    last = np.concatenate([[-1], np.maximum.accumulate(known)[:-1]]) if len(series) else known
    return np.where(last >= 0, series[last], np.nan)


def _check(one: np.ndarray, other: np.ndarray) -> None:
    if np.shape(one) != np.shape(other) or np.size(one) == 0:
        raise InputError(f"nowcast and truth have shapes {np.shape(one)} and {np.shape(other)}; give one value a step")
