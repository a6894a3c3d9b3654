"""The sums over all pairs of an event and an earlier one that the triggered rate and its gradient need.

A kernel adds to the rate at target i, from every earlier source j,

    o_ij = A_j (dt + c_j)^-(1+omega) exp(-dt / tau) (q_ij + Z_j)^-(1+rho),    q = p^2 / e_j + w^2 e_j,

p and w along and across the strike of the source. Terms are single precision, made by the tile of sources, and their
sums are double. What the gradient needs beside o are four *channels*, each summed with every feature f of the source:

    0: o    1: o c / (dt + c)    2: o Z / (q + Z)    3: o (w^2 e - p^2 / e) / (q + Z)

and four sums of powers: o log2(dt + c), o log2(q + Z), o dt, o log2(Z).
"""

import numpy as np
from numba import njit

from seisweave.etas._powers_numba import exp2_single, log2_single

TILE = 1024
CHANNELS, POWERS = 4, 4
X, Y, LOG_AMPLITUDE, C, Z, COS, SIN, STRETCH, LOG_Z = range(9)  # rows of `source`; logarithms to base 2
_LOOP = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
_SUM = _LOOP | {"fastmath": {"contract", "reassoc"}}


@njit(**_LOOP)
def _distances(time, x, y, t, source, tile):
    """Rows of the tile: dt, dt + c, q + Z, dq / d log e."""
    for j in range(t.size):
        tile[0, j] = np.float32(time - t[j])
    for j in range(t.size):
        tile[1, j] = tile[0, j] + source[C, j]
    for j in range(t.size):
        dx, dy = x - source[X, j], y - source[Y, j]
        p = dx * source[COS, j] + dy * source[SIN, j]
        w = dy * source[COS, j] - dx * source[SIN, j]
        along, across = p * p / source[STRETCH, j], w * w * source[STRETCH, j]
        tile[2, j] = along + across + source[Z, j]
        tile[3, j] = across - along


@njit(**_LOOP)
def _terms(exponent, log_amplitude, tile, n):
    """Further rows: the logarithms of dt + c and q + Z, and the terms."""
    for j in range(n):
        tile[4, j] = log2_single(tile[1, j])
    for j in range(n):
        tile[5, j] = log2_single(tile[2, j])
    for j in range(n):
        tile[6, j] = exp2_single(
            log_amplitude[j] - exponent[0] * tile[4, j] - exponent[1] * tile[5, j] - exponent[2] * tile[0, j]
        )


@njit(**_LOOP)
def _channels(source, tile, n):
    """Over rows 1 to 3: the channels beside the terms themselves."""
    for j in range(n):
        tile[1, j] = tile[6, j] * source[C, j] / tile[1, j]
    for j in range(n):
        share = tile[6, j] / tile[2, j]
        tile[2, j] = share * source[Z, j]
        tile[3, j] = share * tile[3, j]


@njit(**_SUM)
def _total(a, n):
    total = np.float32(0.0)
    for j in range(n):
        total += a[j]
    return total


@njit(**_SUM)
def _dot(a, b, n):
    total = np.float32(0.0)
    for j in range(n):
        total += a[j] * b[j]
    return total


@njit(**_LOOP)
def sum_rates(targets, before, t, source, exponent, rate):
    """Add the rate of a kernel at targets: rows time, x, y; `before` counts the sources earlier than each."""
    tile = np.empty((7, TILE), np.float32)
    for i in range(before.size):
        total = 0.0
        x, y = np.float32(targets[1, i]), np.float32(targets[2, i])
        for s in range(0, before[i], TILE):
            e = min(s + TILE, before[i])
            _distances(targets[0, i], x, y, t[s:e], source[:, s:e], tile)
            _terms(exponent, source[LOG_AMPLITUDE, s:e], tile, e - s)
            total += _total(tile[6], e - s)
        rate[i] += total


@njit(**_LOOP)
def sum_channels(targets, before, t, source, feature, wanted, exponent, channel, power):
    """Add the channels (target, channel, feature) and the sums of powers (target, power) of a kernel at targets.

    feature: rows of float32, the first of ones; wanted: for each channel, which of them are summed with it.
    """
    tile = np.empty((7, TILE), np.float32)
    for i in range(before.size):
        x, y = np.float32(targets[1, i]), np.float32(targets[2, i])
        for s in range(0, before[i], TILE):
            e = min(s + TILE, before[i])
            n = e - s
            _distances(targets[0, i], x, y, t[s:e], source[:, s:e], tile)
            _terms(exponent, source[LOG_AMPLITUDE, s:e], tile, n)
            _channels(source[:, s:e], tile, n)
            for k in range(CHANNELS):
                row = tile[k] if k else tile[6]
                for f in range(feature.shape[0]):
                    if wanted[k, f]:
                        channel[i, k, f] += _dot(row, feature[f, s:e], n)
            power[i, 0] += _dot(tile[6], tile[4], n)
            power[i, 1] += _dot(tile[6], tile[5], n)
            power[i, 2] += _dot(tile[6], tile[0], n)
            power[i, 3] += _dot(tile[6], source[LOG_Z, s:e], n)
