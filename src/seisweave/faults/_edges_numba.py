"""Compiled loops of a plate's edges: each moved nearer to where the likelihood of the events is highest.

For the rows of a plate see `_plates_numba.py`.
"""

import math

from numba import njit

VARIANCE = 16  # column of a plate: its variance across
_MOVE = 0.1  # of a side: how far an edge may move in one step


@njit(cache=True, nogil=True, inline="always")
def error_along(e, p, i, a):
    """Variance of the error of event i along the unit vector at p[a]."""
    x, y, z = p[a], p[a + 1], p[a + 2]
    return (
        x * (e[0, i] * x + 2.0 * (e[1, i] * y + e[2, i] * z)) + y * (e[3, i] * y + 2.0 * e[4, i] * z) + e[5, i] * z * z
    )


@njit(cache=True, nogil=True)
def fit_side(plate, xyz, error, scale2, slot, share, side, room):
    """Edges of a plate along strike (side 0) or down dip (1): each nearer to where the likelihood is highest.

    An event of several error classes counts once, with the mean of their precisions.
    """
    e = 3 + 3 * side
    total, low, high, count = 0.0, math.inf, -math.inf, 0
    for t in range(len(slot)):
        i = slot[t]
        u = 0.0
        for a in range(3):
            u += (xyz[a, i] - plate[a]) * plate[e + a]
        eu = error_along(error, plate, i, e)
        whole, precision = 0.0, 0.0
        for c in range(len(scale2)):
            whole += share[t, c]
            precision += share[t, c] / (plate[VARIANCE] + scale2[c] * eu)
        if whole < 1e-3:
            continue
        s = math.sqrt(whole / precision)
        room[count, 0], room[count, 1], room[count, 2] = u, s, whole
        total += whole
        low, high = min(low, u - s), max(high, u + s)
        count += 1
    if total <= 0.0 or high <= low:
        return
    start, stop = plate[12 + 2 * side], plate[13 + 2 * side]
    start = _edge(room, count, total, start, stop, low)
    stop = _edge(room, count, total, stop, start, high)
    middle = 0.5 * (start + stop)
    half = 0.5 * (stop - start)
    for a in range(3):
        plate[a] += middle * plate[e + a]
    plate[12 + 2 * side], plate[13 + 2 * side] = -half, half


@njit(cache=True, nogil=True)
def _edge(room, count, total, old, other, farthest):
    """Edge of a uniform side opposite to `other`, by bisection of the derivative of the log-likelihood around `old`.

    Moving the edge outwards by δ costs every event δ over the side, and gives each event near the edge what the normal
    density there is of the probability inside. It moves by `_MOVE` of the side at most, and not beyond `farthest`.
    """
    sign = 1.0 if other > old else -1.0
    length = abs(other - old)
    inner, outer = old + sign * _MOVE * length, old - sign * _MOVE * length
    if sign * (outer - farthest) < 0.0:
        outer = farthest
    if sign * (inner - outer) <= 0.0:  # all events lie further inside
        inner, outer = old + sign * _MOVE * length, old
    near = 0
    for t in range(count):
        if sign * (inner - room[t, 0]) > -4.0 * room[t, 1]:
            room[near, 3] = t
            near += 1
    while abs(outer - inner) > 1e-4 * length:
        edge = 0.5 * (inner + outer)
        pull = 0.0
        for q in range(near):
            t = int(room[q, 3])
            z = sign * (edge - room[t, 0]) / room[t, 1]  # how far the event lies outside the edge, in its errors
            if z < -4.0:
                continue
            far = sign * (other - room[t, 0]) / room[t, 1]
            inside = 0.5 * (math.erfc(z * 0.7071067811865476) - math.erfc(far * 0.7071067811865476))
            if inside > 1e-12:
                pull += room[t, 2] * 0.3989422804014327 * math.exp(-0.5 * z * z) / (room[t, 1] * inside)
            else:
                pull += room[t, 2] * max(z, 1.0) / room[t, 1]
        if pull > total / abs(other - edge):
            inner = edge
        else:
            outer = edge
    return 0.5 * (inner + outer)
