"""Magnitudes from which events are nowcast, where nobody names them: the usual ones, or what a catalog bears."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

ENOUGH = 20  # events at or above a threshold
USUAL, USUAL_FOUR = 4.5, (3.0, 3.5, 4.0, 4.5)
_STEPS = (0.5, 0.3, 0.2, 0.1)  # between four thresholds; small ones for a small range of magnitudes
_MOST_DAYS = 0.1  # share of the days with an extreme event


def one_threshold(magnitude: Float[np.ndarray, " n"], day: Float[np.ndarray, " n"]) -> float:
    """Magnitude 4.5; lower by halves until 20 events reach it, higher while events reach it on a tenth of the days.

    `day` is the number of the day of each event.

    >>> one_threshold(np.repeat([1.0, 2.0, 3.1], [500, 100, 30]), np.arange(630.0))
    3.0
    """
    days = float(np.ptp(day)) + 1.0 if len(day) else 1.0
    chosen = USUAL
    while chosen > magnitude.min(initial=USUAL) and (magnitude >= chosen).sum() < ENOUGH:
        chosen -= 0.5
    while (magnitude >= chosen + 0.5).sum() >= ENOUGH and _n_days(day[magnitude >= chosen]) > _MOST_DAYS * days:
        chosen += 0.5
    return chosen


def four_thresholds(magnitude: Float[np.ndarray, " n"]) -> tuple[float, float, float, float]:
    """Magnitudes 3, 3.5, 4 and 4.5; four others, of which 20 events reach the highest, where a catalog asks for them.

    They are higher where the fullest tenth of a magnitude, below which events are missing, is above 3; lower where too
    few events are large, and closer where their range is small.

    >>> rng = np.random.default_rng(1)
    >>> four_thresholds(np.round(1.0 + rng.exponential(1 / np.log(10), 3000), 1))
    (1.5, 2.0, 2.5, 3.0)
    """
    if not len(magnitude):
        return USUAL_FOUR
    tenth = np.rint(10.0 * magnitude).astype(int)
    fullest = 0.1 * (tenth.min() + int(np.bincount(tenth - tenth.min()).argmax()))
    complete = float(np.ceil(2.0 * (fullest - 0.1) - 1e-6) / 2.0)  # the bin before it is half full or more
    for step in _STEPS:
        lowest = max(USUAL_FOUR[0], complete) if step == _STEPS[0] else float(np.round(fullest, 1))
        while lowest >= min(complete, USUAL_FOUR[0]) - 1e-9 or step != _STEPS[0]:
            if (magnitude >= lowest + 3.0 * step - 1e-9).sum() >= ENOUGH:
                return _four(lowest, step)
            if step != _STEPS[0]:
                break
            lowest -= 0.5
    return _four(float(np.round(fullest, 1)), _STEPS[-1])


def _four(lowest: float, step: float) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(np.round(lowest + k * step, 1)) for k in range(4))
    return first, second, third, fourth


def _n_days(day: np.ndarray) -> int:
    return len(np.unique(np.floor(day)))
