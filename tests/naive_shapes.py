"""Slow, obvious versions of what shapes of backgrounds need, that the fast ones are compared with."""

import itertools

import numpy as np


def inside(xyz: np.ndarray, corners: np.ndarray, tolerance: float) -> np.ndarray:
    """Which points (3 x n) lie in one of the tetrahedra (t x 4 x 3), or within a tolerance of its faces' planes."""
    found = np.zeros(xyz.shape[1])
    for s, point in enumerate(xyz.T):
        for tetrahedron in corners:
            distances = []
            for k in range(4):
                a, b, c = np.delete(tetrahedron, k, axis=0)
                normal = np.cross(b - a, c - a)
                normal *= np.sign(normal @ (tetrahedron[k] - a)) / np.linalg.norm(normal)
                distances.append(normal @ (point - a))
            if min(distances) >= -tolerance:
                found[s] = 1.0
    return found


def cells_of(bounds: np.ndarray, origin: np.ndarray, step: np.ndarray, size: np.ndarray) -> dict[tuple, list[int]]:
    """Of each cell of a grid the boxes (low, high) that overlap with it, in order; boxes outside go to the edge."""
    held: dict[tuple, list[int]] = {}
    for cell in itertools.product(*(range(n) for n in size)):
        for t, box in enumerate(bounds):
            low = np.clip(np.floor((box[:3] - origin) / step), 0, size - 1)
            high = np.clip(np.floor((box[3:] - origin) / step), 0, size - 1)
            if all(low[axis] <= cell[axis] <= high[axis] for axis in range(3)):
                held.setdefault(cell, []).append(t)
    return held


def smallest_radius(xyz: np.ndarray) -> float:
    """Radius of the smallest sphere around points: the least of those through two, three or four that hold all."""
    best = np.inf
    for count in (2, 3, 4):
        for rows in itertools.combinations(range(len(xyz)), count):
            a, *others = xyz[list(rows)]
            edges = np.array(others) - a
            offset = np.linalg.pinv(2.0 * edges) @ (edges**2).sum(axis=1)
            radius = np.linalg.norm(offset)
            on_it = np.allclose(np.linalg.norm(xyz[list(rows)] - a - offset, axis=1), radius, rtol=1e-7)
            if on_it and np.linalg.norm(xyz - a - offset, axis=1).max() <= radius * (1 + 1e-7):
                best = min(best, radius)
    return best
