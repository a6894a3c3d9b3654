"""Tolerant planes: neighbouring patches become one fault while the evidence for one common plane exceeds that for two.

A *patch* is a plate of few events. What its events tell of their plane is its offset, with the variance 1/Σp, and its
slopes, with variances from the weighted regression of the offset across it. Five points on the patch say the same: its
centre and ±1.5 standard deviations of its events along both sides, each with a variance such that together they have
the patch's information. Evidence is the Gaussian marginal likelihood of a plane through the points of a group, offset
and slopes free; the variance of a point is its own, plus the square of
half of the patch's thickness, plus the roughness squared, by which a fault may leave its plane.
Without roughness more events always split a fault that is not perfectly plane. The plane is fitted anew for each union,
so that a chain of patches does not go around a bend. Only neighbours are joined: where long faults lie in line, one as
rough as they are would pass through both, and the gap between them is what tells them apart.

Not in Kamer et al. (2020); section 5 of it asks for better kernels than Gaussians.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.patches import Patches

OWN_ROUGHNESS = 0.5  # of a patch's thickness (standard deviation): how far it leaves its own plane
REACH = 2.5  # standard deviations of both along the line between their centres: neighbours
GAP = 0.6  # of the larger width: farther apart patches are no neighbours, however long they are
_LOOSE = 1e9  # km²: the variance of a point that says nothing


def join_planes(patches: Patches, roughness_km: float) -> Int[np.ndarray, " g"]:
    """Group of each patch, numbered from 0 in the order of their first patches.

    >>> axes = np.array([[[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]] * 3)  # three upright planes that strike north
    >>> centre = np.array([[0.0, 0, 8], [0, 20, 8], [6, 40, 8]])  # the third lies 6 km beside the others
    >>> known = np.full(3, 0.2), np.full(3, 0.01), np.full((3, 2), 1e-4)
    >>> join_planes(Patches(centre, axes, np.full((3, 2), (9.0, 5.0)), *known), roughness_km=0.1)
    array([0, 0, 1])
    """
    from seisweave.faults import _planes_numba as compiled

    if len(patches) == 0:
        return np.zeros(0, np.int64)
    points, noise = _points(patches)
    first, second = _neighbours(patches)
    noise += (OWN_ROUGHNESS * patches.thickness_km[:, None]) ** 2
    label = np.empty(len(patches), np.int64)
    compiled.join(points, noise, first, second, roughness_km**2, label)
    return np.unique(label, return_inverse=True)[1]


def _points(patches: Patches) -> tuple[Float[np.ndarray, "g 5 3"], Float[np.ndarray, "g 5"]]:
    """Five points of each patch, and their variances."""
    sigma = patches.half_km / np.sqrt(3.0)
    points, noise = np.repeat(patches.centre_km[:, None], 5, axis=1), np.empty((len(patches), 5))
    left = 1.0 / patches.offset_variance
    for side in range(2):
        away = 1.5 * sigma[:, side, None] * patches.axes[:, side]
        points[:, 1 + 2 * side] += away
        points[:, 2 + 2 * side] -= away
        variance = 4.5 * sigma[:, side] ** 2 * patches.slope_variance[:, side]
        variance = np.clip(variance, 2.25 * patches.offset_variance, _LOOSE)  # no more than the whole can know
        noise[:, 1 + 2 * side] = noise[:, 2 + 2 * side] = variance
        left -= 2.0 / variance
    noise[:, 0] = 1.0 / np.maximum(left, 1.0 / _LOOSE)
    return points, noise


def _neighbours(patches: Patches) -> tuple[Int[np.ndarray, " q"], Int[np.ndarray, " q"]]:
    """Pairs of patches that are near each other, for what extent they have along the line between their centres."""
    from scipy.spatial import KDTree

    spread = np.concatenate([patches.half_km / np.sqrt(3.0), patches.thickness_km[:, None]], axis=1)
    tree = KDTree(patches.centre_km)
    reach = REACH * spread.max(axis=1)
    pairs = [
        (i, j)
        for i in range(len(patches))
        for j in tree.query_ball_point(patches.centre_km[i], reach[i] + reach.max())
        if j > i
    ]
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    between = patches.centre_km[second] - patches.centre_km[first]
    distance = np.linalg.norm(between, axis=1)
    along = between / np.maximum(distance, 1e-9)[:, None]
    extent = [
        np.linalg.norm(np.einsum("qra,qa->qr", patches.axes[k], along) * spread[k], axis=1) for k in (first, second)
    ]
    wider = 2.0 * np.maximum(patches.half_km[first, 1], patches.half_km[second, 1])
    gap = distance - np.sqrt(3.0) * (extent[0] + extent[1])
    near = (distance <= REACH * (extent[0] + extent[1])) & (gap <= GAP * wider)
    return np.ascontiguousarray(first[near]), np.ascontiguousarray(second[near])
