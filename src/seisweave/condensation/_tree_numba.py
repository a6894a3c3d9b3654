"""Compiled planting of the tree: an order of the Gaussians, and blocks that bound what eight children can reach.

A block is eleven bounds for each of eight children: low corner (3), high corner (3) and, of all Gaussians below, half
the inverse of the widest variance along x, y, z (3), the highest logarithm of weight / root of determinant, the lowest
rank. Bounds are rounded outwards to single precision. The eight children of a leaf are rows, side by side.
"""

import numpy as np
from numba import njit

WIDE = 8
ROUND = 3e-7  # more than single precision rounds


@njit(cache=True, nogil=True)
def order_rows(key, by_top, order):
    """Order rows so that every aligned run of 8, 64, 512 … of them is alike. key (rows, 4): top, x, y, z.

    Rows are halved by_top times by top, then again and again along their widest axis: a branch should not hold both
    the one Gaussian that reaches high and the many that reach far.
    """
    stack = np.empty((128, 3), np.int64)
    stack[0, 0], stack[0, 1], stack[0, 2], depth = 0, len(order), 0, 1
    while depth > 0:
        depth -= 1
        begin, end, level = stack[depth, 0], stack[depth, 1], stack[depth, 2]
        if end - begin <= WIDE:
            continue
        unit = WIDE
        while unit * WIDE < end - begin:
            unit *= WIDE
        middle = begin + unit * max(1, (end - begin) // (2 * unit))
        axis, widest = 0, -1.0
        for a in range(1 if level >= by_top else 4, 4):
            low, high = np.inf, -np.inf
            for t in range(begin, end):
                low, high = min(low, key[order[t], a]), max(high, key[order[t], a])
            if high - low > widest:
                axis, widest = a, high - low
        _select(key[:, axis], order, begin, end, middle)
        stack[depth, 0], stack[depth, 1], stack[depth, 2] = middle, end, level + 1
        stack[depth + 1, 0], stack[depth + 1, 1], stack[depth + 1, 2] = begin, middle, level + 1
        depth += 2


@njit(cache=True, nogil=True)
def _select(key, order, begin, end, middle):
    """Bring the rows of the lowest keys before `middle` (Hoare's selection)."""
    low, high = begin, end - 1
    while low < high:
        first, second, third = key[order[low]], key[order[(low + high) // 2]], key[order[high]]
        pivot, i, j = max(min(first, second), min(max(first, second), third)), low, high
        while i <= j:
            while key[order[i]] < pivot:
                i += 1
            while key[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            break


@njit(cache=True, nogil=True)
def fit_blocks(tree, half):
    """Fit all blocks but for the highest logarithms, leaves first. half (rows, 3): half the inverse variances."""
    row, block, child = tree.row, tree.block, tree.child
    n = len(row)
    begin, end = 0, (n + WIDE - 1) // WIDE
    block[:, 0:3, :], block[:, 3:6, :], block[:, 6:9, :] = np.inf, -np.inf, np.inf
    block[:, 9, :], block[:, 10, :] = -np.inf, np.inf
    for s in range(n):
        b, c = s // WIDE, s % WIDE
        child[b] = WIDE * b
        for a in range(3):
            block[b, a, c] = row[s, a] - ROUND * abs(row[s, a])
            block[b, 3 + a, c] = row[s, a] + ROUND * abs(row[s, a])
            block[b, 6 + a, c] = half[s, a] * (1.0 - ROUND)
        block[b, 10, c] = tree.tag[s, 1]
    while end - begin > 1:
        for k in range(begin, end):
            b, c = end + (k - begin) // WIDE, (k - begin) % WIDE
            child[b] = k - c
            for a in range(3):
                block[b, a, c], block[b, 3 + a, c] = block[k, a].min(), block[k, 3 + a].max()
                block[b, 6 + a, c] = block[k, 6 + a].min()
            block[b, 10, c] = block[k, 10].min()
        begin, end = end, end + (end - begin + WIDE - 1) // WIDE


@njit(cache=True, nogil=True)
def fit_tops(tree, weight, log_root):
    """Give the Gaussians of a tree these weights, by their numbers; fit the highest logarithms of all blocks."""
    row, block = tree.row, tree.block
    for s in range(len(row)):
        w, top = weight[tree.tag[s, 0]], -np.inf
        if w > 0.0:
            top = np.log(w) - log_root[tree.tag[s, 0]]
        row[s, 9] = top
        block[s // WIDE, 9, s % WIDE] = top + ROUND * abs(top) if w > 0.0 else top
    begin, end = 0, (len(row) + WIDE - 1) // WIDE
    while end - begin > 1:
        for k in range(begin, end):
            block[end + (k - begin) // WIDE, 9, (k - begin) % WIDE] = block[k, 9].max()
        begin, end = end, end + (end - begin + WIDE - 1) // WIDE
