"""What a stationary rate says of the same windows: the past's own rate, smoothed over the cells.

    expected   events of the past of each magnitude or more, over its span, times the window. Where fewer than 20 came,
               the number of the largest magnitude with 20 or more, times the share of the law of magnitudes
    chance     the share of all windows of that length in the past that held such an event, whenever they began. Where
               fewer than 10 windows apart hold one, clusters of events are as many for each event as at the largest
               magnitude with 10. A Poisson process of the same rate would expect more windows with an event, since
               earthquakes come in clusters; a model would seem to gain by that alone
    cells      each event of the past spread by a normal as wide as its distance to its 5th nearest, 2 to 50 km
               (Helmstetter, Kagan & Jackson 2007, Seismol. Res. Lett. 78, 78-86), and a hundredth over all cells alike

It knows what came before `now` alone, aftershocks included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree
from scipy.special import ndtr

from seisweave.etas.cell_mass import KM_PER_DEGREE, CellGrid

WHICH = "the past's own rate, smoothed over cells by the distance to the 5th nearest event; share of past windows"
_ENOUGH, _ENOUGH_WINDOWS = 20, 10
_NEIGHBOURS, _LEAST_KM, _MOST_KM = 5, 2.0, 50.0
_FLOOR = 0.01


@dataclass(frozen=True, eq=False)
class Past:
    """n events of the past in a region, in order of time: days before the instant (negative), degrees, magnitudes.

    days: the span that they are complete in; share: of the law of magnitudes, at each magnitude that is asked for.

    >>> Past(np.array([-2.0]), *np.zeros((3, 1)), 10.0, np.ones(1)).days
    10.0
    """

    t_days: Float[np.ndarray, " n"]
    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    days: float
    share: Float[np.ndarray, " m"]


@dataclass(frozen=True, eq=False)
class LongTerm:
    """Of h windows and m magnitudes: chances and expected numbers in the region, and by cell."""

    chance: Float[np.ndarray, "h m"]
    expected: Float[np.ndarray, "h m"]
    cell_expected: Float[np.ndarray, "h m y x"]


def long_term(
    past: Past,
    horizon_days: Float[np.ndarray, " h"],
    magnitudes: Float[np.ndarray, " m"],
    grid: CellGrid,
    inside: Bool[np.ndarray, "y x"],
) -> LongTerm:
    """Chances and numbers at the past's own rate.

    >>> rng = np.random.default_rng(1)
    >>> t, m = np.sort(rng.uniform(-1000.0, 0.0, 500)), 3.0 + rng.exponential(0.4343, 500)
    >>> past = Past(t, *rng.uniform(0.0, 1.0, (2, 500)), m, 1000.0, np.array([1.0, 0.1]))
    >>> grid = CellGrid.of_box((0.0, 1.0, 0.0, 1.0), 0.5)
    >>> made = long_term(past, np.array([1.0]), np.array([3.0, 4.0]), grid, np.ones((2, 2), bool))
    >>> made.expected.round(2).tolist(), made.chance.round(1).tolist()  # 1 - exp(-0.5) is 0.4
    ([[0.5, 0.05]], [[0.4, 0.1]])
    """
    rate = rates_of(past, magnitudes)
    chance = np.array([_chances(past, float(days), rate, magnitudes) for days in horizon_days])
    chance = np.maximum.accumulate(np.minimum.accumulate(chance, axis=1), axis=0)
    expected = horizon_days[:, None] * rate
    return LongTerm(chance, expected, expected[..., None, None] * smoothed_share(past, grid, inside))


def rates_of(past: Past, magnitudes: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """Events a day of each magnitude or more; where few came, by the law from where enough did."""
    counted = np.array([np.sum(past.magnitude >= each - 1e-9) for each in magnitudes], float)
    base = max(int(np.sum(counted >= _ENOUGH)) - 1, 0)
    by_law = max(counted[base], 0.5) * past.share / past.share[base]
    number = np.where(np.arange(len(counted)) <= base, np.maximum(counted, 0.5 * past.share), by_law)
    return np.minimum.accumulate(number) / past.days


def _chances(
    past: Past, days: float, rate: Float[np.ndarray, " m"], magnitudes: Float[np.ndarray, " m"]
) -> Float[np.ndarray, " m"]:
    """Of one window: the share of the past's windows, and beyond what they tell the same clusters for each event."""
    length = max(past.days - days, 0.0)
    clusters = np.zeros(len(magnitudes))  # of a Poisson process with as many windows that hold one, in the window
    known = -1
    for k, magnitude in enumerate(magnitudes):
        t = past.t_days[past.magnitude >= magnitude - 1e-9]
        t = t[(t > -past.days) & (t <= 0.0)]
        since = np.maximum(np.append(-past.days, t)[:-1], t - days)
        held = np.maximum(np.minimum(t, -days) - since, 0.0)  # beginnings of windows that hold it and none before
        if np.sum(np.diff(t, prepend=-np.inf) > days) < _ENOUGH_WINDOWS or length < 2.0 * days:
            break
        share = (float(held.sum()) + 0.5 * days) / (length + days)
        clusters[k], known = -np.log1p(-min(share, 1.0 - 0.5 * days / (length + days))), k
    base = max(known, 0)
    ratio = clusters[base] / (rate[base] * days) if known >= 0 else 1.0
    beyond = np.arange(len(magnitudes)) > known
    clusters[beyond] = min(ratio, 1.0) * rate[beyond] * days
    return -np.expm1(-clusters)


def smoothed_share(past: Past, grid: CellGrid, inside: Bool[np.ndarray, "y x"]) -> Float[np.ndarray, "y x"]:
    """The share of each cell of the region in the events of the past, smoothed; all cells together have one."""
    area = np.where(inside, grid.area_km2, 0.0)
    even = area / area.sum()
    if not len(past.t_days):
        return even
    x, y = past.longitude, past.latitude
    east = np.mod(x - grid.longitude[0] + 180.0, 360.0) + grid.longitude[0] - 180.0
    middle = np.cos(np.radians(0.5 * (grid.latitude[0] + grid.latitude[-1])))
    at = KM_PER_DEGREE * np.stack([east * middle, y], axis=1)
    near = KDTree(at).query(at, k=[min(_NEIGHBOURS, len(at) - 1) + 1])[0][:, 0]  # type: ignore[arg-type]
    width = np.clip(np.nan_to_num(near, posinf=_MOST_KM), _LEAST_KM, _MOST_KM)[:, None] / KM_PER_DEGREE
    along = np.cos(np.radians(y))[:, None]
    columns = np.diff(ndtr((grid.longitude - east[:, None]) * along / width), axis=1)
    rows = np.diff(ndtr((grid.latitude - y[:, None]) / width), axis=1)
    smooth = np.where(inside, rows.T @ columns, 0.0)
    total = float(smooth.sum())
    return even if total == 0.0 else (1.0 - _FLOOR) * smooth / total + _FLOOR * even
