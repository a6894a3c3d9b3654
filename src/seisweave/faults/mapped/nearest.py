"""Which of many triangles is nearest: a tree of boxes, each cut in two across its longest side (Bentley 1975)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class NearestTree:
    """Triangles (t), each of an owner, with their normals and the boxes of their tree; see `of`."""

    corners_km: Float[np.ndarray, "t 3 3"]
    normal: Float[np.ndarray, "t 3"]
    owner: Int[np.ndarray, " t"]
    boxes_km: Float[np.ndarray, "nodes 6"]

    @classmethod
    def of(cls, corners_km: Float[np.ndarray, "t 3 3"], owner: Int[np.ndarray, " t"]) -> NearestTree:
        """The tree of some triangles, or of lines on the map: those whose last two corners are one.

        The normal of a line is horizontal, across it. Triangles without an area, and lines without a length, are left
        out.

        >>> upright = np.array([[[0.0, 0, 0], [0, 9, 0], [0, 0, 9]]])
        >>> tree = NearestTree.of(upright, np.array([4]))
        >>> distance, owner = tree.nearest(np.array([[2.0, 1, 1], [0, -3, 0]]))
        >>> distance.tolist(), owner.tolist()
        ([2.0, 3.0], [4, 4])
        """
        one, two = corners_km[:, 1] - corners_km[:, 0], corners_km[:, 2] - corners_km[:, 0]
        line = (corners_km[:, 1] == corners_km[:, 2]).all(axis=1)
        two = np.where(line[:, None], [0.0, 0.0, 1.0], two)
        normal = np.cross(one, two)
        size = np.linalg.norm(normal, axis=1)
        real = size > 1e-12
        order = np.flatnonzero(real)[_neighbours_together(corners_km[real].mean(axis=1))]
        corners = np.ascontiguousarray(corners_km[order])
        return cls(corners, normal[order] / size[order, None], owner[order].astype(np.int64), _boxes(corners))

    def __len__(self) -> int:
        return len(self.owner)

    def nearest(self, points_km: Float[np.ndarray, "m 3"]) -> tuple[Float[np.ndarray, " m"], Int[np.ndarray, " m"]]:
        """Distance (km) of each point from the nearest triangle, and the owner of that."""
        from seisweave.faults.mapped import _nearest_numba as compiled

        distance, triangle = np.zeros(len(points_km)), np.zeros(len(points_km), np.int64)
        points = np.ascontiguousarray(points_km, dtype=float)
        compiled.nearest(points, self.corners_km, self.boxes_km, distance, triangle)
        return distance, self.owner[triangle]


def _neighbours_together(points_km: Float[np.ndarray, "t 3"]) -> Int[np.ndarray, " t"]:
    """An order in which the points of every node of the tree lie on one side of a plane from those of its sibling."""
    from seisweave.faults.mapped._nearest_numba import LEAF

    order = np.arange(len(points_km))
    size = LEAF * _leaves(len(points_km))
    while size > LEAF:
        node = np.arange(len(order)) // size
        starts, place = np.arange(0, len(order), size), points_km[order]
        span = np.maximum.reduceat(place, starts) - np.minimum.reduceat(place, starts)
        along = place[np.arange(len(order)), span.argmax(axis=1)[node]]
        order = order[np.lexsort((along, node))]
        size //= 2
    return order


def _leaves(n: int) -> int:
    """How many leaves a whole binary tree over n triangles has: a power of two."""
    from seisweave.faults.mapped._nearest_numba import LEAF

    return 1 << max(0, -(-n // LEAF) - 1).bit_length()


def _boxes(corners_km: Float[np.ndarray, "t 3 3"]) -> Float[np.ndarray, "nodes 6"]:
    """Boxes of a whole binary tree over leaves of a few triangles; what is empty is infinitely far from everything."""
    from seisweave.faults.mapped._nearest_numba import LEAF

    leaves = _leaves(len(corners_km))
    boxes = np.full((2 * leaves - 1, 6), np.inf)
    boxes[:, 3:] = -np.inf
    starts = np.arange(0, len(corners_km), LEAF)
    own = boxes[leaves - 1 : leaves - 1 + len(starts)]
    own[:, :3] = np.minimum.reduceat(corners_km.min(axis=1), starts)
    own[:, 3:] = np.maximum.reduceat(corners_km.max(axis=1), starts)
    while leaves > 1:
        leaves //= 2
        below = boxes[2 * leaves - 1 : 4 * leaves - 1].reshape(leaves, 2, 6)
        boxes[leaves - 1 : 2 * leaves - 1, :3] = below[:, :, :3].min(axis=1)
        boxes[leaves - 1 : 2 * leaves - 1, 3:] = below[:, :, 3:].max(axis=1)
    return boxes
