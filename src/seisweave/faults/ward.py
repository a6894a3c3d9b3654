"""Exact Ward linkage of hypocentres in nearly linear time.

Source: Ward (1963); Kamer, Ouillon & Sornette (2020), section 3.1 (i), eq. 1. The tree is the one every exact program
finds (height √(2 na nb/(na+nb)) |ca - cb|, as SciPy and MATLAB), reached another way: all clusters that are each
other's nearest merge in the same round, which reducibility allows, and the nearest cluster is looked up in a tree of
boxes that carry the smallest cluster size inside them. About 60 rounds serve a million points.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError

_LEAF = 6  # points a leaf, about
_BLOCK = 4096  # queries a thread takes at once


def ward_linkage(xyz_km: Float[np.ndarray, "n 3"], *, threads: int | None = None) -> Float[np.ndarray, "m 4"]:
    """Ward's hierarchical clustering of n points, as SciPy's (n-1, 4) linkage array.

    Args:
        xyz_km: finite coordinates, any unit; heights come in the same unit.
        threads: how many (default: all cores). The result does not depend on it.

    Returns:
        Rows (first cluster, second cluster, height, number of points), heights ascending.

    Raises:
        InputError: for an array of another shape, or coordinates that are not finite.

    Exact duplicates merge first, at height zero. Where different pairs lie at exactly the same distance (a lattice)
    the Ward tree is not unique: we choose among the equals by a fixed rule, SciPy by the order of its loop, and both
    trees are valid. The result is the same for any number of threads.

    >>> import numpy as np
    >>> ward_linkage(np.array([[0.0, 0, 0], [0, 0, 1], [0, 0, 5]]))
    array([[0.        , 1.        , 1.        , 2.        ],
           [2.        , 3.        , 5.19615242, 3.        ]])
    """
    points = _checked(xyz_km)
    n = len(points)
    if n < 2:
        return np.zeros((0, 4))
    first, duplicate_of = _distinct(points)
    pairs = _merge_duplicates(duplicate_of, first, n)
    threads = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        _merge_distinct(points, first, pairs, pool)
    return _linkage(points, pairs)


def _checked(xyz_km: np.ndarray) -> np.ndarray:
    points = np.ascontiguousarray(xyz_km, dtype=np.float64) + 0.0  # a copy; -0.0 becomes 0.0
    if points.ndim != 2 or points.shape[1] != 3:
        raise InputError(f"hypocentres have shape {points.shape}; give one row (x_km, y_km, depth_km) an event")
    bad = ~np.isfinite(points).all(axis=1)
    if bad.any():
        raise InputError(f"{bad.sum()} hypocentres are not finite, the first is row {bad.argmax()}; leave them out")
    return points


def _distinct(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest index of each distinct point, ascending; and for every point the lowest index of an equal one."""
    order = np.lexsort(points.T)
    ordered = points[order]
    starts = np.ones(len(points), bool)
    starts[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    lowest = order[starts]  # lexsort is stable: the first of equals is the lowest
    duplicate_of = np.empty(len(points), np.int64)
    duplicate_of[order] = lowest[np.cumsum(starts) - 1]
    return np.sort(lowest), duplicate_of


def _merge_duplicates(duplicate_of: np.ndarray, first: np.ndarray, n: int) -> _Merges:
    """Start the list of merges with those at height zero: duplicates join the first of their kind one by one."""
    merges = _Merges(n)
    current = np.arange(n)
    for i in np.flatnonzero(duplicate_of != np.arange(n)):
        original = duplicate_of[i]
        merges.pairs[merges.made] = current[original], i
        current[original] = n + merges.made
        merges.made += 1
    merges.identity = current[first]
    merges.size = np.bincount(duplicate_of, minlength=n)[first].astype(float)
    return merges


class _Merges:
    """Merges made so far (pairs of cluster numbers), and the number and size of each distinct point's cluster."""

    def __init__(self, n: int) -> None:
        self.pairs = np.empty((n - 1, 2), np.int64)
        self.made = 0
        self.identity = np.empty(0, np.int64)
        self.size = np.empty(0)


def _merge_distinct(points: np.ndarray, first: np.ndarray, merges: _Merges, pool: ThreadPoolExecutor) -> None:
    """Rounds: everyone asked finds its nearest cluster, all mutual pairs merge, those concerned are asked again."""
    from seisweave.faults import _tree_numba as compiled

    n, total = len(points), len(first)
    centre = points[first]
    order = k_d_order(centre, leaf_count(total), pool)
    size, identity = merges.size[order], merges.identity[order]
    best, partner, after = np.full(total, np.inf), np.full(total, -1), np.full(total, -1)
    slot, query = np.empty(n, np.int64), np.arange(total)
    node = np.empty((2 * leaf_count(total), 7))
    n_query = total
    while total > 1:
        leaves = leaf_count(total)
        compiled.fit_boxes(centre, size, total, leaves, node)
        arrays = (centre, size, identity, total, leaves, node, best, partner)

        def ask(start: int, stop: int, arrays: tuple = arrays) -> None:
            compiled.find_nearest(query, start, stop, *arrays)

        in_blocks(ask, n_query, pool)
        total, merges.made, n_query = compiled.merge_mutual(
            query,
            n_query,
            total,
            centre,
            size,
            identity,
            best,
            partner,
            after,
            slot,
            merges.made,
            merges.pairs,
        )
        partner, after = after, partner


def leaf_count(total: int) -> int:
    """Number of leaves (a power of two) of the box tree over `total` slots."""
    return 1 << max(0, int(np.ceil(np.log2(max(1, total) / _LEAF))))


def k_d_order(points: np.ndarray, n_leaves: int, pool: ThreadPoolExecutor) -> np.ndarray:
    """Permute `points` in place into k-d order and return the permutation; branches of a big tree by threads."""
    from seisweave.faults import _tree_numba as compiled

    order = np.arange(len(points))
    branch = max(1, n_leaves // 16) if len(points) > _BLOCK else n_leaves
    compiled.sort_into_leaves(points, order, n_leaves, 0, n_leaves, branch)
    starts = range(0, n_leaves, branch)
    list(pool.map(lambda a: compiled.sort_into_leaves(points, order, n_leaves, a, a + branch, 1), starts))
    return order


def in_blocks(function, count: int, pool: ThreadPoolExecutor) -> None:
    """Call function(start, stop) over 0..count in blocks, by threads when there is more than one block."""
    if count <= _BLOCK:
        function(0, count)
        return
    list(pool.map(lambda start: function(start, min(start + _BLOCK, count)), range(0, count, _BLOCK)))


def _linkage(points: np.ndarray, merges: _Merges) -> np.ndarray:
    """Sort merges by height and number the clusters as SciPy does."""
    from seisweave.faults import _tree_numba as compiled

    n = len(points)
    height, count, offset = np.zeros(n - 1), np.ones(2 * n - 1, np.int64), np.zeros((2 * n - 1, 3))
    compiled.merge_heights(points, merges.pairs, height, count, offset)
    order = np.argsort(height, kind="stable")
    number = np.arange(2 * n - 1)
    number[n + order] = n + np.arange(n - 1)
    pairs = np.sort(number[merges.pairs[order]], axis=1)
    return np.column_stack([pairs, height[order], count[n:][order]]).astype(float)
