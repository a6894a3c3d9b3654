"""Greedy merging by BIC gain: always the one best pair, then all gains that this changed anew.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (iv), eqs. 2-3. A pair is a candidate when the boxes of its
two Gaussians overlap; a box reaches ± √12/2 σ... along the principal axes and holds all member events. The *global*
gain counts all events under the whole mixture, the *local* gain the members of the two Gaussians alone. Backgrounds
never merge.

How it is fast, and still exact: points stand in k-d order, so what a Gaussian reaches is a few runs of neighbours;
after a merge only pairs with points whose density changed by more than 1e-4 are evaluated again, and when no gain is
positive all pairs are evaluated once more before the end. In local mode a gain depends on the two Gaussians only, and
an upper bound of it follows from counts, means and scatters; the exact value is computed for pairs that reach the top.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seisweave.faults.workspace import Workspace

REPORT_EVERY = 50  # merges


def merge_greedily(
    workspace: Workspace, *, reach: float, report: Callable[[int, float], None] | None = None
) -> int:
    """Merge until no overlapping pair gains; returns how many merges were made.

    `workspace` must have supports (global criterion) and members; its `merges` receive (first row, second row, gain),
    the merged Gaussian taking the first row. `report` is called now and then with the number of Gaussians left and
    the gain of the last merge.
    """
    from seisweave.faults import _merge_numba as compiled

    before, swept_at = len(workspace.merges), -1
    rule = _rule(workspace, reach)
    workspace.find_pairs(reach)
    while True:
        workspace.evaluate_pending(rule)
        best = _best_pair(workspace, rule)
        if best >= 0:
            _merge(workspace, rule, best)
            if report is not None and len(workspace.merges) % REPORT_EVERY == 0:
                report(int(workspace.tally[compiled.ACTIVE]), workspace.merges[-1][2])
        elif workspace.local or len(workspace.merges) == swept_at:
            return len(workspace.merges) - before
        else:  # nothing gains any more: look at every pair once again, with fresh densities
            swept_at = len(workspace.merges)
            workspace.list_supports()
            workspace.evaluate_all()


def _best_pair(workspace: Workspace, rule: tuple) -> int:
    """The pair of the highest positive gain, or -1. A bound that comes out on top is replaced by the gain itself."""
    from seisweave.faults import _merge_numba as compiled

    pairs, count = workspace.pairs, workspace.tally[compiled.PAIR]
    while count:
        best = int(pairs.gain[:count].argmax())
        if pairs.gain[best] <= 0:
            break
        if pairs.state[best] != compiled.BOUND:
            return best
        pairs.gain[best] = compiled.local_gain(
            workspace.points,
            workspace.parts,
            workspace.pools,
            pairs.first[best],
            pairs.second[best],
            workspace.least_variance,
        )
        pairs.state[best] = compiled.EXACT
    return -1


def _merge(workspace: Workspace, rule: tuple, q: int) -> None:
    from seisweave.faults import _merge_numba as compiled

    pairs = workspace.pairs
    workspace.merges.append((int(pairs.first[q]), int(pairs.second[q]), float(pairs.gain[q])))
    while not compiled.merge_pair(
        workspace.points,
        workspace.parts,
        workspace.pools,
        workspace.pairs,
        workspace.scratch[0],
        workspace.tally,
        rule,
        q,
    ):
        workspace.make_room()


def _rule(workspace: Workspace, reach: float):
    from seisweave.faults import _merge_numba as compiled

    penalty = 5.0 * np.log(len(workspace.ordered))
    return compiled.Rule(workspace.local, penalty, workspace.log_cut, workspace.least_variance, float(reach))
