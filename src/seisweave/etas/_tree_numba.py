"""Nearest of many points that stay, by a tree of halves: for points that come one at a time."""

import numpy as np
from numba import njit

LEAF = 32  # points at most in an undivided half
_DEEPEST = 64
_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


def tree_of(x, y):
    """The order that points are laid out in, and axis and place of the cut of each node i (children 2i + 1, 2i + 2)."""
    n = len(x)
    order = np.arange(n)
    nodes = 2 ** (1 + int(np.ceil(np.log2(max(n, LEAF) / LEAF))))
    axis, cut = np.zeros(nodes, np.int64), np.zeros(nodes)
    at = (x, y)
    open_halves = [(0, 0, n)]
    while open_halves:
        node, low, high = open_halves.pop()
        if high - low <= LEAF:
            continue
        part, middle = order[low:high], (low + high) // 2
        axis[node] = int(np.ptp(y[part]) > np.ptp(x[part]))
        along = at[axis[node]][part]
        order[low:high] = part[np.argpartition(along, middle - low)]
        cut[node] = at[axis[node]][order[middle]]
        open_halves += [(2 * node + 1, low, middle), (2 * node + 2, middle, high)]
    return order, axis, cut


@njit(**_LOOP)
def keep_nearest(x, y, other_x, other_y, near):
    """Put points into rows of squared distance (growing), x and y, where they are nearer than what is there."""
    last = near.shape[1] - 1
    for j in range(other_x.size):
        dx, dy = x - other_x[j], y - other_y[j]
        square = dx * dx + dy * dy
        if square < near[0, last]:
            m = last
            while m > 0 and near[0, m - 1] > square:
                near[0, m], near[1, m], near[2, m] = near[0, m - 1], near[1, m - 1], near[2, m - 1]
                m -= 1
            near[0, m], near[1, m], near[2, m] = square, other_x[j], other_y[j]


@njit(**_LOOP)
def nearest_of_tree(x, y, tree_x, tree_y, axis, cut, near):
    """The same for points in the order of the tree, most of which are never looked at."""
    node, bound = np.zeros(_DEEPEST, np.int64), np.zeros(_DEEPEST)
    low, high = np.zeros(_DEEPEST, np.int64), np.zeros(_DEEPEST, np.int64)
    high[0], waiting, last = tree_x.size, 1, near.shape[1] - 1
    while waiting > 0:
        waiting -= 1
        at, start, end, least = node[waiting], low[waiting], high[waiting], bound[waiting]
        if least >= near[0, last]:
            continue
        while end - start > LEAF:
            middle = (start + end) // 2
            beyond = (x if axis[at] == 0 else y) - cut[at]
            right = beyond >= 0.0
            node[waiting] = 2 * at + (1 if right else 2)
            low[waiting], high[waiting] = (start, middle) if right else (middle, end)
            bound[waiting] = max(least, beyond * beyond)
            waiting += 1
            at = 2 * at + (2 if right else 1)
            if right:
                start = middle
            else:
                end = middle
        keep_nearest(x, y, tree_x[start:end], tree_y[start:end], near)
