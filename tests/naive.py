"""Slow, obvious versions of the compiled functions, straight from the equations, that the fast ones are held against.

Gaussians are (weight, mean, 3 × 3 covariance); a mixture is a list of them and the density of its boxes at the points.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

# tree


def ward_distance(size_a, centre_a, size_b, centre_b):
    """Eq. 1 of Kamer et al. (2020), as SciPy and MATLAB scale it."""
    return np.sqrt(2.0 * size_a * size_b / (size_a + size_b)) * np.linalg.norm(centre_a - centre_b, axis=-1)


def ward_heights(points):
    """Heights of the merges of the nearest pair, again and again, until one cluster is left."""
    centre, size, heights = np.array(points, dtype=float), np.ones(len(points)), []
    while len(centre) > 1:
        first, second = np.triu_indices(len(centre), 1)
        distance = ward_distance(size[first], centre[first], size[second], centre[second])
        best = distance.argmin()
        a, b = first[best], second[best]
        heights.append(distance[best])
        centre[a] = (size[a] * centre[a] + size[b] * centre[b]) / (size[a] + size[b])
        size[a] += size[b]
        centre, size = np.delete(centre, b, axis=0), np.delete(size, b)
    return np.array(heights)


def replay_tree(linkage, n_merges=None):
    """Sets of points of all clusters after each of the first merges: a list of dictionaries number -> points."""
    n = len(linkage) + 1
    clusters = {i: [i] for i in range(n)}
    states = [dict(clusters)]
    for m, (a, b) in enumerate(linkage[:n_merges, :2].astype(int)):
        clusters[n + m] = sorted(clusters.pop(a) + clusters.pop(b))
        states.append(dict(clusters))
    return states


def assert_greedy_ward_tree(points, linkage, rtol=1e-9):
    """Every merge must join a pair of the smallest Ward distance of all pairs there are at that moment."""
    points = np.asarray(points, dtype=float)
    n, scale = len(points), 1.0 + np.abs(points).max()
    states = replay_tree(linkage)
    for m, (clusters, row) in enumerate(zip(states, linkage, strict=False)):
        number = {c: k for k, c in enumerate(clusters)}
        size = np.array([len(p) for p in clusters.values()], dtype=float)
        centre = np.array([points[p].mean(axis=0) for p in clusters.values()])
        first, second = np.triu_indices(len(clusters), 1)
        distance = ward_distance(size[first], centre[first], size[second], centre[second])
        a, b = number[int(row[0])], number[int(row[1])]
        merged = ward_distance(size[a], centre[a], size[b], centre[b])
        slack = rtol * (merged + 1e-6 * scale)
        assert merged <= distance.min() + slack, f"merge {m} joins {merged}, the nearest pair is at {distance.min()}"
        assert abs(row[2] - merged) <= slack, f"merge {m} is given height {row[2]} instead of {merged}"
        assert row[3] == len(states[m + 1][n + m])


def clusters_after(linkage, n_merges):
    """Sets of points left after the first merges."""
    return list(replay_tree(linkage, n_merges)[n_merges].values())


def holding_capacity(linkage, least=4):
    """(merges, capacity): cut after every merge and count the clusters of `least` points or more."""
    counts = [sum(len(c) >= least for c in clusters.values()) for clusters in replay_tree(linkage)]
    return int(np.argmax(counts)), max(counts)  # argmax: the first, with the most clusters


def added_up(children, value):
    """For every node of a tree the sum over it and all nodes below it."""
    n = len(children) + 1

    def total(node):
        return value[node] + (sum(total(part) for part in children[node - n]) if node >= n else 0.0)

    return np.array([total(node) for node in range(2 * n - 1)])


def by_branch(linkage, least=4):
    """Proto-faults by branch, as sets of points: cut the tree where it holds most, then each of its branches anew."""
    n, states = len(linkage) + 1, replay_tree(linkage)
    points = {node: frozenset(inside) for clusters in states for node, inside in clusters.items()}

    def cut(node):
        held = [[c for c in map(frozenset, s.values()) if len(c) >= least and c <= points[node]] for s in states]
        best = max(held, key=len)  # the first of the largest: fewest merges
        parts = linkage[node - n, :2].astype(int) if node >= n else ()
        apart = [fault for part in parts for fault in cut(part)]
        return apart if len(apart) >= max(2, len(best)) or any(points[p] > b for b in best for p in parts) else best

    return set(cut(2 * n - 2))


# one Gaussian


def full(c):
    """The 3 × 3 matrix of (xx, xy, xz, yy, yz, zz)."""
    return np.array([[c[0], c[1], c[2]], [c[1], c[3], c[4]], [c[2], c[4], c[5]]])


def packed(matrix):
    """(xx, xy, xz, yy, yz, zz) of a symmetric matrix."""
    return np.ascontiguousarray(matrix[np.triu_indices(3)])


def thickened(covariance, least_variance):
    """The same axes, every variance at least `least_variance`."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.maximum(values, least_variance)) @ vectors.T


