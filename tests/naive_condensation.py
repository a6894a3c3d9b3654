"""Slow, obvious versions of the condensation, straight from the papers, that the fast ones are held against.

Everything is in kilometres, as given: no tree, no scaling, no bounds. Only the random stream and the order in which
equals stand are ours.
"""

import math

import numpy as np

MASK = 2**64 - 1


def splitmix(state):
    """One number of SplitMix64 (Steele, Lea & Flood 2014) after one step of its state."""
    z = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def word(stream, k):
    """Number k of a stream, counted from 0."""
    return splitmix((stream + k * 0x9E3779B97F4A7C15) & MASK)


def normals(stream, count):
    """Standard normal numbers by Box and Muller."""
    numbers = []
    for k in range(0, count, 2):
        radius = math.sqrt(-2.0 * math.log(((word(stream, k) >> 11) + 1) / 2**53))
        angle = 2.0 * math.pi * ((word(stream, k + 1) >> 11) / 2**53)
        numbers += [radius * math.cos(angle), radius * math.sin(angle)]
    return np.array(numbers[:count])


def uniform(stream, k):
    """Number in 0..1 of the stream beside."""
    return (word(stream ^ MASK, k) >> 11) / 2**53


def points_of(stream, count, mean, covariance):
    """Points drawn from a Gaussian: three normal numbers a point, the third unused in two dimensions."""
    d = len(mean)
    return mean + normals(stream, 3 * count).reshape(count, 3)[:, :d] @ np.linalg.cholesky(covariance).T


def log_densities(points, mean, covariance):
    """Logarithm of a Gaussian's density at points, but for the constant."""
    offset = np.linalg.solve(np.linalg.cholesky(covariance), (points - mean).T)
    return -0.5 * np.log(np.linalg.det(covariance)) - 0.5 * (offset**2).sum(axis=0)


def log(weight):
    return math.log(weight) if weight > 0 else -math.inf


def rank_of(size, vote):
    return size if vote == "reference" or size == 0 else math.floor(8 * math.log2(size))


def move_weights(mean, covariance, weight, event, streams, *, vote, rounds, samples, floor_km):
    """Weights in the end, and {(source, target): weight moved}; Gaussians come best located first."""
    m = len(mean)
    size = [math.sqrt(np.trace(c)) for c in covariance]
    rank = [rank_of(s, vote) for s in size]
    wide = [widen(c, floor_km) for c in covariance]
    current, moved = np.array(weight, float), {}
    for level in sorted(set(rank), reverse=True):
        frozen = np.array(weight, float) if vote == "reference" else current.copy()
        for i in [i for i in range(m - 1, -1, -1) if rank[i] == level]:
            targets = [j for j in range(m) if rank[j] < level and event[j] != event[i]]
            if vote == "reference":
                targets = [j for j in targets if (abs(mean[j] - mean[i]) <= 4.0 * size[i]).all()]
            if not targets or current[i] == 0:
                continue
            points = points_of(streams[i], samples, mean[i], wide[i])
            density = np.array([log(frozen[j]) + log_densities(points, mean[j], wide[j]) for j in targets])
            best, own = (
                np.argmax(density, axis=0),
                log_densities(points, mean[i], wide[i]),
            )  # of equals the best located
            amount, began = np.zeros(len(targets)), current[i]
            for _ in range(1 if vote == "reference" else rounds):
                has = current[i]
                if has == 0:
                    break
                lost = density.max(axis=0) >= max(log(has), log(began) - math.log(100)) + own
                count = np.bincount(best[lost], minlength=len(targets))
                amount += [has * (n / samples) for n in count]
                current[i] = has * ((samples - lost.sum()) / samples)
            for j, given in zip(targets, amount, strict=True):
                if given > 0:
                    moved[i, j] = given
                    current[j] += given
    return current, moved


def assign_events(mean, covariance, weight, condensed, event, streams, *, samples, floor_km):
    """The Gaussian that wins most points of each event's original mixture, and how many."""
    wide = [widen(c, floor_km) for c in covariance]
    chosen, votes = [], []
    for e in range(max(event) + 1):
        own = [i for i in range(len(mean)) if event[i] == e]
        edge = np.cumsum([weight[i] for i in own])
        part = [
            own[min(int(np.searchsorted(edge, uniform(streams[e], t), "right")), len(own) - 1)] for t in range(samples)
        ]
        z = normals(streams[e], 3 * samples).reshape(samples, 3)[:, : len(mean[0])]
        points = np.array([mean[i] + np.linalg.cholesky(wide[i]) @ z[t] for t, i in enumerate(part)])
        density = [log(w) + log_densities(points, mean[j], wide[j]) for j, w in enumerate(condensed)]
        won = np.bincount(np.argmax(density, axis=0), minlength=len(mean))
        chosen.append(int(won.argmax()))
        votes.append(int(won.max()))
    return chosen, votes


def widen(covariance, floor_km):
    """The covariance with no variance below the floor, along any direction."""
    values, vectors = np.linalg.eigh(covariance)
    if values[0] >= floor_km**2:
        return covariance
    return vectors @ np.diag(np.maximum(values, floor_km**2)) @ vectors.T
