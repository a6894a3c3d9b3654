"""What merging did: every merge of a reconstruction, in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

STAGES = ("subset", "whole", "refine")


@dataclass(frozen=True, eq=False)
class MergeHistory:
    """Every merge in the order it was made (m of them).

    stage indexes `STAGES`: 0 inside a subset, 1 among all, 2 during refinement. subset is the subset's number
    (-1 after them). first and second are the numbers of the two segments that became segment `merged`: proto-faults
    are numbered from 0 over all subsets, merged segments go on from there. gain is the gain in BIC/2 (eq. 3).
    A segment that was dropped into the background has second = -1 and merged = -1.

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(one_fault)
    >>> history = network.history
    >>> made, dropped = int((history.merged >= 0).sum()), int((history.merged < 0).sum())
    >>> network.n_proto - made - dropped == network.n_segments, bool((history.gain > 0).all())
    (True, True)
    """

    stage: Int[np.ndarray, " m"]
    subset: Int[np.ndarray, " m"]
    first: Int[np.ndarray, " m"]
    second: Int[np.ndarray, " m"]
    merged: Int[np.ndarray, " m"]
    gain: Float[np.ndarray, " m"]

    def __len__(self) -> int:
        return len(self.gain)
