"""Compiled loops of merging: candidate pairs, the one of the highest gain, and replacing two gaussians by one.

The merged gaussian takes the row of its first parent. For the named tuples see `state.py`.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INNER, LOOP
from seisweave.faults._boxes_numba import find_overlapping, fit_box, refit_tree, take_away
from seisweave.faults._density_numba import list_support, shape_gaussian
from seisweave.faults._doubts_numba import in_doubt, most_hopeful, note_changes
from seisweave.faults._gains_numba import evaluate_pair, likely_loss, local_gain, merge_moments
from seisweave.faults._pairs_numba import add_pair, drop_pairs, keep_promising, rank_pair
from seisweave.faults.state import ACTIVE, BOUND, EXACT, MEMBER, MERGED, PAIR, PENDING, SUPPORT

ENOUGH, NO_GAIN, NO_ROOM, MANY_PENDING = 0, 1, 2, 3


@njit(**LOOP)
def find_pairs(parts, pairs, lookup, tally, order, most_loss):
    """All overlapping pairs of the gaussians in `order` (ascending western bound), to be evaluated.

    Left out are pairs that are expected to lose more than `most_loss` in log-likelihood per event.
    False when the list is too short.
    """
    tally[PAIR], tally[PENDING] = 0, 0
    for a in range(len(order)):
        lookup.place[order[a]] = a
    for a in range(len(order)):
        i = order[a]
        for t in range(find_overlapping(parts, lookup, i)):
            if lookup.found[t] > a:
                if tally[PAIR] == len(pairs.first):
                    return False
                _add_likely(parts, pairs, lookup, tally, i, order[lookup.found[t]], most_loss)
    for a in range(tally[ACTIVE]):
        lookup.place[parts.active[a]] = a
    return True


@njit(**INNER)
def _add_likely(parts, pairs, lookup, tally, i, j, most_loss):
    """List a pair unless it is hopeless."""
    loss = likely_loss(parts, i, j)
    if not loss >= most_loss:  # what is not a number stays
        add_pair(pairs, lookup, tally, i, j, -loss)


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


@njit(**INNER, inline="always")
def _merge_pair(points, parts, pools, pairs, changes, lookup, scratch, tally, rule, local, q):
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
    if local is None:
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
    take_away(parts, lookup, tally, j)
    refit_tree(parts, lookup, i)
    note_changes(changes, tally, scratch.change)
    drop_pairs(pairs, lookup, tally, i, j)
    start = tally[PAIR]
    for t in range(find_overlapping(parts, lookup, i)):
        _add_likely(parts, pairs, lookup, tally, i, parts.active[lookup.found[t]], rule.most_loss)
    if local is None:
        keep_promising(pairs, tally, start, rule.at_first)
    return True


@njit(**LOOP)
def merge_best(points, parts, pools, pairs, changes, lookup, scratch, tally, rule, local, made, gain):
    """Merge the pair of the highest gain, len(gain) times at most; returns how many merges, and why no more.

    A gain that is an upper bound, or in doubt since densities near it changed, is evaluated when it comes out on top.
    For `local` see `evaluate_pair`. made and gain receive the rows and the gain of each merge. ENOUGH: as many as asked
    for; NO_GAIN: no pair gains any more; NO_ROOM: a pool is too small; MANY_PENDING: so many pairs are to be evaluated
    that threads pay.
    """
    count = 0
    while count < len(gain):
        work = 0
        for t in range(tally[PENDING] if tally[PENDING] > 1 else 0):
            i, j = pairs.first[pairs.todo[t]], pairs.second[pairs.todo[t]]
            work += parts.support_length[i] + parts.support_length[j]
        if tally[PENDING] > 1 and work >= rule.most_pending:
            return count, MANY_PENDING
        for t in range(tally[PENDING]):
            evaluate_pair(points, parts, pools, pairs, scratch, pairs.todo[t], rule, local)
        for t in range(tally[PENDING]):
            rank_pair(pairs, lookup, pairs.todo[t])
        tally[PENDING] = 0
        q = lookup.winner[1]
        if rule.trust > 0.0:
            q = most_hopeful(pairs, changes, tally, rule.trust)
        if q < 0:
            return count, NO_GAIN
        i, j = pairs.first[q], pairs.second[q]
        if local is not None and pairs.state[q] == BOUND:
            pairs.gain[q] = local_gain(points, parts, pools, i, j, rule.least_variance)
            pairs.state[q] = EXACT
            rank_pair(pairs, lookup, q)
            continue
        if in_doubt(pairs, changes, tally, q, rule.negligible):
            pairs.todo[0], pairs.seen[q], tally[PENDING] = q, tally[MERGED], 1
        else:
            made[count, 0], made[count, 1], gain[count] = i, j, pairs.gain[q]
            if not _merge_pair(points, parts, pools, pairs, changes, lookup, scratch, tally, rule, local, q):
                return count, NO_ROOM
            count += 1
    return count, ENOUGH
