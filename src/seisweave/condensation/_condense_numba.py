"""Compiled loops of the two steps: sources vote and settle, events are assigned. For the tree see `_vote_numba`."""

from collections import namedtuple

import numpy as np
from numba import njit

from seisweave.condensation._vote_numba import find_densest

Tree = namedtuple("Tree", "row tag slot node")
Limit = namedtuple("Limit", "rank event low high")
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
def _place(normal, t, points, mean, root, dimensions):
    """Point t from three normal numbers; half the sum of their squares."""
    a, b = normal[3 * t], normal[3 * t + 1]
    c = normal[3 * t + 2] if dimensions == 3 else 0.0
    points[0, t] = mean[0] + root[0] * a
    points[1, t] = mean[1] + root[1] * a + root[2] * b
    points[2, t] = mean[2] + root[3] * a + root[4] * b + root[5] * c
    return 0.5 * (a * a + b * b + c * c)


@njit(cache=True, nogil=True)
def vote_sources(sources, first, gaussians, log_weight, tree, winner, margin):
    """Winner at each point drawn from each source, perhaps itself, and the log weight that would hold it off.

    winner, margin (sources, samples), in any order of the samples. log_weight (sources): what a source counts with at
    least, whatever it has when it settles.
    """
    samples = winner.shape[1]
    points, normal = np.empty((5, samples)), np.empty(3 * samples)
    no_seeds = np.empty(0, np.int64)
    for i in sources:
        mean, k = gaussians.mean[i], i - first
        draw_normals(gaussians.stream[i], normal)
        for t in range(samples):
            half = _place(normal, t, points, mean, gaussians.root[i], gaussians.dimensions)
            points[4, t] = -gaussians.log_root[i] - half
            points[3, t] = log_weight[k] + points[4, t]
            winner[k, t] = i
        box = gaussians.box_km[i]
        limit = Limit(gaussians.rank[i], gaussians.event[i], mean - box, mean + box)
        find_densest(points, winner[k], tree, limit, no_seeds)
        for t in range(samples):
            margin[k, t] = points[3, t] - points[4, t]


@njit(cache=True, nogil=True)
def settle(first, winner, margin, rounds, weight, target, amount, n_targets):
    """Move the weights of sources, the last first; what each target took goes to target and amount, from the front.

    In each round a source gives, of what it has, a share to each target in order of their numbers, and keeps the rest:
    points it held may be lost in the next round, now that it weighs less. n_targets (sources) receives the number of
    targets of each. Returns the number of entries written.
    """
    samples, end = winner.shape[1], 0
    group, count = np.empty(samples, np.int64), np.empty(samples, np.int64)
    for k in range(winner.shape[0] - 1, -1, -1):
        i, begin, groups = first + k, end, 0
        order = np.argsort(winner[k])
        for q in range(samples):
            t = order[q]
            if winner[k, t] != i and (q == 0 or winner[k, t] != winner[k, order[q - 1]]):
                target[begin + groups], amount[begin + groups] = winner[k, t], 0.0
                groups += 1
            group[t] = groups - 1 if winner[k, t] != i else -1
        floor = np.log(weight[i]) - LEAST if weight[i] > 0.0 else np.inf
        for _ in range(rounds):
            has, lost = weight[i], 0
            if has <= 0.0:
                break
            least = max(np.log(has), floor)
            count[:groups] = 0
            for t in range(samples):
                if group[t] >= 0 and margin[k, t] >= least:
                    count[group[t]] += 1
                    lost += 1
            for g in range(groups):
                amount[begin + g] += has * (count[g] / samples)
            weight[i] = has * ((samples - lost) / samples)
            if lost == 0:
                break
        for g in range(groups):
            if amount[begin + g] > 0.0:
                target[end], amount[end] = target[begin + g], amount[begin + g]
                weight[target[end]] += amount[end]
                end += 1
        n_targets[k] = end - begin
    return end


@njit(cache=True, nogil=True)
def assign_events(events, gaussians, offsets, members, share, stream, tree, samples, chosen, votes):
    """The Gaussian that wins most points drawn from each event's mixture, and how many points it wins.

    members[offsets[e] .. offsets[e + 1]] are the Gaussians of event e, share the running sum of their weights.
    """
    points, normal = np.empty((5, samples)), np.empty(3 * samples)
    winner, nobody = np.empty(samples, np.int64), len(tree.slot)
    everywhere = np.full(3, np.inf)
    limit = Limit(np.int64(2**62), np.int64(-1), -everywhere, everywhere)
    for e in events:
        draw_normals(stream[e], normal)
        for t in range(samples):
            u, k = _uniform(stream[e], t), offsets[e]
            while k < offsets[e + 1] - 1 and u >= share[k]:
                k += 1
            i = members[k]
            _place(normal, t, points, gaussians.mean[i], gaussians.root[i], gaussians.dimensions)
            points[3, t], winner[t] = -np.inf, nobody
        own = tree.slot[members[offsets[e] : offsets[e + 1]]]
        find_densest(points, winner, tree, limit, own[own >= 0])
        winner.sort()
        run, votes[e] = 0, 0
        for t in range(samples):
            run = run + 1 if t > 0 and winner[t] == winner[t - 1] else 1
            if run > votes[e]:
                chosen[e], votes[e] = winner[t], run
