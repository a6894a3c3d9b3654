"""Sums over pairs in double precision, for scores: the rate, on a plane or a sphere, and its integral over time."""

import math

from numba import njit

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_LOOP)
def exact_rates(targets, before, t, source, exponent, sphere_km, rate):
    """Add the rate of a kernel at targets: rows time, then x, y in km; or longitude, latitude in radians on a sphere.

    sphere_km: its radius, 0 for the plane. Rows of source as in `_pairs_numba`, in double precision; on a sphere
    every kernel is round.
    """
    for i in range(before.size):
        time, x, y = targets[0, i], targets[1, i], targets[2, i]
        cos_y, total = math.cos(y), 0.0
        for j in range(before[i]):
            dt = time - t[j]
            dx, dy = x - source[0, j], y - source[1, j]
            if sphere_km > 0.0:
                h = math.sin(0.5 * dy) ** 2 + cos_y * math.cos(source[1, j]) * math.sin(0.5 * dx) ** 2
                d = 2.0 * sphere_km * math.asin(math.sqrt(h))
                q = d * d
            else:
                p = dx * source[5, j] + dy * source[6, j]
                w = dy * source[5, j] - dx * source[6, j]
                q = p * p / source[7, j] + w * w * source[7, j]
            total += math.exp(
                source[2, j]
                - exponent[0] * math.log(dt + source[3, j])
                - exponent[1] * math.log(q + source[4, j])
                - exponent[2] * dt
            )
        rate[i] += total


@njit(**_LOOP)
def _between(u, table, slope, first, step):
    k = int((u - first) / step)
    z = (u - first) / step - k
    a, b = table[k], table[k + 1]
    da, db = slope[k] * step, slope[k + 1] * step
    return a + z * (da + z * (3.0 * (b - a) - 2.0 * da - db + z * (2.0 * (a - b) + da + db)))


@njit(**_LOOP)
def tails_at(c, table, slope, first, step, out):
    """The tail of each source's kernel from its own c on, by cubics between places of equal log."""
    for j in range(c.size):
        out[j] = _between(math.log(c[j]), table, slope, first, step)


@njit(**_LOOP)
def cumulated(time, before, t, amplitude, c, tail, decay, table, slope, first, step, total):
    """Add sum_j amplitude_j [F(c_j) - exp(-decay s) F(s + c_j)] with s = time - t_j at each time; tail_j is F(c_j)."""
    for i in range(time.size):
        total_i = 0.0
        for j in range(before[i]):
            s = time[i] - t[j]
            left = math.exp(-decay * s) * _between(math.log(s + c[j]), table, slope, first, step)
            total_i += amplitude[j] * (tail[j] - left)
        total[i] += total_i
