"""Refinement of a merged network: soft EM, merge again, drop what is no better than background.

Not in the paper, which never re-estimates a Gaussian after merging (section 3.1 iv). Merging happens under frozen
means and covariances, so events near the border of two faults are held by whichever was there first; a few steps of
expectation-maximisation (Dempster, Laird & Rubin 1977; Bishop 2007, section 9.2) let them change sides, after which
further pairs merge, and faults that explain their events no better than the background go. Each round is kept only
while it lowers the BIC (global) or while it still merges or drops (local).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seisweave.faults.merge import merge_greedily
from seisweave.faults.workspace import Background, Gaussians, Workspace

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
    dropped: tuple[tuple[int, int, float], ...]  # (merges before it, row, gain)


def refine(workspace: Workspace, *, reach: float, report: Callable[[int, float], None] | None = None) -> Refined:
    """Repeat EM, merging and dropping until nothing improves; returns the best mixture met."""
    dropped: list[tuple[int, int, float]] = []
    expectation_maximisation(workspace, EM_STEPS)
    best = _snapshot(workspace, dropped)
    for _ in range(MAX_ROUNDS):
        workspace.assign_members()
        changes = merge_greedily(workspace, reach=reach, report=report)
        workspace.list_supports()
        changes += drop_faults(workspace, dropped)
        expectation_maximisation(workspace, EM_STEPS)
        now = _snapshot(workspace, dropped)
        improved = now.bic < best.bic - _ENOUGH * abs(best.bic)
        if workspace.local or improved:
            best = now
        if changes == 0 and not improved:
            break
    return best


def recount(workspace: Workspace) -> None:
    """Weights anew as shares of the events that are most likely in each part, Gaussians as they are.

    The published program does this between its two passes of merging. Ends with members and supports listed.
    """
    workspace.list_supports()
    in_box = workspace.assign_members()
    n = len(in_box)
    rows = workspace.rows
    events = np.maximum(workspace.parts.members_length[rows], 0.5)  # none: half an event, so that a density is left
    workspace.set_weights(rows, events / n)
    if workspace.inside:
        density = np.stack([workspace.box_density(b)[in_box] for b in range(len(workspace.inside))])
        best = density.argmax(axis=0)
        workspace.set_background_weight(np.bincount(best, minlength=len(density)) / n)
    workspace.list_supports()


def expectation_maximisation(workspace: Workspace, steps: int) -> None:
    """Soft EM steps on Gaussians and background weights; ends with supports listed for the new mixture."""
    from seisweave.faults import _mixture_numba as mixing

    workspace.list_supports()
    boxes = list(enumerate(workspace.inside))
    density = workspace.points.density
    for _ in range(steps):
        weight = np.array([workspace.box_height(b) * (1.0 / density[inside]).sum() for b, inside in boxes]) / len(
            density
        )
        mixing.maximise(workspace.points, workspace.parts, workspace.pools, workspace.tally, workspace.least_variance)
        if len(weight):
            workspace.set_background_weight(weight)
        workspace.list_supports()


def drop_faults(workspace: Workspace, dropped: list[tuple[int, int, float]]) -> int:
    """Give faults back to the background where the BIC is better without them, lightest first; returns how many."""
    from seisweave.faults import _mixture_numba as mixing

    if not workspace.inside:
        return 0
    workspace.assign_members()
    boxes = [workspace.box_density(b) for b in range(len(workspace.inside))]
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
            mixing.remove(workspace.points, parts, workspace.pools, workspace.tally, i, share, boxes[b])
            boxes[b] *= 1.0 + share
            weight[b] += parts.weight[i]
            dropped.append((len(workspace.merges), int(i), float(gain)))
            count += 1
    if count:
        workspace.set_background_weight(weight)
        workspace.list_supports()
    return count


def _box_under(workspace: Workspace, height: np.ndarray, i: int) -> int:
    """The box that is densest at the centre of a Gaussian, of those that hold it (of all, where none does)."""
    boxes = workspace.background.boxes
    offset = np.array([box.axes @ (workspace.parts.mean[i] - box.centre_km) for box in boxes])
    holds = (np.abs(offset) <= [box.half_km for box in boxes]).all(axis=1)
    return int(np.argmax(np.where(holds, height, 0.0) if holds.any() else height))


def _snapshot(workspace: Workspace, dropped: list[tuple[int, int, float]]) -> Refined:
    """The mixture of the moment; its BIC is that of eq. 2 with the truncated densities."""
    n, parts = len(workspace.ordered), int(workspace.tally[0]) + len(workspace.inside)
    log_likelihood = float(np.log(workspace.points.density).sum())
    bic = -log_likelihood + 0.5 * (10 * parts - 1) * np.log(n)
    return Refined(
        workspace.gaussians, workspace.background, workspace.rows, bic, len(workspace.merges), tuple(dropped)
    )