def log_gaussian(weight, mean, covariance, points):
    """Log of the weighted normal density at every point, through the principal axes."""
    values, vectors = np.linalg.eigh(covariance)
    along = (points - mean) @ vectors
    norm = np.log(weight) - 1.5 * np.log(2.0 * np.pi) - 0.5 * np.log(values).sum()
    return norm - 0.5 * (along**2 / values).sum(axis=1)


def gaussian_density(weight, mean, covariance, points):
    """Weighted normal density at every point."""
    return np.exp(log_gaussian(weight, mean, covariance, points))


def merged_gaussian(a, b, least_variance=0.0):
    """Weight, mean and covariance of the two together: moments of their mixture (section 3.1 iv)."""
    weight = a[0] + b[0]
    mean = (a[0] * a[1] + b[0] * b[1]) / weight
    covariance = sum(g[0] / weight * (g[2] + np.outer(g[1] - mean, g[1] - mean)) for g in (a, b))
    return weight, mean, thickened(covariance, least_variance)


# boxes


@dataclass(frozen=True)
class NaiveBox:
    """A cuboid: centre, unit axes (rows), half sides."""

    centre: np.ndarray
    axes: np.ndarray
    half: np.ndarray


def fitted_box(mean, covariance, members, reach):
    """Box along the principal axes that holds ± reach σ and every member point."""
    values, vectors = np.linalg.eigh(covariance)
    along = np.vstack([(members - mean) @ vectors, reach * np.sqrt(values), -reach * np.sqrt(values)])
    low, high = along.min(axis=0), along.max(axis=0)
    return NaiveBox(mean + vectors @ (0.5 * (low + high)), vectors.T, 0.5 * (high - low))


def growth_to_touch(a, b):
    """Factor by which both boxes must be blown up about their centres until they touch: <= 1 when they overlap.

    A linear program: the least s such that a point c_a + A'u with |u| <= s h_a equals one c_b + B'v, |v| <= s h_b.
    """
    equal = np.hstack([a.axes.T, -b.axes.T, np.zeros((3, 1))])
    half = np.concatenate([a.half, b.half])[:, None]
    below = np.vstack([np.hstack([np.eye(6), -half]), np.hstack([-np.eye(6), -half])])
    free = [(None, None)] * 6 + [(0, None)]
    answer = linprog([0] * 6 + [1], below, np.zeros(12), equal, b.centre - a.centre, bounds=free)
    return answer.x[-1]


# gains


def bic(density, n_parts):
    """Eq. 2, half form: 10 numbers a part, less one as weights sum to one."""
    return -np.log(density).sum() + 0.5 * (10 * n_parts - 1) * np.log(len(density))


def global_gain(points, gaussians, base, i, j, least_variance=0.0):
    """Eq. 3: BIC of the whole mixture now, less BIC with Gaussians i and j merged."""
    others = [g for k, g in enumerate(gaussians) if k not in (i, j)]
    now = mixture_density(points, gaussians, base)
    merged = merged_gaussian(gaussians[i], gaussians[j], least_variance)
    then = mixture_density(points, [*others, merged], base)
    return bic(now, len(gaussians)) - bic(then, len(gaussians) - 1)


def mixture_density(points, gaussians, base):
    """Density of the boxes (base) and all Gaussians at every point."""
    return base + sum((gaussian_density(*g, points) for g in gaussians), np.zeros(len(points)))


