"""Compiled sums over many round Gaussians in k-d order under a tree of boxes (see `faults/points.py`).

Node k has children 2k and 2k+1; leaf number l of L covers slots l*n//L .. (l+1)*n//L. A row of `node` holds the box
(low x y z, high x y z), the sum of the amplitudes below, and the least and greatest 1/(2σ²) below.
"""

import numpy as np
from numba import njit

from seisweave.faults._density_numba import exp_negative

NODE = 9
_STACK = 128
_FAR = 690.0  # exp(-690) vanishes beside 1


@njit("void(f8[::1], f8[::1], f8[:,::1])", cache=True, nogil=True)
def sum_nodes(amplitude, steepness, node):
    """Fill columns 6-8 of the nodes from the slots below them."""
    total, n_leaves = len(amplitude), len(node) // 2
    for leaf in range(n_leaves):
        k = n_leaves + leaf
        node[k, 6], node[k, 7], node[k, 8] = 0.0, np.inf, 0.0
        for s in range(leaf * total // n_leaves, (leaf + 1) * total // n_leaves):
            node[k, 6] += amplitude[s]
            node[k, 7] = min(node[k, 7], steepness[s])
            node[k, 8] = max(node[k, 8], steepness[s])
    for k in range(n_leaves - 1, 0, -1):
        node[k, 6] = node[2 * k, 6] + node[2 * k + 1, 6]
        node[k, 7] = min(node[2 * k, 7], node[2 * k + 1, 7])
        node[k, 8] = max(node[2 * k, 8], node[2 * k + 1, 8])


@njit("f8(f8[:,::1], i8, f8, f8, f8)", cache=True, nogil=True, inline="always")
def _nearest(node, k, x, y, z):
    """Squared distance to a box."""
    dx = max(max(node[k, 0] - x, x - node[k, 3]), 0.0)
    dy = max(max(node[k, 1] - y, y - node[k, 4]), 0.0)
    dz = max(max(node[k, 2] - z, z - node[k, 5]), 0.0)
    return dx * dx + dy * dy + dz * dz


@njit("f8(f8[:,::1], i8, f8, f8, f8)", cache=True, nogil=True, inline="always")
def _farthest(node, k, x, y, z):
    """Squared distance to the farthest corner of a box."""
    dx = max(abs(x - node[k, 0]), abs(x - node[k, 3]))
    dy = max(abs(y - node[k, 1]), abs(y - node[k, 4]))
    dz = max(abs(z - node[k, 2]), abs(z - node[k, 5]))
    return dx * dx + dy * dy + dz * dz


@njit("f8(f8, f8, f8, f8[:,::1], f8[::1], f8[:,::1], i8[::1])", cache=True, nogil=True)
def _least_exponent(x, y, z, points, steepness, node, stack):
    """The smallest d²/(2σ²) of all kernels: a sum of exponentials is taken relative to the largest of them."""
    total, n_leaves = points.shape[1], len(node) // 2
    best = np.inf
    stack[0] = 1
    top = 1
    while top > 0:
        top -= 1
        k = stack[top]
        if _nearest(node, k, x, y, z) * node[k, 7] >= best:
            continue
        if k < n_leaves:
            near, far = 2 * k, 2 * k + 1
            if _nearest(node, near, x, y, z) > _nearest(node, far, x, y, z):
                near, far = far, near
            stack[top], stack[top + 1] = far, near
            top += 2
            continue
        leaf = k - n_leaves
        for s in range(leaf * total // n_leaves, (leaf + 1) * total // n_leaves):
            dx, dy, dz = points[0, s] - x, points[1, s] - y, points[2, s] - z
            best = min(best, (dx * dx + dy * dy + dz * dz) * steepness[s])
    return best


@njit("f8(f8[:,::1], f8[::1], f8[::1], i8, i8, f8[::1], f8)", cache=True, nogil=True)
def _sum_leaf(points, amplitude, steepness, start, stop, target, least):
    """Sum the kernels of one leaf."""
    x, y, z = target[0], target[1], target[2]
    here = 0.0
    for s in range(start, stop):
        dx, dy, dz = points[0, s] - x, points[1, s] - y, points[2, s] - z
        exponent = (dx * dx + dy * dy + dz * dz) * steepness[s] - least
        here += amplitude[s] * exp_negative(-min(exponent, _FAR))
    return here


@njit(
    "void(f8[:,::1], i8, i8, f8[:,::1], f8[::1], f8[::1], f8[:,::1], f8, f8[::1])",
    cache=True,
    nogil=True,
)
def log_sums(target, start, stop, points, amplitude, steepness, node, tolerance, log_sum):
    """Logarithm of Σ amplitude exp(-d² steepness) at targets start..stop, to a relative error of the sum <= tolerance.

    A node is replaced by the middle of its bounds where half their difference is at most its share, by the number of
    kernels, of tolerance × (the sum's lower bound so far). The shares sum to one, so the errors do to the tolerance.
    """
    total, n_leaves = points.shape[1], len(node) // 2
    stack = np.empty(_STACK, np.int64)
    for t in range(start, stop):
        x, y, z = target[t, 0], target[t, 1], target[t, 2]
        least = _least_exponent(x, y, z, points, steepness, node, stack)
        estimate, lower = 0.0, 0.0
        stack[0] = 1
        top = 1
        while top > 0:
            top -= 1
            k = stack[top]
            level_leaves, first = 1, k  # leaves below the node
            while first < n_leaves:
                first *= 2
                level_leaves *= 2
            begin = (first - n_leaves) * total // n_leaves
            end = (first - n_leaves + level_leaves) * total // n_leaves
            exponent = _nearest(node, k, x, y, z) * node[k, 7] - least  # below 0 is a loose bound: no kernel has less
            high = node[k, 6] * np.exp(-min(max(exponent, 0.0), _FAR))
            allowed = tolerance * lower * (end - begin) / total
            if 0.5 * high > allowed or lower == 0.0:
                low = node[k, 6] * np.exp(-min(_farthest(node, k, x, y, z) * node[k, 8] - least, _FAR))
                if _farthest(node, k, x, y, z) * node[k, 8] - least > _FAR:
                    low = 0.0
            else:
                low = 0.0
            if lower > 0.0 and 0.5 * (high - low) <= allowed:
                estimate += 0.5 * (high + low)
                lower += low
            elif k >= n_leaves:
                here = _sum_leaf(points, amplitude, steepness, begin, end, target[t], least)
                estimate += here
                lower += here
            else:
                near, far = 2 * k, 2 * k + 1
                if _nearest(node, near, x, y, z) * node[near, 7] > _nearest(node, far, x, y, z) * node[far, 7]:
                    near, far = far, near
                stack[top], stack[top + 1] = far, near
                top += 2
        log_sum[t] = np.log(estimate) - least
