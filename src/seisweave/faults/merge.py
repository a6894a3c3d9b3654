"""Greedy merging by BIC gain: again and again the pair of the highest gain, while there is a positive one.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (iv), eqs. 2-3. A pair is a candidate when the boxes of its two
Gaussians overlap; a box reaches ± `reach` σ along the principal axes and holds all member events. The *global* gain
counts all events under the whole mixture, the *local* gain the members of the two Gaussians alone. Backgrounds never
merge.

The paper evaluates every gain anew after every merge. Here a merge adds to the *doubt* of each pair a first-order
bound of how far its gain can have moved, and a doubtful pair is evaluated anew when it comes out on top, before it may
merge. Of the pairs a merged Gaussian makes, those with the smallest expected loss (Runnalls 2007) are evaluated at
once. When no gain is positive any more, all pairs are evaluated, and merging goes on if one is. With `_TRUST` 1 and
`_AT_FIRST` without limit the order of merges is the paper's; `docs/benchmarks.md` says what that costs and brings.

In local mode a gain depends on the two Gaussians only, and an upper bound of it follows from counts, means and
scatters: the gain itself is computed for pairs that come out on top.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seisweave.faults.workspace import Workspace

REPORT_EVERY = 50  # merges
_NEGLIGIBLE = 0.05  # doubt about a gain, in units of BIC/2, that is let pass
_TRUST = 0.0  # share of the doubt that is added to a gain in the search for the highest
_AT_FIRST = 16  # pairs of a new Gaussian that are evaluated at once
_HOPELESS = 10.0  # pairs expected to lose more than this many times the penalty are no candidates


def merge_greedily(workspace: Workspace, *, reach: float, report: Callable[[int, float], None] | None = None) -> int:
    """Merge until no overlapping pair gains; returns how many merges were made.

    `workspace` must have supports (global criterion) and members; its `merges` receive (first row, second row, gain),
    the merged Gaussian taking the first row. `report` is called now and then with the number of Gaussians left and
    the gain of the last merge.
    """
    from seisweave.faults import _gains_numba as gains

    before = swept_at = len(workspace.merges)  # all pairs are evaluated at the start
    rule = _rule(workspace, reach)
    workspace.find_pairs(reach, rule.most_loss)
    while True:
        workspace.evaluate_pending(rule)
        best = _best_pair(workspace, rule)
        if best >= 0:
            _merge(workspace, rule, best)
            if report is not None and len(workspace.merges) % REPORT_EVERY == 0:
                report(int(workspace.tally[gains.ACTIVE]), workspace.merges[-1][2])
        elif workspace.local or len(workspace.merges) == swept_at:
            return len(workspace.merges) - before
        else:  # nothing gains any more: look at every pair once again, with fresh densities
            swept_at = len(workspace.merges)
            workspace.list_supports()
            workspace.evaluate_all()


def _best_pair(workspace: Workspace, rule: tuple) -> int:
    """The pair of the highest positive gain, or -1.

    A gain that is an upper bound, or in doubt since densities near it changed, is evaluated when it comes out on top.
    """
    from seisweave.faults import _gains_numba as gains

    while workspace.tally[gains.PAIR]:
        pairs, count = workspace.pairs, workspace.tally[gains.PAIR]
        hope = pairs.gain[:count] + _TRUST * pairs.doubt[:count] if _TRUST else pairs.gain[:count]
        best = int(hope.argmax())
        if hope[best] <= 0:
            break
        if pairs.state[best] == gains.BOUND:
            pairs.gain[best] = gains.local_gain(
                workspace.points,
                workspace.parts,
                workspace.pools,
                pairs.first[best],
                pairs.second[best],
                workspace.least_variance,
            )
            pairs.state[best] = gains.EXACT
        elif pairs.doubt[best] > _NEGLIGIBLE:
            pairs.todo[0] = best
            workspace.tally[gains.PENDING] = 1
            workspace.evaluate_pending(rule)
        else:
            return best
    return -1


def _merge(workspace: Workspace, rule: tuple, q: int) -> None:
    from seisweave.faults import _merge_numba as merging

    pairs = workspace.pairs
    workspace.merges.append((int(pairs.first[q]), int(pairs.second[q]), float(pairs.gain[q])))
    while not merging.merge_pair(
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
    from seisweave.faults import _gains_numba as gains

    n = len(workspace.ordered)
    penalty = 5.0 * np.log(n)
    most_loss = np.inf if workspace.local else _HOPELESS * penalty / n
    return gains.Rule(workspace.local, penalty, workspace.least_variance, float(reach), _AT_FIRST, float(most_loss))
