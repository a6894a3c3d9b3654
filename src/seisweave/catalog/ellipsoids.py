"""Confidence ellipses and ellipsoids, as QuakeML states them, as covariances in east, north, down.

A region of confidence p has the axes √(χ²_d(p)) σ, with d = 1 for an interval of one coordinate, 2 for an ellipse and 3
for an ellipsoid; without a stated confidence the axes are taken as σ. A confidence of at most 1 is a fraction. An
ellipsoid is turned by three Tait-Bryan angles about its own axes: azimuth about z (down), plunge about y, rotation
about x; unturned, its major axis points north, its minor axis east, its intermediate axis down (QuakeML-BED 1.2,
ConfidenceEllipsoid; the document leaves the unturned position open).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from jaxtyping import Float


def ellipse_covariance(
    major: float, minor: float, azimuth_deg: float, confidence_percent: float | None
) -> Float[np.ndarray, "2 2"]:
    """Covariance (east, north) of an ellipse: semi-axes, azimuth of the major one clockwise from north.

    >>> ellipse_covariance(2.0, 1.0, 90.0, None).round(6).tolist()
    [[4.0, 0.0], [0.0, 1.0]]
    """
    angle = np.radians(azimuth_deg)
    along, across = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    covariance = major**2 * np.outer(along, along) + minor**2 * np.outer(across, across)
    return covariance / _square(confidence_percent, 2)


def ellipsoid_covariance(
    axes: tuple[float, float, float], angles_deg: tuple[float, float, float], confidence_percent: float | None
) -> Float[np.ndarray, "3 3"]:
    """Covariance (east, north, down): semi-axes (major, minor, intermediate), angles (azimuth, plunge, rotation).

    >>> ellipsoid_covariance((3.0, 1.0, 2.0), (90.0, 0.0, 0.0), None).round(6).diagonal().tolist()
    [9.0, 1.0, 4.0]
    """
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_euler("ZYX", angles_deg, degrees=True).as_matrix()  # columns: axes in north, east, down
    turn = turn[[1, 0, 2]]
    return turn @ np.diag(np.square(axes)) @ turn.T / _square(confidence_percent, 3)


def one_sigma(length: float, confidence_percent: float | None, dimensions: int = 1) -> float:
    """One standard deviation of a region that reaches `length` to each side: an interval (1) or a circle (2).

    >>> round(one_sigma(6.58, 90.0), 3), round(one_sigma(2.146, 90.0, dimensions=2), 3), one_sigma(5.0, None)
    (4.0, 1.0, 5.0)
    """
    return length / _square(confidence_percent, dimensions) ** 0.5


@cache
def _square(confidence_percent: float | None, degrees_of_freedom: int) -> float:
    """Square of a region's axis in standard deviations."""
    from scipy.stats import chi2

    percent = confidence_percent or 0.0
    share = percent if percent <= 1.0 else percent / 100.0
    return float(chi2.ppf(share, degrees_of_freedom)) if 0.0 < share < 1.0 else 1.0
