"""New arrays for a workspace, and longer ones; what they hold is said in `state.py`."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.faults.points import runs
from seisweave.faults.state import ACTIVE, Changes, Lookup, Pairs, Parts, Scratch

_ROWS = 4  # under a leaf of the tree of bounds, at most


def new_parts(
    weight: Float[np.ndarray, " g"],
    mean: Float[np.ndarray, "g 3"],
    covariance: Float[np.ndarray, "g 6"],
    least_variance: float,
) -> Parts:
    """Gaussians with their shapes, all of them active; lists are empty, boxes not fitted yet."""
    from seisweave.faults import _density_numba as density

    g = len(weight)
    weight, mean, covariance = np.array(weight), np.array(mean), np.array(covariance)
    shape = np.empty((g, density.SHAPE))
    for c in range(g):
        density.shape_gaussian(weight[c], mean[c], covariance[c], least_variance, shape[c])
    return Parts(
        weight=weight,
        mean=mean,
        covariance=covariance,
        shape=shape,
        box_centre=np.zeros((g, 3)),
        box_half=np.zeros((g, 3)),
        bounds=np.zeros((g, 6)),
        support=np.zeros(g, np.int64),
        support_length=np.zeros(g, np.int64),
        members=np.zeros(g, np.int64),
        members_length=np.zeros(g, np.int64),
        moments=np.zeros((g, 10)),
        active=np.arange(g),
    )


def new_pairs(count: int, n_blocks: int) -> Pairs:
    """Room for so many pairs."""
    return Pairs(
        first=np.zeros(count, np.int64),
        second=np.zeros(count, np.int64),
        gain=np.zeros(count),
        doubt=np.zeros(count),
        seen=np.zeros(count, np.int64),
        effect=np.zeros((count, n_blocks), np.float32),
        state=np.zeros(count, np.int64),
        todo=np.zeros(count, np.int64),
    )


def new_changes(n_merges: int, n_blocks: int) -> Changes:
    """Room for what so many merges change."""
    return Changes(
        begin=np.zeros(n_merges + 1, np.int64),
        block=np.empty(n_merges * n_blocks, np.int32),
        amount=np.empty(n_merges * n_blocks),
        total=np.zeros((n_merges + 1, n_blocks)),
    )


def new_lookup(parts: Parts, pairs: Pairs, tally: np.ndarray) -> Lookup:
    """Lists, tournament and tree of bounds of the pairs and Gaussians there are."""
    from seisweave.faults import _boxes_numba as boxes
    from seisweave.faults import _pairs_numba as pairing
    from seisweave.faults import _tree_numba as tree

    g, room, active = len(parts.weight), len(pairs.first), parts.active[: tally[ACTIVE]]
    leaves = 1 << max(0, int(np.ceil(np.log2(max(1, len(active)) / _ROWS))))
    order = np.arange(len(active))
    tree.sort_into_leaves(np.ascontiguousarray(parts.mean[active]), order, leaves, 0, leaves, 1)
    lookup = Lookup(
        winner=np.empty(2 * room, np.int32),
        head=np.empty(g, np.int32),
        after=np.empty(2 * room, np.int32),
        before=np.empty(2 * room, np.int32),
        place=np.empty(g, np.int64),
        leaf_slot=np.empty(g, np.int64),
        row=active[order],
        node=np.empty((2 * leaves, 6)),
        found=np.empty(2 * g, np.int64),
    )
    lookup.place[active] = np.arange(len(active))
    lookup.leaf_slot[lookup.row] = np.arange(len(active))
    boxes.lay_tree(parts.bounds, lookup.row, lookup.node)
    pairing.link_pairs(pairs, lookup, tally)
    return lookup


def new_scratch(n: int, n_nodes: int, n_blocks: int) -> Scratch:
    """Room for one thread to work in."""
    return Scratch(
        sum=np.zeros(n),
        buffer=np.empty(n),
        ranges=np.empty((n_nodes // 2 + 1, 2), np.int64),
        slot=np.empty(n, np.int32),
        value=np.empty(n),
        ratio=np.empty(256),
        change=np.zeros(n_blocks),
    )


def packed(start: np.ndarray, length: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions of all live entries of a pool, in order; `start` is set to where they will stand, packed."""
    rows = rows[np.argsort(start[rows], kind="stable")]
    kept = runs(start[rows], length[rows])
    start[rows] = np.cumsum(length[rows]) - length[rows]
    return kept


def copied(arrays, length: int):
    """The same arrays, their first `length` rows kept, with room for `length` rows."""
    longer = []
    for array in arrays:
        new = np.zeros((length, *array.shape[1:]), array.dtype)
        new[: len(array)] = array[:length]
        longer.append(new)
    return type(arrays)(*longer)
