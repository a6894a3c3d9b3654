"""Merges made again, without some of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from seisweave.faults.steps import Merge
from seisweave.faults.workspace import Gaussians

_COLUMNS = [(a, b) for a in range(3) for b in range(a, 3)]


@dataclass(frozen=True, eq=False)
class Replayed:
    """Gaussians after the merges that were let pass, the rows they had before, and these merges."""

    gaussians: Gaussians
    rows: Int[np.ndarray, " g"]
    merges: list[Merge]


def replay(gaussians: Gaussians, merges: list[Merge], n_old: int, price: float) -> Replayed:
    """Merge again, without the merges of two old Gaussians (rows below n_old) that gain less than the price of one.

    >>> mean, round_ones = np.array([[0.0, 0, 0], [2, 0, 0], [4, 0, 0]]), np.tile([1.0, 0, 0, 1, 0, 1], (3, 1))
    >>> three = Gaussians(np.ones(3) / 3, mean, round_ones)
    >>> again = replay(three, [Merge(0, 1, 5.0), Merge(0, 2, 3.0)], n_old=2, price=9.0)
    >>> again.rows.tolist(), again.gaussians.mean[:, 0].tolist()
    ([0, 1], [2.0, 2.0])
    """
    weight, mean, covariance = gaussians.weight.copy(), gaussians.mean.copy(), gaussians.covariance.copy()
    into, done = np.arange(len(weight)), []
    for merge in merges:
        i, j = sorted((root_of(into, merge.first), root_of(into, merge.second)))
        if i == j or (j < n_old and merge.gain < price):
            continue
        a, b = np.array([weight[i], weight[j]]) / (weight[i] + weight[j])
        between = mean[i] - mean[j]
        scatter = np.array([between[p] * between[q] for p, q in _COLUMNS])
        covariance[i] = a * covariance[i] + b * covariance[j] + a * b * scatter
        mean[i] = a * mean[i] + b * mean[j]
        weight[i] += weight[j]
        into[j] = i
        done.append(Merge(i, j, merge.gain))
    rows = np.flatnonzero(into == np.arange(len(into)))
    return Replayed(Gaussians(weight[rows], mean[rows], covariance[rows]), rows, done)


def root_of(into: Int[np.ndarray, " g"], row: int) -> int:
    """The row that a row went into, by however many merges."""
    while into[row] != row:
        row = int(into[row])
    return row
