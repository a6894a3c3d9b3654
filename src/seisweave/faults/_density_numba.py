"""Compiled loops over the points that a Gaussian reaches: its principal axes, its support, its density there.

A Gaussian is a row of `SHAPE` numbers: mean (0-2), inverse covariance xx xy xz yy yz zz (3-8), logarithm of the
weighted peak density (9), standard deviations ascending (10-12), principal axes as rows (13-21). Points stand in k-d
order with a tree of boxes over them (see `_tree_numba`), so a support is a short list of slot ranges.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INLINED, INNER, LOOP

SHAPE = 22
_CHUNK = 256
_LOG_NORM = 1.5 * np.log(2.0 * np.pi)


@njit("f8(f8)", **INLINED)
def exp_negative(x):
    """exp(x) for -700 < x < 700 to about one unit in the last place, in arithmetic that the compiler can vectorise."""
    k = np.floor(x * 1.4426950408889634 + 0.5)
    r = (x - k * 0.693145751953125) - k * 1.42860682030941723212e-6
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * np.int64((np.int64(k) + 1023) << 52).view(np.float64)


@njit("void(f8[::1], f8[:,::1], f8[::1])", **INNER)
def principal_axes(c, axes, values):
    """Eigenvectors (rows) and eigenvalues, ascending, of the symmetric matrix (xx, xy, xz, yy, yz, zz): Jacobi."""
    a = np.empty((3, 3))
    a[0, 0], a[0, 1], a[0, 2], a[1, 1], a[1, 2], a[2, 2] = c[0], c[1], c[2], c[3], c[4], c[5]
    a[1, 0], a[2, 0], a[2, 1] = c[1], c[2], c[4]
    v = np.empty((3, 3))
    for k in range(3):
        for q in range(3):
            v[k, q] = 1.0 if k == q else 0.0
    for _ in range(30):
        off = a[0, 1] ** 2 + a[0, 2] ** 2 + a[1, 2] ** 2
        if off <= 1e-32 * (a[0, 0] ** 2 + a[1, 1] ** 2 + a[2, 2] ** 2):
            break
        for p in range(2):
            for q in range(p + 1, 3):
                if a[p, q] == 0.0:
                    continue
                theta = (a[q, q] - a[p, p]) / (2.0 * a[p, q])
                t = (1.0 if theta >= 0.0 else -1.0) / (abs(theta) + np.sqrt(theta * theta + 1.0))
                co = 1.0 / np.sqrt(t * t + 1.0)
                si = t * co
                for k in range(3):
                    akp, akq = a[k, p], a[k, q]
                    a[k, p], a[k, q] = co * akp - si * akq, si * akp + co * akq
                for k in range(3):
                    apk, aqk = a[p, k], a[q, k]
                    a[p, k], a[q, k] = co * apk - si * aqk, si * apk + co * aqk
                    vkp, vkq = v[k, p], v[k, q]
                    v[k, p], v[k, q] = co * vkp - si * vkq, si * vkp + co * vkq
    for r in range(3):
        rank = 0  # how many eigenvalues come before this one
        for q in range(3):
            if a[q, q] < a[r, r] or (a[q, q] == a[r, r] and q < r):
                rank += 1
        values[rank] = a[r, r]
        for k in range(3):
            axes[rank, k] = v[k, r]


@njit("b1(f8, f8[::1], f8[::1], f8, f8[::1])", **LOOP)
def shape_gaussian(weight, mean, c, least_variance, shape):
    """Fill a shape row from weight, mean and covariance; variances below `least_variance` are raised to it, in `c` too.

    Returns whether any had to be raised.
    """
    axes, values = np.empty((3, 3)), np.empty(3)
    principal_axes(c, axes, values)
    raised = values[0] < least_variance
    for r in range(3):
        values[r] = max(values[r], least_variance)
    position = 3
    for a in range(3):
        for b in range(a, 3):
            inverse, covariance = 0.0, 0.0
            for r in range(3):
                inverse += axes[r, a] * axes[r, b] / values[r]
                covariance += axes[r, a] * axes[r, b] * values[r]
            shape[position] = inverse
            if raised:
                c[position - 3] = covariance
            position += 1
    for a in range(3):
        shape[a] = mean[a]
        shape[10 + a] = np.sqrt(values[a])
        for b in range(3):
            shape[13 + 3 * a + b] = axes[a, b]
    shape[9] = np.log(weight) - _LOG_NORM - 0.5 * np.log(values[0] * values[1] * values[2])
    return raised


@njit("i8(f8[::1], f8[:,::1], i8, i8[:,::1])", **INNER)
def support_ranges(shape, node, total, ranges):
    """Slot ranges, ascending, that hold every point where the weighted density exceeds the point's cut; how many.

    node[k, 6] is the logarithm of the lowest cut under node k.
    """
    n_leaves = len(node) // 2
    stack = np.empty(64, np.int64)
    stack[0] = 1
    top, found = 1, 0
    while top > 0:
        top -= 1
        k = stack[top]
        reach2 = 2.0 * (shape[9] - node[k, 6])
        if reach2 <= 0.0:
            continue
        reach = np.sqrt(reach2)
        hx, hy, hz = node[k, 3] - node[k, 0], node[k, 4] - node[k, 1], node[k, 5] - node[k, 2]
        cx = node[k, 3] + node[k, 0] - 2.0 * shape[0]
        cy = node[k, 4] + node[k, 1] - 2.0 * shape[1]
        cz = node[k, 5] + node[k, 2] - 2.0 * shape[2]
        meets, inside = True, True
        for r in range(3):  # both sides doubled: twice centre and half side of the node along a principal axis
            ux, uy, uz = shape[13 + 3 * r], shape[14 + 3 * r], shape[15 + 3 * r]
            away = abs(ux * cx + uy * cy + uz * cz)
            half = abs(ux) * hx + abs(uy) * hy + abs(uz) * hz
            limit = 2.0 * reach * shape[10 + r]
            if away > limit + half:
                meets = False
                break
            if away + half > limit:
                inside = False
        if not meets:
            continue
        if k >= n_leaves or inside:
            first, last = k, k
            while first < n_leaves:
                first, last = 2 * first, 2 * last + 1
            start = (first - n_leaves) * total // n_leaves
            stop = (last - n_leaves + 1) * total // n_leaves
            if found > 0 and ranges[found - 1, 1] == start:
                ranges[found - 1, 1] = stop
            elif stop > start:
                ranges[found, 0], ranges[found, 1] = start, stop
                found += 1
        else:
            stack[top], stack[top + 1] = 2 * k + 1, 2 * k
            top += 2
    return found


@njit("void(f8[::1], f8[:,::1], i8, i8, f8[::1])", **INNER)
def density_on(shape, xyz, start, stop, out):
    """Weighted density at slots start..stop into out[0..]; at least exp(-690). `xyz` is (3, n)."""
    x, y, z = xyz[0, start:stop], xyz[1, start:stop], xyz[2, start:stop]  # counted from 0 the loop takes vectors
    m0, m1, m2 = shape[0], shape[1], shape[2]
    a, b, c, d, e, f = shape[3], shape[4], shape[5], shape[6], shape[7], shape[8]
    peak = shape[9]
    for s in range(len(x)):
        dx, dy, dz = x[s] - m0, y[s] - m1, z[s] - m2
        d2 = dx * (a * dx + 2.0 * (b * dy + c * dz)) + dy * (d * dy + 2.0 * e * dz) + f * dz * dz
        out[s] = exp_negative(max(peak - 0.5 * d2, -690.0))


@njit("i8(f8[::1], f8[::1], f8[:,::1], f8[:,::1], i8[:,::1], f8[::1], i4[::1], f8[::1])", **LOOP)
def list_support(shape, cut, xyz, node, ranges, buffer, slots, values):
    """Write slots (ascending) and weighted densities of the points where a Gaussian exceeds the cut; how many."""
    length = 0
    for r in range(support_ranges(shape, node, xyz.shape[1], ranges)):
        start, stop = ranges[r, 0], ranges[r, 1]
        density_on(shape, xyz, start, stop, buffer)
        for s in range(start, stop):
            if buffer[s - start] > cut[s]:
                slots[length] = s
                values[length] = buffer[s - start]
                length += 1
    return length


@njit(**LOOP)
def log_density(shape, log_base, xyz, part, share):
    """Log density of the whole mixture at every point (no truncation), the most likely row and its responsibility.

    On entry part is -1 and log_base the log density of all boxes together; `share` enters as the log density of the
    most likely box. Returns log densities; `part` and `share` are filled (part stays -1 where the box wins).
    """
    n = xyz.shape[1]
    total, best, buffer = np.empty(n), np.empty(n), np.empty(_CHUNK)
    for start in range(0, n, _CHUNK):
        stop = min(start + _CHUNK, n)
        for s in range(start, stop):
            total[s] = np.exp(log_base[s])
            best[s] = np.exp(share[s])
        for i in range(len(shape)):
            density_on(shape[i], xyz, start, stop, buffer)
            for s in range(start, stop):
                total[s] += buffer[s - start]
                if buffer[s - start] > best[s]:
                    best[s], part[s] = buffer[s - start], i
        for s in range(start, stop):
            share[s] = best[s] / total[s] if total[s] > 0.0 else 0.0
            total[s] = np.log(total[s])
    return total
