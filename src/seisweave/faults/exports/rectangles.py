"""Plates cut at the surface: what of a rectangle lies in the ground."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def clipped_corners(corners_km: Float[np.ndarray, "f 4 3"]) -> list[Float[np.ndarray, "_ 3"]]:
    """What of each rectangle lies at depth 0 or below, as a polygon of 3 to 5 corners; none where all is above.

    Depths are positive down. One edge after the other, after Sutherland & Hodgman (1974, Commun. ACM 17, 32-42). A
    plate along strike and dip keeps four corners, the two upper ones first.

    >>> upright = np.array([[[0.0, -5, -2], [0, 5, -2], [0, 5, 6], [0, -5, 6]]])
    >>> clipped_corners(upright)[0].tolist()
    [[0.0, -5.0, 0.0], [0.0, 5.0, 0.0], [0.0, 5.0, 6.0], [0.0, -5.0, 6.0]]
    """
    return [_clipped(corners) for corners in corners_km]


def _clipped(corners: Float[np.ndarray, "4 3"]) -> Float[np.ndarray, "m 3"]:
    kept = []
    for one, two in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        if (one[2] >= 0.0) != (two[2] >= 0.0):
            crossing = one + one[2] / (one[2] - two[2]) * (two - one)
            kept.append(np.array([crossing[0], crossing[1], 0.0]))
        if two[2] >= 0.0:
            kept.append(two)
    return np.array(kept).reshape(-1, 3)
