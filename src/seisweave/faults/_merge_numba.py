"""Compiled loops of merging: candidate pairs, the one of the highest gain, and replacing two gaussians by one.

The merged gaussian takes the row of its first parent. For the named tuples see `state.py`.
"""

import numpy as np
from numba import njit

from seisweave.faults._density_numba import list_support, shape_gaussian
from seisweave.faults._gains_numba import (
    INNER,
    boxes_overlap,
    evaluate,
    fit_box,
    likely_loss,
    local_gain,
    merge_moments,
)
from seisweave.faults.state import ACTIVE, BOUND, EXACT, MEMBER, PAIR, PENDING, SUPPORT, WAITING

ENOUGH, NO_GAIN, NO_ROOM, MANY_PENDING = 0, 1, 2, 3


@njit(cache=True, nogil=True)
def find_pairs(parts, pairs, tally, order, most_loss):
    """All overlapping pairs of the gaussians in `order` (ascending western bound), to be evaluated.

    Left out are pairs that are expected to lose more than `most_loss` in log-likelihood per event.
    False when the list is too short.
    """
    tally[PAIR], tally[PENDING] = 0, 0
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


@njit(**INNER)
def _add_pair(pairs, tally, i, j):
    q = tally[PAIR]
    pairs.first[q], pairs.second[q] = min(i, j), max(i, j)
    pairs.todo[tally[PENDING]] = q
    tally[PAIR] += 1
    tally[PENDING] += 1


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INNER)
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
    tally[PENDING] = listed


@njit(**INNER, inline="always")
def _merge_pair(points, parts, pools, pairs, scratch, tally, rule, q):
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


@njit(**INNER)
def _best_pair(pairs, tally, trust):
    """The pair of the highest positive gain, or -1."""
    best, most = -1, 0.0
    for q in range(tally[PAIR]):
        hope = pairs.gain[q]
        if trust > 0.0:
            hope += trust * pairs.doubt[q]
        if hope > most:
            best, most = q, hope
    return best


@njit(cache=True, nogil=True)
def merge_best(points, parts, pools, pairs, scratch, tally, rule, made, gain):
    """Merge the pair of the highest gain, len(gain) times at most; returns how many merges, and why no more.

    A gain that is an upper bound, or in doubt since densities near it changed, is evaluated when it comes out on top.
    made and gain receive the rows and the gain of each merge. ENOUGH: as many as asked for; NO_GAIN: no pair gains
    any more; NO_ROOM: a pool is too small; MANY_PENDING: so many pairs are to be evaluated that threads pay.
    """
    count = 0
    while count < len(gain):
        work = 0
        for t in range(tally[PENDING] if tally[PENDING] > 1 else 0):
            i, j = pairs.first[pairs.todo[t]], pairs.second[pairs.todo[t]]
            work += parts.support_length[i] + parts.support_length[j]
        if tally[PENDING] > 1 and work >= rule.most_pending:
            return count, MANY_PENDING
        evaluate(points, parts, pools, pairs, scratch, 0, tally[PENDING], rule)
        tally[PENDING] = 0
        q = _best_pair(pairs, tally, rule.trust)
        if q < 0:
            return count, NO_GAIN
        i, j = pairs.first[q], pairs.second[q]
        if pairs.state[q] == BOUND:
            pairs.gain[q] = local_gain(points, parts, pools, i, j, rule.least_variance)
            pairs.state[q] = EXACT
        elif pairs.doubt[q] > rule.negligible:
            pairs.todo[0], tally[PENDING] = q, 1
        else:
            made[count, 0], made[count, 1], gain[count] = i, j, pairs.gain[q]
            if not _merge_pair(points, parts, pools, pairs, scratch, tally, rule, q):
                return count, NO_ROOM
            count += 1
    return count, ENOUGH
