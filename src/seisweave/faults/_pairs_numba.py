"""Compiled loops over the list of pairs: the one of the highest gain, those of one gaussian, and taking these away.

The pairs that gain play a tournament: node k of a complete binary tree holds the better of nodes 2k and 2k + 1, the
one listed first where two gain the same, so that a new gain costs a walk to the root. Every row has a doubly linked
list of its pairs. The last pairs fill the gaps that others leave, in the order of the gaps: which of two equal gains
comes first depends on that.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INNER, LOOP
from seisweave.faults._boxes_numba import sort_up
from seisweave.faults.state import MERGED, PAIR, PENDING, WAITING


@njit(**LOOP)
def link_pairs(pairs, lookup, tally):
    """Lists and tournament of all pairs, from nothing."""
    for g in range(len(lookup.head)):
        lookup.head[g] = -1
    for k in range(len(lookup.winner)):
        lookup.winner[k] = -1
    for q in range(tally[PAIR]):
        _link(pairs, lookup, q)
        rank_pair(pairs, lookup, q)


@njit(**INNER)
def _link(pairs, lookup, q):
    for side in range(2):
        g, half = pairs.second[q] if side else pairs.first[q], 2 * q + side
        lookup.before[half], lookup.after[half] = -1, lookup.head[g]
        if lookup.head[g] >= 0:
            lookup.before[lookup.head[g]] = half
        lookup.head[g] = half


@njit(**INNER)
def _unlink(pairs, lookup, q):
    for side in range(2):
        g, half = pairs.second[q] if side else pairs.first[q], 2 * q + side
        before, after = lookup.before[half], lookup.after[half]
        if before >= 0:
            lookup.after[before] = after
        else:
            lookup.head[g] = after
        if after >= 0:
            lookup.before[after] = before


@njit(**INNER)
def rank_pair(pairs, lookup, q):
    """Play again all matches that a new gain of pair q can change."""
    winner, k = lookup.winner, len(pairs.first) + q
    enters = q if pairs.gain[q] > 0.0 else -1
    if enters < 0 and winner[k] < 0:
        return
    winner[k] = enters
    k //= 2
    while k > 0:
        one, other = winner[2 * k], winner[2 * k + 1]
        best = one
        if one < 0 or (other >= 0 and pairs.gain[other] > pairs.gain[one]):
            best = other
        elif other >= 0 and pairs.gain[other] == pairs.gain[one]:
            best = min(one, other)
        if best == winner[k] and best != q:
            break
        winner[k] = best
        k //= 2


@njit(**LOOP)
def rank_listed(pairs, lookup, count):
    """Rank the first `count` pairs on the list of those to evaluate, now that they are."""
    for t in range(count):
        rank_pair(pairs, lookup, pairs.todo[t])


@njit(**INNER)
def add_pair(pairs, lookup, tally, i, j, gain):
    """List a pair, to be evaluated."""
    q = tally[PAIR]
    pairs.first[q], pairs.second[q] = min(i, j), max(i, j)
    pairs.gain[q], pairs.doubt[q], pairs.seen[q], pairs.state[q] = gain, 0.0, tally[MERGED], WAITING
    pairs.todo[tally[PENDING]] = q
    tally[PAIR] += 1
    tally[PENDING] += 1
    _link(pairs, lookup, q)


@njit(**INNER)
def drop_pairs(pairs, lookup, tally, i, j):
    """Take away all pairs of rows i and j."""
    count = np.int64(0)
    for g in (i, j):
        half = lookup.head[g]
        while half >= 0:
            q = half // 2
            if g == i or (pairs.first[q] != i and pairs.second[q] != i):
                lookup.found[count] = q
                count += 1
            half = lookup.after[half]
    sort_up(lookup.found, count)
    for t in range(count):
        _unlink(pairs, lookup, lookup.found[t])
        pairs.gain[lookup.found[t]] = -np.inf
        rank_pair(pairs, lookup, lookup.found[t])
    gap, end = 0, count - 1
    while gap <= end:
        tally[PAIR] -= 1
        if lookup.found[end] == tally[PAIR]:
            end -= 1
        else:
            _move(pairs, lookup, tally[PAIR], lookup.found[gap])
            gap += 1


@njit(**INNER)
def _move(pairs, lookup, last, q):
    """The last pair becomes number q."""
    _unlink(pairs, lookup, last)
    pairs.first[q], pairs.second[q] = pairs.first[last], pairs.second[last]
    pairs.gain[q], pairs.state[q] = pairs.gain[last], pairs.state[last]
    pairs.doubt[q], pairs.seen[q] = pairs.doubt[last], pairs.seen[last]
    if pairs.state[q] != WAITING:
        for k in range(pairs.effect.shape[1]):
            pairs.effect[q, k] = pairs.effect[last, k]
    _link(pairs, lookup, q)
    pairs.gain[last] = -np.inf
    rank_pair(pairs, lookup, last)
    rank_pair(pairs, lookup, q)


@njit(**INNER)
def keep_promising(pairs, tally, start, keep):
    """Of the pairs from `start` on leave only the `keep` of the highest gain on the list for evaluation.

    On entry their gain is minus the loss that is expected; one that is not a number stays listed. The others wait,
    with no gain, for the sweep over all pairs at the end.
    """
    todo, listed = pairs.todo, np.int64(0)  # a literal 0 is a type of its own: `sort_up` would be compiled twice
    for q in range(start, tally[PAIR]):
        gain = pairs.gain[q]
        if gain != gain or (listed == keep and not gain > pairs.gain[todo[listed - 1]]):
            continue
        t = min(listed, keep - 1)
        while t > 0 and pairs.gain[todo[t - 1]] < gain:
            todo[t] = todo[t - 1]
            t -= 1
        todo[t], listed = q, min(listed + 1, keep)
    for q in range(start, tally[PAIR]):
        if pairs.gain[q] != pairs.gain[q]:
            todo[listed] = q
            listed += 1
        pairs.gain[q] = -np.inf
    sort_up(todo, listed)
    tally[PENDING] = listed
