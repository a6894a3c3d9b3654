"""Fault geometry of a Gaussian: strike, dip, length, width, thickness.

A uniform plate of side a has variance a²/12 across it, so the plate with a Gaussian's covariance has sides
√12 σ along the principal axes (Ouillon et al. 2008; Kamer et al. 2020, section 3.1). Length is the side nearer to
the strike, width the one nearer to the dip, thickness the smallest side. A plate may be turned in its plane: `turn_deg`
is the angle from its strike to its length, down the dip, like the pitch of a line in a plane. With the unit vectors s
along the strike φ and d down the dip δ (east, north, down), its length lies along l and its width along w:

    s = (sin φ, cos φ, 0)    d = (cos φ cos δ, -sin φ cos δ, sin δ)    l = cos τ s + sin τ d    w = cos τ d - sin τ s
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class FaultPlanes:
    """Planes of g faults: angles in degrees (right-hand rule: the fault dips to the right of its strike), sides in km.

    `corners_km` are the four corners of each plate through its middle, in order around it: along the upper side first,
    in the direction of the strike, so that corner 1 is centre - l length/2 - w width/2 and corner 2 centre + l length/2
    - w width/2. `turn_deg`, the pitch of the length, is above -90 and at most 90.

    >>> plate = np.array([[0.4, 8.0, 0.0], [0.4, 0.0, 5.0], [0.0, 3.0, 3.0]])  # dips to the east
    >>> planes = fault_planes(np.array([[0.0, 0, 8]]), (plate.T @ plate)[None])
    >>> planes.strike_deg.round(1), planes.dip_deg.round(1), planes.turn_deg.round(1)
    (array([2.2]), array([87.2]), array([12.5]))
    """

    strike_deg: Float[np.ndarray, " g"]
    dip_deg: Float[np.ndarray, " g"]
    length_km: Float[np.ndarray, " g"]
    width_km: Float[np.ndarray, " g"]
    thickness_km: Float[np.ndarray, " g"]
    turn_deg: Float[np.ndarray, " g"]
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
    axes, sides = np.zeros((n, 2, 3)), np.zeros((n, 3))
    for c in range(n):
        values, vectors = np.linalg.eigh(covariance_km2[c])
        side = np.sqrt(12.0 * np.maximum(values, 0.0))
        along, down = (2, 1) if abs(vectors[2, 2]) <= abs(vectors[2, 1]) else (1, 2)
        axes[c] = vectors[:, along], vectors[:, 0]
        sides[c] = side[along], side[down], side[0]
    return planes_along(mean_km, axes, sides)


def planes_along(
    centre_km: Float[np.ndarray, "g 3"], axes: Float[np.ndarray, "g 2 3"], sides_km: Float[np.ndarray, "g 3"]
) -> FaultPlanes:
    """Planes of plates with these centres, unit vectors along their lengths and across them, and three sides.

    >>> flat = planes_along(np.array([[0.0, 0, 8]]), np.array([[[0.6, 0.8, 0], [0, 0, -1]]]), np.array([[5.0, 2, 1]]))
    >>> flat.dip_deg.tolist(), flat.corners_km[0, 1].round(3).tolist()
    ([0.0], [-0.7, -2.6, 8.0])
    """
    strike, dip = np.array([strike_and_dip(normal) for normal in axes[:, 1]]).reshape(-1, 2).T
    along, down = strike_axes(strike, dip)
    turn = np.degrees(np.arctan2((axes[:, 0] * down).sum(axis=1), (axes[:, 0] * along).sum(axis=1)))
    turn = 90.0 - (90.0 - np.round(turn, 9)) % 180.0
    cos, sin = np.cos(np.radians(turn))[:, None], np.sin(np.radians(turn))[:, None]
    length = 0.5 * sides_km[:, :1] * (cos * along + sin * down)
    width = 0.5 * sides_km[:, 1:2] * (cos * down - sin * along)
    corners = [centre_km + a * length + d * width for a, d in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return FaultPlanes(strike, dip, sides_km[:, 0], sides_km[:, 1], sides_km[:, 2], turn, np.stack(corners, axis=1))


def strike_axes(
    strike_deg: Float[np.ndarray, " g"], dip_deg: Float[np.ndarray, " g"]
) -> tuple[Float[np.ndarray, "g 3"], Float[np.ndarray, "g 3"]]:
    """Unit vectors (east, north, down) along the strike and down the dip of planes.

    >>> along, down = strike_axes(np.array([90.0]), np.array([30.0]))
    >>> along.round(3).tolist(), down.round(3).tolist()
    ([[1.0, 0.0, 0.0]], [[0.0, -0.866, 0.5]])
    """
    strike, dip = np.radians(strike_deg), np.radians(dip_deg)
    along = np.stack([np.sin(strike), np.cos(strike), np.zeros_like(strike)], axis=1)
    down = np.stack([np.cos(strike) * np.cos(dip), -np.sin(strike) * np.cos(dip), np.sin(dip)], axis=1)
    return along, down


def strike_and_dip(normal: Float[np.ndarray, " 3"]) -> tuple[float, float]:
    """Strike and dip (degrees) of the plane with this normal (east, north, down), by the right-hand rule."""
    east, north, down = normal if normal[2] <= 0 else -normal  # the normal that points up, out of the footwall
    dip = np.degrees(np.arctan2(np.hypot(east, north), -down))  # to the last bit where planes lie flat, too
    dip_azimuth = np.degrees(np.arctan2(east, north))  # an upward normal leans towards the dip
    return float((dip_azimuth - 90.0) % 360.0), float(dip)
