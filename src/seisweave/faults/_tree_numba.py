"""Compiled loops of the Ward tree: a k-d order of points, boxes over it, nearest clusters, merging, heights.

Points (later cluster centroids) stand in k-d order in *slots*. A complete binary tree of boxes lies over the slots:
node 1 is the root, node k has children 2k and 2k+1, and leaf number l of L = 2**depth covers the slots
l*m//L .. (l+1)*m//L. Nothing else is stored, so that the tree can be refitted in one backward sweep.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INLINED, LOOP

_STACK = 128


@njit("void(f8[:,::1], i8[::1], i8, i8, i8, i8)", **LOOP)
def sort_into_leaves(points, order, n_leaves, first_leaf, last_leaf, finest):
    """Permute the rows of `points` (and `order`) under leaves first..last so that each node splits its widest side.

    Nodes of `finest` leaves are not split further.
    Source: median split by quickselect (Hoare 1961), in place; slot ranges as in the module's description.
    """
    stack = np.empty((_STACK, 2), np.int64)
    stack[0, 0], stack[0, 1] = first_leaf, last_leaf
    top, total = 1, len(points)
    while top > 0:
        top -= 1
        a, b = stack[top, 0], stack[top, 1]
        if b - a <= finest:
            continue
        middle = (a + b) // 2
        start, stop, cut = a * total // n_leaves, b * total // n_leaves, middle * total // n_leaves
        axis = 0
        widest = -1.0
        for k in range(3):
            low = points[start, k]
            high = low
            for i in range(start + 1, stop):
                value = points[i, k]
                if value < low:
                    low = value
                elif value > high:
                    high = value
            if high - low > widest:
                widest = high - low
                axis = k
        left, right = start, stop - 1
        while left < right:  # the cut-th smallest along the axis comes to slot `cut`
            pivot = points[(left + right) // 2, axis]
            i, j = left, right
            while i <= j:
                while points[i, axis] < pivot:
                    i += 1
                while points[j, axis] > pivot:
                    j -= 1
                if i <= j:
                    for k in range(3):
                        swap = points[i, k]
                        points[i, k] = points[j, k]
                        points[j, k] = swap
                    swapped = order[i]
                    order[i] = order[j]
                    order[j] = swapped
                    i += 1
                    j -= 1
            if cut <= j:
                right = j
            elif cut >= i:
                left = i
            else:
                break
        stack[top, 0], stack[top, 1] = a, middle
        stack[top + 1, 0], stack[top + 1, 1] = middle, b
        top += 2


@njit("void(f8[:,::1], f8[::1], i8, i8, f8[:,::1])", **LOOP)
def fit_boxes(centre, size, total, n_leaves, node):
    """Fill node rows (low x y z, high x y z, smallest size) over the first `total` slots, from the leaves up."""
    for leaf in range(n_leaves):
        k = n_leaves + leaf
        for a in range(3):
            node[k, a] = np.inf
            node[k, 3 + a] = -np.inf
        node[k, 6] = np.inf
        for s in range(leaf * total // n_leaves, (leaf + 1) * total // n_leaves):
            for a in range(3):
                node[k, a] = min(node[k, a], centre[s, a])
                node[k, 3 + a] = max(node[k, 3 + a], centre[s, a])
            node[k, 6] = min(node[k, 6], size[s])
    for k in range(n_leaves - 1, 0, -1):
        for a in range(3):
            node[k, a] = min(node[2 * k, a], node[2 * k + 1, a])
            node[k, 3 + a] = max(node[2 * k, 3 + a], node[2 * k + 1, 3 + a])
        node[k, 6] = min(node[2 * k, 6], node[2 * k + 1, 6])


@njit("void(f8[::1], f8[:,::1])", **LOOP)
def lowest_below(value, node):
    """Fill column 6 of the nodes with the lowest value of the slots below them."""
    total, n_leaves = len(value), len(node) // 2
    for leaf in range(n_leaves):
        lowest = np.inf
        for s in range(leaf * total // n_leaves, (leaf + 1) * total // n_leaves):
            lowest = min(lowest, value[s])
        node[n_leaves + leaf, 6] = lowest
    for k in range(n_leaves - 1, 0, -1):
        node[k, 6] = min(node[2 * k, 6], node[2 * k + 1, 6])


@njit("u8(i8, i8)", **INLINED)
def _tie(a, b):
    """Order of a pair among pairs at equal distance: a number scattered over pairs, the same for (a, b) and (b, a)."""
    h = np.uint64(min(a, b)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(max(a, b))
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit("f8(f8[:,::1], i8, f8, f8, f8, f8)", **INLINED)
def _bound(node, k, x, y, z, size):
    """Lower bound of the Ward distance (as `find_nearest` computes it) from a cluster to all clusters under node k."""
    dx = max(max(node[k, 0] - x, x - node[k, 3]), 0.0)
    dy = max(max(node[k, 1] - y, y - node[k, 4]), 0.0)
    dz = max(max(node[k, 2] - z, z - node[k, 5]), 0.0)
    least = node[k, 6]
    return size * least / (size + least) * (dx * dx + dy * dy + dz * dz)


@njit("void(i8[::1], i8, i8, f8[:,::1], f8[::1], i8[::1], i8, i8, f8[:,::1], f8[::1], i8[::1])", **LOOP)
def find_nearest(query, start, stop, centre, size, ident, total, n_leaves, node, best, partner):
    """Ward-nearest other cluster of each queried slot: its slot in `partner`, its distance (eq. 1) in `best`.

    On entry best and partner hold a candidate (inf and -1 for none). Equal distances go by `_tie`, so that the
    outcome does not depend on the number of threads or the order of the search.
    """
    stack = np.empty(_STACK, np.int64)
    bounds = np.empty(_STACK, np.float64)
    for q in range(start, stop):
        s = query[q]
        x, y, z, n = centre[s, 0], centre[s, 1], centre[s, 2], size[s]
        b, p = best[s], partner[s]
        stack[0], bounds[0] = 1, 0.0
        top = 1
        while top > 0:
            top -= 1
            if bounds[top] > b:
                continue
            k = stack[top]
            while k < n_leaves:  # go down to the nearer child, keep the other
                k = 2 * k
                near = _bound(node, k, x, y, z, n)
                far = _bound(node, k + 1, x, y, z, n)
                other = k + 1
                if far < near:
                    near, far = far, near
                    other, k = k, k + 1
                if far <= b:
                    stack[top], bounds[top] = other, far
                    top += 1
                if near > b:
                    k = 0
                    break
            if k == 0:
                continue
            leaf = k - n_leaves
            for t in range(leaf * total // n_leaves, (leaf + 1) * total // n_leaves):
                if t == s:
                    continue
                dx, dy, dz = centre[t, 0] - x, centre[t, 1] - y, centre[t, 2] - z
                d = n * size[t] / (n + size[t]) * (dx * dx + dy * dy + dz * dz)
                if d < b or (d == b and (p < 0 or _tie(ident[s], ident[t]) < _tie(ident[s], ident[p]))):
                    b, p = d, t
        best[s], partner[s] = b, p


@njit(
    "Tuple((i8, i8, i8))(i8[::1], i8, i8, f8[:,::1], f8[::1], i8[::1], f8[::1], i8[::1], i8[::1], i8[::1],"
    "i8, i8[:,::1])",
    **LOOP,
)
def merge_mutual(query, n_query, total, centre, size, ident, best, partner, after, slot, n_made, pairs):
    """Merge all pairs of clusters that are each other's nearest, close the gaps, list in `query` whom to ask again.

    `partner` is read, `after` receives the partners in the new slots. Returns (clusters left, merges made so far,
    length of the new query list). Ward linkage is reducible (a merged cluster is never nearer to a third than both
    of its parts were), so all mutual pairs may merge at once and all other nearest clusters stay the nearest.
    """
    for q in range(n_query):  # what rounding makes nearer one way must be nearer both ways, or a round could stall
        s = query[q]
        p = partner[s]
        t = partner[p]
        if t != s:
            nearer = best[s] < best[p]
            if nearer or (best[s] == best[p] and _tie(ident[s], ident[p]) < _tie(ident[p], ident[t])):
                partner[p], best[p] = s, best[s]
    left = 0
    for s in range(total):  # the lower slot of a pair keeps it
        p = partner[s]
        if partner[p] == s and p < s:
            slot[s] = slot[p]
        else:
            slot[s] = left
            left += 1
    n_points, n_query = len(slot), 0
    for s in range(total):
        p = partner[s]
        mutual = partner[p] == s
        if mutual and p < s:
            continue
        t = slot[s]
        if mutual:
            pairs[n_made, 0], pairs[n_made, 1] = ident[s], ident[p]
            share = size[p] / (size[s] + size[p])
            for a in range(3):
                centre[t, a] = centre[s, a] + share * (centre[p, a] - centre[s, a])
            size[t] = size[s] + size[p]
            ident[t] = n_points + n_made
            best[t], after[t] = np.inf, -1
            n_made += 1
        else:
            for a in range(3):
                centre[t, a] = centre[s, a]
            size[t], ident[t], best[t], after[t] = size[s], ident[s], best[s], slot[p]
        if mutual or partner[partner[p]] == p:
            query[n_query] = t
            n_query += 1
    for q in range(n_query):  # a cluster whose nearest was merged starts from the merged one
        s = query[q]
        p = after[s]
        if p >= 0:
            dx, dy, dz = centre[p, 0] - centre[s, 0], centre[p, 1] - centre[s, 1], centre[p, 2] - centre[s, 2]
            best[s] = size[s] * size[p] / (size[s] + size[p]) * (dx * dx + dy * dy + dz * dz)
    return left, n_made, n_query


@njit("void(f8[:,::1], i8[:,::1], f8[::1], i8[::1], f8[:,::1])", **LOOP)
def merge_heights(points, pairs, height, count, offset):
    """Heights √(2 na nb/(na+nb)) |ca - cb| of merges in the order they were made, never below those of their parts.

    A centroid is kept as a member point plus a small offset, so that a height carries the rounding of its own scale
    and not that of the coordinates. `count` receives the points of every cluster; `offset` is scratch.
    """
    n = len(points)
    member = np.empty(2 * n - 1, np.int64)
    for i in range(n):
        member[i] = i
    for m in range(len(pairs)):
        a, b = pairs[m, 0], pairs[m, 1]
        na, nb = count[a], count[b]
        share = nb / (na + nb)
        d2 = 0.0
        for k in range(3):
            d = (points[member[b], k] - points[member[a], k]) + (offset[b, k] - offset[a, k])
            d2 += d * d
            offset[n + m, k] = offset[a, k] + share * d
        member[n + m] = member[a]
        count[n + m] = na + nb
        height[m] = np.sqrt(2.0 * na * nb / (na + nb) * d2)
        for part in (a, b):
            if part >= n:
                height[m] = max(height[m], height[part - n])


@njit("void(i8[:,::1], i8, i8[::1])", **LOOP)
def hand_down(children, n_merges, top):
    """Give the parts of the first `n_merges` merges the value of the merge, from the last to the first."""
    n = len(children) + 1
    for m in range(n_merges - 1, -1, -1):
        top[children[m, 0]] = top[n + m]
        top[children[m, 1]] = top[n + m]


@njit("void(i8[:,::1], i8[::1])", **LOOP)
def hand_up(children, value):
    """Give every merge the value of its first part, from the first to the last."""
    n = len(children) + 1
    for m in range(len(children)):
        value[n + m] = value[children[m, 0]]
