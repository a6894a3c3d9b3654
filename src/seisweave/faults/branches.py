"""Atomization by branch: every branch of the Ward tree is cut at its own holding capacity.

Not in the paper, whose one cut goes through the whole tree (section 3.1 ii): where one place is far denser than all
others, as in a swarm, the cut with the most clusters is one through its twigs, below which nothing else has four
points together yet, and all other faults fall into the background. Here a branch is what one merge joins, and it is
cut where *it* holds the most clusters of four points or more; that is again done to its own branches, down to those
that never hold more than one. What comes out needs no such descent: a branch that holds more in its parts than in one
piece is cut into these, and of the cuts of a branch that holds one cluster at most that with the fewest merges is
taken, as in the cut of the whole tree. So proto-faults are the nodes that reach four points by the merge of two that
had fewer, and an event that joins a node of four or more stays with the background, as one does that joins above the
cut.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.atomize import MIN_POINTS, in_order_of_first_point


def label_by_branch(linkage: Float[np.ndarray, "m 4"]) -> Int[np.ndarray, " n"]:
    """Proto-fault of every point, 0, 1, ... in order of their first point; -1 for the points of none.

    Arguments: `linkage`, SciPy's linkage array of a Ward tree, heights ascending.

    >>> import numpy as np
    >>> from seisweave.faults.atomize import atomize
    >>> from seisweave.faults.ward import ward_linkage
    >>> shape = np.array([[0, 0, 0], [1, 0, 0], [0, 1.2, 0], [0, 0, 1.4], [3, 3, 3.0]])
    >>> dense = [100.0 + 0.01 * shape[:4] + [0.3 * k, 0, 0] for k in range(9)]  # a swarm: nine clusters
    >>> tree = ward_linkage(np.concatenate([shape, *dense]))
    >>> atomize(tree).label[:5], label_by_branch(tree)[:5]  # the cut leaves out a fault that is less dense
    (array([-1, -1, -1, -1, -1]), array([ 0,  0,  0,  0, -1]))
    """
    n = len(linkage) + 1
    enough = np.concatenate([np.zeros(n, bool), linkage[:, 3] >= MIN_POINTS])
    children = np.ascontiguousarray(linkage[:, :2].astype(np.int64))
    return label_below(children, enough[n:] & ~enough[children].any(axis=1))


def label_below(children: Int[np.ndarray, "m 2"], chosen: np.ndarray) -> Int[np.ndarray, " n"]:
    """For every point the highest of the chosen merges that holds it, numbered in order of their first point; or -1."""
    from seisweave.faults import _branches_numba as compiled

    n = len(children) + 1
    mark = np.concatenate([np.full(n, -1), np.where(chosen, n + np.arange(n - 1), -1)])
    compiled.mark_below(children, mark)
    return in_order_of_first_point(mark[:n])
