"""How the triggered part of every target's rate is shared out by the time and the distance to its sources."""

import math

from numba import njit

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_LOOP)
def add_shares(targets, before, t, source, exponent, rate, bins, by_time, by_distance):
    """Add each pair's share of the target's rate to the bin of its time and of its distance.

    targets: rows time, x, y; source and exponent as in `_pairs_numba`, in double precision; rate: of each target;
    bins: rows (logarithm of the first inner edge, step of the logarithm), of days and of km; what lies beyond the outer
    edges is in the outer bins.
    """
    for i in range(before.size):
        time, x, y = targets[0, i], targets[1, i], targets[2, i]
        for j in range(before[i]):
            dt = time - t[j]
            dx, dy = x - source[0, j], y - source[1, j]
            p = dx * source[5, j] + dy * source[6, j]
            w = dy * source[5, j] - dx * source[6, j]
            q = p * p / source[7, j] + w * w * source[7, j]
            share = (
                math.exp(
                    source[2, j]
                    - exponent[0] * math.log(dt + source[3, j])
                    - exponent[1] * math.log(q + source[4, j])
                    - exponent[2] * dt
                )
                / rate[i]
            )
            k = math.floor((math.log(dt) - bins[0, 0]) / bins[0, 1]) + 1
            by_time[min(max(k, 0), by_time.size - 1)] += share
            distance = math.sqrt(dx * dx + dy * dy) + 1e-9
            k = math.floor((math.log(distance) - bins[1, 0]) / bins[1, 1]) + 1
            by_distance[min(max(k, 0), by_distance.size - 1)] += share
