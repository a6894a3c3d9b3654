"""Slow, obvious bounding boxes that the fast ones are compared with."""

import itertools

import numpy as np


def smallest_volume(xyz: np.ndarray) -> float:
    """Volume of the smallest box with a face through three points that has all others on one side.

    Every triple of points is tried as a face, every other pair as a side of the rectangle in its plane.
    """
    best = np.inf
    for a, b, c in itertools.combinations(range(len(xyz)), 3):
        normal = np.cross(xyz[b] - xyz[a], xyz[c] - xyz[a])
        if np.linalg.norm(normal) < 1e-12:
            continue
        normal /= np.linalg.norm(normal)
        height = (xyz - xyz[a]) @ normal
        if height.min() < -1e-9 and height.max() > 1e-9:
            continue
        for p, q in itertools.combinations(range(len(xyz)), 2):
            side = xyz[q] - xyz[p]
            side = side - (side @ normal) * normal
            if np.linalg.norm(side) < 1e-9:
                continue
            side /= np.linalg.norm(side)
            best = min(best, np.ptp(height) * np.ptp(xyz @ side) * np.ptp(xyz @ np.cross(normal, side)))
    return best