def local_gain(a, b, members_a, members_b, least_variance=0.0):
    """Section 3.1 iv, local: BIC of the two on their own members (19 numbers), less that of the merged one (9)."""
    points, n = np.vstack([members_a, members_b]), len(members_a) + len(members_b)
    if len(members_a) == 0 or len(members_b) == 0:  # nothing to tell apart
        return 5.0 * np.log(max(n, 1))
    apart = np.logaddexp(
        log_gaussian(len(members_a) / n, a[1], a[2], points), log_gaussian(len(members_b) / n, b[1], b[2], points)
    )
    _, mean, covariance = merged_gaussian(a, b, least_variance)
    together = log_gaussian(1.0, mean, covariance, points)
    return (-apart.sum() + 9.5 * np.log(n)) - (-together.sum() + 4.5 * np.log(n))


def drop_gain(points, gaussians, base, i, box_weight, box_height):
    """BIC now, less BIC when Gaussian i goes and the box (its weighted density: box_height) takes its weight."""
    others = [g for k, g in enumerate(gaussians) if k != i]
    now = mixture_density(points, gaussians, base)
    then = mixture_density(points, others, base + box_height * gaussians[i][0] / box_weight)
    return bic(now, len(gaussians)) - bic(then, len(gaussians) - 1)


# merging and EM


@dataclass
class NaiveMixture:
    """Gaussians by row (a merged one takes the lower row of its parents), their members, and the boxes' density."""

    points: np.ndarray
    gaussians: dict[int, tuple]
    members: dict[int, np.ndarray]
    base: np.ndarray
    least_variance: float
    reach: float
    _overlap: dict = field(default_factory=dict)

    def candidates(self):
        """Pairs of rows whose boxes overlap."""
        boxes = {r: fitted_box(g[1], g[2], self.points[self.members[r]], self.reach) for r, g in self.gaussians.items()}
        for i in boxes:
            for j in boxes:
                if i < j and (i, j) not in self._overlap:
                    self._overlap[i, j] = growth_to_touch(boxes[i], boxes[j]) <= 1.0
        return [pair for pair in self._overlap if self._overlap[pair]]

    def gain(self, i, j, *, local):
        """Gain of merging rows i and j, evaluated again."""
        if local:
            members = self.points[self.members[i]], self.points[self.members[j]]
            return local_gain(self.gaussians[i], self.gaussians[j], *members, self.least_variance)
        rows = list(self.gaussians)
        mixture = list(self.gaussians.values())
        return global_gain(self.points, mixture, self.base, rows.index(i), rows.index(j), self.least_variance)

    def merge(self, i, j):
        """Row i becomes the merged Gaussian, row j goes."""
        self.gaussians[i] = merged_gaussian(self.gaussians[i], self.gaussians.pop(j), self.least_variance)
        self.members[i] = np.concatenate([self.members[i], self.members.pop(j)])
        self._overlap = {p: o for p, o in self._overlap.items() if not {i, j} & set(p)}

    def merge_greedily(self, *, local):
        """Strictly greedy: evaluate every gain, merge the best pair, and so on; the list of (i, j, gain)."""
        merges = []
        while pairs := self.candidates():
            gains = [self.gain(i, j, local=local) for i, j in pairs]
            best = int(np.argmax(gains))
            if gains[best] <= 0:
                break
            self.merge(*pairs[best])
            merges.append((*pairs[best], gains[best]))
        return merges

    def density(self):
        """Density of the whole mixture at every point."""
        return mixture_density(self.points, list(self.gaussians.values()), self.base)


def em_step(points, gaussians, box_heights, least_variance):
    """One step of expectation-maximisation: new Gaussians and new box weights (Bishop 2007, section 9.2).

    box_heights: one row of weighted densities for each box. A Gaussian with less than one event keeps its shape.
    """
    parts = np.array([gaussian_density(*g, points) for g in gaussians] + list(box_heights))
    share = parts / parts.sum(axis=0)
    new = []
    for g, r in zip(gaussians, share, strict=False):
        events = r.sum()
        mean, covariance = g[1], g[2]
        if events >= 1.0:
            mean = r @ points / events
            covariance = thickened((points - mean).T @ (r[:, None] * (points - mean)) / events, least_variance)
        new.append((max(events, 1e-6) / len(points), mean, covariance))
    return new, share[len(gaussians) :].mean(axis=1)
