"""Membership scores: how well one grouping of events agrees with another, pair by pair.

Kamer, Ouillon & Sornette (2020, section 3.2) define the Rand index; their Figure 5 plots the *adjusted* Rand
index of Hubert & Arabie (1985, Journal of Classification 2, 193-218, eq. 5). Both are given here.

A pair of events agrees when the two groupings both put it together or both keep it apart. With n_ij the
number of events in group i of a and group j of b, a_i and b_j the sizes of the groups, and
C(m) = m(m - 1)/2:

    N = C(n)    T = Σ_ij C(n_ij)    A = Σ_i C(a_i)    B = Σ_j C(b_j)

T pairs are together in both groupings, N - A - B + T are apart in both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from jaxtyping import Integer

from seisweave.errors import InputError


@dataclass(frozen=True)
class _Pairs:
    """Pairs of events, as Python integers, which cannot overflow: all, together in both, in a, in b."""

    all: int
    both: int
    a: int
    b: int


def rand_index(a: Integer[np.ndarray, " _"], b: Integer[np.ndarray, " _"]) -> float:
    """Share of the pairs of events on which two groupings agree (Rand 1971): (N + 2T - A - B) / N.

    `a` and `b` are the group of each of n events, in the same order: any integers, negative ones too. A label
    only names a group, so a background label is one group like the others. The value lies in 0..1; 1 means
    the same grouping (also for a single event, which has no pairs). With many groups most pairs are apart in
    any two groupings, so that even unrelated ones score high: see `adjusted_rand_index`.

    The pair counts are exact, from the non-empty cells of the contingency table: O(n log n) time, O(n)
    memory.

    Raises InputError when the two differ in length, are empty, are not 1-D, or are not integers.

    Kamer et al. (2020), section 3.2.

    >>> import numpy as np
    >>> round(rand_index(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])), 6)
    0.833333
    """
    pairs = _count_pairs(a, b)
    if pairs.all == 0:
        return 1.0
    return (pairs.all + 2 * pairs.both - pairs.a - pairs.b) / pairs.all


def adjusted_rand_index(a: Integer[np.ndarray, " _"], b: Integer[np.ndarray, " _"]) -> float:
    """Rand index corrected for chance (Hubert & Arabie 1985, eq. 5): (T - AB/N) / ((A + B)/2 - AB/N).

    AB/N is the number of pairs expected together in both when the groups keep their sizes but are filled at
    random. The value is 1 for the same grouping, 0 on average for unrelated ones, negative (-0.5 at the
    lowest) for worse than chance. Where the formula reads 0/0 (all events in one group in both, every event
    alone in both, a single event) the groupings are the same and the value is 1.

    Arguments, cost and errors are those of `rand_index`. The fraction is formed with exact integers and
    rounded once.

    This is what Figure 5 of Kamer et al. (2020) shows, although section 3.2 of its text defines the plain
    index.

    >>> import numpy as np
    >>> round(adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])), 6)
    0.571429
    >>> adjusted_rand_index(np.array([5, 5, -1, 3]), np.array([0, 0, 1, 2]))
    1.0
    """
    pairs = _count_pairs(a, b)
    by_chance = pairs.a * pairs.b
    best = pairs.all * (pairs.a + pairs.b) - 2 * by_chance
    if best == 0:
        return 1.0
    return 2 * (pairs.all * pairs.both - by_chance) / best


def _count_pairs(a: np.ndarray, b: np.ndarray) -> _Pairs:
    """Count the pairs of events that are together in both groupings and in each."""
    a, b = _checked(a, "a"), _checked(b, "b")
    if len(a) != len(b):
        raise InputError(f"the two groupings differ in length ({len(a)} and {len(b)}): give one label an event")
    group_a, group_b = _consecutive(a), _consecutive(b)
    cell = group_a * (group_b.max() + 1) + group_b  # below n², which int64 holds up to n = 3·10⁹
    return _Pairs(
        all=len(a) * (len(a) - 1) // 2,
        both=_pairs_within(_consecutive(cell)),
        a=_pairs_within(group_a),
        b=_pairs_within(group_b),
    )


def _checked(labels: np.ndarray, name: str) -> np.ndarray:
    """Give back the labels when they are what the scores can use."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or len(labels) == 0:
        raise InputError(f"grouping {name} has shape {labels.shape}: give a 1-D array of one label or more")
    if not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"grouping {name} holds {labels.dtype}, not integers: give an integer an event")
    return labels


def _consecutive(labels: np.ndarray) -> np.ndarray:
    """Rename the labels to 0, 1, 2, ... in rising order."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _pairs_within(groups: np.ndarray) -> int:
    """Count the pairs that share a group: Σ m(m - 1)/2, at most n², which int64 holds."""
    sizes = np.bincount(groups)
    return int(np.sum(sizes * (sizes - 1)) // 2)


def count_found(truth: Integer[np.ndarray, " n"], label: Integer[np.ndarray, " n"]) -> tuple[int, int]:
    """Planted faults that were found, and planted faults with events; -1 is no fault in both groupings (n each).

    A planted fault counts as found when more than half of its events lie on one reconstructed fault, and more than
    half of the events of that fault come from it.

    >>> import numpy as np
    >>> count_found(np.array([0, 0, 0, 1, 1, -1]), np.array([5, 5, 5, -1, 5, 5]))
    (1, 2)
    """
    found, planted = 0, 0
    for fault in set(truth[truth >= 0].tolist()):
        planted += 1
        size = Counter(label[truth == fault].tolist())
        best, shared = size.most_common(1)[0]
        found += best >= 0 and 2 * shared > size.total() and 2 * shared > (label == best).sum()
    return int(found), planted
