"""Times as options give them, gaps in which nobody watched, and steps joined with those after them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool

from seisweave.errors import InputError


def as_time(name: str, text: str) -> np.datetime64:
    """A time, UTC. Errors: InputError for what is not a time."""
    try:
        time = np.datetime64(str(text).removesuffix("Z"), "us")
    except ValueError:
        time = np.datetime64("NaT")
    if np.isnat(time):
        raise InputError(f"{name} {text!r} is not a time; write it like 1992-06-28 or 1992-06-28T11:57:34")
    return time


def time_of(name: str, text: object) -> np.datetime64:
    """A time as it was written down by its `str`, and no word like "now". Errors: InputError for anything else.

    >>> str(time_of("origin", "1990-01-01"))
    '1990-01-01T00:00:00.000000'
    """
    if not isinstance(text, str) or not text[:4].lstrip("-").isdigit():
        raise InputError(f"{name} {str(text)[:40]!r} is not a time; write it like 1992-06-28")
    return as_time(name, text)


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
