"""Compiled search: the Gaussian that is densest at each of a cloud of points.

Gaussians are numbered from the best located. `tree.row` holds them in the order of the tree: mean (3), inverse of the
Cholesky factor (xx, yx, yy, zx, zy, zz), logarithm of weight / root of determinant, half the inverse of the widest
variance and of those along x, y, z; `tree.tag` their number, rank, event; `tree.slot` the row of each number, -1 for
those that are not in it. `tree.node` holds, for a complete binary tree over the rows, from 1: low corner (3), high
corner (3), highest logarithm, the four halves at their smallest, smallest rank.
"""

import numpy as np
from numba import njit

PACKET = 64  # points, at most, that walk down the tree together


@njit(cache=True, nogil=True)
def find_densest(points, winner, tree, limit, seeds):
    """Make winner the number of the densest Gaussian at each point, where it beats what is there; of equals the lowest.

    points (5, n) holds x, y, z, the logarithm of the density to beat, which is raised, and a companion; points are
    reordered. A Gaussian counts if its rank is below limit.rank, its event is not limit.event and its mean lies within
    limit.low .. limit.high. seeds: rows of the tree to try first at every point.
    """
    stack = np.empty((64, 2), np.int64)
    walk, reach = np.empty(128, np.int64), np.empty(128)
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
        x, y, z = points[0, begin:end], points[1, begin:end], points[2, begin:end]
        best, won = points[3, begin:end], winner[begin:end]
        for s in seeds:
            _try_row(x, y, z, best, won, tree, s, limit)
        if previous >= 0:  # what won nearby
            for t in range(previous, begin):
                s = tree.slot[winner[t]] if winner[t] < len(tree.slot) else -1
                if s >= 0 and (t == previous or winner[t] != winner[t - 1]):
                    _try_row(x, y, z, best, won, tree, s, limit)
        _descend(x, y, z, best, won, tree, limit, walk, reach)
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
def _descend(x, y, z, best, won, tree, limit, walk, reach):
    """Walk a packet of points down the tree, the more promising half of each node first."""
    node, row, leaves, m = tree.node, tree.row, len(tree.node) // 2, len(tree.row)
    low = (x.min(), y.min(), z.min())
    high = (x.max(), y.max(), z.max())
    least = _slack(best.min())
    walk[0], reach[0], depth = 1, np.inf, 1
    while depth > 0:
        depth -= 1
        i = walk[depth]
        if reach[depth] < least:
            continue
        if i >= leaves:
            for s in range(m * (i - leaves) // leaves, m * (i - leaves + 1) // leaves):
                if _bound(row, s, 0, 9, low, high) >= least:
                    _try_row(x, y, z, best, won, tree, s, limit)
            least = _slack(best.min())
            continue
        near, far = _bound(node, 2 * i, 3, 6, low, high), _bound(node, 2 * i + 1, 3, 6, low, high)
        first, second = 2 * i, 2 * i + 1
        if far > near:
            first, second, near, far = second, first, far, near
        if far >= least and not _excluded(node, second, limit):
            walk[depth], reach[depth] = second, far
            depth += 1
        if near >= least and not _excluded(node, first, limit):
            walk[depth], reach[depth] = first, near
            depth += 1


@njit(cache=True, nogil=True)
def _slack(least):
    """A little less, so that rounding loses no tie."""
    return least - 1e-9 * (1.0 + abs(least))


@njit(cache=True, nogil=True)
def _excluded(node, i, limit):
    """Whether no Gaussian of a node counts."""
    out = node[i, 11] >= limit.rank
    for a in range(3):
        out |= (node[i, a] > limit.high[a]) | (node[i, 3 + a] < limit.low[a])
    return out


@njit(cache=True, nogil=True, inline="always")
def _bound(box, i, last, top, low, high):
    """The logarithm at `top`, lowered by the distance in σ of box i (corners at 0 and `last`) from low .. high."""
    d0 = max(box[i, 0] - high[0], low[0] - box[i, last], 0.0)
    d1 = max(box[i, 1] - high[1], low[1] - box[i, last + 1], 0.0)
    d2 = max(box[i, 2] - high[2], low[2] - box[i, last + 2], 0.0)
    d0, d1, d2 = d0 * d0, d1 * d1, d2 * d2
    most = max((d0 + d1 + d2) * box[i, top + 1], d0 * box[i, top + 2], d1 * box[i, top + 3], d2 * box[i, top + 4])
    return box[i, top] - most


@njit(cache=True, nogil=True)
def _try_row(x, y, z, best, won, tree, s, limit):
    """Let one Gaussian win what it can of a packet."""
    row, number = tree.row[s], tree.tag[s, 0]
    if tree.tag[s, 1] >= limit.rank or tree.tag[s, 2] == limit.event or row[9] == -np.inf:
        return
    for a in range(3):
        if row[a] < limit.low[a] or row[a] > limit.high[a]:
            return
    m0, m1, m2, top = row[0], row[1], row[2], row[9]
    r0, r1, r2, r3, r4, r5 = row[3], row[4], row[5], row[6], row[7], row[8]
    for t in range(len(x)):
        dx, dy, dz = x[t] - m0, y[t] - m1, z[t] - m2
        u = r0 * dx
        v = r1 * dx + r2 * dy
        w = r3 * dx + r4 * dy + r5 * dz
        value = top - 0.5 * (u * u + v * v + w * w)
        better = (value > best[t]) | ((value == best[t]) & (number < won[t]))
        best[t] = value if better else best[t]
        won[t] = number if better else won[t]


@njit(cache=True, nogil=True)
def fit_nodes(tree):
    """Fit all nodes to their rows but for the highest logarithms, leaves first."""
    node, row, tag, m = tree.node, tree.row, tree.tag, len(tree.row)
    leaves = len(node) // 2
    for i in range(2 * leaves - 1, 0, -1):
        for a in range(12):
            node[i, a] = -np.inf if 3 <= a <= 6 else np.inf
        if i < leaves:
            for child in range(2 * i, 2 * i + 2):
                for a in range(12):
                    if 3 <= a < 6:
                        node[i, a] = max(node[i, a], node[child, a])
                    elif a != 6:
                        node[i, a] = min(node[i, a], node[child, a])
            continue
        for s in range(m * (i - leaves) // leaves, m * (i - leaves + 1) // leaves):
            for a in range(3):
                node[i, a], node[i, 3 + a] = min(node[i, a], row[s, a]), max(node[i, 3 + a], row[s, a])
            for a in range(4):
                node[i, 7 + a] = min(node[i, 7 + a], row[s, 10 + a])
            node[i, 11] = min(node[i, 11], tag[s, 1])


@njit(cache=True, nogil=True)
def fit_tops(tree):
    """Fit the highest logarithm of all nodes."""
    node, row, m = tree.node, tree.row, len(tree.row)
    leaves = len(node) // 2
    for i in range(2 * leaves - 1, 0, -1):
        top = -np.inf
        if i < leaves:
            top = max(node[2 * i, 6], node[2 * i + 1, 6])
        else:
            for s in range(m * (i - leaves) // leaves, m * (i - leaves + 1) // leaves):
                top = max(top, row[s, 9])
        node[i, 6] = top
