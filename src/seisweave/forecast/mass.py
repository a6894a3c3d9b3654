"""How much of a Gaussian lies within a polygon, and within a polygon between two depths.

In units of its standard deviation, a round 2-D Gaussian leaves outside a half plane's edge, between two points of
that edge, what Owen's T function gives (Owen 1956, Annals of Mathematical Statistics 27, 1075-1090). Going round a
polygon:

    mass = Σ_sides θ/2π - sign(h) [T(|h|, b/|h|) - T(|h|, a/|h|)]

where θ is the angle under which a side is seen from the centre (together 2π inside, 0 outside), h the distance of the
centre from the side's line (positive inside), and a, b are the places of the side's ends along that line. Sides farther
than `REACH` standard deviations contribute less than 1e-11 and are left out. A Gaussian of any shape becomes round by a
linear map, which keeps sides straight; one that leans in depth is cut into slices, over which its mass is integrated by
Gauss and Legendre.
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
    turns, beyond, on_line = np.zeros(len(centre)), np.zeros(len(centre)), np.zeros(len(centre), bool)
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        side = end - start
        length = float(np.hypot(*side))
        if length == 0.0:
            continue
        x, y = start[0] - centre[:, 0], start[1] - centre[:, 1]
        h = (x * side[1] - y * side[0]) / length
        turns += ((y <= 0) & (y + side[1] > 0) & (h > 0)).astype(float) - ((y > 0) & (y + side[1] <= 0) & (h < 0))
        close = np.flatnonzero(np.abs(h) < REACH * sigma)
        on_line[close] |= h[close] == 0.0
        a = (x[close] * side[0] + y[close] * side[1]) / length
        reached = (np.maximum(a, -(a + length)) < REACH * sigma[close]) & (h[close] != 0.0)
        close, a = close[reached], a[reached]
        beyond[close] += _beyond_side(h[close] / sigma[close], a / sigma[close], length / sigma[close])
    turns[on_line] = _turns(outline, centre[on_line])
    return np.clip(turns - beyond, 0.0, 1.0)


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
        return float(between) * float(round_mass(outline, mean[None, :2], np.full(1, 1e-9))[0])
    share, centre, within = slices(depth_km, mean, covariance)
    to_round = whitening(within)
    return float(share @ round_mass(outline @ to_round.T, centre @ to_round.T, np.ones(len(centre))))


def _turns(outline: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """How often a polygon goes round its centres, by angles; a centre on a side counts as half inside."""
    start = outline[:, None] - centre
    end = np.roll(start, -1, axis=0)
    cross, dot = start[..., 0] * end[..., 1] - start[..., 1] * end[..., 0], np.einsum("snk,snk->sn", start, end)
    return np.where(cross == 0.0, 0.0, np.arctan2(cross, dot)).sum(axis=0) / (2.0 * np.pi)


def _beyond_side(h: np.ndarray, a: np.ndarray, length: np.ndarray) -> np.ndarray:
    """What of unit Gaussians lies beyond a side, as seen from their centres."""
    distance = np.maximum(np.abs(h), 1e-150)
    return np.sign(h) * (owens_t(distance, (a + length) / distance) - owens_t(distance, a / distance))


def _distance(outline: np.ndarray, point: np.ndarray) -> float:
    """Distance of a point from a polygon's sides."""
    start, side = outline, np.roll(outline, -1, axis=0) - outline
    share = np.einsum("ij,ij->i", point - start, side) / np.maximum(np.einsum("ij,ij->i", side, side), 1e-300)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * side
    return float(np.hypot(*(nearest - point).T).min())
