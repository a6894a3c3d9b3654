"""The nearest earlier event of every event, in time, space and magnitude together.

    eta_ij = t_ij r_ij^d 10^(-b m_i)      t in years, r in km, m of the earlier event i

Source: Baiesi & Paczuski (2004, Phys. Rev. E 69, 066106); Zaliapin & Ben-Zion (2013), eq. 1. Times below a second and
distances below 0.1 km count as those, since nobody locates better; events at equal times are no neighbours. All earlier
events are candidates, whatever their time and distance.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.declustering._nearest_numba import LEAF, ROWS, grow, nearest
from seisweave.catalog.declustering.events import RADIUS_KM, TimedEvents

YEAR_DAYS = 365.25
NEAREST_KM, SHORTEST_YEARS = 0.1, 1.0 / (86_400.0 * YEAR_DAYS)
_PART = 4096  # events looked at between two reports of progress


@dataclass(frozen=True, eq=False)
class Nearest:
    """log10 of eta to the nearest earlier event of n events, and its index; infinite and -1 where there is none."""

    log_distance: Float[np.ndarray, " n"]
    parent: Int[np.ndarray, " n"]


def nearest_earlier(
    events: TimedEvents,
    dimension: float,
    b: float,
    *,
    hypocentral: bool = False,
    jobs: int = 1,
    told: Callable[[float], None] | None = None,
) -> Nearest:
    """The nearest earlier event of each.

    Arguments:
        events: n events.
        dimension: d, fractal dimension of the epicentres (or hypocentres).
        b: by which the magnitude of the earlier event counts.
        hypocentral: whether depths count; all of them must be known then.
        jobs: threads.
        told: called with the share that is done.
    """
    n = len(events.magnitude)
    down = events.depth_km if hypocentral else np.zeros(n)
    place = np.column_stack([events.xyz_km, down])
    t = events.t_days / YEAR_DAYS
    levels = max(0, int(np.ceil(np.log2(max(n, 1) / LEAF))))
    first = np.zeros((2 ** (levels + 1) - 1, 2), np.int64)
    node, order = np.empty((ROWS, len(first))), np.arange(n)
    grow(t, place, events.magnitude, order, first, node)
    law = (float(dimension), float(b), SHORTEST_YEARS, NEAREST_KM, RADIUS_KM)
    log_distance, parent = np.empty(n), np.empty(n, np.int64)

    def part(start: int) -> None:
        rows = order[start : start + _PART]  # neighbours walk the same branches
        nearest(rows, t, place, events.magnitude, law, order, first, node, log_distance, parent)

    starts = range(0, n, _PART)
    with ThreadPoolExecutor(jobs) as pool:
        for k, _ in enumerate(pool.map(part, starts), 1):
            if told is not None:
                told(k / len(starts))
    return Nearest(log_distance, parent)
