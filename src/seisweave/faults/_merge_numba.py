"""Compiled loops of merging: overlap of boxes, BIC gains (global and local), replacing two gaussians by one.

State is held in named tuples of arrays that the loops change in place. Rows of `Parts` are gaussians; a merged
gaussian takes the row of its first parent. `Pairs` is a dense list of candidate pairs; `tally` counts
(active gaussians, entries in the support pool, entries in the member pool, pairs, pairs to evaluate).
Loops stand where slices would read shorter: they compile several times faster.
"""

from collections import namedtuple

import numpy as np
from numba import njit

from seisweave.faults._density_numba import density_on, exp_negative, list_support, shape_gaussian, support_ranges

Points = namedtuple("Points", "xyz base density cut node block")
Parts = namedtuple(
    "Parts",
    "weight mean covariance shape box_centre box_half bounds support support_length members members_length moments"
    " active",
)
Pools = namedtuple("Pools", "slot value member")
Pairs = namedtuple("Pairs", "first second gain doubt effect state todo")
Scratch = namedtuple("Scratch", "sum buffer ranges slot value ratio changed change")
Rule = namedtuple("Rule", "local penalty least_variance reach at_first most_loss")

ACTIVE, SUPPORT, MEMBER, PAIR, TODO = 0, 1, 2, 3, 4
EXACT, BOUND, WAITING = 0, 1, 2
_CHUNK = 256
_INNER = {"cache": True, "nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


@njit(**_INNER)
def merge_moments(parts, i, j, mean, covariance):
    """Moment-matched gaussian of rows i and j: its weight; mean and covariance are written."""
    w = parts.weight[i] + parts.weight[j]
    share = parts.weight[j] / w
    k = 0
    for a in range(3):
        da = parts.mean[j, a] - parts.mean[i, a]
        mean[a] = parts.mean[i, a] + share * da
        for b in range(a, 3):
            db = parts.mean[j, b] - parts.mean[i, b]
            within = (1.0 - share) * parts.covariance[i, k] + share * parts.covariance[j, k]
            covariance[k] = within + share * (1.0 - share) * da * db
            k += 1
    return w


@njit(cache=True, nogil=True)
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


@njit(**_INNER)
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


@njit(**_INNER)
def global_gain(points, parts, pools, i, j, least_variance, scratch, effect):
    """Gain in log-likelihood of all points when gaussians i and j become one (eq. 3 without its penalty term).

    `effect` receives Σ |relative change of the mixture's density| over the points of each block.
    """
    for b in range(len(effect)):
        effect[b] = 0.0
    mean, covariance, shape = np.empty(3), np.empty(6), np.empty(22)
    weight = merge_moments(parts, i, j, mean, covariance)
    shape_gaussian(weight, mean, covariance, least_variance, shape)
    total, ratio = scratch.sum, scratch.ratio
    for g in (i, j):
        for t in range(parts.support[g], parts.support[g] + parts.support_length[g]):
            total[pools.slot[t]] += pools.value[t]
    gain, product = 0.0, 1.0
    for r in range(support_ranges(shape, points.node, points.xyz.shape[1], scratch.ranges)):
        for start in range(scratch.ranges[r, 0], scratch.ranges[r, 1], _CHUNK):
            stop = min(start + _CHUNK, scratch.ranges[r, 1])
            density_on(shape, points.xyz, start, stop, scratch.buffer)
            for s in range(start, stop):
                merged = scratch.buffer[s - start]
                merged = merged if merged > points.cut[s] else 0.0
                ratio[s - start] = max(points.density[s] - total[s] + merged, points.base[s]) / points.density[s]
                total[s] = 0.0
            block, change = points.block[start], 0.0
            for s in range(start, stop):
                product *= ratio[s - start]
                if product < 1e-200 or product > 1e200:
                    gain += np.log(product)
                    product = 1.0
                if points.block[s] != block:
                    effect[block] += change
                    block, change = points.block[s], 0.0
                change += abs(ratio[s - start] - 1.0)
            effect[block] += change
    for g in (i, j):  # points that the merged gaussian does not reach
        for t in range(parts.support[g], parts.support[g] + parts.support_length[g]):
            s = pools.slot[t]
            if total[s] > 0.0:
                lost = max(points.density[s] - total[s], points.base[s]) / points.density[s]
                product *= lost
                effect[points.block[s]] += 1.0 - lost
                total[s] = 0.0
                if product < 1e-200 or product > 1e200:
                    gain += np.log(product)
                    product = 1.0
    return gain + np.log(product)


@njit(**_INNER)
def _half_distance(shape, moments):
    """Half the sum of squared Mahalanobis distances of a set of points, from its count, mean and scatter."""
    n = moments[0]
    dx, dy, dz = moments[1] - shape[0], moments[2] - shape[1], moments[3] - shape[2]
    trace = shape[3] * (moments[4] + n * dx * dx) + shape[6] * (moments[7] + n * dy * dy)
    trace += shape[8] * (moments[9] + n * dz * dz)
    cross = shape[4] * (moments[5] + n * dx * dy) + shape[5] * (moments[6] + n * dx * dz)
    cross += shape[7] * (moments[8] + n * dy * dz)
    return 0.5 * trace + cross


@njit(**_INNER)
def local_bound(parts, i, j, least_variance):
    """Upper bound of the local gain of gaussians i and j: every member counted under its own gaussian only.

    It follows from counts, means and scatters of the members. Also returns the exact log-likelihood of all members
    under the merged gaussian, and the logarithms of the two weighted peaks (section 3.1 iv, "local").
    """
    mean, covariance, shape = np.empty(3), np.empty(6), np.empty(22)
    weight = merge_moments(parts, i, j, mean, covariance)
    shape_gaussian(weight, mean, covariance, least_variance, shape)
    ni, nj = parts.moments[i, 0], parts.moments[j, 0]
    n = max(ni + nj, 1.0)
    merged = (shape[9] - np.log(weight)) * (ni + nj)
    merged -= _half_distance(shape, parts.moments[i]) + _half_distance(shape, parts.moments[j])
    if ni == 0.0 or nj == 0.0:  # no members, nothing to lose
        return 5.0 * np.log(n), merged, -np.inf, -np.inf
    peak_i = parts.shape[i, 9] - np.log(parts.weight[i]) + np.log(ni / n)
    peak_j = parts.shape[j, 9] - np.log(parts.weight[j]) + np.log(nj / n)
    apart = peak_i * ni - _half_distance(parts.shape[i], parts.moments[i])
    apart += peak_j * nj - _half_distance(parts.shape[j], parts.moments[j])
    return merged - apart + 5.0 * np.log(n), merged, peak_i, peak_j


@njit(cache=True, nogil=True)
def local_gain(points, parts, pools, i, j, least_variance):
    """Gain in BIC/2 on the members of gaussians i and j alone when they become one (section 3.1 iv, "local")."""
    bound, merged, peak_i, peak_j = local_bound(parts, i, j, least_variance)
    if peak_i == -np.inf:
        return bound
    apart, product = 0.0, 1.0
    for g in (i, j):
        start = parts.members[g]
        for t in range(start, start + parts.members_length[g]):
            s = pools.member[t]
            li = peak_i - 0.5 * _distance2(parts.shape[i], points.xyz, s)
            lj = peak_j - 0.5 * _distance2(parts.shape[j], points.xyz, s)
            apart += max(li, lj)
            if abs(li - lj) < 37.0:  # beyond that the other gaussian adds nothing a double could hold
                product *= 1.0 + exp_negative(-abs(li - lj))
                if product > 1e200:
                    apart += np.log(product)
                    product = 1.0
    apart += np.log(product)
    return merged - apart + 5.0 * np.log(parts.moments[i, 0] + parts.moments[j, 0])


@njit(cache=True, nogil=True, inline="always")
def _distance2(shape, xyz, s):
    dx, dy, dz = xyz[0, s] - shape[0], xyz[1, s] - shape[1], xyz[2, s] - shape[2]
    d2 = dx * (shape[3] * dx + 2.0 * (shape[4] * dy + shape[5] * dz))
    return d2 + dy * (shape[6] * dy + 2.0 * shape[7] * dz) + shape[8] * dz * dz


@njit(cache=True, nogil=True)
def evaluate(points, parts, pools, pairs, scratch, start, stop, rule):
    """Gains of the pairs todo[start:stop]."""
    for t in range(start, stop):
        q = pairs.todo[t]
        i, j = pairs.first[q], pairs.second[q]
        if rule.local:
            pairs.gain[q] = local_bound(parts, i, j, rule.least_variance)[0]
            pairs.state[q] = BOUND
        else:
            gain = global_gain(points, parts, pools, i, j, rule.least_variance, scratch, pairs.effect[q])
            pairs.gain[q] = gain + rule.penalty
            pairs.state[q] = EXACT
        pairs.doubt[q] = 0.0


@njit(**_INNER)
def likely_loss(parts, i, j):
    """Loss of log-likelihood per event that merging is expected to cost at most (Runnalls 2007, eq. 16)."""
    mean, c = np.empty(3), np.empty(6)
    weight = merge_moments(parts, i, j, mean, c)
    determinant = c[0] * (c[3] * c[5] - c[4] * c[4]) - c[1] * (c[1] * c[5] - c[4] * c[2])
    determinant += c[2] * (c[1] * c[4] - c[3] * c[2])
    loss = 0.5 * weight * np.log(determinant)
    for g in (i, j):
        sides = parts.shape[g, 10] * parts.shape[g, 11] * parts.shape[g, 12]
        loss -= parts.weight[g] * np.log(sides)
    return loss


@njit(cache=True, nogil=True)
def find_pairs(parts, pairs, tally, order, most_loss):
    """All overlapping pairs of the gaussians in `order` (ascending western bound), to be evaluated.

    Left out are pairs that are expected to lose more than `most_loss` in log-likelihood per event.
    False when the list is too short.
    """
    tally[PAIR], tally[TODO] = 0, 0
    for a in range(len(order)):
        i = order[a]
        for b in range(a + 1, len(order)):
            j = order[b]
            if parts.bounds[j, 0] > parts.bounds[i, 3]:
                break
            if boxes_overlap(parts, i, j) and not likely_loss(parts, i, j) >= most_loss:  # NaN stays
                if tally[PAIR] == len(pairs.first):
                    return False
                _add_pair(pairs, tally, i, j)
    return True


@njit(**_INNER)
def _add_pair(pairs, tally, i, j):
    q = tally[PAIR]
    pairs.first[q], pairs.second[q] = min(i, j), max(i, j)
    pairs.todo[tally[TODO]] = q
    tally[PAIR] += 1
    tally[TODO] += 1


@njit(**_INNER)
def _join_members(parts, pools, tally, i, j):
    """Members of i become those of i and j."""
    end = tally[MEMBER]
    for g in (i, j):
        start = parts.members[g]
        for t in range(start, start + parts.members_length[g]):
            pools.member[end] = pools.member[t]
            end += 1
    parts.members[i], parts.members_length[i] = tally[MEMBER], end - tally[MEMBER]
    tally[MEMBER] = end
    ni, nj = parts.moments[i, 0], parts.moments[j, 0]
    if nj == 0.0:
        return
    share = nj / (ni + nj)
    k = 4
    for a in range(3):
        da = parts.moments[j, 1 + a] - parts.moments[i, 1 + a]
        for b in range(a, 3):
            db = parts.moments[j, 1 + b] - parts.moments[i, 1 + b]
            parts.moments[i, k] += parts.moments[j, k] + share * ni * da * db
            k += 1
    for a in range(3):
        parts.moments[i, 1 + a] += share * (parts.moments[j, 1 + a] - parts.moments[i, 1 + a])
    parts.moments[i, 0] = ni + nj


@njit(**_INNER)
def _update_density(points, parts, pools, i, j, length, scratch):
    """Replace gaussians i and j by the merged one (in scratch) in the mixture density.

    scratch.change receives the largest |change of log density| in each block.
    """
    total = scratch.sum
    for b in range(len(scratch.change)):
        scratch.change[b] = 0.0
    for g in (i, j):
        for t in range(parts.support[g], parts.support[g] + parts.support_length[g]):
            total[pools.slot[t]] -= pools.value[t]
    for t in range(length):
        total[scratch.slot[t]] += scratch.value[t]
    for part in range(3):
        g = i if part == 0 else j
        start = 0 if part == 2 else parts.support[g]
        stop = length if part == 2 else start + parts.support_length[g]
        for t in range(start, stop):
            s = scratch.slot[t] if part == 2 else pools.slot[t]
            if total[s] == 0.0:
                continue
            before = points.density[s]
            points.density[s] = max(before + total[s], points.base[s])
            total[s] = 0.0
            ratio = points.density[s] / before
            change = max(ratio, 1.0 / ratio) - 1.0  # |log ratio| to first order
            scratch.change[points.block[s]] = max(scratch.change[points.block[s]], change)


@njit(**_INNER)
def _doubt_pairs(pairs, tally, i, j, scratch):
    """Drop the pairs of i and j; add to the doubt of the others what the change of density can have done to them.

    To first order a gain changes by Σ (relative change the pair would make) × (change of log density): here block
    by block, with the largest change in the block.
    """
    n_changed = 0
    for b in range(len(scratch.change)):
        if scratch.change[b] > 1e-6:
            scratch.changed[n_changed] = b
            n_changed += 1
    q = 0
    while q < tally[PAIR]:
        a, b = pairs.first[q], pairs.second[q]
        if a in (i, j) or b in (i, j):
            last = tally[PAIR] - 1
            pairs.first[q], pairs.second[q] = pairs.first[last], pairs.second[last]
            pairs.gain[q], pairs.doubt[q], pairs.state[q] = (
                pairs.gain[last],
                pairs.doubt[last],
                pairs.state[last],
            )
            for k in range(pairs.effect.shape[1]):
                pairs.effect[q, k] = pairs.effect[last, k]
            tally[PAIR] = last
            continue
        doubt = 0.0
        for t in range(n_changed if pairs.state[q] != WAITING else 0):
            doubt += pairs.effect[q, scratch.changed[t]] * scratch.change[scratch.changed[t]]
        pairs.doubt[q] += doubt
        q += 1


@njit(**_INNER)
def _keep_promising(parts, pairs, tally, start, keep):
    """Of the pairs from `start` on leave only the `keep` most promising on the list for evaluation.

    The others wait, with no gain, for the sweep over all pairs at the end.
    """
    for q in range(start, tally[PAIR]):
        pairs.doubt[q] = 0.0
        pairs.gain[q] = -likely_loss(parts, pairs.first[q], pairs.second[q])
    listed = 0
    for q in range(start, tally[PAIR]):
        better = 0
        for r in range(start, tally[PAIR]):
            if pairs.gain[r] > pairs.gain[q] or (pairs.gain[r] == pairs.gain[q] and r < q):
                better += 1
        if better < keep:
            pairs.todo[listed] = q
            listed += 1
    for q in range(start, tally[PAIR]):
        pairs.gain[q], pairs.state[q] = -np.inf, WAITING
    tally[TODO] = listed


@njit(cache=True, nogil=True)
def merge_pair(points, parts, pools, pairs, scratch, tally, rule, q):
    """Merge the two gaussians of pair q into the row of the first; list its new pairs for evaluation.

    False, with nothing changed, when a pool is too small.
    """
    i, j = pairs.first[q], pairs.second[q]
    if tally[PAIR] + tally[ACTIVE] > len(pairs.first):
        return False
    if tally[MEMBER] + parts.members_length[i] + parts.members_length[j] > len(pools.member):
        return False
    mean, covariance, shape = np.empty(3), np.empty(6), np.empty(22)
    weight = merge_moments(parts, i, j, mean, covariance)
    shape_gaussian(weight, mean, covariance, rule.least_variance, shape)
    if not rule.local:
        length = list_support(
            shape,
            points.cut,
            points.xyz,
            points.node,
            scratch.ranges,
            scratch.buffer,
            scratch.slot,
            scratch.value,
        )
        if tally[SUPPORT] + length > len(pools.slot):
            return False
        _update_density(points, parts, pools, i, j, length, scratch)
        for t in range(length):
            pools.slot[tally[SUPPORT] + t], pools.value[tally[SUPPORT] + t] = (
                scratch.slot[t],
                scratch.value[t],
            )
        parts.support[i], parts.support_length[i] = tally[SUPPORT], length
        tally[SUPPORT] += length
    _join_members(parts, pools, tally, i, j)
    parts.weight[i] = weight
    for k in range(3):
        parts.mean[i, k] = mean[k]
    for k in range(6):
        parts.covariance[i, k] = covariance[k]
    for k in range(22):
        parts.shape[i, k] = shape[k]
    fit_box(points, parts, pools, i, rule.reach)
    for a in range(tally[ACTIVE]):
        if parts.active[a] == j:
            parts.active[a] = parts.active[tally[ACTIVE] - 1]
            break
    tally[ACTIVE] -= 1
    _doubt_pairs(pairs, tally, i, j, scratch)
    before = tally[PAIR]
    for a in range(tally[ACTIVE]):
        b = parts.active[a]
        if b != i and boxes_overlap(parts, i, b) and not likely_loss(parts, i, b) >= rule.most_loss:
            _add_pair(pairs, tally, i, b)
    if not rule.local:
        _keep_promising(parts, pairs, tally, before, rule.at_first)
    return True


@njit(cache=True, nogil=True)
def expect(points, parts, pools, tally, scratch):
    """E step: supports of all active gaussians, and the mixture density; False when the support pool must grow."""
    tally[SUPPORT] = 0
    for s in range(len(points.density)):
        points.density[s] = points.base[s]
    for a in range(tally[ACTIVE]):
        i = parts.active[a]
        length = list_support(
            parts.shape[i],
            points.cut,
            points.xyz,
            points.node,
            scratch.ranges,
            scratch.buffer,
            scratch.slot,
            scratch.value,
        )
        end = tally[SUPPORT]
        if end + length > len(pools.slot):
            return False
        for t in range(length):
            pools.slot[end + t], pools.value[end + t] = scratch.slot[t], scratch.value[t]
            points.density[scratch.slot[t]] += scratch.value[t]
        parts.support[i], parts.support_length[i] = end, length
        tally[SUPPORT] = end + length
    return True


@njit(cache=True, nogil=True)
def maximise(points, parts, pools, tally, least_variance):
    """M step: weight, mean and covariance of every active gaussian from its responsibilities.

    A gaussian left with less than one event keeps its mean and covariance.
    """
    n = points.xyz.shape[1]
    sums = np.empty(10)
    for a in range(tally[ACTIVE]):
        i = parts.active[a]
        for k in range(10):
            sums[k] = 0.0
        m0, m1, m2 = parts.mean[i, 0], parts.mean[i, 1], parts.mean[i, 2]
        for t in range(parts.support[i], parts.support[i] + parts.support_length[i]):
            s = pools.slot[t]
            r = pools.value[t] / points.density[s]
            dx, dy, dz = points.xyz[0, s] - m0, points.xyz[1, s] - m1, points.xyz[2, s] - m2
            sums[0] += r
            sums[1] += r * dx
            sums[2] += r * dy
            sums[3] += r * dz
            sums[4] += r * dx * dx
            sums[5] += r * dx * dy
            sums[6] += r * dx * dz
            sums[7] += r * dy * dy
            sums[8] += r * dy * dz
            sums[9] += r * dz * dz
        parts.weight[i] = max(sums[0], 1e-6) / n
        if sums[0] >= 1.0:
            k = 0
            for b in range(3):
                for c in range(b, 3):
                    parts.covariance[i, k] = sums[4 + k] / sums[0] - sums[1 + b] * sums[1 + c] / sums[0] ** 2
                    k += 1
            for b in range(3):
                parts.mean[i, b] += sums[1 + b] / sums[0]
        shape_gaussian(parts.weight[i], parts.mean[i], parts.covariance[i], least_variance, parts.shape[i])


@njit(cache=True, nogil=True)
def assign(points, parts, pools, tally, part, best):
    """Most likely gaussian row of every point (-1: no gaussian beats `best`), its density in `best`; lists members.

    On entry part is -1 and best the highest background density at each point.
    """
    for a in range(tally[ACTIVE]):
        i = parts.active[a]
        for t in range(parts.support[i], parts.support[i] + parts.support_length[i]):
            s = pools.slot[t]
            if pools.value[t] > best[s]:
                best[s], part[s] = pools.value[t], i
        parts.members_length[i] = 0
        for k in range(10):
            parts.moments[i, k] = 0.0
    for s in range(len(part)):
        if part[s] >= 0:
            parts.members_length[part[s]] += 1
    end = 0
    for a in range(tally[ACTIVE]):
        i = parts.active[a]
        parts.members[i] = end
        end += parts.members_length[i]
        parts.members_length[i] = 0
    tally[MEMBER] = end
    for s in range(len(part)):
        i = part[s]
        if i >= 0:
            pools.member[parts.members[i] + parts.members_length[i]] = s
            parts.members_length[i] += 1
            parts.moments[i, 0] += 1.0
            n = parts.moments[i, 0]
            k = 4
            for b in range(3):  # Welford's update of mean and scatter
                db = points.xyz[b, s] - parts.moments[i, 1 + b]
                for c in range(b, 3):
                    parts.moments[i, k] += (n - 1.0) / n * db * (points.xyz[c, s] - parts.moments[i, 1 + c])
                    k += 1
            for b in range(3):
                parts.moments[i, 1 + b] += (points.xyz[b, s] - parts.moments[i, 1 + b]) / n


@njit(cache=True, nogil=True)
def drop_gain(points, parts, pools, i, share, box_density, local, scratch):
    """Gain in BIC/2 when gaussian i goes and the box that takes its weight grows denser by the factor 1 + share.

    box_density is the box's density at every point (0 outside). Local: on the members of i alone; global: on all
    points, or an upper bound of it when that is negative already.
    """
    n = len(box_density)
    total = scratch.sum
    first, last = parts.support[i], parts.support[i] + parts.support_length[i]
    for t in range(first, last):
        total[pools.slot[t]] = pools.value[t]
    gain = 0.0
    if local:
        gain += 5.0 * np.log(max(1, parts.members_length[i]))
        for t in range(parts.members[i], parts.members[i] + parts.members_length[i]):
            s = pools.member[t]
            after = max(points.density[s] - total[s], points.base[s]) + share * box_density[s]
            gain += np.log(after / points.density[s])
    else:
        gain += 5.0 * np.log(n)
        for t in range(first, last):
            s = pools.slot[t]
            after = max(points.density[s] - total[s], points.base[s]) + share * box_density[s]
            gain += np.log(after / points.density[s])
        most = 0.0
        for s in range(n):
            most += box_density[s] / points.density[s]
        if gain + share * most > 0.0:  # log(1 + x) < x bounds what the other points can add
            for s in range(n):
                if total[s] == 0.0:
                    gain += np.log1p(share * box_density[s] / points.density[s])
    for t in range(first, last):
        total[pools.slot[t]] = 0.0
    return gain


@njit(cache=True, nogil=True)
def remove(points, parts, pools, tally, i, share, box_density):
    """Take gaussian i out of the mixture and add share × box_density to the base."""
    for t in range(parts.support[i], parts.support[i] + parts.support_length[i]):
        s = pools.slot[t]
        points.density[s] = max(points.density[s] - pools.value[t], points.base[s])
    for s in range(len(box_density)):
        points.density[s] += share * box_density[s]
        points.base[s] += share * box_density[s]
    for a in range(tally[ACTIVE]):
        if parts.active[a] == i:
            parts.active[a] = parts.active[tally[ACTIVE] - 1]
            break
    tally[ACTIVE] -= 1


@njit(cache=True, nogil=True)
def fit_boxes(points, parts, pools, tally, reach):
    """Boxes of all active gaussians."""
    for a in range(tally[ACTIVE]):
        fit_box(points, parts, pools, parts.active[a], reach)


@njit(cache=True, nogil=True)
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
