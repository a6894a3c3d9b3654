"""How far a network that goes on may leave what it was, over the events that were there."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int

from seisweave.evaluation.membership import adjusted_rand_index


def agreement_of(before: Int[np.ndarray, " n"], now: Int[np.ndarray, " n"]) -> float:
    """Adjusted Rand index of two groupings of the same events; 1 where there was but one group, which nothing keeps.

    >>> agreement_of(np.array([0, 0, 1, -1]), np.array([3, 3, 0, -1]))
    1.0
    """
    if (before == before[0]).all():
        return 1.0
    return adjusted_rand_index(before, now)


def groups_of(fault: Int[np.ndarray, " n"], halo: Int[np.ndarray, " n"], n_faults: int) -> Int[np.ndarray, " n"]:
    """One number for each fault and, after them, each halo; -1 for the background."""
    return np.where(fault >= 0, fault, np.where(halo >= 0, n_faults + halo, -1))
