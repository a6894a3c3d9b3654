"""The second merge: what is left of all subsets, merged as one, and refined.

Source: Kamer, Ouillon & Sornette (2020), section 4.3. Between the two merges the paper's program counts events again
under fixed Gaussians; with `refine` soft EM does that, see `refine.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seisweave.faults.background_shapes.choose import cut_into_cells
from seisweave.faults.clock import Clock
from seisweave.faults.hypocentres import Inputs
from seisweave.faults.lineage import Lineage
from seisweave.faults.merge import merge_greedily
from seisweave.faults.points import OrderedPoints, order_points
from seisweave.faults.refine import Refinement, recount, refine
from seisweave.faults.snapshot import restore_workspace, workspace_arrays
from seisweave.faults.subsets import REACH, MergedSubset, Subset
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.gaussians.backgrounds import Shape
from seisweave.keeping import Checkpoint

REFINE_REACH = 4.0  # σ, in refinement


@dataclass(frozen=True, eq=False)
class Whole:
    """The mixture at the end of all merging, the points it is of, and how its Gaussians came about."""

    ordered: OrderedPoints
    gaussians: Gaussians
    background: Background
    lineage: Lineage


class _Kept(NamedTuple):
    """Where the state of the work is kept, and under which name."""

    checkpoint: Checkpoint
    name: str


def merge_whole(
    inputs: Inputs, subsets: list[Subset], merged: list[MergedSubset], clock: Clock, checkpoint: Checkpoint
) -> Whole:
    """Merge the Gaussians of all subsets as one, and refine them where the options say so."""
    lineage, number = _lineage_of(subsets, merged)
    workspace, state = _side_by_side(inputs, subsets, merged), Refinement()
    kept = checkpoint.load(inputs.kept_as("whole"))
    if kept is not None:
        restore_workspace(workspace, kept)
        state = Refinement.from_arrays(kept, workspace.background.boxes)
    pause = _pause(workspace, state, len(number), clock, _Kept(checkpoint, inputs.kept_as("whole")))
    if inputs.options.refine:
        best = refine(workspace, reach=REFINE_REACH, pause=pause, state=state)
        lineage.follow(number, workspace.merges[: best.n_merged], best.dropped, stage="refine")
        return Whole(workspace.ordered, best.gaussians, best.background, lineage)
    if kept is None:
        recount(workspace)
    merge_greedily(workspace, reach=REACH, pause=pause)
    lineage.follow(number, workspace.merges, stage="whole")
    return Whole(workspace.ordered, workspace.gaussians, workspace.background, lineage)


def _lineage_of(subsets: list[Subset], merged: list[MergedSubset]) -> tuple[Lineage, np.ndarray]:
    """The merges within the subsets, and the number of each Gaussian that they have left."""
    lineage, left = Lineage(sum(subset.n_proto for subset in subsets)), []
    for k, (subset, result) in enumerate(zip(subsets, merged, strict=True)):
        number = subset.first_number + np.arange(subset.n_proto)
        lineage.follow(number, result.merges, stage="subset", subset=k)
        left.append(number[result.rows])
    return lineage, np.concatenate(left)


def _side_by_side(inputs: Inputs, subsets: list[Subset], merged: list[MergedSubset]) -> Workspace:
    """All subsets together: weights scaled by the subset's share of the events, backgrounds side by side or cells."""
    share = np.array([len(subset.rows) for subset in subsets]) / len(inputs.xyz_km)
    gaussians = Gaussians(
        np.concatenate([s * m.gaussians.weight for s, m in zip(share, merged, strict=True)]),
        np.concatenate([m.gaussians.mean for m in merged]),
        np.concatenate([m.gaussians.covariance for m in merged]),
    )
    background = Background(
        np.concatenate([s * m.background.weight for s, m in zip(share, merged, strict=True)]),
        _backgrounds(inputs, subsets, merged),
    )
    return Workspace(
        order_points(inputs.xyz_km),
        gaussians,
        background,
        min_sigma_km=inputs.min_sigma_km,
        local=inputs.options.criterion == "local",
        threads=inputs.threads,
        strictness=inputs.strictness,
    )


def _backgrounds(inputs: Inputs, subsets: list[Subset], merged: list[MergedSubset]) -> tuple[Shape, ...]:
    """The backgrounds of all subsets; Voronoi cells of those that have one, where these are wanted."""
    shapes = tuple(shape for m in merged for shape in m.background.boxes)
    if inputs.options.background != "voronoi" or not shapes:
        return shapes
    with_one = [subset.rows for subset, m in zip(subsets, merged, strict=True) if len(m.background.boxes)]
    return cut_into_cells(shapes, inputs.xyz_km, np.array([inputs.xyz_km[rows].mean(axis=0) for rows in with_one]))


def _pause(workspace: Workspace, state: Refinement, n_start: int, clock: Clock, kept: _Kept) -> Callable[[], None]:
    """What is done whenever the workspace is in a state to be kept: report progress, keep it if that is due."""

    def pause() -> None:
        share = state.share(len(workspace) / max(1, n_start), clock.options.subsets)
        clock.tell(share, len(workspace), workspace.last_gain)
        if kept.checkpoint.due(kept.name):
            kept.checkpoint.save(kept.name, workspace_arrays(workspace) | state.arrays())

    return pause
