"""Gaussians under a tree of boxes, so that the densest at a point is found among few.

The upper levels of the tree part Gaussians by their highest density, the lower ones by place. A block knows, of each of
its eight children, the highest density and the widest variances, hence a bound of what any of them reaches at a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

_BY_TOP = 2  # times that Gaussians are halved by how high they reach, before they are halved by place


@dataclass(frozen=True, eq=False)
class Shapes:
    """Gaussians best located first: means, Cholesky factors and their inverses as rows of the triangle.

    half: half the inverse of the widest variance there is along x, y, z, so that no density falls off more slowly than
    exp(-half_x x² - half_y y² - half_z z²).
    place: rank along a curve through space (Morton's), which keeps neighbours together.
    Coordinates are scaled to make errors about as wide in all directions; the third is 0 ± 1 in two dimensions.
    widened: how many were thinner than min_sigma_km.
    """

    mean: Float[np.ndarray, "m 3"]
    root: Float[np.ndarray, "m 6"]
    inverse: Float[np.ndarray, "m 6"]
    log_root: Float[np.ndarray, " m"]
    half: Float[np.ndarray, "m 3"]
    place: Int[np.ndarray, " m"]
    scale_km: Float[np.ndarray, " 3"]
    widened: int


def shape_gaussians(mean_km: np.ndarray, covariance_km2: np.ndarray, min_sigma_km: float) -> Shapes:
    """Scale, embed in three dimensions, widen what is thinner than min_sigma_km, and factorise."""
    m, d = mean_km.shape
    mean, covariance, thin = np.zeros((m, 3)), np.tile(np.eye(3), (m, 1, 1)), _thin(covariance_km2, min_sigma_km)
    mean[:, :d], covariance[:, :d, :d] = mean_km, covariance_km2
    covariance[thin, :d, :d] = widened(covariance_km2[thin], min_sigma_km)
    scale = np.ones(3)
    scale[:d] = np.sqrt(np.median(np.diagonal(covariance, axis1=1, axis2=2)[:, :d], axis=0))
    mean /= scale
    covariance[:, :d, :d] /= np.outer(scale[:d], scale[:d])
    root = np.linalg.cholesky(covariance)
    row, column = np.tril_indices(3)
    return Shapes(
        mean,
        root[:, row, column],
        _inverse(root),
        np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1),
        _half(covariance),
        _along_curve(mean),
        scale,
        len(thin),
    )


def _thin(covariance_km2: np.ndarray, min_sigma_km: float) -> Int[np.ndarray, " thin"]:
    """Which covariances have an eigenvalue below min_sigma_km²; those whose determinant excludes it are not solved."""
    d = covariance_km2.shape[1]
    trace, determinant = np.trace(covariance_km2, axis1=1, axis2=2), np.linalg.det(covariance_km2)
    lowest = determinant * (d - 1.0) ** (d - 1) / np.maximum(trace, 1e-100) ** (d - 1)  # at least, of any eigenvalue
    doubtful = np.flatnonzero(~(lowest > 1.001 * min_sigma_km**2))
    return doubtful[np.linalg.eigvalsh(covariance_km2[doubtful])[:, 0] < min_sigma_km**2]


def widened(covariance_km2: np.ndarray, min_sigma_km: float) -> np.ndarray:
    """Covariances whose eigenvalues are raised to min_sigma_km²."""
    values, vectors = np.linalg.eigh(covariance_km2)
    fixed = np.einsum("mij,mj,mkj->mik", vectors, np.maximum(values, min_sigma_km**2), vectors)
    return (fixed + fixed.transpose(0, 2, 1)) / 2


def _inverse(root: np.ndarray) -> Float[np.ndarray, "m 6"]:
    """Inverses of lower triangles, as rows xx, yx, yy, zx, zy, zz."""
    xx, yy, zz = 1.0 / root[:, 0, 0], 1.0 / root[:, 1, 1], 1.0 / root[:, 2, 2]
    yx, zy = -root[:, 1, 0] * xx * yy, -root[:, 2, 1] * yy * zz
    zx = -(root[:, 2, 0] * xx + root[:, 2, 1] * yx) * zz
    return np.column_stack([xx, yx, yy, zx, zy, zz])


def _half(covariance: np.ndarray) -> Float[np.ndarray, "m 3"]:
    """Half the inverse of variances D with x' D⁻¹ x ≤ x' S⁻¹ x for any x: the diagonal of S, widened.

    No eigenvalue of a correlation matrix exceeds 1 + √(4/3 Σ r²), by the spread of eigenvalues about their mean.
    """
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    row, column = np.tril_indices(3, -1)
    square = covariance[:, row, column] ** 2 / (variance[:, row] * variance[:, column])
    return 0.5 * (1.0 - 1e-9) / (variance * (1.0 + np.sqrt(4.0 / 3.0 * square.sum(axis=1)))[:, None])


def _along_curve(mean: np.ndarray) -> Int[np.ndarray, " m"]:
    """Rank of each place along Morton's curve: the bits of its three coordinates, interleaved."""
    low, high = mean.min(axis=0), mean.max(axis=0)
    cell = ((mean - low) / max((high - low).max(), 1e-300) * (2**21 - 1)).astype(np.uint64)
    code = np.zeros(len(mean), np.uint64)
    for bit in range(21):
        for a in range(3):
            code |= ((cell[:, a] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(3 * bit + a)
    place = np.empty(len(mean), np.int64)
    place[np.argsort(code, kind="stable")] = np.arange(len(mean))
    return place


def plant_tree(shapes: Shapes, labels: Int[np.ndarray, "m 2"], wanted: np.ndarray, weight: np.ndarray) -> Any:
    """Tree over the wanted Gaussians (numbers, one or more), each with its weight. labels: rank and event of all."""
    from seisweave.condensation import _condense_numba as compiled
    from seisweave.condensation import _tree_numba as planting

    with np.errstate(divide="ignore"):
        top = np.maximum(np.log(weight[wanted]), -700.0) - shapes.log_root[wanted]
    order = np.argsort(shapes.place[wanted], kind="stable")
    planting.order_rows(np.column_stack([top, shapes.mean[wanted]]), _BY_TOP, order)
    number = wanted[order]
    row, slot = np.empty((len(number), 10)), np.full(len(labels), -1)
    row[:, :3], row[:, 3:9] = shapes.mean[number], shapes.inverse[number]
    slot[number] = np.arange(len(number))
    blocks = _count_blocks(len(number))
    block, child = np.empty((blocks, 11, 8), np.float32), np.empty(blocks, np.int64)
    tree = compiled.Tree(row, np.column_stack([number, labels[number]]).astype(np.int64), slot, block, child)
    planting.fit_blocks(tree, shapes.half[number])
    weigh(tree, weight, shapes)
    return tree


def weigh(tree: Any, weight: Float[np.ndarray, " m"], shapes: Shapes) -> None:
    """Give the Gaussians of a tree these weights, by their numbers."""
    from seisweave.condensation import _tree_numba as planting

    planting.fit_tops(tree, weight, shapes.log_root)


def _count_blocks(rows: int) -> int:
    """Leaves of eight rows, blocks of eight leaves and so on, up to one root."""
    level = -(-rows // 8)
    return level if level == 1 else level + _count_blocks(level)
