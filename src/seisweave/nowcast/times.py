"""Gaps in which nobody watched, and steps joined with those after them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool

from seisweave.catalog.instants import as_time
from seisweave.errors import InputError


def gaps_of(gaps: str) -> list[tuple[np.datetime64, np.datetime64]]:
    """Start and end of each gap. Errors: InputError for what is not a pair of times in order."""
    pairs = []
    for text in filter(None, (part.strip() for part in gaps.split(","))):
        start, slash, end = text.partition("/")
        if not slash:
            raise InputError(f"gaps holds {text!r}; write START/END, like 2019-10-15T07:07/2019-12-12T07:44")
        pair = as_time("gaps", start), as_time("gaps", end)
        if pair[0] >= pair[1]:
            raise InputError(f"gaps holds {text!r}, which ends before it starts; exchange the two")
        pairs.append(pair)
    return pairs


def ahead(steps: Bool[np.ndarray, "t ..."], n: int, join: np.ufunc) -> Bool[np.ndarray, "t ..."]:
    """Each step joined with those after it, n in all; False where there are fewer.

    >>> ahead(np.array([False, True, False, False]), 2, np.logical_or).tolist()
    [True, True, False, False]
    """
    joined, last = np.zeros_like(steps), len(steps) - n + 1
    if last > 0:
        joined[:last] = join.reduce([steps[k : last + k] for k in range(n)])
    return joined
