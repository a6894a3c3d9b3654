"""Features of events for ETAS kernels, each known at the moment the event happens.

    magnitude   over the smallest that counts
    spacing     logarithm of the distance (km) to the 5th nearest earlier epicentre: how dense seismicity is there
    shape       logarithm of the ratio of axes of the 30 nearest earlier epicentres' scatter: how drawn out it is
    rate        logarithm of the standard model's rate at the event itself
    total_rate  logarithm of that model's rate over the whole plane at its time

Nothing looks ahead, so that events of the history, of the fit and of the test are described alike; features made from
all events would tell the fit what it must not know. All but the magnitude are brought to mean 0 and standard deviation
1 over the events before the targets' end.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from seisweave.etas._neighbours_numba import nearest_before
from seisweave.etas.events import EtasEvents

SPACING, SHAPE = 5, 30  # earlier neighbours that spacing and strike rest on
FLOOR_KM = 0.03  # closer epicentres cannot be told apart
NOISE_KM = 0.1  # of locations, in the scatter that strike and shape come from
_ROWS = 512


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """What lay around every event when it happened: spacing (km), strike (radians, x towards y), ratio of axes.

    Where fewer events came before, spacing is NaN, strike 0 and the ratio 1.

    >>> Neighbourhood(np.array([np.nan]), np.zeros(1), np.ones(1)).ratio.tolist()
    [1.0]
    """

    spacing_km: Float[np.ndarray, " n"]
    strike: Float[np.ndarray, " n"]
    ratio: Float[np.ndarray, " n"]


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation that a feature is measured by.

    >>> Scale(2.0, 0.5).of(np.array([3.0, np.nan])).tolist()  # the mean stands for what is not known
    [2.0, 0.0]
    """

    mean: float
    sd: float

    @classmethod
    def by(cls, value: Float[np.ndarray, " n"]) -> Scale:
        """The scale of values, those that are NaN left out."""
        known = value[np.isfinite(value)]
        mean = float(known.mean()) if len(known) else 0.0
        if len(known) < 2 or not known.std() > 1e-9 * max(1.0, abs(mean)):  # all alike, but for rounding
            return cls(mean, 1.0)
        return cls(mean, float(known.std()))

    def of(self, value: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Values in standard deviations from the mean."""
        return np.where(np.isfinite(value), (value - self.mean) / self.sd, 0.0)


def neighbourhood(events: EtasEvents, *, jobs: int = 1) -> Neighbourhood:
    """Spacing, strike and shape of the earlier epicentres around each event.

    >>> n = np.arange(40.0)
    >>> line = EtasEvents(n, n, n, np.full(40, 3.0), 0.0, 50.0, 100.0, 2.5)  # north-eastwards, a step a day
    >>> found = neighbourhood(line)
    >>> round(float(found.spacing_km[-1]), 3), round(float(np.degrees(found.strike[-1])), 3)
    (7.071, 45.0)
    """
    square, index = nearest_earlier(events, SHAPE, jobs=jobs)
    enough = index[:, SHAPE - 1] >= 0
    spacing = np.where(index[:, SPACING - 1] >= 0, np.sqrt(np.maximum(square[:, SPACING - 1], FLOOR_KM**2)), np.nan)
    x, y = events.x_km[index], events.y_km[index]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    xx, yy = (x * x).mean(axis=1) + NOISE_KM**2, (y * y).mean(axis=1) + NOISE_KM**2
    xy = (x * y).mean(axis=1)
    half, turn = np.hypot((xx - yy) / 2.0, xy), 0.5 * np.arctan2(2.0 * xy, xx - yy)
    middle = (xx + yy) / 2.0
    ratio = np.sqrt((middle + half) / np.maximum(middle - half, NOISE_KM**2 / 2.0))
    return Neighbourhood(spacing, np.where(enough, turn, 0.0), np.where(enough, ratio, 1.0))


def nearest_earlier(
    events: EtasEvents, k: int, *, jobs: int = 1
) -> tuple[Float[np.ndarray, "n k"], Integer[np.ndarray, "n k"]]:
    """Squared distances (km²) to the k nearest earlier epicentres of every event, growing, and their indices or -1."""
    n = len(events)
    x, y = events.x_km.astype(np.float32), events.y_km.astype(np.float32)
    before = np.searchsorted(events.t_days, events.t_days, side="left")
    square, index = np.empty((n, k), np.float32), np.empty((n, k), np.int64)

    def rows(first: int) -> None:
        part = slice(first, min(first + _ROWS, n))
        nearest_before(x, y, before, first, square[part], index[part])

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(rows, range(0, n, _ROWS)))
    return square.astype(np.float64), index
