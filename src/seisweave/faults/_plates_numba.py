"""Compiled loops of plates: which events each can hold, how densely, and its better fit to the events that it holds.

A plate is a row of `PLATE` numbers: centre (0-2), unit vectors along its strike (3-5), down its dip (6-8) and across
it (9-11), its edges from the centre along strike (12, 13) and down the dip (14, 15), its variance across (16) and the
logarithm of its weight (17). Points stand in k-d order with a tree of boxes over them (see `_tree_numba`). The error of
an event is its covariance times one of a few squared scales, each with its share of all events.
"""

import math

import numpy as np
from numba import njit

PLATE = 18
FROM, TO, VARIANCE, LOG_WEIGHT = 12, 13, 16, 17
_INNER = {"cache": True, "nogil": True, "inline": "always"}
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)
_MOVE = 0.1  # of a side: how far an edge may move in one step
_INSIDE = 5.0  # standard deviations from an edge at which it is not felt any more


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(**_INNER)
def _log_between(low, high):
    """Logarithm of the normal probability between two standardised bounds."""
    if low < -_INSIDE and high > _INSIDE:
        return 0.0
    if low > 0.0:
        low, high = -high, -low
    share = 0.5 * (math.erfc(-high * 0.7071067811865476) - math.erfc(-low * 0.7071067811865476))
    return math.log(share) if share > 1e-290 else -700.0


@njit(**_INNER)
def _quadratic(e, p, i, a):
    """Variance of the error of event i along the unit vector at p[a]."""
    x, y, z = p[a], p[a + 1], p[a + 2]
    return (
        x * (e[0, i] * x + 2.0 * (e[1, i] * y + e[2, i] * z)) + y * (e[3, i] * y + 2.0 * e[4, i] * z) + e[5, i] * z * z
    )


@njit(cache=True, nogil=True)
def densities(plate, xyz, error, scale2, log_share, slot, value):
    """Weighted density of a plate at the points of some slots, by error class; returns nothing, fills value (s, k)."""
    log_area = math.log((plate[13] - plate[12]) * (plate[15] - plate[14]))
    for t in range(len(slot)):
        i = slot[t]
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        u = dx * plate[3] + dy * plate[4] + dz * plate[5]
        v = dx * plate[6] + dy * plate[7] + dz * plate[8]
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        eu, ev, ew = _quadratic(error, plate, i, 3), _quadratic(error, plate, i, 6), _quadratic(error, plate, i, 9)
        for c in range(len(scale2)):
            su = math.sqrt(plate[VARIANCE] + scale2[c] * eu)
            sv = math.sqrt(plate[VARIANCE] + scale2[c] * ev)
            sw2 = plate[VARIANCE] + scale2[c] * ew
            log_density = -0.5 * (w * w / sw2 + math.log(sw2)) - _HALF_LOG_2PI - log_area
            if log_density > -600.0:
                log_density += _log_between((plate[12] - u) / su, (plate[13] - u) / su)
                log_density += _log_between((plate[14] - v) / sv, (plate[15] - v) / sv)
            value[t, c] = math.exp(max(-700.0, log_density + plate[LOG_WEIGHT] + log_share[c]))


@njit(cache=True, nogil=True)
def maximise(plate, xyz, error, scale2, least_variance, slot, share, room):
    """Fit a plate better to its events, given their shares (s, k) in it by error class; one step of EM.

    Plane: weighted regression of the offset across it on the place in it. Variance: one step of Fisher scoring. Edges:
    see `_edge`. The weight is that of the shares. room (s, 4) is to work in.
    """
    weight = 0.0
    normal = np.zeros((3, 3))
    right = np.zeros(3)
    for t in range(len(slot)):
        i = slot[t]
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        u = dx * plate[3] + dy * plate[4] + dz * plate[5]
        v = dx * plate[6] + dy * plate[7] + dz * plate[8]
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        ew = _quadratic(error, plate, i, 9)
        precision = 0.0
        for c in range(len(scale2)):
            precision += share[t, c] / (plate[VARIANCE] + scale2[c] * ew)
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
        dx, dy, dz = xyz[0, i] - plate[0], xyz[1, i] - plate[1], xyz[2, i] - plate[2]
        w = dx * plate[9] + dy * plate[10] + dz * plate[11]
        ew = _quadratic(error, plate, i, 9)
        for c in range(len(scale2)):
            variance = plate[VARIANCE] + scale2[c] * ew
            score += share[t, c] * (w * w - variance) / (variance * variance)
            information += share[t, c] / (variance * variance)
    if information > 0.0:  # no more than halved or doubled at once
        better = plate[VARIANCE] + score / information
        plate[VARIANCE] = max(least_variance, 0.5 * plate[VARIANCE], min(2.0 * plate[VARIANCE], better))
    for side in range(2):
        _fit_side(plate, xyz, error, scale2, slot, share, side, room)
    plate[LOG_WEIGHT] = math.log(max(weight, 1e-3))
    return weight


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _tilt(plate, offset, tilt_u, tilt_v):
    """Move a plate across itself and tilt it; then lay its sides along strike and dip again."""
    n = np.empty(3)
    for a in range(3):
        plate[a] += offset * plate[9 + a]
        n[a] = plate[9 + a] - tilt_u * plate[3 + a] - tilt_v * plate[6 + a]
    lay_along_strike(plate, n)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _fit_side(plate, xyz, error, scale2, slot, share, side, room):
    """Edges of a plate along strike (side 0) or down dip (1): each nearer to where the likelihood is highest.

    An event of several error classes counts once, with the geometric mean of their standard deviations.
    """
    e = 3 + 3 * side
    total, low, high, count = 0.0, math.inf, -math.inf, 0
    for t in range(len(slot)):
        i = slot[t]
        u = 0.0
        for a in range(3):
            u += (xyz[a, i] - plate[a]) * plate[e + a]
        eu = _quadratic(error, plate, i, e)
        whole, log_variance = 0.0, 0.0
        for c in range(len(scale2)):
            whole += share[t, c]
            if len(scale2) > 1:
                log_variance += share[t, c] * math.log(plate[VARIANCE] + scale2[c] * eu)
        if whole < 1e-3:
            continue
        s = math.sqrt(plate[VARIANCE] + scale2[0] * eu) if len(scale2) == 1 else math.exp(0.5 * log_variance / whole)
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
    density there is of the probability inside. The edge moves by `_MOVE` of the side at most, and not beyond `farthest`.
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


@njit(cache=True, nogil=True)
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
        eu, ev, ew = _quadratic(error, plate, i, 3), _quadratic(error, plate, i, 6), _quadratic(error, plate, i, 9)
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
