"""Compiled loops that look at gaussians without changing them: gains of merging, global and local.

For the named tuples and the tally see `state.py`. Loops stand where slices would read shorter: they compile several
times faster.
"""

import numpy as np
from numba import njit

from seisweave.compiling import INLINED, INNER, LOOP
from seisweave.faults._density_numba import density_on, exp_negative, shape_gaussian, support_ranges

# compilers' caches of before there was `state.py` look for these here, and break off where they are not
from seisweave.faults.state import ACTIVE, BOUND, EXACT, Pairs, Parts, Points, Pools, Rule, Scratch  # noqa: F401

_CHUNK = 256


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INNER, error_model="numpy")  # with a check for zero the loop takes no vectors; no density is zero
def _ratios(points, scratch, start, stop):
    """Density at slots start..stop with scratch.sum replaced by the merged gaussian (in its buffer), to that before."""
    total, density = scratch.sum[start:stop], points.density[start:stop]
    base, cut = points.base[start:stop], points.cut[start:stop]
    for s in range(stop - start):
        merged = scratch.buffer[s]
        merged = merged if merged > cut[s] else 0.0
        scratch.ratio[s] = max(density[s] - total[s] + merged, base[s]) / density[s]
    for s in range(stop - start):
        total[s] = 0.0


@njit(**INNER)
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
            _ratios(points, scratch, start, stop)
            block, change = points.block[start], 0.0
            for s in range(stop - start):
                product *= ratio[s]
                if product < 1e-200 or product > 1e200:
                    gain += np.log(product)
                    product = 1.0
                if points.block[start + s] != block:
                    effect[block] += change
                    block, change = points.block[start + s], 0.0
                change += abs(ratio[s] - 1.0)
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


@njit(**INNER)
def _half_distance(shape, moments):
    """Half the sum of squared Mahalanobis distances of a set of points, from its count, mean and scatter."""
    n = moments[0]
    dx, dy, dz = moments[1] - shape[0], moments[2] - shape[1], moments[3] - shape[2]
    trace = shape[3] * (moments[4] + n * dx * dx) + shape[6] * (moments[7] + n * dy * dy)
    trace += shape[8] * (moments[9] + n * dz * dz)
    cross = shape[4] * (moments[5] + n * dx * dy) + shape[5] * (moments[6] + n * dx * dz)
    cross += shape[7] * (moments[8] + n * dy * dz)
    return 0.5 * trace + cross


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INLINED)
def _distance2(shape, xyz, s):
    dx, dy, dz = xyz[0, s] - shape[0], xyz[1, s] - shape[1], xyz[2, s] - shape[2]
    d2 = dx * (shape[3] * dx + 2.0 * (shape[4] * dy + shape[5] * dz))
    return d2 + dy * (shape[6] * dy + 2.0 * shape[7] * dz) + shape[8] * dz * dz


@njit(**LOOP)
def evaluate(points, parts, pools, pairs, scratch, start, stop, rule, local):
    """Gains of the pairs todo[start:stop]."""
    for t in range(start, stop):
        evaluate_pair(points, parts, pools, pairs, scratch, pairs.todo[t], rule, local)


@njit(**INNER, inline="always")
def evaluate_pair(points, parts, pools, pairs, scratch, q, rule, local):
    """Gain of pair q on all events; an upper bound of that on the members of the two alone where `local` is not None.

    What an argument None rules out is not compiled.
    """
    i, j = pairs.first[q], pairs.second[q]
    if local is None:
        gain = global_gain(points, parts, pools, i, j, rule.least_variance, scratch, pairs.effect[q])
        pairs.gain[q] = gain + rule.penalty
        pairs.state[q] = EXACT
    else:
        pairs.gain[q] = local_bound(parts, i, j, rule.least_variance)[0]
        pairs.state[q] = BOUND
    pairs.doubt[q] = 0.0
