"""The floor of σ from the data: small enough for a mine, and no larger than is good for a region.

Not in the paper. The floor keeps four events in a plane or at a point from becoming infinitely dense. It has to be well
below the distances between events that lie on one fault, or it blurs the faults away; where these are kilometres, as in
every regional catalog, 50 m do. *auto* is the smaller of 50 m and a fifth of the median distance from an event to the
fourth nearest other one, four events being what a proto-fault is made of. Median distances to the fourth nearest:
about 0.41 km for 606,823 well located events of Southern California, 0.43 km at Ridgecrest, 0.88 km at Landers, so that
all these have 50 m.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from seisweave.faults.atomize import MIN_POINTS

LARGEST_KM = 0.05
SHARE = 0.2  # of the median distance to the fourth nearest event


def floor_of(
    xyz_km: Float[np.ndarray, "n 3"], asked_km: float | Literal["auto"] = "auto", *, threads: int = 1
) -> float:
    """Smallest σ of a Gaussian for these hypocentres, km: what was asked for, or from the data.

    Where half of the events or more coincide with four others, distances are those between different places.

    >>> grid = np.stack(np.meshgrid(*3 * [np.arange(10.0)]), axis=-1).reshape(-1, 3)
    >>> floor_of(grid), round(floor_of(0.001 * grid), 6), floor_of(grid, 0.3)  # km apart, metres apart, as you like
    (0.05, 0.0002, 0.3)
    """
    if asked_km != "auto":
        return float(asked_km)
    spacing = spacing_km(xyz_km, threads=threads)
    return min(LARGEST_KM, SHARE * spacing) if spacing > 0.0 else LARGEST_KM


def spacing_km(xyz_km: Float[np.ndarray, "n 3"], *, threads: int = 1) -> float:
    """Median distance from an event to the fourth nearest other one, km; 0 where all events are at a few places.

    >>> spacing_km(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0]]))
    3.0
    """
    spacing = _median_distance(xyz_km, threads)
    return spacing if spacing > 0.0 else _median_distance(np.unique(xyz_km, axis=0), threads)


def _median_distance(xyz_km: np.ndarray, threads: int) -> float:
    if len(xyz_km) <= MIN_POINTS:
        return 0.0
    distance, _ = KDTree(xyz_km).query(xyz_km, k=[MIN_POINTS + 1], workers=threads)  # type: ignore[arg-type]
    return float(np.median(distance))
