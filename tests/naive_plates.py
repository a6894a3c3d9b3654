"""Slow, obvious versions of the compiled functions of plates and of planes under patches, straight from the equations.

A plate is a row of 18 numbers, as `seisweave.faults._plates_numba` says; errors are 3 × 3 covariances.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy import stats


def plate_frame(plate, xyz):
    """Offsets (n, 3) of points (n, 3) from the centre of a plate, along its strike, down its dip and across it."""
    return (xyz - plate[:3]) @ plate[3:12].reshape(3, 3).T


def variances_along(plate, covariance):
    """Variance (n, 3) of the errors (n, 3, 3) along the strike, down the dip and across a plate."""
    axes = plate[3:12].reshape(3, 3)
    return np.einsum("ka,nab,kb->nk", axes, covariance, axes)


def plate_density(plate, xyz, covariance, scale2, share):
    """Weighted density (n, k) of a plate at points, by class of error; see the top of `seisweave.faults.plates`."""
    place, error = plate_frame(plate, xyz), variances_along(plate, covariance)
    density = np.empty((len(xyz), len(scale2)))
    for c in range(len(scale2)):
        sigma = np.sqrt(plate[16] + scale2[c] * error)
        across = stats.norm.pdf(place[:, 2], scale=sigma[:, 2])
        along = uniform_blurred(place[:, 0], plate[12], plate[13], sigma[:, 0])
        down = uniform_blurred(place[:, 1], plate[14], plate[15], sigma[:, 1])
        density[:, c] = np.exp(plate[17]) * share[c] * across * along * down
    return density


def uniform_blurred(at, low, high, sigma):
    """Density of a uniform number low..high with a normal error."""
    left, right = (low - at) / sigma, (high - at) / sigma
    mirrored = left > 0  # or the difference of two numbers near one is lost
    left, right = np.where(mirrored, -right, left), np.where(mirrored, -left, right)
    return (stats.norm.cdf(right) - stats.norm.cdf(left)) / (high - low)


def plate_density_by_sum(plate, point, covariance, cells=100):
    """Density of a plate of weight one at a point: normal densities about many places on the rectangle, on average.

    The normal has the variance of the plate in all directions, and the error's.
    """
    along, down = (low + (np.arange(cells) + 0.5) * (high - low) / cells for low, high in (plate[12:14], plate[14:16]))
    u, v = np.meshgrid(along, down)
    places = plate[:3] + u.reshape(-1, 1) * plate[3:6] + v.reshape(-1, 1) * plate[6:9]
    normal = stats.multivariate_normal(point, covariance + plate[16] * np.eye(3))
    return normal.pdf(places).mean()


def tilted_plane(plate, xyz, covariance, scale2, share):
    """A point on, and the unit normal of, the plane that a weighted regression of the offset on the place gives."""
    place = plate_frame(plate, xyz)
    error = variances_along(plate, covariance)[:, 2]
    precision = (share / (plate[16] + scale2 * error[:, None])).sum(axis=1)
    rows = np.column_stack([np.ones(len(xyz)), place[:, :2]])
    root = np.sqrt(precision)
    offset, along, down = np.linalg.lstsq(rows * root[:, None], place[:, 2] * root, rcond=None)[0]
    normal = plate[9:12] - along * plate[3:6] - down * plate[6:9]
    return plate[:3] + offset * plate[9:12], normal / np.linalg.norm(normal)


def side_log_likelihood(edges, at, sigma, share):
    """Log-likelihood of one side of a plate, low..high, under places with normal errors and shares."""
    return float(share @ np.log(np.maximum(uniform_blurred(at, edges[0], edges[1], sigma), 1e-300)))


def across_log_likelihood(variance, offset, error, share):
    """Log-likelihood of the variance across a plate under offsets with variances of their errors and shares (n, k)."""
    return float((share * stats.norm.logpdf(offset[:, None], scale=np.sqrt(variance + error))).sum())


def described(plate, xyz, covariance, scale2, share):
    """(sum of shares, normal matrix, right side, mean variances of the errors along both sides) of a plate's plane."""
    place, error = plate_frame(plate, xyz), variances_along(plate, covariance)
    along, down = place[:, 0] / (np.ptp(plate[12:14]) / 2), place[:, 1] / (np.ptp(plate[14:16]) / 2)
    rows = np.column_stack([np.ones(len(xyz)), along, down, np.polynomial.legendre.legval(along, [0, 0, 1])])
    weighted = share / (plate[16] + scale2 * error[:, 2:])
    precision = weighted.sum(axis=1)
    mean = [(weighted * scale2 * error[:, [side]]).sum() / precision.sum() for side in (0, 1)]
    return share.sum(), rows.T @ (precision[:, None] * rows), rows.T @ (precision * place[:, 2]), mean


def log_evidence(points, variance, scale):
    """Logarithm of the marginal likelihood of one plane under points (n, 3) with a variance each: a dense normal.

    In the frame of the plane that fits best, heights are normal with their own variances and those that the prior of
    the offset (standard deviation `scale`) and of both slopes (1) gives them.
    """
    weight = 1.0 / variance
    middle = weight @ points / weight.sum()
    away = points - middle
    _, axes = np.linalg.eigh((away * weight[:, None]).T @ away)
    height, u, v = (away @ axes).T
    prior = scale**2 * np.ones((len(points), len(points))) + np.outer(u, u) + np.outer(v, v)
    return stats.multivariate_normal.logpdf(height, cov=np.diag(variance) + prior)


def log_bayes_factor(points, noise, first, second, roughness2):
    """Evidence for one plane under two lists of patches over that for two; points (g, 5, 3) and variances (g, 5)."""
    both = [*first, *second]
    scale = np.linalg.norm(points[both].reshape(-1, 3) - points[first[0], 0], axis=1).max()
    one, other, together = (
        log_evidence(points[group].reshape(-1, 3), noise[group].ravel() + roughness2, scale)
        for group in (first, second, both)
    )
    return together - one - other


def join(points, noise, neighbours, roughness2):
    """Join the neighbouring groups of the largest evidence for one plane while it is positive: sets of patches.

    Groups are neighbours where any two of their patches are.
    """
    groups = [[k] for k in range(len(points))]
    while True:
        best, pair = 0.0, None
        for one, other in itertools.combinations(groups, 2):
            if any({i, j} in neighbours for i in one for j in other):
                gain = log_bayes_factor(points, noise, one, other, roughness2)
                if gain > best:
                    best, pair = gain, (one, other)
        if pair is None:
            return {frozenset(group) for group in groups}
        groups = sorted([group for group in groups if group not in pair] + [sorted(pair[0] + pair[1])])
