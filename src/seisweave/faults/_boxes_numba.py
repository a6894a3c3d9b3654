"""Compiled loops over the boxes of gaussians: their sides, whether two overlap, and all that overlap with one.

Over the bounds of all gaussians lies a complete binary tree: node 1 is the root, node k has children 2k and 2k + 1, and
leaf number l of L covers the slots l*m//L .. (l+1)*m//L, in the k-d order that the m centres had when it was laid. A
merge moves the bounds of one gaussian and takes another away; the nodes above the two follow.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INNER, LOOP
from seisweave.faults.state import ACTIVE

_STACK = 128


@njit(**INNER)
def fit_box(points, parts, pools, i, reach):
    """Box of gaussian i along its principal axes: ± reach σ, widened to hold its member points; and its bounds."""
    shape = parts.shape[i]
    for r in range(3):
        ux, uy, uz = shape[13 + 3 * r], shape[14 + 3 * r], shape[15 + 3 * r]
        low, high = -reach * shape[10 + r], reach * shape[10 + r]
        start = parts.members[i]
        for t in range(start, start + parts.members_length[i]):
            s = pools.member[t]
            u = (
                ux * (points.xyz[0, s] - shape[0])
                + uy * (points.xyz[1, s] - shape[1])
                + uz * (points.xyz[2, s] - shape[2])
            )
            low, high = min(low, u), max(high, u)
        parts.box_half[i, r] = 0.5 * (high - low)
        middle = 0.5 * (high + low)
        for a in range(3):
            if r == 0:
                parts.box_centre[i, a] = shape[a]
            parts.box_centre[i, a] += middle * shape[13 + 3 * r + a]
    for a in range(3):
        half = 0.0
        for r in range(3):
            half += abs(shape[13 + 3 * r + a]) * parts.box_half[i, r]
        parts.bounds[i, a] = parts.box_centre[i, a] - half
        parts.bounds[i, 3 + a] = parts.box_centre[i, a] + half


@njit(**LOOP)
def fit_boxes(points, parts, pools, tally, reach):
    """Boxes of all active gaussians."""
    for a in range(tally[ACTIVE]):
        fit_box(points, parts, pools, parts.active[a], reach)


@njit(**INNER)
def boxes_overlap(parts, i, j):
    """Whether the boxes of two gaussians overlap, by the separating axis theorem (15 axes)."""
    for a in range(3):
        if parts.bounds[i, a] > parts.bounds[j, 3 + a] or parts.bounds[j, a] > parts.bounds[i, 3 + a]:
            return False
    rotation, t = np.empty((3, 3)), np.empty(3)
    for r in range(3):
        t[r] = 0.0
        for a in range(3):
            t[r] += (parts.box_centre[j, a] - parts.box_centre[i, a]) * parts.shape[i, 13 + 3 * r + a]
        for q in range(3):
            dot = 0.0
            for a in range(3):
                dot += parts.shape[i, 13 + 3 * r + a] * parts.shape[j, 13 + 3 * q + a]
            rotation[r, q] = dot
    hi, hj = parts.box_half[i], parts.box_half[j]
    for r in range(3):
        if abs(t[r]) > hi[r] + hj[0] * abs(rotation[r, 0]) + hj[1] * abs(rotation[r, 1]) + hj[2] * abs(rotation[r, 2]):
            return False
    for q in range(3):
        along = abs(t[0] * rotation[0, q] + t[1] * rotation[1, q] + t[2] * rotation[2, q])
        if along > hj[q] + hi[0] * abs(rotation[0, q]) + hi[1] * abs(rotation[1, q]) + hi[2] * abs(rotation[2, q]):
            return False
    for r in range(3):
        r1, r2 = (r + 1) % 3, (r + 2) % 3
        for q in range(3):
            q1, q2 = (q + 1) % 3, (q + 2) % 3
            reach = hi[r1] * abs(rotation[r2, q]) + hi[r2] * abs(rotation[r1, q])
            reach += hj[q1] * abs(rotation[r, q2]) + hj[q2] * abs(rotation[r, q1])
            if abs(t[r2] * rotation[r1, q] - t[r1] * rotation[r2, q]) > reach:
                return False
    return True


@njit(**LOOP)
def lay_tree(bounds, row, node):
    """Fit all nodes to the bounds of the rows that are left."""
    for k in range(len(node) - 1, 0, -1):
        _fit_node(bounds, row, node, k)


@njit(**INNER)
def _fit_node(bounds, row, node, k):
    """Fit one node to what is below it; whether that moved it."""
    n_leaves, total, moved = len(node) // 2, len(row), False
    for a in range(6):
        bound = np.inf if a < 3 else -np.inf
        if k < n_leaves:
            one, other = node[2 * k, a], node[2 * k + 1, a]
            bound = min(one, other) if a < 3 else max(one, other)
        else:
            for s in range((k - n_leaves) * total // n_leaves, (k - n_leaves + 1) * total // n_leaves):
                if row[s] >= 0:
                    here = bounds[row[s], a]
                    bound = min(bound, here) if a < 3 else max(bound, here)
        moved = moved or bound != node[k, a]
        node[k, a] = bound
    return moved


@njit(**INNER)
def refit_tree(parts, lookup, i):
    """Follow gaussian i, whose bounds have moved or which is gone."""
    n_leaves = len(lookup.node) // 2
    k = n_leaves + ((lookup.leaf_slot[i] + 1) * n_leaves - 1) // len(lookup.row)
    while k >= 1 and _fit_node(parts.bounds, lookup.row, lookup.node, k):
        k //= 2


@njit(**INNER)
def take_away(parts, lookup, tally, j):
    """Row j is left no more; the last of the active rows takes its place."""
    last = parts.active[tally[ACTIVE] - 1]
    parts.active[lookup.place[j]], lookup.place[last] = last, lookup.place[j]
    tally[ACTIVE] -= 1
    lookup.row[lookup.leaf_slot[j]] = -1
    refit_tree(parts, lookup, j)


@njit(**INNER)
def find_overlapping(parts, lookup, i):
    """Places in `active` of the other gaussians whose boxes overlap with that of i: ascending in `found`; how many."""
    n_leaves, total, count = len(lookup.node) // 2, len(lookup.row), np.int64(0)
    stack = np.empty(_STACK, np.int64)
    stack[0], top = 1, 1
    while top > 0:
        top -= 1
        k = stack[top]
        if not _meets(parts, lookup, i, k):
            continue
        if k < n_leaves:
            stack[top], stack[top + 1] = 2 * k, 2 * k + 1
            top += 2
            continue
        for s in range((k - n_leaves) * total // n_leaves, (k - n_leaves + 1) * total // n_leaves):
            j = lookup.row[s]
            if j >= 0 and j != i and boxes_overlap(parts, i, j):
                lookup.found[count] = lookup.place[j]
                count += 1
    sort_up(lookup.found, count)
    return count


@njit(**INNER)
def _meets(parts, lookup, i, k):
    """Whether the bounds of gaussian i and of node k overlap."""
    for a in range(3):
        if parts.bounds[i, a] > lookup.node[k, 3 + a] or lookup.node[k, a] > parts.bounds[i, 3 + a]:
            return False
    return True


@njit(**INNER)
def sort_up(number, count):
    """Sort the first `count` numbers, ascending, in place (Shell 1959)."""
    gap = count // 2
    while gap > 0:
        for t in range(gap, count):
            moving, s = number[t], t
            while s >= gap and number[s - gap] > moving:
                number[s] = number[s - gap]
                s -= gap
            number[s] = moving
        gap //= 2
