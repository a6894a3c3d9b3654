"""Rectangles (plates) in space: beside the nearest of many triangles, within their region, moved and turned in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults.mapped.nearest import NearestTree


@dataclass(frozen=True, eq=False)
class Rectangles:
    """Corners of f plates in order around them (km east, north, down), and their unit normals.

    Those on the map have depths of 0, and horizontal normals, across the strike.
    """

    corners_km: Float[np.ndarray, "f 4 3"]
    normal: Float[np.ndarray, "f 3"]

    @classmethod
    def of(cls, corners_km: Float[np.ndarray, "f 4 3"]) -> Rectangles:
        """The plates of some corners.

        >>> Rectangles.of(np.array([[[0.0, 0, 2], [0, 9, 2], [0, 9, 7], [0, 0, 7]]])).normal.tolist()
        [[1.0, 0.0, 0.0]]
        """
        normal = np.cross(corners_km[:, 1] - corners_km[:, 0], corners_km[:, 3] - corners_km[:, 0])
        return cls(corners_km, normal / np.maximum(np.linalg.norm(normal, axis=1), 1e-12)[:, None])

    @classmethod
    def on_map(cls, corners_km: Float[np.ndarray, "f 4 3"], strike_deg: Float[np.ndarray, " f"]) -> Rectangles:
        """The same seen from above: beside traces, only the strike of a plate counts.

        >>> plate = np.array([[[0.0, 0, 2], [0, 9, 2], [5, 9, 7], [5, 0, 7]]])
        >>> seen = Rectangles.on_map(plate, np.array([0.0]))
        >>> seen.corners_km[0, 2].tolist(), seen.normal.tolist()
        ([5.0, 9.0, 0.0], [[1.0, 0.0, 0.0]])
        """
        strike = np.radians(strike_deg)
        across = np.stack([np.cos(strike), 0.0 - np.sin(strike), np.zeros(len(strike))], axis=1)
        return cls(corners_km * [1.0, 1.0, 0.0], across)

    def __len__(self) -> int:
        return len(self.corners_km)

    def moved(self, region: Region, move_km: float | None, rng: np.random.Generator) -> Rectangles:
        """Each plate turned about the vertical through its centre, and moved to anywhere in the region.

        Depth and dip stay. With `move_km` a plate goes no farther than that. Angles and places are uniform.
        """
        n, centre = len(self), self.corners_km.mean(axis=1)
        turn, place = 2.0 * np.pi * rng.random(n), centre[:, :2].copy()
        left = np.arange(n)
        while len(left):
            if move_km is None:
                place[left] = region.anywhere(len(left), rng)
            else:
                place[left] = centre[left, :2] + move_km * _disc(len(left), rng)
            left = left[~region.holds(place[left])]
        cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]

        def turned(vectors: np.ndarray) -> np.ndarray:
            x, y = vectors[..., 0], vectors[..., 1]
            c, s = (cosine, sine) if vectors.ndim == 3 else (cosine[:, 0], sine[:, 0])
            return np.stack([c * x - s * y, s * x + c * y, vectors[..., 2]], axis=-1)

        about = turned(self.corners_km - centre[:, None])
        new = np.column_stack([place, centre[:, 2]])
        return replace(self, corners_km=about + new[:, None], normal=turned(self.normal))


@dataclass(frozen=True, eq=False)
class Region:
    """A convex outline on the map: normals a and offsets b of its sides; inside is where a·x + b is never above 0."""

    sides: Float[np.ndarray, "s 3"]
    low_km: Float[np.ndarray, " 2"]
    high_km: Float[np.ndarray, " 2"]

    @classmethod
    def about(cls, xy_km: Float[np.ndarray, "m 2"], margin_km: float) -> Region:
        """The smallest one that holds a circle of this radius (an octagon about it) around every point.

        >>> square = Region.about(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]), margin_km=1.0)
        >>> square.holds(np.array([[-0.9, 5.0], [-1.9, 5.0]])).tolist()
        [True, False]
        """
        from scipy.spatial import ConvexHull

        angle = np.arange(8) * np.pi / 4.0
        octagon = margin_km / np.cos(np.pi / 8.0) * np.column_stack([np.cos(angle), np.sin(angle)])
        points = (xy_km[:, None] + octagon).reshape(-1, 2)
        return cls(ConvexHull(points).equations, points.min(axis=0), points.max(axis=0))

    def holds(self, xy_km: Float[np.ndarray, "m 2"]) -> Bool[np.ndarray, " m"]:
        """Which points lie inside."""
        return np.all(xy_km @ self.sides[:, :2].T + self.sides[:, 2] <= 1e-9, axis=1)

    def anywhere(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 2"]:
        """Points in the box about it; those inside are uniform in the region."""
        return rng.uniform(self.low_km, self.high_km, (n, 2))


@dataclass(frozen=True, eq=False)
class Beside:
    """Of each plate (f): the owner nearest to most of it, the share of it for which it is; how far, how parallel.

    distance_km is the median over the plate, mean_distance_km the mean; angle_deg the median of the angles between the
    plate and the nearest triangle, 0 to 90.
    """

    nearest: Int[np.ndarray, " f"]
    share: Float[np.ndarray, " f"]
    distance_km: Float[np.ndarray, " f"]
    mean_distance_km: Float[np.ndarray, " f"]
    angle_deg: Float[np.ndarray, " f"]

    def agrees(self, near_km: float, parallel_deg: float) -> Bool[np.ndarray, " f"]:
        """Which plates are near and parallel."""
        return (self.distance_km < near_km) & (self.angle_deg < parallel_deg)


def beside(plates: Rectangles, tree: NearestTree) -> Beside:
    """Ask plates at 35 places of equal area for the nearest triangle, and for the angle to it.

    >>> plate = np.array([[[0.0, 0, 2], [0, 9, 2], [0, 9, 7], [0, 0, 7]]])
    >>> mapped = NearestTree.of(plate[:, :3] * 9.0 + [1.0, -9.0, -19.0], np.array([0]))
    >>> found = beside(Rectangles.of(plate), mapped)
    >>> found.distance_km.round(2).tolist(), found.angle_deg.tolist()
    ([1.0], [0.0])
    """
    from seisweave.faults.mapped import _nearest_numba as compiled

    numbers, nearest = np.zeros((len(plates), 4)), np.zeros(len(plates), np.int64)
    corners = np.ascontiguousarray(plates.corners_km, dtype=float)
    normal = np.ascontiguousarray(plates.normal, dtype=float)
    compiled.beside(corners, normal, tree.corners_km, tree.normal, tree.owner, tree.boxes_km, numbers, nearest)
    return Beside(nearest, numbers[:, 3], numbers[:, 0], numbers[:, 1], np.degrees(numbers[:, 2]))


def _disc(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 2"]:
    """Points uniform in the unit circle."""
    radius, angle = np.sqrt(rng.random(n)), 2.0 * np.pi * rng.random(n)
    return (radius * np.array([np.cos(angle), np.sin(angle)])).T
