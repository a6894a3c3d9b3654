"""What became of each fault: the same, split, merged, changed, vanished or appeared; see `matching.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Shaped

from seisweave.faults.pairs_of_faults import FaultPairs, Found

MOST = 0.5  # of a fault: it goes into the other
SAME = 2.0 / 3.0  # Jaccard index from which a fault is the same though others split from it or merge into it


@dataclass(frozen=True, eq=False)
class Change:
    """What became of each fault of both networks, and which fault of the other it is most like (-1: none)."""

    kind_first: Shaped[np.ndarray, " f"]
    kind_second: Shaped[np.ndarray, " g"]
    counterpart_first: Int[np.ndarray, " f"]
    counterpart_second: Int[np.ndarray, " g"]


def kinds_of(found: Found, n_first: int, n_second: int) -> Change:
    """Tell the kinds from the pairs."""
    pairs = found.pairs
    goes_into = _goes_into(pairs.first, pairs.second, pairs.share_first, pairs.jaccard, n_first)
    comes_from = _goes_into(pairs.second, pairs.first, pairs.share_second, pairs.jaccard, n_second)
    parts = np.bincount(comes_from[comes_from >= 0], minlength=n_first)
    sources = np.bincount(goes_into[goes_into >= 0], minlength=n_second)
    jaccard = {
        (i, j): value for i, j, value in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.jaccard, strict=True)
    }
    first, second = np.full(n_first, "", "U8"), np.full(n_second, "", "U8")
    for i, j in enumerate(goes_into.tolist()):
        alone = j >= 0 and parts[i] <= 1 and sources[j] <= 1
        if j >= 0 and comes_from[j] == i and (alone or jaccard[i, j] >= SAME):
            first[i] = second[j] = "same"
    for i in np.flatnonzero(first == "").tolist():
        first[i] = _kind(
            int(parts[i]), int(goes_into[i]), sources, found.on_any_first[i], ("split", "merged", "vanished")
        )
    for j in np.flatnonzero(second == "").tolist():
        second[j] = _kind(
            int(sources[j]), int(comes_from[j]), parts, found.on_any_second[j], ("merged", "split", "appeared")
        )
    likest = _likest(pairs, goes_into, comes_from), _likest(_turned(pairs), comes_from, goes_into)
    counterparts = [np.where(kind == gone, -1, like) for kind, gone, like in
                    zip((first, second), ("vanished", "appeared"), likest, strict=True)]  # fmt: skip
    return Change(first, second, *counterparts)


def _kind(into_me: int, goes_into: int, others: np.ndarray, on_any: float, words: tuple[str, str, str]) -> str:
    """Kind of a fault that is not the same: several go into it, it is one of several, it is elsewhere, or gone."""
    several, one_of_several, gone = words
    if into_me >= 2:
        return several
    if goes_into >= 0:
        return one_of_several if others[goes_into] >= 2 else "changed"
    return "changed" if into_me or on_any >= MOST else gone


def _goes_into(mine: np.ndarray, theirs: np.ndarray, share: np.ndarray, jaccard: np.ndarray, n: int) -> np.ndarray:
    """The other fault that holds the largest share of each, at least half of it; -1 for none."""
    into = np.full(n, -1)
    order = np.lexsort([jaccard, share])
    order = order[share[order] >= MOST]
    into[mine[order]] = theirs[order]  # the largest comes last
    return into


def _likest(pairs: FaultPairs, goes_into: np.ndarray, comes_from: np.ndarray) -> np.ndarray:
    """Of the faults of the other network that are related to each, the one of the highest Jaccard index."""
    related = (goes_into[pairs.first] == pairs.second) | (comes_from[pairs.second] == pairs.first)
    related |= (pairs.share_first > 0) & (goes_into[pairs.first] < 0)
    order = np.argsort(np.where(related, pairs.jaccard, -1.0), kind="stable")
    order = order[related[order]]
    likest = np.full(len(goes_into), -1)
    likest[pairs.first[order]] = pairs.second[order]
    return likest


def _turned(pairs: FaultPairs) -> FaultPairs:
    """The same pairs seen from the second network."""
    fields = dict(vars(pairs))
    fields |= {"first": pairs.second, "second": pairs.first}
    fields |= {"share_first": pairs.share_second, "share_second": pairs.share_first}
    return FaultPairs(**fields)
