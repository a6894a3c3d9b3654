"""Atomization: the cut of the Ward tree with the most clusters that can carry a Gaussian.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (ii): the *holding capacity* is the largest number of clusters
of at least four points over all cuts of the tree. The paper walks the tree cut by cut; one sweep over the merges in
order of height counts the same: a merge that first reaches four points adds one such cluster, a merge of two such
clusters takes one away. Of equal cuts the one with the most clusters is taken, as in the published program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

MIN_POINTS = 4

By = Literal["cut", "branch"]


@dataclass(frozen=True, eq=False)
class Atoms:
    """The cut at the holding capacity: its number of clusters, and the cluster of every point.

    label is 0 .. capacity-1 for points of clusters that carry a Gaussian (in order of their first point), -1 for
    the others.
    """

    n_clusters: int
    capacity: int
    label: Int[np.ndarray, " n"]


@dataclass(frozen=True)
class Atomized:
    """How the proto-faults of a network came about, and what the other way would have given.

    by is the way that was kept; bic is the BIC of the network made in each way that was tried; left_out is the share of
    the proto-faults by branch of which the cut leaves all events to the background, None where nobody asked.
    """

    by: By = "cut"
    bic: Mapping[str, float] = field(default_factory=dict)
    left_out: float | None = None


def atomize(linkage: Float[np.ndarray, "m 4"]) -> Atoms:
    """Cut a Ward tree (SciPy's linkage array, heights ascending) at its holding capacity.

    >>> import numpy as np
    >>> from seisweave.faults.ward import ward_linkage
    >>> points = np.random.default_rng(0).normal(size=(12, 3)) + np.repeat([[0, 0, 0], [9, 0, 0]], 6, axis=0)
    >>> atoms = atomize(ward_linkage(points))
    >>> atoms.capacity, atoms.label  # two clusters of four; events that only later merges would add stay out
    (2, array([ 0,  0, -1,  0, -1,  0,  1,  1,  1, -1, -1,  1]))
    """
    n_merges, capacity = holding_capacity(linkage)
    cluster = cut_tree(linkage, n_merges)
    size = np.bincount(cluster)
    valid = size >= MIN_POINTS
    number = np.where(valid, np.cumsum(valid) - 1, -1)
    return Atoms(len(size), capacity, number[cluster])


def holding_capacity(linkage: Float[np.ndarray, "m 4"]) -> tuple[int, int]:
    """Number of merges up to the best cut, and the number of clusters of four or more points there."""
    count = clusters_that_hold(linkage)
    n_merges = int(count.argmax())  # the first maximum: fewest merges, most clusters
    return n_merges, int(count[n_merges])


def clusters_that_hold(linkage: Float[np.ndarray, "m 4"]) -> Int[np.ndarray, " n"]:
    """Number of clusters of four or more points after 0, 1, 2, ... merges of a tree of n points.

    >>> import numpy as np
    >>> from seisweave.faults.ward import ward_linkage
    >>> clusters_that_hold(ward_linkage(np.array([[0.0, 0, 0], [0, 0, 1], [0, 0, 3], [0, 0, 6], [0, 0, 20]])))
    array([0, 0, 0, 1, 1])
    """
    n = len(linkage) + 1
    size = np.concatenate([np.ones(n), linkage[:, 3]])
    first, second = linkage[:, 0].astype(np.int64), linkage[:, 1].astype(np.int64)
    parents_valid = (size[first] >= MIN_POINTS).astype(int) + (size[second] >= MIN_POINTS)
    change = (linkage[:, 3] >= MIN_POINTS).astype(int) - parents_valid
    return np.concatenate([[0], np.cumsum(change)])


def cut_tree(linkage: Float[np.ndarray, "m 4"], n_merges: int) -> Int[np.ndarray, " n"]:
    """Cluster of every point after the first `n_merges` merges, numbered in order of their first point."""
    n = len(linkage) + 1
    top = _top_nodes(linkage, n_merges)
    return in_order_of_first_point(top[:n])


def in_order_of_first_point(cluster: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Clusters numbered anew from 0, in order of their first point; -1 stays."""
    found, first_point, place = np.unique(cluster, return_index=True, return_inverse=True)
    first_point[found < 0] = -1
    rank = np.empty(len(found), np.int64)
    rank[np.argsort(first_point)] = np.arange(len(found)) - int((found < 0).sum())
    return rank[place]


def _top_nodes(linkage: np.ndarray, n_merges: int) -> np.ndarray:
    """For every node of the tree the node just below the cut that holds it (nodes above the cut: themselves)."""
    from seisweave.faults import _tree_numba as compiled

    top = np.arange(2 * len(linkage) + 1)
    children = np.ascontiguousarray(linkage[:, :2].astype(np.int64))
    compiled.hand_down(children, n_merges, top)
    return top


def cut_into_subsets(linkage: Float[np.ndarray, "m 4"], subsets: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut the tree into `subsets` clusters: for each the indices of its points (ascending) and its own linkage array.

    The Ward tree of a cluster is the part of the whole tree below it, so no tree is built again (section 4.3).
    """
    n = len(linkage) + 1
    n_merges = n - subsets
    top = _top_nodes(linkage, n_merges)
    cluster = cut_tree(linkage, n_merges)
    merge_cluster = cluster[_some_point(linkage)[:n_merges]] if n_merges else np.zeros(0, np.int64)
    cut = []
    number = np.empty(len(top), np.int64)
    for k in range(subsets):
        points = np.flatnonzero(cluster == k)
        merges = np.flatnonzero(merge_cluster == k)
        number[points] = np.arange(len(points))
        number[n + merges] = len(points) + np.arange(len(merges))
        own = linkage[merges].copy()
        own[:, :2] = np.sort(number[own[:, :2].astype(np.int64)], axis=1)
        cut.append((points, own))
    return cut


def _some_point(linkage: np.ndarray) -> np.ndarray:
    """One point below each merge."""
    from seisweave.faults import _tree_numba as compiled

    point = np.arange(2 * len(linkage) + 1)
    compiled.hand_up(np.ascontiguousarray(linkage[:, :2].astype(np.int64)), point)
    return point[len(linkage) + 1 :]
