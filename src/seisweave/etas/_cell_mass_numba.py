"""The loops of `cell_mass` and `widths`."""

import math

import numpy as np
from numba import njit

_FARTHEST, _MOST = 4.0, 64  # deviations and points along an ellipse's axis
_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_LOOP)
def add_masses(column_edges, row_edges, axis, stretch, u, share, mass):
    """Add to `mass` (p, n, rows, columns) the part of p mixtures of normals around each of n events in each cell.

    column_edges (n, columns + 1) and row_edges (n, rows + 1) are km east and north of the event; axis (2, n): east and
    north of the ellipses' direction; stretch (p, n): by which variances are multiplied along it, and divided across; u
    (k): 1 / (2 variance); share (p, n, k): of each normal. Ellipses are round normals along their longer axis, closer
    than their own deviation.
    """
    columns, rows = column_edges.shape[1] - 1, row_edges.shape[1] - 1
    east, north = np.empty(columns), np.empty(rows)
    for j in range(column_edges.shape[0]):
        for p in range(stretch.shape[0]):
            round_one = abs(stretch[p, j] - 1.0) < 1e-9
            turned = stretch[p, j] < 1.0
            narrow = stretch[p, j] if turned else 1.0 / stretch[p, j]
            spread = max(1.0 / narrow - narrow, 0.0)
            points = 1 if round_one else min(_MOST, int(2.0 * _FARTHEST * math.sqrt(spread / narrow))) + 2
            apart, total = 2.0 * _FARTHEST / max(points - 1, 1), 1.0
            if not round_one:
                total = 0.0
                for g in range(points):
                    total += math.exp(-0.5 * (g * apart - _FARTHEST) ** 2)
            for k in range(u.size):
                if share[p, j, k] < 1e-12:
                    continue
                sharp = math.sqrt(u[k] / narrow)
                for g in range(points):
                    at = 0.0 if round_one else g * apart - _FARTHEST
                    way = at * math.sqrt(0.5 * spread / u[k])
                    x, y = axis[0, j] * way, axis[1, j] * way
                    if turned:
                        x, y = -y, x
                    before = math.erf(sharp * (column_edges[j, 0] - x))
                    for c in range(columns):
                        after = math.erf(sharp * (column_edges[j, c + 1] - x))
                        east[c] = 0.5 * (after - before)
                        before = after
                    part = 0.5 * share[p, j, k] * math.exp(-0.5 * at**2) / total
                    before = math.erf(sharp * (row_edges[j, 0] - y))
                    for r in range(rows):
                        after = math.erf(sharp * (row_edges[j, r + 1] - y))
                        north[r] = part * (after - before)
                        before = after
                        if north[r] > 1e-15:
                            for c in range(columns):
                                mass[p, j, r, c] += north[r] * east[c]


@njit(**_LOOP)
def convolve(one, other, back, total):
    """Add to `total` the convolution of two mixtures over the same widths, the widest first: variances add.

    back (m): by how many places the width of two normals lies before the wider one's, m places apart; not whole.
    """
    for a in range(one.size):
        for b in range(other.size):
            part = one[a] * other[b]
            if part < 1e-14:
                continue
            wider = min(a, b)
            place = max(wider - back[abs(a - b)], 0.0)
            k = int(place)
            if k + 1 >= total.size:
                total[total.size - 1] += part
            else:
                total[k] += part * (1.0 - (place - k))
                total[k + 1] += part * (place - k)


@njit(**_LOOP)
def spread_on(first, step, again, times, back, found):
    """Of each event (rows) the widths after two steps or more: `first`, a `step`, and with chance `again` another."""
    for j in range(first.shape[0]):
        steps = step[j].copy()
        for _ in range(times):
            more = np.zeros_like(steps)
            convolve(step[j], steps, back, more)
            steps = (1.0 - again) * step[j] + again * more
        convolve(first[j], steps, back, found[j])
