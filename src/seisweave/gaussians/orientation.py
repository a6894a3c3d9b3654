"""Fault geometry of a Gaussian: strike, dip, length, width, thickness.

A uniform plate of side a has variance a²/12 across it, so the plate with a Gaussian's covariance has sides
√12 σ along the principal axes (Ouillon et al. 2008; Kamer et al. 2020, section 3.1). Length is the side along
the strike, width the side down the dip, thickness the smallest side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class FaultPlanes:
    """Planes of g faults: angles in degrees (right-hand rule: the fault dips to the right of its strike), sides in km.

    `corners_km` are the four corners of each plate through its middle, in order around it: the two upper ones first.

    >>> planes = fault_planes(np.array([[0.0, 0, 8]]), np.diag([0.04, 25.0, 9.0])[None])
    >>> planes.corners_km.round(1)[0]  # east, north, depth
    array([[ 0. , -8.7,  2.8],
           [ 0. ,  8.7,  2.8],
           [ 0. ,  8.7, 13.2],
           [ 0. , -8.7, 13.2]])
    """

    strike_deg: Float[np.ndarray, " g"]
    dip_deg: Float[np.ndarray, " g"]
    length_km: Float[np.ndarray, " g"]
    width_km: Float[np.ndarray, " g"]
    thickness_km: Float[np.ndarray, " g"]
    corners_km: Float[np.ndarray, "g 4 3"]


def fault_planes(mean_km: Float[np.ndarray, "g 3"], covariance_km2: Float[np.ndarray, "g 3 3"]) -> FaultPlanes:
    """Read the fault plane off each Gaussian: its normal is the axis of the smallest variance.

    Coordinates are (east, north, depth positive down). Strike is 0..360, dip 0..90. The two long axes of the plate
    are the Gaussian's own; the one nearer to horizontal gives the length, the other the width, so length may be
    the shorter of the two.

    >>> planes = fault_planes(np.array([[0.0, 0, 8]]), np.diag([0.04, 25.0, 9.0])[None])  # thin from west to east
    >>> (planes.strike_deg % 180.0).tolist(), planes.dip_deg.tolist()
    ([0.0], [90.0])
    >>> planes.length_km.round(2), planes.width_km.round(2), planes.thickness_km.round(2)
    (array([17.32]), array([10.39]), array([0.69]))
    """
    n = len(mean_km)
    strike, dip, sides = np.zeros(n), np.zeros(n), np.zeros((n, 3))
    corners = np.zeros((n, 4, 3))
    for c in range(n):
        values, vectors = np.linalg.eigh(covariance_km2[c])
        side = np.sqrt(12.0 * np.maximum(values, 0.0))
        along, down = (2, 1) if abs(vectors[2, 2]) <= abs(vectors[2, 1]) else (1, 2)
        strike[c], dip[c] = strike_and_dip(vectors[:, 0])
        sides[c] = side[along], side[down], side[0]
        downward = vectors[:, down] * (1.0 if vectors[2, down] >= 0 else -1.0)
        half_along, half_down = 0.5 * side[along] * vectors[:, along], 0.5 * side[down] * downward
        for k, (a, d) in enumerate([(-1, -1), (1, -1), (1, 1), (-1, 1)]):
            corners[c, k] = mean_km[c] + a * half_along + d * half_down
    return FaultPlanes(strike, dip, sides[:, 0], sides[:, 1], sides[:, 2], corners)


def strike_and_dip(normal: Float[np.ndarray, " 3"]) -> tuple[float, float]:
    """Strike and dip (degrees) of the plane with this normal (east, north, down), by the right-hand rule."""
    east, north, down = normal if normal[2] <= 0 else -normal  # the normal that points up, out of the footwall
    dip = np.degrees(np.arccos(np.clip(-down, -1.0, 1.0)))
    dip_azimuth = np.degrees(np.arctan2(east, north))  # an upward normal leans towards the dip
    return float((dip_azimuth - 90.0) % 360.0), float(dip)
