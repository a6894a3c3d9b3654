"""How far groups of events come back in another grouping of the same events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.evaluation.membership import adjusted_rand_index


@dataclass(frozen=True, eq=False)
class Regrouping:
    """Of each of f groups: its best Jaccard index with a group of the other grouping, that group, and its coherence.

    jaccard is the number of events that both groups hold over the number that one of them holds; together is the share
    of the pairs of its events that are in one group again. Both are NaN for a group that has no events here (together
    also with a single one), and match is -1 where no other group shares an event. rand is the adjusted Rand index of
    the two groupings.
    """

    jaccard: Float[np.ndarray, " f"]
    match: Int[np.ndarray, " f"]
    together: Float[np.ndarray, " f"]
    rand: float


def regroup(label: Int[np.ndarray, " n"], again: Int[np.ndarray, " n"], n_groups: int) -> Regrouping:
    """Compare two groupings of n events; events in no group have the label -1, and count as one group for rand alone.

    >>> first, second = np.array([0, 0, 0, 1, 1, -1]), np.array([3, 3, -1, 0, 3, -1])
    >>> there = regroup(first, second, 2)
    >>> there.jaccard.round(2).tolist(), there.match.tolist(), there.together.round(2).tolist()
    ([0.5, 0.5], [3, 0], [0.33, 0.0])
    """
    size, size_again = (np.bincount(each + 1)[1:] for each in (label, again))
    size = np.pad(size, (0, n_groups - len(size)))
    both = (label >= 0) & (again >= 0)
    width = len(size_again) + 1
    cell, count = np.unique(label[both] * width + again[both], return_counts=True)
    mine, other = cell // width, cell % width
    index = count / (size[mine] + size_again[other] - count)

    order = np.lexsort((other, -index, mine))  # the best of each group first; of equal ones the first
    found, best = np.unique(mine[order], return_index=True)
    jaccard, match = np.where(size > 0, 0.0, np.nan), np.full(n_groups, -1)
    jaccard[found], match[found] = index[order][best], other[order][best]

    pairs = np.bincount(mine, weights=0.5 * count * (count - 1.0), minlength=n_groups)
    possible = 0.5 * size * (size - 1.0)
    together = np.divide(pairs, possible, out=np.full(n_groups, np.nan), where=possible > 0)
    return Regrouping(jaccard, match, together, adjusted_rand_index(label, again))
