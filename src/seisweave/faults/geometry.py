"""Geometry of plates beyond their planes: what of them lies below the surface, true strikes, and how flat they are.

Plates of faults are laid along strike and dip (`_plates_numba.lay_along_strike`), so their `turn_deg` is 0; those read
off the Gaussians of segments are turned in their planes. For both, corners follow from centre, strike, dip, turn,
length and width alone; see `gaussians.orientation`.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.catalog.projection import LocalProjection

_AHEAD_KM = 0.01  # over which a direction is measured


def clipped_corners(corners_km: Float[np.ndarray, "f 4 3"]) -> list[Float[np.ndarray, "_ 3"]]:
    """What of each rectangle lies at depth 0 or below: polygons of 3 to 5 corners in order, of none where all is above.

    Depth 0 is that of the catalog, most often sea level. One edge at a time, after Sutherland & Hodgman (1974).

    >>> upright = np.array([[[0.0, -5, -2], [0, 5, -2], [0, 5, 6], [0, -5, 6]]])
    >>> clipped_corners(upright)[0].tolist()
    [[0.0, -5.0, 0.0], [0.0, 5.0, 0.0], [0.0, 5.0, 6.0], [0.0, -5.0, 6.0]]
    """
    return [_clipped(corners) for corners in corners_km]


def depth_range(corners_km: Float[np.ndarray, "f 4 3"]) -> Float[np.ndarray, "f 2"]:
    """Depths of top and bottom of rectangles below the surface, km; NaN where all of one is above it.

    >>> depth_range(np.array([[[0.0, -5, -2], [0, 5, -2], [0, 5, 6], [0, -5, 6]]])).tolist()
    [[0.0, 6.0]]
    """
    depth = corners_km[..., 2]
    both = np.stack([np.maximum(depth.min(axis=1, initial=np.inf), 0.0), depth.max(axis=1, initial=-np.inf)], axis=1)
    return np.where(both[:, 1:] >= 0.0, both, np.nan)


def distances_from(
    corners_km: Float[np.ndarray, "... 4 3"], points_km: Float[np.ndarray, "... 3"]
) -> Float[np.ndarray, ...]:
    """Distance of points from rectangles, km, each from one: 0 on it, from its nearest edge beyond it; they broadcast.

    >>> plate = np.array([[0.0, -5, 0], [0, 5, 0], [0, 5, 6], [0, -5, 6]])
    >>> distances_from(plate, np.array([[0.0, 0, 3], [2, 0, 3], [3, 9, 3]])).tolist()
    [0.0, 2.0, 5.0]
    """
    offset = points_km - corners_km[..., 0, :]
    rest = offset.copy()
    for corner in (1, 3):
        side = corners_km[..., corner, :] - corners_km[..., 0, :]
        square = np.maximum((side**2).sum(axis=-1), 1e-18)
        place = np.clip((offset * side).sum(axis=-1) / square, 0.0, 1.0)
        rest = rest - place[..., None] * side
    return np.linalg.norm(rest, axis=-1)


def planarity(variances: Float[np.ndarray, "f 3"]) -> Float[np.ndarray, " f"]:
    """How flat bodies with these variances along their principal axes are: 0 (a ball) to 1 (no thickness).

    With variances λ₁ ≥ λ₂ ≥ λ₃ it is 1 - 2 λ₃ / (λ₁ + λ₂) (Jurkevics 1988, BSSA 78, 1725, there of the motion of a
    particle): the thickness against the mean of both sides. It is 1 for a line as well, whose plane nobody knows; the
    uncertainty of the strike or dip tells that.

    >>> planarity(np.array([[100.0, 100.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])).round(3).tolist()
    [0.99, 0.0, 0.0]
    """
    ordered = np.sort(variances, axis=1)
    wide = ordered[:, 1] + ordered[:, 2]
    return 1.0 - np.divide(2.0 * ordered[:, 0], wide, out=np.ones(len(wide)), where=wide > 0.0)


def true_strikes(
    projection: LocalProjection | None, centre_km: Float[np.ndarray, "f 3"], strike_deg: Float[np.ndarray, " f"]
) -> Float[np.ndarray, " f"]:
    """Strikes from true north at the centres of planes; NaN without a projection.

    Strikes of a network are from the y axis of its local coordinates, which points north along one meridian only. At
    300 km to the east of it the difference is 1.8° at 34° N.

    >>> here = LocalProjection(longitude=-116.5, latitude=34.2)
    >>> true_strikes(here, np.array([[0.0, 0, 8], [300, 0, 8]]), np.array([320.0, 320.0])).round(1).tolist()
    [320.0, 321.8]
    """
    if projection is None:
        return np.full(len(strike_deg), np.nan)
    from pyproj import Geod

    angle = np.radians(strike_deg)
    x, y = centre_km[:, 0], centre_km[:, 1]
    ahead = x + _AHEAD_KM * np.sin(angle), y + _AHEAD_KM * np.cos(angle)
    azimuth, _, _ = Geod(ellps="WGS84").inv(*projection.to_geographic(x, y), *projection.to_geographic(*ahead))
    return np.mod(np.asarray(azimuth, dtype=float), 360.0)


def _clipped(corners: Float[np.ndarray, "4 3"]) -> Float[np.ndarray, "m 3"]:
    kept = []
    for before, corner in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        if (before[2] >= 0.0) != (corner[2] >= 0.0):
            crossing = before + before[2] / (before[2] - corner[2]) * (corner - before)
            kept.append(np.array([crossing[0], crossing[1], 0.0]))
        if corner[2] >= 0.0:
            kept.append(corner)
    return np.array(kept).reshape(-1, 3)
