"""Compiled loops of plates: which events each can hold, how densely, and its better fit to the events that it holds.

A plate is a row of `PLATE` numbers: centre (0-2), unit vectors along its strike (3-5), down its dip (6-8) and across
it (9-11), its edges from the centre along strike (12, 13) and down the dip (14, 15), its variance across (16) and the
logarithm of its weight (17). Points stand in k-d order with a tree of boxes over them (see `_tree_numba`). The error of
an event is its covariance (a column of `error`; one column serves all) times one of a few squared scales, each with its
share of all events.
"""

import math

import numpy as np
from numba import njit

from seisweave.compiling import INLINED, INNER, LOOP
from seisweave.faults._density_numba import exp_negative
from seisweave.faults._edges_numba import VARIANCE, error_along, fit_side
from seisweave.faults._normal_numba import normal_cdf

PLATE = 18
LOG_WEIGHT = 17
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)
_FAR = 100.0  # squared distance across, in variances, beyond which there is no density
_INSIDE = 5.0  # standard deviations from an edge at which it is not felt any more


@njit(**LOOP)
def reach_ranges(plate, node, total, scale2, log_share, ranges):
    """Slot ranges, ascending, that hold every point where the plate's density may exceed the point's cut; how many.

    node[k, 6] is the logarithm of the lowest cut under node k, node[k, 7] the largest variance of an error there.
    """
    n_leaves = len(node) // 2
    area = (plate[13] - plate[12]) * (plate[15] - plate[14])
    stack = np.empty(64, np.int64)
    stack[0] = 1
    top, found = 1, 0
    while top > 0:
        top -= 1
        k = stack[top]
        if not _near(plate, node[k], scale2, log_share, area):
            continue
        if k < n_leaves:
            stack[top], stack[top + 1] = 2 * k + 1, 2 * k
            top += 2
            continue
        leaf = k - n_leaves
        start, stop = leaf * total // n_leaves, (leaf + 1) * total // n_leaves
        if found > 0 and ranges[found - 1, 1] == start:
            ranges[found - 1, 1] = stop
        else:
            ranges[found, 0], ranges[found, 1] = start, stop
            found += 1
    return found


@njit(**INNER)
def _near(plate, box, scale2, log_share, area):
    """Whether the density of a plate can exceed the cut anywhere in a box of points."""
    apart = np.empty(3)
    for r in range(3):  # distance of the box from the plate along, down and across it
        middle, half = 0.0, 0.0
        for a in range(3):
            e = plate[3 + 3 * r + a]
            middle += e * (0.5 * (box[a] + box[3 + a]) - plate[a])
            half += abs(e) * 0.5 * (box[3 + a] - box[a])
        low, high = (plate[12 + 2 * r], plate[13 + 2 * r]) if r < 2 else (0.0, 0.0)
        apart[r] = max(0.0, middle - half - high, low - middle - half)
    together = math.log(len(scale2))  # classes of which none exceeds the cut may do so together
    for c in range(len(scale2)):
        variance = plate[VARIANCE] + scale2[c] * box[7]
        exponent = (apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]) / (2.0 * variance)
        peak = plate[LOG_WEIGHT] + log_share[c] - math.log(area) - 0.5 * math.log(plate[VARIANCE]) - _HALF_LOG_2PI
        if peak - exponent + together > box[6]:
            return True
    return False


@njit(**INLINED)
def _between(low, high):
    """Normal probability between two standardised bounds."""
    if low < -_INSIDE and high > _INSIDE:
        return 1.0
    if low > 0.0:
        low, high = -high, -low
    return normal_cdf(high) - normal_cdf(low)


