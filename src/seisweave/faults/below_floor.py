"""No proto-faults below the floor of σ: what lies closer together than the floor is one.

Not in the paper. The variances of a Gaussian are raised to the floor (`min_sigma_km`²), so proto-faults that lie within
it are the same Gaussian, a little moved. Nothing can tell them apart, all of them overlap, and merging them costs the
square of their number times the number of their events. So a node of the Ward tree is *narrow* when its events are no
more spread than those of one Gaussian at the floor (a total variance of at most 3 floor²), the centroids that it joins
are at most 2 floor apart (up to there two equal Gaussians with that σ have one peak), and so for all nodes below it;
the proto-faults of a narrow node are made one, which holds all events of the node. Variances and distances follow from
the heights of the tree: in SciPy's form a merge of clusters of a and b points, d apart, has height² = 2 a b / (a + b)
d², which is twice what it adds to the sum of squares within.

A proto-fault that lies alone in a narrow node stays as it is. So where no two lie within the floor, as in every
catalog whose events are farther apart than that, atomization is what it is without this.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults.atomize import in_order_of_first_point
from seisweave.faults.branches import label_below


def join_below_floor(
    linkage: Float[np.ndarray, "m 4"], label: Int[np.ndarray, " n"], floor_km: float
) -> Int[np.ndarray, " n"]:
    """The proto-fault of every point (-1: none) once those within the floor of each other are one.

    Arguments: `linkage`, SciPy's linkage array of a Ward tree; `label`, the proto-fault of every point, each the
    points of one node of the tree, or -1; `floor_km`, the smallest σ of a Gaussian, km (> 0).

    >>> from seisweave.faults.branches import label_by_branch
    >>> from seisweave.faults.ward import ward_linkage
    >>> points = np.random.default_rng(1).normal((0, 0, 8), 0.01, (100, 3))  # ten metres wide
    >>> tree = ward_linkage(points)
    >>> label = label_by_branch(tree)
    >>> int(label.max()) + 1, int(join_below_floor(tree, label, 0.05).max()) + 1
    (17, 1)
    """
    from seisweave.faults import _branches_numba as compiled

    n = len(linkage) + 1
    children = np.ascontiguousarray(linkage[:, :2].astype(np.int64))
    held = np.zeros(2 * n - 1)
    held[np.unique(label, return_index=True)[1][int(label.min() < 0) :]] = 1.0  # the first point of each proto-fault
    compiled.add_up(children, held)
    joined = label_below(children, _narrow(linkage, children, floor_km) & (held[n:] >= 2.0))
    if joined.max() < 0:
        return label
    return in_order_of_first_point(np.where(joined >= 0, n + joined, label))


def _narrow(linkage: np.ndarray, children: np.ndarray, floor_km: float) -> Bool[np.ndarray, " m"]:
    """Which merges are narrow, and all below them."""
    from seisweave.faults import _branches_numba as compiled

    n = len(linkage) + 1
    size = np.concatenate([np.ones(n), linkage[:, 3]])
    squares = np.concatenate([np.zeros(n), 0.5 * linkage[:, 2] ** 2])
    compiled.add_up(children, squares)
    apart2 = 0.5 * linkage[:, 2] ** 2 * (1.0 / size[children]).sum(axis=1)
    wide = (squares[n:] > 3.0 * linkage[:, 3] * floor_km**2) | (apart2 > 4.0 * floor_km**2)
    n_wide = np.concatenate([np.zeros(n), wide])
    compiled.add_up(children, n_wide)
    return n_wide[n:] == 0.0
