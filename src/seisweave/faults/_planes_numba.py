"""Compiled loops of tolerant planes: the evidence for one plane under two sets of patches, and joining by it.

A patch is known by five points on its own plane with a variance each (see `planes.py`). The patches of a group are
linked: `following[s]` is the next patch of the group of s, -1 at its end.
"""

import math

import numpy as np
from numba import njit

from seisweave.compiling import INNER, LOOP
from seisweave.faults._density_numba import principal_axes

POINTS = 5


@njit(**INNER)
def _add_moments(points, noise, start, following, roughness2, origin, m):
    """Add the weighted moments (1, x, y, z, xx .. zz; from the origin) of the points of a group to m."""
    s = start
    while s >= 0:
        for p in range(POINTS):
            w = 1.0 / (noise[s, p] + roughness2)
            m[0] += w
            k = 4
            for a in range(3):
                from_a = points[s, p, a] - origin[a]
                m[1 + a] += w * from_a
                for b in range(a, 3):
                    m[k] += w * from_a * (points[s, p, b] - origin[b])
                    k += 1
        s = following[s]


@njit(**INNER)
def _log_evidence(m, scale):
    """Logarithm of the marginal likelihood of one plane under points of these moments, up to what they share.

    Priors: offset normal with standard deviation `scale`, slopes with 1.
    """
    c, axes, values = np.empty(6), np.empty((3, 3)), np.empty(3)
    k = 0
    for a in range(3):
        for b in range(a, 3):
            c[k] = m[4 + k] / m[0] - m[1 + a] / m[0] * m[1 + b] / m[0]
            k += 1
    principal_axes(c, axes, values)
    lost = 2.0 * math.log(scale) + math.log(m[0] + 1.0 / (scale * scale))
    for r in range(1, 3):
        lost += math.log(m[0] * max(values[r], 0.0) + 1.0)
    return -0.5 * (lost + m[0] * max(values[0], 0.0))


@njit(**INNER)
def log_bayes_factor(points, noise, i, j, following, roughness2):
    """Evidence for one plane under the groups that begin with patches i and j, over that for two."""
    first, second, both, origin = np.empty(10), np.empty(10), np.empty(10), np.empty(3)
    for k in range(10):
        first[k] = second[k] = 0.0
    for a in range(3):
        origin[a] = points[i, 0, a]
    scale2 = 0.0
    for start in (i, j):
        s = start
        while s >= 0:
            for p in range(POINTS):
                apart = 0.0
                for a in range(3):
                    apart += (points[s, p, a] - origin[a]) ** 2
                scale2 = max(scale2, apart)
            s = following[s]
    _add_moments(points, noise, i, following, roughness2, origin, first)
    _add_moments(points, noise, j, following, roughness2, origin, second)
    for k in range(10):
        both[k] = first[k] + second[k]
    scale = math.sqrt(scale2)
    return _log_evidence(both, scale) - _log_evidence(first, scale) - _log_evidence(second, scale)


@njit(**LOOP)
def join(points, noise, first, second, roughness2, label):
    """Join the neighbouring groups of the largest evidence for one plane while it is positive; fills in each label.

    first and second are the pairs of neighbours, and are changed; a group has the number of its first patch.
    """
    g, count = len(points), len(first)
    last, following, seen, gain = np.empty(g, np.int64), np.empty(g, np.int64), np.empty(g, np.int64), np.empty(count)
    for s in range(g):
        label[s] = last[s] = s
        following[s] = seen[s] = -1
    for q in range(count):
        gain[q] = log_bayes_factor(points, noise, first[q], second[q], following, roughness2)
    joined = 0
    while True:
        best, most = -1, 0.0
        for q in range(count):
            if gain[q] > most:
                best, most = q, gain[q]
        if best < 0:
            return
        i, j = first[best], second[best]
        following[last[i]] = j
        last[i] = last[j]
        for s in range(g):
            if label[s] == j:
                label[s] = i
        q = 0
        while q < count:
            a, b = i if first[q] == j else first[q], i if second[q] == j else second[q]
            if a == i or b == i:
                other = b if a == i else a
                if other == i or seen[other] == joined:
                    count -= 1
                    first[q], second[q], gain[q] = first[count], second[count], gain[count]
                    continue
                seen[other] = joined
                first[q], second[q] = min(i, other), max(i, other)  # a group keeps the number of its first patch
                gain[q] = log_bayes_factor(points, noise, first[q], second[q], following, roughness2)
            q += 1
        joined += 1
