"""How far faults leave their planes, as the plates themselves show.

Each plate of enough events tells how it bends along its strike: the coefficient q of P₂(u) in the regression of the
offset across it, u from -1 to 1, with its variance. A smooth bend leaves its plane by q/√5 (rms), which is compared
with the length L of the plate: the median over plates of (q² - var q)/(5 L²), weighted by how well each would see a
bend of `_SEEN`, divided by the median of χ² with one degree of freedom, is the square of the *bend*, a share of the
length. Plates that are exactly plane give zero. Roughness grows with length as far as it has been measured on faults,
so that what a fault may leave its plane by is the bend times the median length of the plates there are, and grows while
they do. It is `_PIECES` times that, since pieces end where a bend shows.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.faults.patches import Patches

_PIECES = 5.0
_MEDIAN_CHI2 = 0.455
_SEEN = 0.003  # share of the length: a bend that a plate must be able to tell from none to have full weight


def bend_of(patches: Patches, curvature: Float[np.ndarray, "f 2"]) -> float:
    """How far plates bend, as a share of their length, from their curvatures q and their variances (f, 2; km, km²)."""
    if len(patches) == 0:
        return 0.0
    scale = 5.0 * (2.0 * patches.half_km[:, 0]) ** 2
    square, variance = curvature[:, 0] ** 2 / scale, curvature[:, 1] / scale
    weight = 1.0 / (1.0 + variance / _SEEN**2)
    return float(np.sqrt(max(0.0, weighted_median(square - variance, weight)) / _MEDIAN_CHI2))


def roughness_of(patches: Patches, bend: float) -> float:
    """The roughness to allow for, km."""
    if len(patches) == 0:
        return 0.0
    length = 2.0 * float(np.median(patches.half_km[:, 0]))
    return _PIECES * bend * length


def weighted_median(values: Float[np.ndarray, " m"], weight: Float[np.ndarray, " m"]) -> float:
    """The value below which half of the weight lies.

    >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 5.0]))
    2.0
    """
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(share, 0.5 * share[-1])])
