"""Compiled loops over a whole mixture: E and M step, members, and what it gains to give one back to the background.

For the named tuples see `state.py`.
"""

import numpy as np
from numba import njit

from seisweave.compiling import LOOP
from seisweave.faults._density_numba import list_support, shape_gaussian
from seisweave.faults.state import ACTIVE, MEMBER, SUPPORT


@njit(**LOOP)
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


@njit(**LOOP)
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


@njit(**LOOP)
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


@njit(**LOOP)
def drop_gain(points, parts, pools, i, share, box, local, scratch):
    """Gain in BIC/2 when gaussian i goes and the box that takes its weight grows denser by the factor 1 + share.

    box is where that has a density, and which (see `state.Above`). Local: on the members of i alone; global: on all
    points, or an upper bound of it when that is negative already.
    """
    total, laid = scratch.sum, scratch.buffer
    first, last = parts.support[i], parts.support[i] + parts.support_length[i]
    for t in range(first, last):
        total[pools.slot[t]] = pools.value[t]
        laid[pools.slot[t]] = 0.0
    members = range(parts.members[i], parts.members[i] + (parts.members_length[i] if local else 0))
    for t in members:
        laid[pools.member[t]] = 0.0
    for t in range(len(box.slot)):
        laid[box.slot[t]] = box.density[t]
    gain = 0.0
    if local:
        gain += 5.0 * np.log(max(1, parts.members_length[i]))
        for t in members:
            s = pools.member[t]
            after = max(points.density[s] - total[s], points.base[s]) + share * laid[s]
            gain += np.log(after / points.density[s])
    else:
        gain += 5.0 * np.log(len(total))
        for t in range(first, last):
            s = pools.slot[t]
            after = max(points.density[s] - total[s], points.base[s]) + share * laid[s]
            gain += np.log(after / points.density[s])
        most = 0.0
        for t in range(len(box.slot)):
            most += box.density[t] / points.density[box.slot[t]]
        if gain + share * most > 0.0:  # log(1 + x) < x bounds what the other points can add
            for t in range(len(box.slot)):
                s = box.slot[t]
                if total[s] == 0.0:
                    gain += np.log1p(share * box.density[t] / points.density[s])
    for t in range(first, last):
        total[pools.slot[t]] = 0.0
    return gain
