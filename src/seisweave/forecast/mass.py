"""How much of a Gaussian lies within a polygon, and within a polygon between two depths.

In units of its standard deviation, a round 2-D Gaussian leaves outside a half plane's edge, between two points of
that edge, what Owen's T function gives (Owen 1956, Annals of Mathematical Statistics 27, 1075-1090). Going round a
polygon:

    mass = (1 if the centre is inside, else 0) - Σ_sides sign(h) [T(|h|, b/|h|) - T(|h|, a/|h|)]

where h is the distance of the centre from the side's line (positive inside) and a, b are the places of the side's
ends along that line. Sides farther than `REACH` standard deviations contribute less than 1e-11 and are left out.
A Gaussian of any shape becomes round by a linear map, which keeps sides straight; one that leans in depth is cut into
slices, over which its mass is integrated by Gauss and Legendre.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr, owens_t

REACH = 7.0
_SLICES = 40


def round_mass(
    outline: Float[np.ndarray, "corners 2"], centre: Float[np.ndarray, "n 2"], sigma: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Share of each round Gaussian (centre, standard deviation) that lies within a polygon given counter-clockwise.

    Right to about 1e-11.

    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> round(float(round_mass(square, np.array([[0.0, 0.5]]), np.array([0.01]))[0]), 6)
    0.5
    """
    mass = _winding(outline, centre)
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        length = float(np.hypot(*(end - start)))
        if length == 0.0:
            continue
        along, outward = _directions(start, end, length)
        h = (start - centre) @ outward
        close = np.flatnonzero(np.abs(h) < REACH * sigma)
        a = (start - centre[close]) @ along
        reached = np.maximum(a, -(a + length)) < REACH * sigma[close]
        close, a = close[reached], a[reached]
        mass[close] -= _beyond_side(h[close] / sigma[close], a / sigma[close], length / sigma[close])
    return np.clip(mass, 0.0, 1.0)


def gaussian_masses(
    outline: Float[np.ndarray, "corners 2"],
    depth_km: tuple[float, float],
    mean: Float[np.ndarray, "n 3"],
    covariance: Float[np.ndarray, "n 3 3"],
) -> Float[np.ndarray, " n"]:
    """Share of each 3-D Gaussian that lies within a polygon and between two depths, to about 1e-10."""
    return np.array([_gaussian_mass(outline, depth_km, m, c) for m, c in zip(mean, covariance, strict=True)])


def slices(
    depth_km: tuple[float, float],
    mean: Float[np.ndarray, " 3"],
    covariance: Float[np.ndarray, "3 3"],
    *,
    count: int = _SLICES,
    reach: float = REACH,
) -> tuple[Float[np.ndarray, " s"], Float[np.ndarray, "s 2"], Float[np.ndarray, "2 2"]]:
    """Cut a Gaussian into thin slices of depth: their masses, their centres, and the covariance within any of them."""
    spread = np.sqrt(covariance[2, 2])
    low, high = max(depth_km[0], mean[2] - reach * spread), min(depth_km[1], mean[2] + reach * spread)
    lean = covariance[:2, 2] / covariance[2, 2]
    within = covariance[:2, :2] - np.outer(lean, covariance[:2, 2])
    if high <= low:
        return np.zeros(0), np.zeros((0, 2)), within
    node, weight = np.polynomial.legendre.leggauss(count)
    depth = 0.5 * (low + high) + 0.5 * (high - low) * node
    share = (
        0.5 * (high - low) * weight * np.exp(-0.5 * ((depth - mean[2]) / spread) ** 2) / (np.sqrt(2 * np.pi) * spread)
    )
    total = ndtr((high - mean[2]) / spread) - ndtr((low - mean[2]) / spread)
    return share * (total / share.sum()), mean[:2] + np.outer(depth - mean[2], lean), within


def whitening(covariance: Float[np.ndarray, "2 2"]) -> Float[np.ndarray, "2 2"]:
    """The map that makes a 2-D Gaussian round with unit standard deviation; it does not turn polygons over."""
    return np.linalg.inv(np.linalg.cholesky(covariance))


def _gaussian_mass(
    outline: np.ndarray, depth_km: tuple[float, float], mean: np.ndarray, covariance: np.ndarray
) -> float:
    across = REACH * float(np.sqrt(np.linalg.eigvalsh(covariance[:2, :2])[-1]))
    if _distance(outline, mean[:2]) > across:  # whole or not at all, seen from above
        spread = np.sqrt(covariance[2, 2])
        between = ndtr((depth_km[1] - mean[2]) / spread) - ndtr((depth_km[0] - mean[2]) / spread)
        return float(between) * float(_winding(outline, mean[None, :2])[0])
    share, centre, within = slices(depth_km, mean, covariance)
    to_round = whitening(within)
    return float(share @ round_mass(outline @ to_round.T, centre @ to_round.T, np.ones(len(centre))))


def _beyond_side(h: np.ndarray, a: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What of unit Gaussians lies beyond a side, as seen from their centres."""
    distance = np.maximum(np.abs(h), 1e-150)
    return np.where(h < 0, -1.0, 1.0) * (owens_t(distance, (a + length) / distance) - owens_t(distance, a / distance))


def _directions(start: np.ndarray, end: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    along = (end - start) / length
    return along, np.array([along[1], -along[0]])


def _crossing(start: np.ndarray, end: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """+1, -1 or 0: whether a ray eastward from each centre crosses a side upwards, downwards or not."""
    upwards = (start[1] <= centre[:, 1]) & (centre[:, 1] < end[1])
    downwards = (end[1] <= centre[:, 1]) & (centre[:, 1] < start[1])
    (dx, dy), offset = end - start, centre - start
    turn = dx * offset[:, 1] - dy * offset[:, 0]
    return (upwards & (turn > 0)).astype(float) - (downwards & (turn < 0))


def _winding(outline: np.ndarray, centre: np.ndarray) -> np.ndarray:
    sides = zip(outline, np.roll(outline, -1, axis=0), strict=True)
    return sum((_crossing(start, end, centre) for start, end in sides), np.zeros(len(centre)))


def _distance(outline: np.ndarray, point: np.ndarray) -> float:
    """Distance of a point from a polygon's sides."""
    start, side = outline, np.roll(outline, -1, axis=0) - outline
    share = np.einsum("ij,ij->i", point - start, side) / np.maximum(np.einsum("ij,ij->i", side, side), 1e-300)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * side
    return float(np.hypot(*(nearest - point).T).min())
