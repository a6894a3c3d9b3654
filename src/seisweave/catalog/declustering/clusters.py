"""From the links between events to numbered clusters, and the mainshock of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, eq=False)
class Clusters:
    """Of n events: the number of each one's cluster, -1 if it is alone, and whether it is kept."""

    cluster: Int[np.ndarray, " n"]
    is_mainshock: Bool[np.ndarray, " n"]


def numbered(leader: Int[np.ndarray, " n"], magnitude: Float[np.ndarray, " n"]) -> Clusters:
    """Clusters of n events in order of time, where those of one cluster name the same leader.

    Clusters are numbered in the order in which they begin. The mainshock is the largest event, the earliest of equals;
    an event that is alone is its own.

    >>> found = numbered(np.array([7, 3, 7, 5, 3, 7]), np.array([2.0, 3.0, 4.0, 2.0, 3.0, 4.0]))
    >>> found.cluster.tolist(), found.is_mainshock.tolist()
    ([0, 1, 0, -1, 1, 0], [False, True, True, True, False, False])
    """
    _, first, group, size = np.unique(leader, return_index=True, return_inverse=True, return_counts=True)
    several = np.flatnonzero(size > 1)
    number = np.full(len(size), -1)
    number[several[np.argsort(first[several])]] = np.arange(len(several))
    order = np.lexsort((-magnitude, group))  # stable: the earliest of equals comes first
    is_mainshock = np.zeros(len(leader), bool)
    is_mainshock[order[np.flatnonzero(np.diff(group[order], prepend=-1))]] = True
    return Clusters(number[group], is_mainshock)
