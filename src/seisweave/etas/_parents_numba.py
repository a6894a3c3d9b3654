"""What triggered an event, from the terms that its rate is the sum of: drawn, or by its shares."""

import numpy as np
from numba import njit

from seisweave.etas._pairs_numba import _LOOP, LOG_AMPLITUDE, TILE, _distances, _terms, _total


@njit(**_LOOP)
def draw_sources(targets, before, t, source, exponent, aim, parent):
    """Where the running sum over the earlier sources of a kernel passes `aim`; targets of an aim below 0 are left."""
    tile = np.empty((7, TILE), np.float32)
    for i in range(before.size):
        if aim[i] < 0.0:
            continue
        total, x, y = 0.0, np.float32(targets[1, i]), np.float32(targets[2, i])
        for s in range(0, before[i], TILE):
            e = min(s + TILE, before[i])
            _distances(targets[0, i], x, y, t[s:e], source[:, s:e], tile)
            _terms(exponent, source[LOG_AMPLITUDE, s:e], tile, e - s)
            of_tile = _total(tile[6], e - s)
            if total + of_tile <= aim[i] and e < before[i]:
                total += of_tile
                continue
            for j in range(e - s):
                total += tile[6, j]
                if tile[6, j] > 0.0:
                    parent[i] = s + j
                if total > aim[i]:
                    break
            break


@njit(**_LOOP)
def count_offspring(targets, before, t, source, exponent, rate, count):
    """Add to each source its shares of the rates of later targets: how many of them it is likely to have triggered."""
    tile = np.empty((7, TILE), np.float32)
    for i in range(before.size):
        x, y = np.float32(targets[1, i]), np.float32(targets[2, i])
        for s in range(0, before[i], TILE):
            e = min(s + TILE, before[i])
            _distances(targets[0, i], x, y, t[s:e], source[:, s:e], tile)
            _terms(exponent, source[LOG_AMPLITUDE, s:e], tile, e - s)
            for j in range(e - s):
                count[s + j] += tile[6, j] / rate[i]
