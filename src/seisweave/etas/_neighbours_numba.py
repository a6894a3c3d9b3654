"""Nearest earlier events of every event, by looking at all of them: without an index the loops run at full width."""

import numpy as np
from numba import njit

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
_BLOCK = 256


@njit(**_LOOP)
def _squares(px, py, x, y, square):
    """Squared distances; returns the smallest."""
    least = np.float32(np.inf)
    for j in range(x.size):
        dx, dy = px - x[j], py - y[j]
        square[j] = dx * dx + dy * dy
    for j in range(x.size):
        least = min(least, square[j])
    return least


@njit(**_LOOP)
def nearest_before(x, y, before, first, distance, index):
    """Fill rows of squared distances, growing, and of indices for events first, first + 1, ...; -1: too few before."""
    k = distance.shape[1]
    square = np.empty(_BLOCK, np.float32)
    for i in range(distance.shape[0]):
        found, place = distance[i], index[i]
        found[:] = np.inf
        place[:] = -1
        at = first + i
        for s in range(0, before[at], _BLOCK):
            e = min(s + _BLOCK, before[at])
            if _squares(x[at], y[at], x[s:e], y[s:e], square) >= found[k - 1]:
                continue
            for j in range(e - s):
                if square[j] < found[k - 1]:
                    m = k - 1
                    while m > 0 and found[m - 1] > square[j]:
                        found[m], place[m] = found[m - 1], place[m - 1]
                        m -= 1
                    found[m], place[m] = square[j], s + j
