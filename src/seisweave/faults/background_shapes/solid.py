"""A uniform background in a solid made of tetrahedra: a convex hull, an alpha shape, a Voronoi cell.

Tetrahedra make all that is wanted exact: the volume is the sum of theirs, a place is drawn by drawing one of them by
its volume and a place within it (folding a cube: Rocchini & Cignoni 2000), and whether a point lies inside is asked of
the few that reach its cell of a grid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial import ConvexHull

from seisweave.faults.background import Box, minimum_volume_box
from seisweave.gaussians.backgrounds import Move

SolidKind = Literal["hull", "alpha", "voronoi"]
_FLAT = 1e-12  # volume over the cube of the longest edge, below which a tetrahedron has none
_MOST_LISTED = 20_000_000  # tetrahedra in all cells together
_FACES = np.array([[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]])  # opposite each corner


class _Grid(NamedTuple):
    """Cells over a solid, and the tetrahedra that reach each."""

    origin: Float[np.ndarray, " 3"]
    step: Float[np.ndarray, " 3"]
    size: Int[np.ndarray, " 3"]
    start: Int[np.ndarray, " c"]
    listed: Int[np.ndarray, " m"]


@dataclass(frozen=True, eq=False)
class Solid:
    """A union of t tetrahedra without overlap: corners in local km, and which four of them each tetrahedron has.

    kind says what the solid is, parameters how many free numbers it stands for, its weight among them.

    >>> cube = np.array([[x, y, z] for x in (0.0, 2) for y in (0.0, 2) for z in (0.0, 2)])
    >>> solid = convex_hull(cube)
    >>> round(solid.volume_km3, 9), solid.parameters, solid.relative_density(np.array([[1.0, 3], [1, 1], [1, 1]]))
    (8.0, 25, array([1., 0.]))
    """

    kind: SolidKind
    corner_km: Float[np.ndarray, "v 3"]
    tetrahedron: Int[np.ndarray, "t 4"]
    parameters: int

    @cached_property
    def volumes_km3(self) -> Float[np.ndarray, " t"]:
        """Volume of each tetrahedron."""
        return np.abs(np.linalg.det(self._edges)) / 6.0

    @property
    def volume_km3(self) -> float:
        """Volume of all tetrahedra together."""
        return float(self.volumes_km3.sum())

    @property
    def box(self) -> Box:
        """The smallest box around it (see `minimum_volume_box`)."""
        return self._box

    def relative_density(self, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """1 inside, faces included, and 0 outside."""
        from seisweave.faults.background_shapes import _solids_numba as compiled

        found = np.zeros(xyz.shape[1])
        compiled.inside(np.ascontiguousarray(xyz), self._planes, *self._grid, self._tolerance, found)
        return found

    def place(self, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Places even in the solid from places even in the cube from -1 to 1."""
        end = np.cumsum(self.volumes_km3)
        at = 0.5 * (unit[:, 0] + 1.0) * end[-1]
        t = np.minimum(np.searchsorted(end, at, side="right"), len(end) - 1)
        left = np.clip((at - end[t] + self.volumes_km3[t]) / self.volumes_km3[t], 0.0, 1.0)
        share = _folded(np.column_stack([left, 0.5 * (unit[:, 1:] + 1.0)]))
        corners = self.corner_km[self.tetrahedron[t]]
        return corners[:, 0] + np.einsum("mk,mkj->mj", share, corners[:, 1:] - corners[:, :1])

    def moved(self, move: Move, box: Box) -> Solid:  # noqa: ARG002
        """The same with its corners moved; its tetrahedra stay."""
        return replace(self, corner_km=move(self.corner_km))

    @cached_property
    def _box(self) -> Box:
        return minimum_volume_box(self.corner_km, thinnest_km=0.0)

    @cached_property
    def _edges(self) -> np.ndarray:
        corners = self.corner_km[self.tetrahedron]
        return corners[:, 1:] - corners[:, :1]

    @property
    def _tolerance(self) -> float:
        return 1e-9 * (1.0 + float(np.abs(self.corner_km).max()))

    @cached_property
    def _planes(self) -> Float[np.ndarray, "t 4 4"]:
        """Unit normal (inwards) and offset of the four faces of each tetrahedron."""
        corners = self.corner_km[self.tetrahedron]
        planes = np.empty((len(corners), 4, 4))
        for k, face in enumerate(_FACES):
            a, b, c = (corners[:, j] for j in face)
            normal = np.cross(b - a, c - a)
            normal *= np.sign(np.einsum("tj,tj->t", normal, corners[:, k] - a))[:, None]
            normal /= np.linalg.norm(normal, axis=1, keepdims=True)
            planes[:, k, :3], planes[:, k, 3] = normal, -np.einsum("tj,tj->t", normal, a)
        return planes

    @cached_property
    def _grid(self) -> _Grid:
        """About as many cells as tetrahedra, fewer where these are so long that lists would be too."""
        from seisweave.faults.background_shapes import _solids_numba as compiled

        corners, tolerance = self.corner_km[self.tetrahedron], self._tolerance
        bounds = np.hstack([corners.min(axis=1) - tolerance, corners.max(axis=1) + tolerance])
        origin, extent = bounds[:, :3].min(axis=0), bounds[:, 3:].max(axis=0) - bounds[:, :3].min(axis=0)
        many, cells = float(len(corners)), np.empty(bounds.shape, np.int64)
        while True:
            side = (np.prod(extent) / many) ** (1.0 / 3.0)
            size = np.clip(np.ceil(extent / side), 1, 1000).astype(np.int64)
            step = extent / size * (1.0 + 1e-12)
            compiled.find_cells(bounds, origin, step, size, cells)
            start = np.zeros(int(np.prod(size)) + 1, np.int64)
            compiled.list_cells(cells, size, start, np.empty(0, np.int64))
            if start[-1] <= _MOST_LISTED or size.max() == 1:
                break
            many /= 8.0
        listed = np.empty(int(start[-1]), np.int64)
        compiled.list_cells(cells, size, start, listed)
        return _Grid(origin, step, size, start, listed)


