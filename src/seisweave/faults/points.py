"""Hypocentres in k-d order under a tree of boxes, so that what a Gaussian reaches is a few runs of neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

_LEAF = 24  # points a leaf, about


@dataclass(frozen=True, eq=False)
class OrderedPoints:
    """Coordinates (3, n) in k-d order; order[s] is the input row of slot s; node holds the boxes of the tree."""

    order: Int[np.ndarray, " n"]
    xyz: Float[np.ndarray, "3 n"]
    node: Float[np.ndarray, "nodes 7"]

    def __len__(self) -> int:
        return len(self.order)


def order_points(xyz_km: Float[np.ndarray, "n 3"]) -> OrderedPoints:
    """Sort points into k-d order and lay the tree of boxes over them."""
    from seisweave.faults import _tree_numba as compiled

    n = len(xyz_km)
    points, order = np.array(xyz_km, dtype=float, order="C"), np.arange(n)
    leaves = 1 << max(0, int(np.ceil(np.log2(n / _LEAF))))
    compiled.sort_into_leaves(points, order, leaves, 0, leaves, 1)
    node = np.zeros((2 * leaves, 7))
    compiled.fit_boxes(points, np.ones(n), n, leaves, node)
    return OrderedPoints(order, np.ascontiguousarray(points.T), node)


def runs(start: Int[np.ndarray, " r"], length: Int[np.ndarray, " r"]) -> Int[np.ndarray, " total"]:
    """The positions start, start + 1, ... of some runs, one run after the other."""
    end = np.cumsum(length)
    return np.repeat(start - (end - length), length) + np.arange(end[-1] if len(end) else 0)
