"""The arrays that the compiled loops of merging and refinement share, by name.

*Slots* are the places of n points in k-d order, *rows* those of the Gaussians there were at the start (g of them). A
Gaussian that another one has taken in leaves its row unused. What is listed in a pool or in `Pairs` stands at its
front; the tally says how far. Compiled loops take these tuples as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

# what the tally counts: Gaussians left, entries in the pools of supports and of members, pairs, pairs to evaluate, and
# merges since pairs were found
ACTIVE, SUPPORT, MEMBER, PAIR, PENDING, MERGED = 0, 1, 2, 3, 4, 5
# what the gain of a pair is: exact, an upper bound, not known yet
EXACT, BOUND, WAITING = 0, 1, 2
LOG_PEAK = 9  # column of `Parts.shape`: logarithm of the weighted density at the mean


class Points(NamedTuple):
    """Points with the density of the mixture there, and the tree of boxes over them (see `_tree_numba`)."""

    xyz: Float[np.ndarray, "3 n"]
    base: Float[np.ndarray, " n"]  # density of the uniform boxes
    density: Float[np.ndarray, " n"]  # of the whole mixture
    cut: Float[np.ndarray, " n"]  # what a Gaussian must exceed there to count
    node: Float[np.ndarray, "nodes 7"]
    block: Int[np.ndarray, " n"]  # number of the block of neighbours a point is in


class Parts(NamedTuple):
    """Gaussians: moments, shape (see `_density_numba`), box, and where their lists in the pools begin."""

    weight: Float[np.ndarray, " g"]
    mean: Float[np.ndarray, "g 3"]
    covariance: Float[np.ndarray, "g 6"]
    shape: Float[np.ndarray, "g 22"]
    box_centre: Float[np.ndarray, "g 3"]
    box_half: Float[np.ndarray, "g 3"]
    bounds: Float[np.ndarray, "g 6"]
    support: Int[np.ndarray, " g"]
    support_length: Int[np.ndarray, " g"]
    members: Int[np.ndarray, " g"]
    members_length: Int[np.ndarray, " g"]
    moments: Float[np.ndarray, "g 10"]  # count, mean and scatter of the members
    active: Int[np.ndarray, " g"]  # rows of the Gaussians that are left, at its front


class Pools(NamedTuple):
    """The lists of all Gaussians: slots in their supports with the density there, slots of their members."""

    slot: Int[np.ndarray, " supports"]
    value: Float[np.ndarray, " supports"]
    member: Int[np.ndarray, " members"]


class Pairs(NamedTuple):
    """Candidate pairs of rows: their gain, the doubt about it, and their relative effect on the density by blocks."""

    first: Int[np.ndarray, " q"]
    second: Int[np.ndarray, " q"]
    gain: Float[np.ndarray, " q"]
    doubt: Float[np.ndarray, " q"]  # as it was after the first `seen` merges
    seen: Int[np.ndarray, " q"]
    effect: Float[np.ndarray, "q blocks"]
    state: Int[np.ndarray, " q"]  # EXACT, BOUND or WAITING
    todo: Int[np.ndarray, " q"]  # numbers of the pairs to evaluate, at its front


class Changes(NamedTuple):
    """How far each merge moved the log density: in the blocks where it did, one merge after the other."""

    begin: Int[np.ndarray, " merges"]  # where the entries of a merge begin
    block: Int[np.ndarray, " entries"]
    amount: Float[np.ndarray, " entries"]
    total: Float[np.ndarray, "merges blocks"]  # by all earlier merges together


class Lookup(NamedTuple):
    """What finds the best pair, the pairs of a Gaussian and its neighbours quickly; made anew from all the rest.

    Pair number q has two *halves*, 2q in the list of its first row and 2q + 1 in that of its second.
    """

    winner: Int[np.ndarray, " 2q"]  # of matches of pairs that gain (-1: none): pair k enters at q + k, 1 is the final
    head: Int[np.ndarray, " g"]  # the half that a row's list begins with, -1 where it is empty
    after: Int[np.ndarray, " 2q"]
    before: Int[np.ndarray, " 2q"]
    place: Int[np.ndarray, " g"]  # where a row stands in `Parts.active`
    leaf_slot: Int[np.ndarray, " g"]  # where it stands under the tree of bounds (see `_boxes_numba`)
    row: Int[np.ndarray, " g"]  # in each such place, -1 once it is gone
    node: Float[np.ndarray, "nodes 6"]
    found: Int[np.ndarray, " 2g"]


class Scratch(NamedTuple):
    """Room for one thread to work in; `sum` is zero between uses."""

    sum: Float[np.ndarray, " n"]
    buffer: Float[np.ndarray, " n"]
    ranges: Int[np.ndarray, "r 2"]
    slot: Int[np.ndarray, " n"]
    value: Float[np.ndarray, " n"]
    ratio: Float[np.ndarray, " 256"]
    change: Float[np.ndarray, " blocks"]


class Above(NamedTuple):
    """Slots, ascending, at which a background has a density above zero, and its weighted density there."""

    slot: Int[np.ndarray, " s"]
    density: Float[np.ndarray, " s"]


class Rule(NamedTuple):
    """How pairs are found, evaluated and chosen; see `merge.py`."""

    penalty: float
    least_variance: float
    reach: float
    at_first: int
    most_loss: float
    trust: float
    negligible: float
    most_pending: float
