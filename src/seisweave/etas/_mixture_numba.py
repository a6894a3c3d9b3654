"""Compiled loops over Gaussians on a plane: their density at places, the likeliest of them, events that each has."""

import math

import numpy as np
from numba import njit

LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}
_FARTHEST = 80.0  # squared distance in standard deviations, beyond which e^-40 is left
X, Y, XX, XY, YY, LOG_AMPLITUDE = range(6)  # rows of the parts: mean, inverse of the covariance, amplitude


@njit(**LOOP)
def _one(part, k, x, y):
    dx, dy = x - part[X, k], y - part[Y, k]
    square = part[XX, k] * dx * dx + 2.0 * part[XY, k] * dx * dy + part[YY, k] * dy * dy
    return math.exp(part[LOG_AMPLITUDE, k] - 0.5 * square) if square < _FARTHEST else 0.0


@njit(**LOOP)
def sum_densities(x, y, part, total):
    """Add the weighted density of all parts at each place."""
    for i in range(x.size):
        for k in range(part.shape[1]):
            total[i] += _one(part, k, x[i], y[i])


@njit(**LOOP)
def count_events(x, y, weight, part, uniform, each, count):
    """Share each event's weight out among the parts and a uniform density; returns what falls to the latter."""
    spread = 0.0
    for i in range(x.size):
        total = uniform
        for k in range(part.shape[1]):
            each[k] = _one(part, k, x[i], y[i])
            total += each[k]
        spread += weight[i] * uniform / total
        for k in range(part.shape[1]):
            if each[k] > 0.0:
                count[k] += weight[i] * each[k] / total
    return spread


@njit(**LOOP)
def likeliest(x, y, part):
    """The part with the highest weighted density at a place; far from all of them, that of the nearest mean."""
    best, highest, nearest = 0, 0.0, np.inf
    for k in range(part.shape[1]):
        one = _one(part, k, x, y)
        if one > highest:
            best, highest = k, one
        if highest == 0.0:
            away = (x - part[X, k]) ** 2 + (y - part[Y, k]) ** 2
            if away < nearest:
                best, nearest = k, away
    return best


@njit(**LOOP)
def likeliest_of_all(x, y, part, found):
    """The same for many places."""
    for i in range(x.size):
        found[i] = likeliest(x[i], y[i], part)