@njit(**LOOP)
def densities(plate, xyz, error, scale2, log_share, ranges, log_least, cut, slot, density, value):
    """Weighted density of a plate at the points of some ranges of slots, by error class and of all classes together.

    Fills slot, density (s) and value (s, k) with the points where the density exceeds their cut (n), and returns how
    many there are. A class that cannot reach exp(`log_least`) (n) of the event is zero: beyond an edge its density is
    at most half of what it would be without edges, times the normal density of the distance from the edge over that at
    zero.
    """
    classes, found = len(scale2), 0
    peak, log_peak = np.empty(classes), np.empty(classes)
    along, down, across = np.empty(classes), np.empty(classes), np.empty(classes)  # one over standard deviations
    area = (plate[13] - plate[12]) * (plate[15] - plate[14])
    for r in range(len(ranges)):
        for i in range(ranges[r, 0], ranges[r, 1]):
            if error.shape[1] > 1 or i == ranges[0, 0]:
                eu, ev = error_along(error, plate, i, 3), error_along(error, plate, i, 6)
                ew = error_along(error, plate, i, 9)
                for c in range(classes):
                    along[c] = 1.0 / math.sqrt(plate[VARIANCE] + scale2[c] * eu)
                    down[c] = 1.0 / math.sqrt(plate[VARIANCE] + scale2[c] * ev)
                    across[c] = 1.0 / math.sqrt(plate[VARIANCE] + scale2[c] * ew)
                    peak[c] = math.exp(plate[LOG_WEIGHT] + log_share[c]) / (2.5066282746310002 * area) * across[c]
                    log_peak[c] = math.log(peak[c])
            dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
            u = dx * plate[3] + dy * plate[4] + dz * plate[5]
            v = dx * plate[6] + dy * plate[7] + dz * plate[8]
            w = dx * plate[9] + dy * plate[10] + dz * plate[11]
            beyond_u, beyond_v = max(0.0, u - plate[13], plate[12] - u), max(0.0, v - plate[15], plate[14] - v)
            density[found] = 0.0
            for c in range(classes):
                value[found, c] = 0.0
                zu, zv, zw = beyond_u * along[c], beyond_v * down[c], w * across[c]
                distance2 = zu * zu + zv * zv + zw * zw
                if distance2 > _FAR or log_peak[c] - 0.5 * distance2 <= log_least[i]:
                    continue
                inside = _between((plate[12] - u) * along[c], (plate[13] - u) * along[c])
                inside *= _between((plate[14] - v) * down[c], (plate[15] - v) * down[c])
                value[found, c] = peak[c] * exp_negative(-0.5 * zw * zw) * inside
                density[found] += value[found, c]
            if density[found] > cut[i]:
                slot[found] = i
                found += 1
    return found


@njit(**LOOP)
def maximise(plate, xyz, error, scale2, least_variance, slot, share, room):
    """Fit a plate better to its events, given their shares (s, k) in it by error class; one step of EM.

    Plane: weighted regression of the offset across it on the place in it. Variance: one step of Fisher scoring. Edges:
    see `_edges_numba`. The weight is that of the shares. room (s, 5) is to work in.
    """
    classes = len(scale2)
    weight = 0.0
    normal, right, precise = np.empty((3, 3)), np.empty(3), np.empty(classes)  # precise: one over variances across
    for a in range(3):
        right[a] = 0.0
        for b in range(3):
            normal[a, b] = 0.0
    for t in range(len(slot)):
        i = slot[t]
        if t == 0 or error.shape[1] > 1:
            ew = error_along(error, plate, i, 9)
            for c in range(classes):
                precise[c] = 1.0 / (plate[VARIANCE] + scale2[c] * ew)
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        u = dx * plate[3] + dy * plate[4] + dz * plate[5]
        v = dx * plate[6] + dy * plate[7] + dz * plate[8]
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        precision = 0.0
        for c in range(classes):
            precision += share[t, c] * precise[c]
            weight += share[t, c]
        normal[0, 0] += precision
        normal[0, 1] += precision * u
        normal[0, 2] += precision * v
        normal[1, 1] += precision * u * u
        normal[1, 2] += precision * u * v
        normal[2, 2] += precision * v * v
        right[0] += precision * w
        right[1] += precision * u * w
        right[2] += precision * v * w
    offset, tilt_u, tilt_v = _solve(normal, right)
    _tilt(plate, offset, tilt_u, tilt_v)

    score, information = 0.0, 0.0
    for t in range(len(slot)):
        i = slot[t]
        if t == 0 or error.shape[1] > 1:
            ew = error_along(error, plate, i, 9)
            for c in range(classes):
                precise[c] = 1.0 / (plate[VARIANCE] + scale2[c] * ew)
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        for c in range(classes):
            weighted = share[t, c] * precise[c]
            score += weighted * (w * w * precise[c] - 1.0)
            information += weighted * precise[c]
    if information > 0.0:  # no more than halved or doubled at once
        better = plate[VARIANCE] + score / information
        plate[VARIANCE] = max(least_variance, 0.5 * plate[VARIANCE], min(2.0 * plate[VARIANCE], better))
    for side in range(2):
        fit_side(plate, xyz, error, scale2, slot, share, side, room)
    plate[LOG_WEIGHT] = math.log(max(weight, 1e-3))
    return weight