def solid_of(
    kind: SolidKind, corner_km: Float[np.ndarray, "v 3"], tetrahedron: Int[np.ndarray, "t 4"], parameters: int
) -> Solid:
    """A solid of those tetrahedra that have a volume, and the corners that are theirs."""
    corners = corner_km[tetrahedron]
    edge = np.linalg.norm(corners[:, :, None] - corners[:, None], axis=3).max(axis=(1, 2))
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    kept = tetrahedron[volume > _FLAT * edge**3]
    used, number = np.unique(kept, return_inverse=True)
    return Solid(kind, corner_km[used], number.reshape(-1, 4).astype(np.int64), parameters)


def convex_hull(xyz_km: Float[np.ndarray, "n 3"]) -> Solid:
    """The convex hull of points that span a volume: a tetrahedron from the middle to each of its facets.

    Its parameters are the coordinates of its v corners, which is what it takes to tell it, and its weight: 3 v + 1.
    Raises QhullError for points in a plane.

    >>> hull = convex_hull(np.array([[0.0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 3], [0.5, 0.5, 0.5]]))
    >>> round(hull.volume_km3, 9), hull.parameters
    (4.5, 13)
    """
    hull = ConvexHull(xyz_km, qhull_options="Qt")
    return _fan("hull", xyz_km, hull, xyz_km[hull.vertices].mean(axis=0), 3 * len(hull.vertices) + 1)


def convex_cell(corner_km: Float[np.ndarray, "n 3"], site_km: Float[np.ndarray, " 3"], parameters: int) -> Solid:
    """The convex cell with these corners around its site."""
    return _fan("voronoi", corner_km, ConvexHull(corner_km, qhull_options="Qt"), site_km, parameters)


def _fan(kind: SolidKind, points: np.ndarray, hull: ConvexHull, middle: np.ndarray, parameters: int) -> Solid:
    facets = hull.simplices
    tetrahedra = np.column_stack([np.full(len(facets), len(points)), facets]).astype(np.int64)
    return solid_of(kind, np.vstack([points, middle]), tetrahedra, parameters)


def _folded(unit: np.ndarray) -> np.ndarray:
    """Places even in the tetrahedron s, t, u >= 0, s + t + u <= 1 from places even in the unit cube."""
    s, t, u = unit.T.copy()
    flip = s + t > 1.0
    s[flip], t[flip] = 1.0 - s[flip], 1.0 - t[flip]
    over, rest = t + u > 1.0, s + t + u
    inner = ~over & (rest > 1.0)
    s[inner], u[inner] = (1.0 - t - u)[inner], (rest - 1.0)[inner]
    t[over], u[over] = (1.0 - u)[over], (1.0 - s - t)[over]
    return np.column_stack([s, t, u])
