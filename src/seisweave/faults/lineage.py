"""Who became whom: numbers of proto-faults and merged faults, followed through all passes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seisweave.faults.history import STAGES, MergeHistory
from seisweave.faults.steps import Drop, Merge


class Lineage:
    """Proto-faults are numbered 0 .. n_proto-1 over all subsets; every merge makes the next number."""

    def __init__(self, n_proto: int) -> None:
        self.n_proto = self.next = n_proto
        self.rows: list[tuple[int, int, int, int, int, float]] = []

    def follow(
        self,
        number: np.ndarray,
        merges: Sequence[Merge],
        dropped: Sequence[Drop] = (),
        *,
        stage: str,
        subset: int = -1,
    ) -> None:
        """Add one pass: merges in order, and the drops between them.

        number[row] is the number of the fault in each row of the workspace, and is kept up to date.
        """
        code = STAGES.index(stage)
        pending = list(dropped)
        for count, (i, j, gain) in enumerate([*merges, Merge(-1, -1, 0.0)]):
            while pending and pending[0].n_merges == count:
                drop = pending.pop(0)
                self.rows.append((code, subset, int(number[drop.row]), -1, -1, drop.gain))
            if i >= 0:
                self.rows.append((code, subset, int(number[i]), int(number[j]), self.next, gain))
                number[i] = self.next
                self.next += 1

    def history(self) -> MergeHistory:
        """The record of all passes, in order."""
        names = ("stage", "subset", "first", "second", "merged")
        whole = {name: np.array([row[k] for row in self.rows], dtype=np.int64) for k, name in enumerate(names)}
        return MergeHistory(**whole, gain=np.array([row[5] for row in self.rows], dtype=float))
