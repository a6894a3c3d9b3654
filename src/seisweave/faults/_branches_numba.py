"""Compiled loops over a tree of merges: sums from its leaves up, marks from its root down.

A tree of n points has nodes 0 .. n-1, the points, and n .. 2n-2, its merges in order; `children` holds the two nodes
that each merge joins.
"""

from numba import njit

from seisweave.compiling import LOOP


@njit("void(i8[:,::1], f8[::1])", **LOOP)
def add_up(children, value):
    """Add to every merge's value those of its two parts, from the first merge to the last."""
    n = len(children) + 1
    for m in range(n - 1):
        value[n + m] += value[children[m, 0]] + value[children[m, 1]]


@njit("void(i8[:,::1], i8[::1])", **LOOP)
def mark_below(children, mark):
    """Give everything below a marked merge (mark >= 0) its mark, from the last merge to the first: the highest wins."""
    n = len(children) + 1
    for m in range(n - 2, -1, -1):
        if mark[n + m] >= 0:
            mark[children[m, 0]] = mark[n + m]
            mark[children[m, 1]] = mark[n + m]