@njit(**INNER)
def _solve(a, b):
    """The solution of a symmetric system of three (upper half given); the first unknown alone where it is singular."""
    if a[0, 0] <= 0.0:
        return 0.0, 0.0, 0.0
    mu, mv = a[0, 1] / a[0, 0], a[0, 2] / a[0, 0]
    uu = a[1, 1] - mu * a[0, 1]
    uv = a[1, 2] - mu * a[0, 2]
    vv = a[2, 2] - mv * a[0, 2]
    ru, rv = b[1] - mu * b[0], b[2] - mv * b[0]
    determinant = uu * vv - uv * uv
    rounding = uu <= 1e-12 * a[1, 1] + 1e-18 * vv or vv <= 1e-12 * a[2, 2] + 1e-18 * uu  # nothing but that
    if rounding or determinant <= 1e-9 * uu * vv:
        return b[0] / a[0, 0], 0.0, 0.0
    tu, tv = (ru * vv - rv * uv) / determinant, (rv * uu - ru * uv) / determinant
    return (b[0] - tu * a[0, 1] - tv * a[0, 2]) / a[0, 0], tu, tv


@njit(**INNER)
def _tilt(plate, offset, tilt_u, tilt_v):
    """Move a plate across itself and tilt it; then lay its sides along strike and dip again."""
    n = np.empty(3)
    for a in range(3):
        plate[a] += offset * plate[9 + a]
        n[a] = plate[9 + a] - tilt_u * plate[3 + a] - tilt_v * plate[6 + a]
    lay_along_strike(plate, n)


@njit(**LOOP)
def lay_along_strike(plate, n):
    """Give a plate the normal n (any length), its sides along strike and dip, nearest to what they are."""
    length = math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])
    for a in range(3):
        plate[9 + a] = n[a] / length
    flat = math.sqrt(plate[9] ** 2 + plate[10] ** 2)
    ux, uy = (-plate[10] / flat, plate[9] / flat) if flat > 1e-9 else (plate[3], plate[4])
    if ux * plate[3] + uy * plate[4] < 0.0:
        ux, uy = -ux, -uy
    plate[3], plate[4], plate[5] = ux, uy, 0.0
    vx = plate[10] * plate[5] - plate[11] * plate[4]
    vy = plate[11] * plate[3] - plate[9] * plate[5]
    vz = plate[9] * plate[4] - plate[10] * plate[3]
    sign = 1.0 if vx * plate[6] + vy * plate[7] + vz * plate[8] >= 0.0 else -1.0
    plate[6], plate[7], plate[8] = sign * vx, sign * vy, sign * vz


@njit(**LOOP)
def describe(plate, xyz, error, scale2, slot, share, out):
    """What the events of a plate tell of its plane, from their shares (s, k) in it.

    out: sum of the shares (0); the upper half of the normal matrix (1-10) and the right side (11-14) of the weighted
    regression of the offset across it on 1, u, v and P₂(u), where u and v are -1..1 along strike and dip; mean variance
    of the errors along strike and dip, weighted as in the regression (15, 16).
    """
    for k in range(17):
        out[k] = 0.0
    half_u, half_v = 0.5 * (plate[13] - plate[12]), 0.5 * (plate[15] - plate[14])
    row = np.empty(4)
    for t in range(len(slot)):
        i = slot[t]
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        row[0] = 1.0
        row[1] = (dx * plate[3] + dy * plate[4] + dz * plate[5]) / half_u
        row[2] = (dx * plate[6] + dy * plate[7] + dz * plate[8]) / half_v
        row[3] = 1.5 * row[1] * row[1] - 0.5
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        eu, ev, ew = error_along(error, plate, i, 3), error_along(error, plate, i, 6), error_along(error, plate, i, 9)
        precision = 0.0
        for c in range(len(scale2)):
            weighted = share[t, c] / (plate[VARIANCE] + scale2[c] * ew)
            precision += weighted
            out[0] += share[t, c]
            out[15] += weighted * scale2[c] * eu
            out[16] += weighted * scale2[c] * ev
        k = 1
        for a in range(4):
            for b in range(a, 4):
                out[k] += precision * row[a] * row[b]
                k += 1
            out[11 + a] += precision * row[a] * w
    if out[1] > 0.0:
        out[15] /= out[1]
        out[16] /= out[1]
