"""Nearest neighbours in time, space and magnitude, by a tree whose nodes know how near any of their events can be.

A tree is cut at medians, of the widest side of space and of time in turns. A node is a slice of `order`, which holds
the events of its two children, 2k + 1 and 2k + 2; `node` are its bounds: rows of the earliest and latest time, the
largest magnitude, and of the smallest and largest x, y, z, depth.
"""

import math

import numpy as np
from numba import njit

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}
LEAF = 16
_MANTISSA, _LOG10_2, _ROUNDING = 2.0**-52, math.log10(2.0), 1e-9
EARLIEST, LATEST, LARGEST, LOW, HIGH = 0, 1, 2, 3, 7
ROWS = 11


@njit(**_LOOP)
def grow(t, place, magnitude, order, first, node):
    """Fill the tree: `first` of each node and of the one after it, in `order`."""
    depth = 0
    level = 0
    while level < first.shape[0]:
        for k in range(level, min(2 * level + 1, first.shape[0])):
            if k == 0:
                first[0, 0], first[0, 1] = 0, t.size
            else:
                up = (k - 1) // 2
                half = (first[up, 0] + first[up, 1]) // 2
                first[k, 0] = first[up, 0] if k % 2 == 1 else half
                first[k, 1] = half if k % 2 == 1 else first[up, 1]
            slice_ = order[first[k, 0] : first[k, 1]]
            _bound(t, place, magnitude, slice_, node[:, k])
            if 2 * k + 2 < first.shape[0]:
                axis = 0
                for a in range(1, 4):
                    if node[HIGH + a, k] - node[LOW + a, k] > node[HIGH + axis, k] - node[LOW + axis, k]:
                        axis = a
                key = t[slice_] if depth % 2 == 0 else place[slice_, axis]
                slice_[:] = slice_[np.argsort(key)]
        level = 2 * level + 1
        depth += 1


@njit(**_LOOP)
def _bound(t, place, magnitude, events, node):
    node[EARLIEST], node[LATEST], node[LARGEST] = np.inf, -np.inf, -np.inf
    node[LOW : LOW + 4], node[HIGH : HIGH + 4] = np.inf, -np.inf
    for j in events:
        node[EARLIEST], node[LATEST] = min(node[EARLIEST], t[j]), max(node[LATEST], t[j])
        node[LARGEST] = max(node[LARGEST], magnitude[j])
        for a in range(4):
            node[LOW + a] = min(node[LOW + a], place[j, a])
            node[HIGH + a] = max(node[HIGH + a], place[j, a])


@njit(**_LOOP)
def _log10_below(x):
    """A number below log10(x) by 0.026 at most, for x above 0: exponent and mantissa as they are stored."""
    return (np.float64(x).view(np.int64) * _MANTISSA - 1023.0) * _LOG10_2


@njit(**_LOOP)
def _least(t, place, node, k, law):
    """A bound of log10 eta to any event of a node, from below; infinite where all come later."""
    dimension, b, shortest, nearest_km = law[0], law[1], law[2], law[3]
    if node[EARLIEST, k] >= t:
        return np.inf
    square = 0.0
    for a in range(4):
        out = max(node[LOW + a, k] - place[a], place[a] - node[HIGH + a, k], 0.0)
        square += out * out
    return (
        _log10_below(max(t - node[LATEST, k], shortest))
        + 0.5 * dimension * _log10_below(max(square, nearest_km * nearest_km))
        - b * node[LARGEST, k]
        - _ROUNDING
    )


@njit(**_LOOP)
def _log_distance(dt, one, other, magnitude, law, best):
    """log10 of eta to an event, or infinite where it is surely above the best so far."""
    dimension, b, shortest, nearest_km, earth_km = law
    dx, dy, dz, down = one[0] - other[0], one[1] - other[1], one[2] - other[2], one[3] - other[3]
    straight, square = dx * dx + dy * dy + dz * dz, nearest_km * nearest_km
    low = 0.5 * dimension * _log10_below(max(straight + down * down, square)) - b * magnitude
    if low + _log10_below(max(dt, shortest)) - _ROUNDING > best:
        return np.inf
    along = 2.0 * earth_km * math.asin(min(1.0, math.sqrt(straight) / (2.0 * earth_km)))
    square = max(along * along + down * down, square)
    return math.log10(max(dt, shortest)) + 0.5 * dimension * math.log10(square) - b * magnitude


@njit(**_LOOP)
def nearest(rows, t, place, magnitude, law, order, first, node, distance, parent):
    """Fill log10 of the distance to the nearest earlier event, and its index, of events `rows`; the earliest of equals.

    law: dimension, b, shortest time, shortest distance, radius of the Earth. Infinite and -1 where none is earlier.
    """
    stack, least = np.empty(64, np.int64), np.empty(64)
    n_nodes = first.shape[0]
    for i in rows:
        best, found = np.inf, -1
        stack[0], least[0], top = 0, _least(t[i], place[i], node, 0, law), 1
        while top > 0:
            top -= 1
            k = stack[top]
            if least[top] > best or least[top] == np.inf:
                continue
            if 2 * k + 2 < n_nodes:
                near, far = 2 * k + 1, 2 * k + 2
                low, high = _least(t[i], place[i], node, near, law), _least(t[i], place[i], node, far, law)
                if high < low or (high == low and node[LATEST, far] > node[LATEST, near]):
                    near, far, low, high = far, near, high, low
                stack[top], least[top], stack[top + 1], least[top + 1] = far, high, near, low
                top += 2
                continue
            for s in range(first[k, 0], first[k, 1]):
                j = order[s]
                if t[j] < t[i]:
                    value = _log_distance(t[i] - t[j], place[i], place[j], magnitude[j], law, best)
                    if value < best or (value == best and j < found):
                        best, found = value, j
        distance[i], parent[i] = best, found
