"""Compiled loops of a plate's edges: each moved nearer to where the likelihood of the events is highest.

For the rows of a plate see `_plates_numba.py`.
"""

import math

import numpy as np
from numba import njit

from seisweave.compiling import INLINED, INNER
from seisweave.faults._density_numba import exp_negative
from seisweave.faults._normal_numba import normal_cdf

VARIANCE = 16  # column of a plate: its variance across
_MOVE = 0.1  # of a side: how far an edge may move in one step


@njit(**INLINED)
def error_along(e, p, i, a):
    """Variance of the error of event i along the unit vector at p[a]; one column of errors serves all events."""
    i = min(i, e.shape[1] - 1)
    x, y, z = p[a], p[a + 1], p[a + 2]
    return (
        x * (e[0, i] * x + 2.0 * (e[1, i] * y + e[2, i] * z)) + y * (e[3, i] * y + 2.0 * e[4, i] * z) + e[5, i] * z * z
    )


@njit(**INNER)
def fit_side(plate, xyz, error, scale2, slot, share, side, room):
    """Edges of a plate along strike (side 0) or down dip (1): each nearer to where the likelihood is highest.

    An event of several error classes counts once, with the mean of their precisions.
    """
    e = 3 + 3 * side
    total, low, high = 0.0, math.inf, -math.inf
    count = np.int64(0)  # a literal 0 is a type of its own, and `_edge` would be compiled once more for it
    precise = np.empty(len(scale2))
    for t in range(len(slot)):
        i = slot[t]
        if t == 0 or error.shape[1] > 1:
            eu = error_along(error, plate, i, e)
            for c in range(len(scale2)):
                precise[c] = 1.0 / (plate[VARIANCE] + scale2[c] * eu)
        u = 0.0
        for a in range(3):
            u += (xyz[a, i] - plate[a]) * plate[e + a]
        whole, precision = 0.0, 0.0
        for c in range(len(scale2)):
            whole += share[t, c]
            precision += share[t, c] * precise[c]
        if whole < 1e-3:
            continue
        s = math.sqrt(whole / precision)
        room[count, 0], room[count, 1], room[count, 2] = u, 1.0 / s, whole
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


@njit(**INNER)
def _edge(room, count, total, old, other, farthest):
    """Edge of a uniform side opposite to `other`, where the derivative of the log-likelihood near `old` is zero.

    It moves by `_MOVE` of the side at most, and not beyond `farthest`. The zero is found by false position (Illinois).
    """
    sign = 1.0 if other > old else -1.0
    length = abs(other - old)
    inner, outer = old + sign * _MOVE * length, old - sign * _MOVE * length
    if sign * (outer - farthest) < 0.0:
        outer = farthest
    if sign * (inner - outer) <= 0.0:  # all events lie further inside
        inner, outer = old + sign * _MOVE * length, old
    near = np.int64(0)
    for t in range(count):
        if sign * (inner - room[t, 0]) * room[t, 1] > -4.0:
            room[near, 3], room[near, 4] = t, normal_cdf(-sign * (other - room[t, 0]) * room[t, 1])
            near += 1
    start = old if sign * (old - outer) > 0.0 else 0.5 * (inner + outer)
    at_start = _pull(room, near, total, start, other, sign)
    if at_start > 0.0:  # outwards
        inner, at_inner, at_outer = start, at_start, _pull(room, near, total, outer, other, sign)
        if at_outer >= 0.0:
            return outer
    else:
        outer, at_outer, at_inner = start, at_start, _pull(room, near, total, inner, other, sign)
        if at_inner <= 0.0:
            return inner
    edge, last = start, 0
    for _ in range(30):
        before, edge = edge, (inner * at_outer - outer * at_inner) / (at_outer - at_inner)
        if abs(edge - before) <= 1e-4 * length:
            break
        here = _pull(room, near, total, edge, other, sign)
        if here > 0.0:
            inner, at_inner = edge, here
            at_outer, last = (0.5 * at_outer if last == 1 else at_outer), 1
        else:
            outer, at_outer = edge, here
            at_inner, last = (0.5 * at_inner if last == -1 else at_inner), -1
    return edge


@njit(**INNER)
def _pull(room, near, total, edge, other, sign):
    """Derivative of the log-likelihood when an edge moves outwards.

    Moving it by δ costs every event δ over the side, and gives each event near the edge what the normal density there
    is of the probability inside.
    """
    pull = -total / abs(other - edge)
    for q in range(near):
        t = int(room[q, 3])
        z = sign * (edge - room[t, 0]) * room[t, 1]  # how far the event lies outside the edge, in its errors
        if z < -4.0:
            continue
        inside = normal_cdf(-z) - room[q, 4]
        if inside > 1e-12:
            pull += room[t, 2] * room[t, 1] * 0.3989422804014327 * exp_negative(-0.5 * z * z) / inside
        else:
            pull += room[t, 2] * room[t, 1] * max(z, 1.0)
    return pull
