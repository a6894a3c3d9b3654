"""The minimum-volume box around points: the uniform background of a fault network.

Kamer, Ouillon & Sornette (2020), section 3.1 (iii): the background is a uniform density in "the minimum
bounding box" of the points. As the published program does, one face of the box is flush with a facet of the
convex hull and, within that facet's plane, one side is flush with an edge of the hull as seen from there. The
true minimum box need not have a face on the hull, so ours may be a little larger than that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull, QhullError

from seisweave.errors import InputError
from seisweave.gaussians.backgrounds import Box

_FLAT = 1e-9  # points thinner than this share of their extent are taken to lie in a plane
_TIE = 1e-12  # volumes closer than this share are equal: the first facet, then the first edge, wins
_TABLE = 2_000_000  # numbers in the largest table held at once


def minimum_volume_box(xyz_km: Float[np.ndarray, "n 3"], *, thinnest_km: float = 1e-3) -> Box:
    """Smallest box around the points with one face flush with a facet of their convex hull.

    Equal volumes (every facet of a tetrahedron may give the same) go to the first facet of the hull, so the
    result depends on the points and their order only. Coplanar, collinear and coincident points get the least
    rectangle in their plane, the segment, the point; a side shorter than `thinnest_km` is widened to it about
    its middle, so that the volume is never zero unless `thinnest_km` is.

    Arguments: `xyz_km`, n >= 1 points; `thinnest_km`, the shortest side allowed, km (>= 0).
    Raises InputError for no points, or for coordinates that are not finite.

    >>> square = np.array([[0.0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0], [0, 0, 3.0]])
    >>> round(minimum_volume_box(square).volume_km3, 9)
    6.0
    """
    if len(xyz_km) == 0 or not np.isfinite(xyz_km).all():
        raise InputError(
            f"a box needs points with finite coordinates; got {len(xyz_km)}, some of them bad or none at all"
        )
    middle = xyz_km.mean(axis=0)
    centred = xyz_km - middle
    axes = _axes_of_smallest_box(centred)
    along = centred @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    half = np.maximum(0.5 * (high - low), 0.5 * thinnest_km)
    return Box(middle + 0.5 * (low + high) @ axes, axes, half)


def _axes_of_smallest_box(centred: np.ndarray) -> np.ndarray:
    """Axes (rows) of the smallest box; flat sets are searched in their own plane."""
    principal = np.linalg.eigh(centred.T @ centred)[1][:, ::-1].T
    reach = np.abs(centred @ principal.T).max(axis=0)
    rank = int((reach > _FLAT * reach[0]).sum())
    if rank == 3:
        try:
            return _axes_flush_with_facet(centred, ConvexHull(centred, qhull_options="Qt"))
        except QhullError:  # too thin for the hull: as good as flat
            rank = 2
    if rank == 2:
        return _axes_in_plane(centred, principal)
    return principal if rank == 1 else np.eye(3)


def _axes_in_plane(centred: np.ndarray, principal: np.ndarray) -> np.ndarray:
    """Axes of the smallest rectangle in the plane of the two first principal axes."""
    flat = centred @ principal[:2].T
    outline = flat[ConvexHull(flat).vertices]
    edges = np.roll(outline, -1, axis=0) - outline
    along = edges / np.linalg.norm(edges, axis=1, keepdims=True)
    across = along[:, ::-1] * [-1.0, 1.0]
    area = np.ptp(outline @ along.T, axis=0) * np.ptp(outline @ across.T, axis=0)
    best = _first_smallest(area)
    first, second = along[best] @ principal[:2], across[best] @ principal[:2]
    return np.stack([first, second, np.cross(first, second)])


def _axes_flush_with_facet(centred: np.ndarray, hull: ConvexHull) -> np.ndarray:
    """Axes of the smallest box with one face flush with a facet and one side with an edge seen from there."""
    vertices, normals = centred[hull.vertices], hull.equations[:, :3]
    edges = hull_edges(hull)
    vector = centred[edges.end] - centred[edges.start]
    block = max(1, _TABLE // (len(vertices) + len(normals) + len(vector)))
    smallest, best = np.inf, np.eye(3)
    for start in range(0, len(normals), block):
        viewed = normals[start : start + block]
        normal, along = _directions_to_try(viewed, vector, edges.on_outline(viewed, normals))
        across = np.cross(normal, along)
        volume = np.prod([np.ptp(vertices @ axis.T, axis=0) for axis in (along, across, normal)], axis=0)
        first = _first_smallest(volume)
        if volume[first] < smallest * (1.0 - _TIE):
            smallest, best = volume[first], np.stack([along[first], across[first], normal[first]])
    return best


class HullEdges(NamedTuple):
    """Edges of a triangulated convex hull: the points at their ends, and the two facets that meet at each."""

    start: np.ndarray
    end: np.ndarray
    one_side: np.ndarray
    other_side: np.ndarray

    def on_outline(self, viewed: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """Whether (views × edges) an edge bounds the outline seen along a normal.

        Those are the edges with one facet turned towards the viewer and one turned away or seen edge-on.
        """
        facing = viewed @ normals.T
        return facing[:, self.one_side] * facing[:, self.other_side] <= _FLAT


def hull_edges(hull: ConvexHull) -> HullEdges:
    """Read the edges off a triangulated hull, each once."""
    opposite = hull.neighbors  # opposite[f, k] shares the edge of f that leaves out its vertex k
    facet, k = np.nonzero(np.arange(len(opposite))[:, None] < opposite)
    start, end = hull.simplices[facet, (k + 1) % 3], hull.simplices[facet, (k + 2) % 3]
    return HullEdges(start, end, facet, opposite[facet, k])


def _directions_to_try(viewed: np.ndarray, vector: np.ndarray, on_outline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (normal, unit direction in its plane): the outline's edges seen along each normal."""
    which, edge = np.nonzero(on_outline)
    normal = viewed[which]
    along = vector[edge] - np.einsum("ij,ij->i", vector[edge], normal)[:, None] * normal
    length = np.linalg.norm(along, axis=1)
    seen = length > _FLAT * np.abs(vector).max()  # an edge seen end-on has no direction
    return normal[seen], along[seen] / length[seen, None]


def _first_smallest(measure: np.ndarray) -> int:
    """Index of the smallest value; of equal ones (to rounding) the first."""
    return int(np.argmax(measure <= measure.min() * (1.0 + _TIE)))
