"""Compiled search: the Gaussian that is densest at each of a cloud of points.

Gaussians are numbered from the best located. `tree.row` holds them in the order of the tree: mean (3), inverse of the
Cholesky factor (xx, yx, yy, zx, zy, zz), logarithm of weight / root of determinant, half the inverse of the widest
variance and of those along x, y, z; `tree.tag` their number, rank, event; `tree.slot` the row of each number, -1 for
those that are not in it. `tree.node` holds, for a complete binary tree over the rows, from 1: low corner (3), high
corner (3), highest logarithm, the four halves at their smallest, smallest rank.
"""

import numpy as np
from numba import njit

PACKET = 32  # points, at most, that walk down the tree together


@njit(cache=True, nogil=True)
def find_densest(points, winner, tree, limit, seeds):
    """Make winner the number of the densest Gaussian at each point, where it beats what is there; of equals the lowest.

    points (5, n) holds x, y, z, the logarithm of the density to beat, which is raised, and a companion; points are
    reordered. A Gaussian counts if its rank is below limit.rank, its event is not limit.event and its mean lies within
    limit.low .. limit.high. seeds: rows of the tree to try first at every point.
    """
    stack = np.empty((64, 2), np.int64)
    walk = np.empty(256, np.int64)
    stack[0, 0], stack[0, 1], depth = 0, points.shape[1], 1
    previous = -1
    while depth > 0:
        depth -= 1
        begin, end = stack[depth, 0], stack[depth, 1]
        if end - begin > PACKET:
            middle = _halve(points, winner, begin, end)
            stack[depth, 0], stack[depth, 1] = middle, end
            stack[depth + 1, 0], stack[depth + 1, 1] = begin, middle
            depth += 2
            continue
        for s in seeds:
            _try_row(points, winner, begin, end, tree, s, limit)
        if previous >= 0:  # what won nearby
            for t in range(previous, begin):
                s = tree.slot[winner[t]] if winner[t] < len(tree.slot) else -1
                if s >= 0 and (t == previous or winner[t] != winner[t - 1]):
                    _try_row(points, winner, begin, end, tree, s, limit)
        _descend(points, winner, begin, end, tree, limit, walk)
        previous = begin


@njit(cache=True, nogil=True)
def _halve(points, winner, begin, end):
    """Part points begin .. end at the median along their widest axis; where the second half begins."""
    axis, widest = 0, -1.0
    for a in range(3):
        spread = points[a, begin:end].max() - points[a, begin:end].min()
        if spread > widest:
            axis, widest = a, spread
    middle, low, high = (begin + end) // 2, begin, end - 1
    while low < high:  # quickselect
        pivot, i, j = points[axis, (low + high) // 2], low, high
        while i <= j:
            while points[axis, i] < pivot:
                i += 1
            while points[axis, j] > pivot:
                j -= 1
            if i <= j:
                for r in range(5):
                    points[r, i], points[r, j] = points[r, j], points[r, i]
                winner[i], winner[j] = winner[j], winner[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            break
    return middle


@njit(cache=True, nogil=True)
def _descend(points, winner, begin, end, tree, limit, walk):
    """Walk a packet of points down the tree, the more promising half of each node first."""
    node, leaves, m = tree.node, len(tree.node) // 2, len(tree.row)
    low, high = np.empty(3), np.empty(3)
    for a in range(3):
        low[a], high[a] = points[a, begin:end].min(), points[a, begin:end].max()
    least = _slack(points[3, begin:end].min())
    walk[0], depth = 1, 1
    while depth > 0:
        depth -= 1
        i = walk[depth]
        if node[i, 11] >= limit.rank or _apart(node[i], limit) or _bound(node[i], low, high) < least:
            continue
        if i < leaves:
            first, second = 2 * i, 2 * i + 1
            if _bound(node[second], low, high) > _bound(node[first], low, high):
                first, second = second, first
            walk[depth], walk[depth + 1] = second, first
            depth += 2
            continue
        for s in range(m * (i - leaves) // leaves, m * (i - leaves + 1) // leaves):
            if _row_bound(tree.row[s], low, high) >= least:
                _try_row(points, winner, begin, end, tree, s, limit)
        least = _slack(points[3, begin:end].min())


@njit(cache=True, nogil=True)
def _slack(least):
    """A little less, so that rounding loses no tie."""
    return least - 1e-9 * (1.0 + abs(least))


@njit(cache=True, nogil=True)
def _apart(box, limit):
    for a in range(3):
        if box[a] > limit.high[a] or box[3 + a] < limit.low[a]:
            return True
    return False


@njit(cache=True, nogil=True)
def _bound(box, low, high):
    """No Gaussian of a node is denser than this within low .. high."""
    square, most = 0.0, 0.0
    for a in range(3):
        d = max(box[a] - high[a], low[a] - box[3 + a], 0.0)
        square += d * d
        most = max(most, d * d * box[8 + a])
    return box[6] - max(square * box[7], most)


@njit(cache=True, nogil=True)
def _row_bound(row, low, high):
    """A Gaussian is nowhere denser than this within low .. high."""
    square, most = 0.0, 0.0
    for a in range(3):
        d = max(row[a] - high[a], low[a] - row[a], 0.0)
        square += d * d
        most = max(most, d * d * row[11 + a])
    return row[9] - max(square * row[10], most)


@njit(cache=True, nogil=True)
def _try_row(points, winner, begin, end, tree, s, limit):
    """Let one Gaussian win what it can of a packet."""
    row, number = tree.row[s], tree.tag[s, 0]
    if tree.tag[s, 1] >= limit.rank or tree.tag[s, 2] == limit.event or row[9] == -np.inf:
        return
    for a in range(3):
        if row[a] < limit.low[a] or row[a] > limit.high[a]:
            return
    x, y, z, best = points[0], points[1], points[2], points[3]
    m0, m1, m2, top = row[0], row[1], row[2], row[9]
    r0, r1, r2, r3, r4, r5 = row[3], row[4], row[5], row[6], row[7], row[8]
    for t in range(begin, end):
        dx, dy, dz = x[t] - m0, y[t] - m1, z[t] - m2
        u = r0 * dx
        v = r1 * dx + r2 * dy
        w = r3 * dx + r4 * dy + r5 * dz
        value = top - 0.5 * (u * u + v * v + w * w)
        better = (value > best[t]) | ((value == best[t]) & (number < winner[t]))
        best[t] = value if better else best[t]
        winner[t] = number if better else winner[t]


@njit(cache=True, nogil=True)
def refit(tree):
    """Fit all nodes to their rows, leaves first."""
    node, row, m = tree.node, tree.row, len(tree.row)
    leaves = len(node) // 2
    for i in range(2 * leaves - 1, 0, -1):
        box = node[i]
        box[0:3], box[3:6], box[6], box[7:12] = np.inf, -np.inf, -np.inf, np.inf
        if i < leaves:
            for child in (node[2 * i], node[2 * i + 1]):
                box[0:3], box[3:6] = np.minimum(box[0:3], child[0:3]), np.maximum(box[3:6], child[3:6])
                box[6], box[7:12] = max(box[6], child[6]), np.minimum(box[7:12], child[7:12])
            continue
        for s in range(m * (i - leaves) // leaves, m * (i - leaves + 1) // leaves):
            box[0:3], box[3:6] = np.minimum(box[0:3], row[s, 0:3]), np.maximum(box[3:6], row[s, 0:3])
            box[6], box[7:11] = max(box[6], row[s, 9]), np.minimum(box[7:11], row[s, 10:14])
            box[11] = min(box[11], tree.tag[s, 1])
