"""How far faults leave their planes, as the plates themselves show.

Each plate of enough events tells how it bends along its strike: the coefficient of P₂(u) in the regression of the
offset across it, u from -1 to 1, with its variance. A smooth bend of coefficient q leaves its plane by q/√5 (rms). The
median over plates of (q² - var q)/5, weighted by how well each would see such a bend, divided by the median of χ² with
one degree of freedom, is the square of the roughness that is common to all; plates that are exactly plane give zero.
The bends of what is still in pieces are too small, since pieces end where a bend shows: the roughness allowed is
`_PIECES` times the one found.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.faults.patches import Patches

_PIECES = 2.5
_SMALLEST = 0.25  # of the median thickness: what is allowed at least
_MEDIAN_CHI2 = 0.455
_SEEN = 0.006  # of the median length: a bend that a plate must be able to tell from none to have full weight


def roughness_of(patches: Patches, bend: Float[np.ndarray, "f 2"], at_least: float = 0.0) -> float:
    """The roughness to allow for, km, from the bends of plates and their variances (f, 2)."""
    if len(patches) == 0:
        return at_least
    q2, variance = bend[:, 0] ** 2, bend[:, 1]
    length = 2.0 * np.median(patches.half_km[:, 0])
    weight = 1.0 / (1.0 + variance / 5.0 / (0.5 * _SEEN * length) ** 2)
    found = np.sqrt(max(0.0, _weighted_median((q2 - variance) / 5.0, weight)) / _MEDIAN_CHI2)
    smallest = _SMALLEST * float(np.median(patches.thickness_km))
    return max(at_least, float(np.hypot(smallest, _PIECES * found)))


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(share, 0.5 * share[-1])])
