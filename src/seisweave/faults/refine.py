"""Refinement of a merged network: soft EM, merge again, drop what is no better than background.

Not in the paper, which never re-estimates a Gaussian after merging (section 3.1 iv). Merging happens under frozen
means and covariances, so events near the border of two faults are held by whichever was there first; a few steps of
expectation-maximisation (Dempster, Laird & Rubin 1977; Bishop 2007, section 9.2) let them change sides, after which
further pairs merge, and faults that explain their events no better than the background go. Each round is kept only
while it lowers the BIC (global) or while it still merges or drops (local).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from seisweave.faults.merge import merge_greedily
from seisweave.faults.steps import Drop
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.gaussians.backgrounds import Shape
from seisweave.keeping import Arrays

EM_STEPS = 10
MAX_ROUNDS = 5
_ENOUGH = 1e-5  # a round that lowers the BIC by less than this share ends refinement


@dataclass(frozen=True, eq=False)
class Refined:
    """A mixture with its BIC (half form): the best that refinement saw."""

    gaussians: Gaussians
    background: Background
    rows: np.ndarray
    bic: float
    n_merged: int
    dropped: tuple[Drop, ...]


@dataclass(eq=False)
class Refinement:
    """How far refinement is: rounds judged, EM steps made since, and what it saw."""

    rounds: int = 0
    em_steps: int = 0
    changes: int = 0
    dropped: list[Drop] = field(default_factory=list)
    best: Refined | None = None

    def share(self, left: float, subsets: int) -> float:
        """Share of refinement that is done, about, when this share of the Gaussians is left.

        Counted in EM steps: merging in the first round is worth many, all the more after subsets, later merging few.
        """
        first, later = 150.0 if subsets > 1 else 40.0, 10.0
        total = EM_STEPS * (MAX_ROUNDS + 1) + first + later * (MAX_ROUNDS - 1)
        done = EM_STEPS * self.rounds + self.em_steps
        done += first + later * (self.rounds - 1) if self.rounds else 0.0
        if self.rounds == 0 and self.em_steps == EM_STEPS:
            done += first * (1.0 - left**2)
        return done / total

    def arrays(self) -> Arrays:
        """All of it as arrays, to be kept."""
        kept: Arrays = {"refine.counts": np.array([self.rounds, self.em_steps, self.changes])}
        kept["refine.dropped"] = np.array(self.dropped, dtype=float).reshape(-1, 3)
        if self.best is not None:
            best = self.best
            kept |= {f"best.{name}": array for name, array in best.gaussians.__dict__.items()}
            kept |= {"best.background": np.array(best.background.weight, dtype=float), "best.rows": best.rows}
            kept["best.counts"] = np.array([best.n_merged, len(best.dropped)])
            kept["best.bic"] = np.array(best.bic)
        return kept

    @classmethod
    def from_arrays(cls, kept: Arrays, boxes: tuple[Shape, ...]) -> Refinement:
        """What was kept, with the boxes of the backgrounds."""
        dropped = [Drop(int(count), int(row), float(gain)) for count, row, gain in kept["refine.dropped"]]
        best = None
        if "best.bic" in kept:
            n_merged, n_dropped = kept["best.counts"].tolist()
            best = Refined(
                Gaussians(kept["best.weight"], kept["best.mean"], kept["best.covariance"]),
                Background(kept["best.background"], boxes),
                kept["best.rows"],
                float(kept["best.bic"]),
                n_merged,
                tuple(dropped[:n_dropped]),
            )
        rounds, em_steps, changes = kept["refine.counts"].tolist()
        return cls(rounds, em_steps, changes, dropped, best)

    def judge(self, now: Refined, *, local: bool) -> bool:
        """Keep the current mixture if it is the best so far; whether another round may bring more."""
        if self.best is None:
            self.best = now
            return True
        improved = now.bic < self.best.bic - _ENOUGH * abs(self.best.bic)
        if local or improved:
            self.best = now
        self.rounds += 1
        return (self.changes > 0 or improved) and self.rounds < MAX_ROUNDS


def refine(
    workspace: Workspace,
    *,
    reach: float,
    pause: Callable[[], None] | None = None,
    state: Refinement | None = None,
) -> Refined:
    """Repeat EM, merging and dropping until nothing improves; returns the best mixture met.

    `pause` is called now and then, when workspace and `state` can be kept; given these again, refinement goes on.
    """
    state = state or Refinement()
    while True:
        if workspace.sweep is None:
            _maximise(workspace, state, pause)
            now = _snapshot(workspace, state.dropped)
            if not state.judge(now, local=workspace.local):
                return state.best or now
            workspace.assign_members()
        state.changes = merge_greedily(workspace, reach=reach, pause=pause)
        workspace.list_supports()
        state.changes += drop_faults(workspace, state.dropped)
        state.em_steps = 0


def _maximise(workspace: Workspace, state: Refinement, pause: Callable[[], None] | None) -> None:
    """The EM steps of a round, or those of them that are left."""
    if state.em_steps == 0:
        workspace.list_supports()
    while state.em_steps < EM_STEPS:
        em_step(workspace)
        state.em_steps += 1
        if pause is not None:
            pause()


def recount(workspace: Workspace) -> None:
    """Set weights to the shares of the events that are most likely in each part; Gaussians stay as they are.

    The published program does this between its two passes of merging. Ends with members and supports listed.
    """
    workspace.list_supports()
    in_box = workspace.assign_members()
    n = len(in_box)
    rows = workspace.rows
    events = np.maximum(workspace.parts.members_length[rows], 0.5)  # at least half an event, so that a density is left
    workspace.set_weights(rows, events / n)
    if workspace.inside:
        density = np.stack([workspace.box_density(b)[in_box] for b in range(len(workspace.inside))])
        best = density.argmax(axis=0)
        workspace.set_background_weight(np.bincount(best, minlength=len(density)) / n)
    workspace.list_supports()


def em_step(workspace: Workspace) -> None:
    """One soft EM step on Gaussians and background weights; needs supports, and lists them again afterwards."""
    from seisweave.faults import _mixture_numba as mixing

    density = workspace.points.density
    events = [
        workspace.box_height(b) * (workspace.relative[b] / density[inside]).sum()
        for b, inside in enumerate(workspace.inside)
    ]
    mixing.maximise(workspace.points, workspace.parts, workspace.pools, workspace.tally, workspace.least_variance)
    if events:
        workspace.set_background_weight(np.array(events) / len(density))
    workspace.list_supports()


def drop_faults(workspace: Workspace, dropped: list[Drop]) -> int:
    """Give faults back to the background where the BIC is better without them, lightest first; returns how many."""
    from seisweave.faults import _mixture_numba as mixing

    if not workspace.inside:
        return 0
    workspace.assign_members()
    boxes = [workspace.box_above(b) for b in range(len(workspace.inside))]
    volume = np.array([box.volume_km3 for box in workspace.background.boxes])
    weight = workspace.background.weight.copy()
    parts, count = workspace.parts, 0
    for i in workspace.rows[np.argsort(parts.weight[workspace.rows], kind="stable")]:
        b = _box_under(workspace, weight / volume, int(i))
        share = parts.weight[i] / weight[b]
        gain = mixing.drop_gain(
            workspace.points,
            parts,
            workspace.pools,
            i,
            share,
            boxes[b],
            workspace.local,
            workspace.scratch[0],
        )
        if gain > 0:
            workspace.remove(int(i), share, boxes[b])
            boxes[b].density[:] *= 1.0 + share
            weight[b] += parts.weight[i]
            dropped.append(Drop(len(workspace.merges), int(i), float(gain)))
            count += 1
    if count:
        workspace.set_background_weight(weight)
        workspace.list_supports()
    return count


def _box_under(workspace: Workspace, height: np.ndarray, i: int) -> int:
    """The box that is densest at the centre of a Gaussian, among those that hold it (among all, where no box does)."""
    centre = workspace.parts.mean[i][:, None]
    there = height * np.concatenate([box.relative_density(centre) for box in workspace.background.boxes])
    return int(np.argmax(there if there.any() else height))


def _snapshot(workspace: Workspace, dropped: list[Drop]) -> Refined:
    """The current mixture; its BIC is that of eq. 2 with the truncated densities."""
    n, parameters = len(workspace.ordered), 10 * len(workspace) + sum(b.parameters for b in workspace.background.boxes)
    log_likelihood = float(np.log(workspace.points.density).sum())
    bic = float(-log_likelihood + 0.5 * (parameters - 1) * np.log(n))
    return Refined(
        workspace.gaussians, workspace.background, workspace.rows, bic, len(workspace.merges), tuple(dropped)
    )
