"""Compiled loops of the two steps: sources vote and settle, events are assigned. For the tree see `_vote_numba`."""

from collections import namedtuple

import numpy as np
from numba import njit

from seisweave.condensation._vote_numba import find_densest

Tree = namedtuple("Tree", "row tag slot block child")
Limit = namedtuple("Limit", "rank low high")
Votes = namedtuple("Votes", "winner margin")  # (block, samples) each
Gifts = namedtuple("Gifts", "target amount n_targets kept")  # (block, samples) the first two, (block) the others
Original = namedtuple("Original", "offset member share stream")
Gaussians = namedtuple("Gaussians", "mean root log_root rank event stream box_km dimensions")

LEAST = np.log(100.0)  # a source counts with a hundredth of its weight at least, however often it has given

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@njit(cache=True, nogil=True)
def draw_normals(stream, normal):
    """Standard normal numbers of a stream: SplitMix64 of key + counter, two of them a pair by Box-Muller."""
    for pair in range((len(normal) + 1) // 2):
        state = stream + _GOLDEN * np.uint64(2 * pair + 1)
        first, second = _mixed(state), _mixed(state + _GOLDEN)
        radius = np.sqrt(-2.0 * np.log((np.float64(first >> _S11) + 1.0) * 2.0**-53))
        angle = 2.0 * np.pi * (np.float64(second >> _S11) * 2.0**-53)
        normal[2 * pair] = radius * np.cos(angle)
        if 2 * pair + 1 < len(normal):
            normal[2 * pair + 1] = radius * np.sin(angle)


@njit(cache=True, nogil=True)
def _uniform(stream, index):
    """Number in 0..1 of the stream beside that of the normal numbers."""
    return np.float64(_mixed(~stream + _GOLDEN * np.uint64(index + 1)) >> _S11) * 2.0**-53


@njit(cache=True, nogil=True)
def _mixed(z):
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@njit(cache=True, nogil=True)
def _put_point(normal, t, place, p, mean, root, dimensions):
    """Point p from the three normal numbers of t; half the sum of their squares."""
    a, b = normal[3 * t], normal[3 * t + 1]
    c = normal[3 * t + 2] if dimensions == 3 else 0.0
    place[p, 0] = mean[0] + root[0] * a
    place[p, 1] = mean[1] + root[1] * a + root[2] * b
    place[p, 2] = mean[2] + root[3] * a + root[4] * b + root[5] * c
    place[p, 3] = p
    return 0.5 * (a * a + b * b + c * c)


@njit(cache=True, nogil=True)
def vote_sources(sources, first, gaussians, log_weight, tree, votes):
    """Winner at each point drawn from each source, perhaps itself, and the log weight that would hold it off.

    sources: of one rank and, where there is a box, one only; their points look for winners together. votes: of
    source first + row. log_weight (block): what a source counts with at least, whatever it has
    when it settles.
    """
    samples = votes.winner.shape[1]
    n = len(sources) * samples
    place, best, own, won = np.empty((n, 4)), np.empty(n), np.empty(n), np.empty(n, np.int64)
    normal, event = np.empty(3 * samples), np.empty(len(sources), np.int64)
    for q in range(len(sources)):
        i = sources[q]
        event[q] = gaussians.event[i]
        draw_normals(gaussians.stream[i], normal)
        for t in range(samples):
            p = q * samples + t
            half = _put_point(normal, t, place, p, gaussians.mean[i], gaussians.root[i], gaussians.dimensions)
            own[p], won[p] = -gaussians.log_root[i] - half, i
            best[p] = log_weight[i - first] + own[p]
    mean, box = gaussians.mean[sources[0]], gaussians.box_km[sources[0]]
    find_densest(place, best, won, event, tree, Limit(gaussians.rank[sources[0]], mean - box, mean + box))
    for q in range(len(sources)):
        for t in range(samples):
            k, p = sources[q] - first, q * samples + t
            votes.winner[k, t], votes.margin[k, t] = won[p], best[p] - own[p]


@njit(cache=True, nogil=True)
def give(rows, first, votes, rounds, weight, gifts):
    """What sources first + row give: to whom, in order, how much, and what they keep.

    In each round a source gives, of what it has, a share to each target and keeps the rest: points it held may be lost
    in the next round, now that it weighs less.
    """
    samples = votes.winner.shape[1]
    group, count = np.empty(samples, np.int64), np.empty(samples, np.int64)
    for k in rows:
        winner, margin, target, amount = votes.winner[k], votes.margin[k], gifts.target[k], gifts.amount[k]
        groups, has, order = 0, weight[first + k], np.argsort(winner)
        for q in range(samples):
            t = order[q]
            if winner[t] != first + k and (q == 0 or winner[t] != winner[order[q - 1]]):
                target[groups], amount[groups] = winner[t], 0.0
                groups += 1
            group[t] = groups - 1 if winner[t] != first + k else -1
        floor, lost = np.log(has) - LEAST if has > 0.0 else np.inf, 1
        for _ in range(rounds):
            if has <= 0.0 or lost == 0:
                break
            least, lost = max(np.log(has), floor), 0
            count[:groups] = 0
            for t in range(samples):
                if group[t] >= 0 and margin[t] >= least:
                    count[group[t]] += 1
                    lost += 1
            for g in range(groups):
                amount[g] += has * (count[g] / samples)
            has = has * ((samples - lost) / samples)
        gifts.n_targets[k], gifts.kept[k] = groups, has


@njit(cache=True, nogil=True)
def settle(first, given, votes, rounds, weight, gifts, target, amount):
    """Move the weights of sources, the last first, all targets and amounts above zero to the front of target, amount.

    Unless all is given, each gives here, of what it has by then. gifts.n_targets becomes the number of targets that
    took something. Returns their sum.
    """
    end, row = 0, np.empty(1, np.int64)
    for k in range(len(gifts.kept) - 1, -1, -1):
        row[0], begin = k, end
        if not given:
            give(row, first, votes, rounds, weight, gifts)
        weight[first + k] = gifts.kept[k]
        for g in range(gifts.n_targets[k]):
            if gifts.amount[k, g] > 0.0:
                target[end], amount[end] = gifts.target[k, g], gifts.amount[k, g]
                weight[target[end]] += amount[end]
                end += 1
        gifts.n_targets[k] = end - begin
    return end


@njit(cache=True, nogil=True)
def assign_events(events, gaussians, original, tree, samples, chosen, votes):
    """The Gaussian that wins most points drawn from each event's mixture, and how many points it wins.

    original.member[offset[e] .. offset[e + 1]] are the Gaussians of event e, share the running sum of their weights.
    The points of all events look for winners together.
    """
    n = len(events) * samples
    place, normal, nobody = np.empty((n, 4)), np.empty(3 * samples), len(tree.slot)
    best, winner = np.full(n, -np.inf), np.full(n, nobody)
    for q in range(len(events)):
        e = events[q]
        draw_normals(original.stream[e], normal)
        for t in range(samples):
            u, k = _uniform(original.stream[e], t), original.offset[e]
            while k < original.offset[e + 1] - 1 and u >= original.share[k]:
                k += 1
            i = original.member[k]
            _put_point(normal, t, place, q * samples + t, gaussians.mean[i], gaussians.root[i], gaussians.dimensions)
    everywhere = np.full(3, np.inf)
    find_densest(place, best, winner, np.full(1, -1), tree, Limit(np.int64(2**62), -everywhere, everywhere))
    for q in range(len(events)):
        e, won, run = events[q], winner[q * samples : (q + 1) * samples], 0
        won.sort()
        votes[e] = 0
        for t in range(samples):
            run = run + 1 if t > 0 and won[t] == won[t - 1] else 1
            if run > votes[e]:
                chosen[e], votes[e] = won[t], run
