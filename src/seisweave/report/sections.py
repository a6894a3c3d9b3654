"""Vertical sections through a network: which way they run, and how much depth is stretched."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.faults.network import FaultNetwork

_STRETCHES = (1, 2, 3, 5, 10, 20, 50)
_COMPASS = (
    *("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE"),
    *("S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
)


def principal_azimuth(network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"]) -> float:
    """Azimuth of the long axis of the map, degrees in 0..180; 90 (west-east) where the map has no long axis.

    The axis is that of the largest horizontal variance of the events on faults (of all, where no fault has
    two). A map less than 1.25 times as long as it is wide has none.
    """
    on_fault = xyz_km[network.label >= 0, :2]
    xy = on_fault if len(on_fault) > 1 else xyz_km[:, :2]
    if len(xy) < 2:
        return 90.0
    values, vectors = np.linalg.eigh(np.cov(xy.T))
    if values[1] < 1.25**2 * values[0] or values[1] <= 0:
        return 90.0
    east, north = vectors[:, 1]
    return float(np.degrees(np.arctan2(east, north)) % 180.0)


def across_azimuth(azimuth_deg: float) -> float:
    """Turn an azimuth in 0..180 by a right angle, into 0..180 again, so that a section never runs westwards.

    >>> across_azimuth(90.0), across_azimuth(30.0), across_azimuth(150.0)
    (0.0, 120.0, 60.0)
    """
    return (azimuth_deg + 90.0) % 180.0


def along_km(xyz_km: Float[np.ndarray, "... 3"], origin_km: Float[np.ndarray, " 2"], azimuth_deg: float) -> np.ndarray:
    """Distance of points from the origin along an azimuth, km."""
    azimuth = np.radians(azimuth_deg)
    return (xyz_km[..., :2] - origin_km) @ np.array([np.sin(azimuth), np.cos(azimuth)])


def middle_km(network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " 2"]:
    """Middle of the map, where sections have their zero: halfway between the outermost events and plates."""
    low, high = bounds_km(network, xyz_km)
    return 0.5 * (low + high)[:2]


def bounds_km(
    network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"]
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Lowest and highest coordinate of everything drawn: events and plates."""
    everything = np.concatenate([xyz_km, network.planes.corners_km.reshape(-1, 3)])
    return everything.min(axis=0), everything.max(axis=0)


def depth_stretch(length_km: float, depth_km: float) -> int:
    """How many times depth is stretched so that a section is at most six times as long as it is deep."""
    flat = length_km / max(depth_km, 1e-9)
    return next((stretch for stretch in _STRETCHES if flat <= 6.0 * stretch), _STRETCHES[-1])


def compass(azimuth_deg: float) -> str:
    """Nearest of the sixteen compass directions."""
    return _COMPASS[round(azimuth_deg / 22.5) % 16]
