"""Compiled search: the Gaussian that is densest at each of many points.

Gaussians are numbered from the best located. The tree is that of `tree.plant_tree`: `row` holds mean (3), inverse of
the Cholesky factor (xx, yx, yy, zx, zy, zz) and logarithm of weight / root of determinant; `tag` number, rank, event;
`slot` the row of each number, -1 for those that are not in it. `block` bounds eight children each, the leaves (eight
rows) first, the root last, see `_tree_numba`; `child` is the first child of each block.
"""

import numpy as np
from numba import njit

WIDE = 8  # children of a block
PACKET, LEAST = 64, 4  # points, at most and at least, that walk down the tree together
TRIES = 64  # Gaussians tried on a packet, above which the next ones are made smaller
KEPT = 8  # winners of a packet that are tried first on the next
_Y, _Z, _BEST, _WON, _EVENT = PACKET, 2 * PACKET, 3 * PACKET, 4 * PACKET, 5 * PACKET


@njit(cache=True, nogil=True)
def find_densest(place, best, winner, event, tree, limit):
    """Make winner the number of the densest Gaussian at each point, where it beats what is there; of equals the lowest.

    place (n, 4): x, y, z and the number of each point; its rows are reordered so that neighbours walk down together.
    best, winner (n), by those numbers: the logarithm of the density to beat, which is raised, and who has it.
    event: whose Gaussians do not count, for each run of n / len(event) points. A Gaussian counts if its rank is below
    limit.rank and its mean lies within limit.low .. limit.high.
    """
    each, spare = len(place) // len(event), np.empty_like(place)
    stack, packet = np.empty((256, 2), np.int64), np.zeros(6 * PACKET)
    walk, reach = np.empty(128, np.int64), np.empty(128)
    kept, n_kept, room = np.empty(KEPT, np.int64), 0, PACKET
    stack[0, 0], stack[0, 1], depth = 0, len(place), 1
    while depth > 0:
        depth -= 1
        begin, end = stack[depth, 0], stack[depth, 1]
        if end - begin > room:
            middle = _part(place, spare, begin, end) if depth < 128 else (begin + end) // 2  # of any spread
            stack[depth, 0], stack[depth, 1] = middle, end
            stack[depth + 1, 0], stack[depth + 1, 1] = begin, middle
            depth += 2
            continue
        n = end - begin
        for t in range(n):
            p = int(place[begin + t, 3])
            packet[t], packet[_Y + t], packet[_Z + t] = place[begin + t, 0], place[begin + t, 1], place[begin + t, 2]
            packet[_BEST + t], packet[_WON + t], packet[_EVENT + t] = best[p], winner[p], event[p // each]
        for k in range(n_kept):  # what won nearby
            _try_row(packet, n, tree, kept[k], limit)
        tries = _descend(packet, n, tree, limit, walk, reach)
        if tries > TRIES:
            room = max(LEAST, min(room, n) // 2)
        elif tries < TRIES // 2:
            room = min(PACKET, 2 * room)
        n_kept = 0
        for t in range(n):
            p, won = int(place[begin + t, 3]), int(packet[_WON + t])
            best[p], winner[p] = packet[_BEST + t], won
            s = tree.slot[won] if won < len(tree.slot) else -1
            if s >= 0 and n_kept < KEPT and not (kept[:n_kept] == s).any():
                kept[n_kept] = s
                n_kept += 1


@njit(cache=True, nogil=True)
def _part(place, spare, begin, end):
    """Part points begin .. end at their mean along their widest axis; where the second part begins."""
    x0, y0, z0, x1, y1, z1 = np.inf, np.inf, np.inf, -np.inf, -np.inf, -np.inf
    sum0, sum1, sum2 = 0.0, 0.0, 0.0
    for t in range(begin, end):
        x, y, z = place[t, 0], place[t, 1], place[t, 2]
        x0, x1, y0, y1, z0, z1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y), min(z0, z), max(z1, z)
        sum0, sum1, sum2 = sum0 + x, sum1 + y, sum2 + z
    axis, cut, widest = 0, sum0, x1 - x0
    if y1 - y0 > widest:
        axis, cut, widest = 1, sum1, y1 - y0
    if z1 - z0 > widest:
        axis, cut = 2, sum2
    cut /= end - begin
    low, high = begin, end - 1
    for t in range(begin, end):  # into both places, one of which is written over: no branch that is hard to foresee
        left = place[t, axis] < cut
        for r in range(4):
            spare[low, r] = spare[high, r] = place[t, r]
        low += left
        high -= not left
    for t in range(begin, end):
        for r in range(4):
            place[t, r] = spare[t, r]
    return low if begin < low < end else (begin + end) // 2


@njit(cache=True, nogil=True)
def _descend(packet, n, tree, limit, walk, reach):
    """Walk a packet of points down the tree, the most promising child of each block first; how many rows were tried."""
    block, leaves = tree.block, (len(tree.row) + WIDE - 1) // WIDE
    x, y, z, best = packet[:n], packet[_Y : _Y + n], packet[_Z : _Z + n], packet[_BEST : _BEST + n]
    x0, y0, z0, x1, y1, z1 = x.min(), y.min(), z.min(), x.max(), y.max(), z.max()
    least, bound, tries = _slack(best.min()), np.empty(WIDE), 0
    walk[0], reach[0], depth = len(block) - 1, np.inf, 1
    while depth > 0:
        depth -= 1
        b, begin = walk[depth], depth
        if reach[depth] < least:
            continue
        box = block[b]
        for c in range(WIDE):
            d0 = max(box[0, c] - x1, x0 - box[3, c], 0.0)
            d1 = max(box[1, c] - y1, y0 - box[4, c], 0.0)
            d2 = max(box[2, c] - z1, z0 - box[5, c], 0.0)
            most = box[9, c] - (d0 * d0 * box[6, c] + d1 * d1 * box[7, c] + d2 * d2 * box[8, c])
            bound[c] = most if box[10, c] < limit.rank else -np.inf
        for c in range(WIDE):
            if bound[c] < least or bound[c] == -np.inf:
                continue
            if b < leaves:
                _try_row(packet, n, tree, tree.child[b] + c, limit)
                tries += 1
                continue
            k = depth
            while k > begin and reach[k - 1] > bound[c]:
                walk[k], reach[k] = walk[k - 1], reach[k - 1]
                k -= 1
            walk[k], reach[k] = tree.child[b] + c, bound[c]
            depth += 1
        if b < leaves:
            least = _slack(best.min())
    return tries


@njit(cache=True, nogil=True)
def _slack(least):
    """A little less, so that rounding loses no tie."""
    return least - 1e-9 * (1.0 + abs(least))


@njit(cache=True, nogil=True)
def _try_row(packet, n, tree, s, limit):
    """Let one Gaussian win what it can of a packet."""
    row, number, own = tree.row[s], float(tree.tag[s, 0]), float(tree.tag[s, 2])
    if tree.tag[s, 1] >= limit.rank or row[9] == -np.inf:
        return
    for a in range(3):
        if row[a] < limit.low[a] or row[a] > limit.high[a]:
            return
    m0, m1, m2, top = row[0], row[1], row[2], row[9]
    r0, r1, r2, r3, r4, r5 = row[3], row[4], row[5], row[6], row[7], row[8]
    for t in range((n + 3) & ~3):  # whole vectors; what lies beyond n is never read
        dx, dy, dz = packet[t] - m0, packet[_Y + t] - m1, packet[_Z + t] - m2
        u = r0 * dx
        v = r1 * dx + r2 * dy
        w = r3 * dx + r4 * dy + r5 * dz
        value = top - 0.5 * (u * u + v * v + w * w)
        best, won = packet[_BEST + t], packet[_WON + t]
        better = ((value > best) | ((value == best) & (number < won))) & (packet[_EVENT + t] != own)
        packet[_BEST + t] = value if better else best
        packet[_WON + t] = number if better else won
