"""One event a cube: a catalog without its crowds.

Sequences put thousands of events into a few km³, where the next years' events mostly do not happen, and a merged
network spends its faults there. Keeping one event of every occupied cube evens that out. This is not in the paper;
what it gains is measured in docs/figure12.md.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError


def thin(xyz_km: Float[np.ndarray, "n 3"], cube_km: float, *, seed: int = 0) -> Int[np.ndarray, " m"]:
    """Rows of one event drawn from every occupied cube of side `cube_km`, ascending; 0 keeps all.

    Errors: InputError for a side that is negative or not finite.

    >>> thin(np.array([[0.1, 0, 0], [0.2, 0, 0], [5.0, 0, 0]]), 1.0).tolist()[-1:]
    [2]
    """
    if not 0.0 <= cube_km < np.inf:
        raise InputError(f"thin_km is {cube_km}; give the side of a cube, km, or 0 to keep all events")
    if cube_km == 0.0:
        return np.arange(len(xyz_km))
    order = np.random.default_rng(seed).permutation(len(xyz_km))
    cube = np.floor(xyz_km[order] / cube_km).astype(np.int64)
    return np.sort(order[np.unique(cube, axis=0, return_index=True)[1]])
