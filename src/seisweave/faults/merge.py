"""Greedy merging by BIC gain: again and again the pair of the highest gain, while there is a positive one.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (iv), eqs. 2-3. A pair is a candidate when the boxes of its two
Gaussians overlap; a box reaches ± `reach` σ along the principal axes and holds all member events. The *global* gain
counts all events under the whole mixture, the *local* gain the members of the two Gaussians alone. Backgrounds never
merge.

The paper evaluates every gain again after every merge. Here a merge adds to the *doubt* of each pair a first-order
bound of how far its gain can have moved, and a doubtful pair is evaluated again when it comes out on top, before it may
merge. Of the pairs a merged Gaussian makes, those with the smallest expected loss (Runnalls 2007) are evaluated at
once. When no gain is positive any more, all pairs are evaluated, and merging goes on if one is. No merge looks at all
pairs: they play a tournament (`_pairs_numba`), and their doubts are summed up when asked for (`_doubts_numba`), but for
`Strictness.trust` above 0, where every doubt counts in the search for the best. The workspace's
`Strictness` says how much of all that is let pass; `docs/benchmarks.md` says what the paper's order costs and brings.

In local mode a gain depends on the two Gaussians only, and an upper bound of it follows from counts, means and
scatters: the gain itself is computed for pairs that come out on top.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from seisweave.faults.state import PENDING, Rule
from seisweave.faults.steps import Merge
from seisweave.faults.workspace import Sweep, Workspace

REPORT_EVERY = 50  # merges
_THREADS_PAY = 100_000  # point evaluations
_AT_ONCE = 50_000_000  # point evaluations by one thread without a rest: about half a second


def merge_greedily(workspace: Workspace, *, reach: float, pause: Callable[[], None] | None = None) -> int:
    """Merge until no overlapping pair gains; returns how many merges were made.

    `workspace` must have supports (global criterion) and members; its `merges` receive (first row, second row, gain),
    the merged Gaussian taking the first row. `pause` is called now and then, when the workspace is in a state to be
    kept; one restored from there (its `sweep` says so) goes on from there.
    """
    from seisweave.faults import _merge_numba as merging

    pause = pause or (lambda: None)
    rule = _rule(workspace, reach)
    if workspace.sweep is None:
        workspace.find_pairs(reach, rule.most_loss)
    workspace.sweep = sweep = workspace.sweep or Sweep(len(workspace.merges), len(workspace.merges))
    while (ending := _merge_some(workspace, rule)) != merging.NO_GAIN or _sweep_again(workspace, sweep.begun):
        if ending == merging.NO_ROOM:
            workspace.make_room()
        elif ending == merging.MANY_PENDING:
            evaluate_pending(workspace, rule, pause)
        pause()
    workspace.sweep = None
    return len(workspace.merges) - sweep.begun


def _sweep_again(workspace: Workspace, begun: int) -> bool:
    """Put every pair on the list once again, with fresh densities, if there were merges since that was last done."""
    if workspace.local or workspace.sweep == Sweep(begun, len(workspace.merges)):
        return False
    workspace.sweep = Sweep(begun, len(workspace.merges))
    workspace.list_supports()
    workspace.evaluate_all()
    return True


def _merge_some(workspace: Workspace, rule: Rule) -> int:
    """Some merges, written down; returns why there were not more."""
    from seisweave.faults import _merge_numba as merging

    made, gain = np.empty((REPORT_EVERY, 2), np.int64), np.empty(REPORT_EVERY)
    count, ending = merging.merge_best(
        workspace.points,
        workspace.parts,
        workspace.pools,
        workspace.pairs,
        workspace.changes,
        workspace.lookup,
        workspace.scratch[0],
        workspace.tally,
        rule,
        _only_members(workspace),
        made,
        gain,
    )
    pairs = zip(made[:count].tolist(), gain[:count].tolist(), strict=True)
    workspace.merges += [Merge(first, second, each) for (first, second), each in pairs]
    return ending


def evaluate_pending(workspace: Workspace, rule: Rule, pause: Callable[[], None] | None = None) -> None:
    """Evaluate the pairs on the list, by threads; a gain does not depend on the thread that computes it.

    `pause` is called whenever those evaluated so far are off the list.
    """
    from seisweave.faults import _pairs_numba as pairing

    tally, todo, length = workspace.tally, workspace.pairs.todo, workspace.parts.support_length
    both = [length[side[todo[: tally[PENDING]]]].sum() for side in (workspace.pairs.first, workspace.pairs.second)]
    step = int(np.ceil(tally[PENDING] / max(1.0, sum(both) / (_AT_ONCE * workspace.threads))))
    with ThreadPoolExecutor(workspace.threads) as pool:
        while tally[PENDING]:
            count = min(step, int(tally[PENDING]))
            _evaluate(workspace, count, rule, pool)
            pairing.rank_listed(workspace.pairs, workspace.lookup, count)
            left = todo[count : tally[PENDING]].copy()
            todo[: len(left)], tally[PENDING] = left, len(left)
            if pause is not None:
                pause()


def _evaluate(workspace: Workspace, count: int, rule: Rule, pool: ThreadPoolExecutor) -> None:
    """Evaluate the first pairs on the list."""
    from seisweave.faults import _gains_numba as gains

    free, arrays = list(workspace.scratches()), (workspace.points, workspace.parts, workspace.pools, workspace.pairs)
    local = _only_members(workspace)
    step = max(1, count // (8 * workspace.threads))

    def work(start: int) -> None:
        scratch, stop = free.pop(), min(start + step, count)
        gains.evaluate(*arrays, scratch, start, stop, rule, local)
        free.append(scratch)

    list(pool.map(work, range(0, count, step)))


def _only_members(workspace: Workspace) -> bool | None:
    """How the compiled loops are told of the local criterion: what None rules out is not compiled."""
    return True if workspace.local else None


def _rule(workspace: Workspace, reach: float) -> Rule:
    n, strictness = len(workspace.ordered), workspace.strictness
    penalty = 5.0 * np.log(n)
    return Rule(
        penalty=penalty,
        least_variance=workspace.least_variance,
        reach=float(reach),
        at_first=strictness.at_first,
        most_loss=np.inf if workspace.local else float(strictness.hopeless * penalty / n),
        trust=float(strictness.trust),
        negligible=float(strictness.negligible),
        most_pending=float(_AT_ONCE if workspace.threads == 1 else _THREADS_PAY),
    )
