"""Gaussians under a tree of boxes, so that the densest at a point is found among few.

The upper levels of the tree part Gaussians by size, the lower ones by place. A node knows the highest density of its
Gaussians and the widest of their variances, hence a bound of what any of them can reach at a point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

_LEAF = 10  # Gaussians a leaf, about
_SIZE_LEVELS = 4  # bands of size: 2 to this power


@dataclass(frozen=True, eq=False)
class Shapes:
    """Gaussians best located first: means, Cholesky factors and their inverses as rows of the triangle.

    variance: the widest of each, then those along the axes.
    Coordinates are scaled to make errors about as wide in all directions; the third is 0 ± 1 in two dimensions.
    """

    mean: Float[np.ndarray, "m 3"]
    root: Float[np.ndarray, "m 6"]
    inverse: Float[np.ndarray, "m 6"]
    log_root: Float[np.ndarray, " m"]
    variance: Float[np.ndarray, "m 4"]
    scale_km: Float[np.ndarray, " 3"]


def shape_gaussians(mean_km: np.ndarray, covariance_km2: np.ndarray, min_sigma_km: float) -> Shapes:
    """Scale, embed in three dimensions, widen what is thinner than min_sigma_km, and factorise."""
    m, d = mean_km.shape
    mean, covariance = np.zeros((m, 3)), np.tile(np.eye(3), (m, 1, 1))
    mean[:, :d], covariance[:, :d, :d] = mean_km, widened(covariance_km2, min_sigma_km)
    scale = np.ones(3)
    scale[:d] = np.sqrt(np.median(np.diagonal(covariance, axis1=1, axis2=2)[:, :d], axis=0))
    covariance[:, :d, :d] /= np.outer(scale[:d], scale[:d])
    root = np.linalg.cholesky(covariance)
    row, column = np.tril_indices(3)
    return Shapes(
        mean / scale,
        root[:, row, column],
        np.linalg.inv(root)[:, row, column],
        np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1),
        np.column_stack([np.linalg.eigvalsh(covariance)[:, 2], np.diagonal(covariance, axis1=1, axis2=2)]),
        scale,
    )


def widened(covariance_km2: np.ndarray, min_sigma_km: float) -> np.ndarray:
    """Covariances whose eigenvalues are at least min_sigma_km²; those that are wide enough stay as they are."""
    least = min_sigma_km**2
    thin = np.flatnonzero(np.linalg.eigvalsh(covariance_km2)[:, 0] < least)
    covariance = np.array(covariance_km2)
    values, vectors = np.linalg.eigh(covariance[thin])
    fixed = np.einsum("mij,mj,mkj->mik", vectors, np.maximum(values, least), vectors)
    covariance[thin] = (fixed + fixed.transpose(0, 2, 1)) / 2
    return covariance


def plant_tree(shapes: Shapes, rank: Int[np.ndarray, " m"], event: Int[np.ndarray, " m"], wanted: np.ndarray):
    """Tree over the wanted Gaussians (numbers, rising), its weights still missing: see `weigh`."""
    from seisweave.condensation import _condense_numba as compiled
    from seisweave.condensation import _vote_numba as search

    leaves = 1 << max(0, int(np.ceil(np.log2(max(1, len(wanted)) / _LEAF))))
    number = wanted[_tree_order(shapes.mean[wanted], leaves)]
    row = np.empty((len(number), 15))
    row[:, :3], row[:, 3:9], row[:, 9] = shapes.mean[number], shapes.inverse[number], -np.inf
    row[:, 10:14], row[:, 14] = 0.5 / shapes.variance[number], shapes.log_root[number]
    tag = np.stack([number, rank[number], event[number]], axis=1).astype(np.int64)
    slot = np.full(len(rank), -1)
    slot[number] = np.arange(len(number))
    tree = compiled.Tree(row, tag, slot, np.empty((2 * leaves, 12)))
    search.fit_nodes(tree)
    return tree


def weigh(tree, weight: Float[np.ndarray, " m"]) -> None:
    """Give the Gaussians of a tree these weights, by their numbers."""
    from seisweave.condensation import _vote_numba as compiled

    with np.errstate(divide="ignore"):
        tree.row[:, 9] = np.log(weight[tree.tag[:, 0]]) - tree.row[:, 14]
    compiled.fit_tops(tree)


def _tree_order(mean: np.ndarray, leaves: int) -> np.ndarray:
    """Order in which node k of 2^l on level l holds m k / 2^l .. m (k + 1) / 2^l: halves by size, then by place."""
    m, order = len(mean), np.arange(len(mean))
    levels = leaves.bit_length() - 1
    for level in range(min(_SIZE_LEVELS, max(0, levels - 4)), levels):
        edge = m * np.arange((1 << level) + 1) // (1 << level)
        part = np.repeat(np.arange(1 << level), np.diff(edge))
        ordered = mean[order]
        spread = np.maximum.reduceat(ordered, edge[:-1]) - np.minimum.reduceat(ordered, edge[:-1])
        key = ordered[np.arange(m), spread.argmax(axis=1)[part]]
        order = order[np.lexsort((key, part))]
    return order
