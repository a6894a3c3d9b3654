"""Subsets of a catalog: cut from its Ward tree, atomized, and merged each on its own.

Source: Kamer, Ouillon & Sornette (2020), section 4.3: every subset has its own holding capacity and background.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from seisweave.faults.atomize import By, atomize, cut_into_subsets
from seisweave.faults.background import Box
from seisweave.faults.background_shapes.stored import shape_arrays, shapes_of
from seisweave.faults.below_floor import join_below_floor
from seisweave.faults.branches import label_by_branch
from seisweave.faults.hypocentres import SMALLEST_SUBSET, Inputs
from seisweave.faults.merge import merge_greedily
from seisweave.faults.options import FaultOptions
from seisweave.faults.points import order_points
from seisweave.faults.proto_faults import background_of, proto_faults
from seisweave.faults.snapshot import merges_as_arrays, merges_from_arrays, restore_workspace
from seisweave.faults.steps import Merge
from seisweave.faults.strictness import Strictness
from seisweave.faults.ward import ward_linkage
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.gaussians.backgrounds import Shape
from seisweave.keeping import Arrays

REACH = 2.5  # σ: two Gaussians may merge when their boxes ± REACH σ (and around their events) overlap


@dataclass(frozen=True, eq=False)
class Subset:
    """One subset: its events, the label of each (proto-fault, -1 for background), the number of its first proto."""

    rows: np.ndarray
    label: np.ndarray
    first_number: int

    @property
    def n_proto(self) -> int:
        """How many proto-faults."""
        return int(self.label.max()) + 1


@dataclass(frozen=True, eq=False)
class MergedSubset:
    """What is left of a subset after its own merging; weights are those within the subset."""

    gaussians: Gaussians
    background: Background
    rows: np.ndarray
    merges: list[Merge]


@dataclass(frozen=True, eq=False)
class SubsetWork:
    """One subset with all that its merging needs, wherever that is done."""

    points: np.ndarray
    label: np.ndarray
    options: FaultOptions
    min_sigma_km: float
    strictness: Strictness


def cut_and_atomize(inputs: Inputs, linkage: np.ndarray) -> dict[By, list[Subset]]:
    """Cut the tree into subsets and atomize each, by one cut and by branch; subsets of a few events join the nearest.

    One cut goes through the tree of each subset, as in the paper.
    """
    one_piece = [(np.arange(len(inputs.xyz_km)), linkage)]
    subsets = inputs.options.subsets
    pieces = one_piece if subsets == 1 else _join_small(inputs, cut_into_subsets(linkage, subsets))
    return {"cut": _atomized(inputs, pieces, "cut"), "branch": _atomized(inputs, pieces, "branch")}


def _atomized(inputs: Inputs, pieces: list[tuple[np.ndarray, np.ndarray]], by: By) -> list[Subset]:
    subsets, first_number = [], 0
    for rows, linkage in pieces:
        label = atomize(linkage).label if by == "cut" else label_by_branch(linkage)
        subsets.append(Subset(rows, join_below_floor(linkage, label, inputs.min_sigma_km), first_number))
        first_number += subsets[-1].n_proto
    return subsets


def left_out(atomized: dict[By, list[Subset]]) -> float:
    """Share of the proto-faults by branch of which the cut leaves all events to the background."""
    lost = total = 0
    for by_cut, by_branch in zip(atomized["cut"], atomized["branch"], strict=True):
        inside = np.bincount(by_branch.label + 1, by_cut.label >= 0)[1:]
        lost, total = lost + int((inside == 0).sum()), total + len(inside)
    return lost / max(1, total)


def _join_small(inputs: Inputs, subsets: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[np.ndarray, np.ndarray]]:
    xyz_km = inputs.xyz_km
    small = [k for k, (rows, _) in enumerate(subsets) if len(rows) < SMALLEST_SUBSET]
    large = [k for k, (rows, _) in enumerate(subsets) if len(rows) >= SMALLEST_SUBSET]
    if not small:
        return subsets
    centre = np.array([xyz_km[rows].mean(axis=0) for rows, _ in subsets])
    joined = {k: [subsets[k][0]] for k in large}
    for k in small:
        nearest = large[int(((centre[large] - centre[k]) ** 2).sum(axis=1).argmin())]
        joined[nearest].append(subsets[k][0])
    result = []
    for k in large:
        rows = np.sort(np.concatenate(joined[k]))
        own = subsets[k][1] if len(joined[k]) == 1 else ward_linkage(xyz_km[rows], threads=inputs.threads)
        result.append((rows, own))
    return result


def merge_subset(
    work: SubsetWork,
    threads: int = 1,
    pause: Callable[[Workspace], None] | None = None,
    kept: Arrays | None = None,
) -> MergedSubset:
    """Merge the proto-faults of one subset, from its start or from the state that was kept in the middle of it.

    `pause` is called with the workspace now and then, when its state can be kept.
    """
    options = work.options
    ordered = order_points(work.points)
    workspace = Workspace(
        ordered,
        proto_faults(work.points, work.label),
        background_of(work.points, work.label, kind=options.background, thinnest_km=2.0 * work.min_sigma_km),
        min_sigma_km=work.min_sigma_km,
        local=options.criterion == "local",
        threads=threads,
        strictness=work.strictness,
    )
    if kept is not None:
        restore_workspace(workspace, kept)
    else:
        if not workspace.local:
            workspace.list_supports()
        workspace.set_members(work.label[ordered.order])
    merge_greedily(workspace, reach=REACH, pause=None if pause is None else partial(pause, workspace))
    return MergedSubset(workspace.gaussians, workspace.background, workspace.rows, workspace.merges)


def subset_arrays(subset: MergedSubset) -> Arrays:
    """A merged subset as arrays, to be kept."""
    shapes = subset.background.boxes
    boxes = [shape.box for shape in shapes]
    return {
        **subset.gaussians.__dict__,
        **merges_as_arrays(subset.merges),
        "rows": subset.rows,
        "background": np.array(subset.background.weight, dtype=float),
        "centre_km": np.array([box.centre_km for box in boxes]),
        "axes": np.array([box.axes for box in boxes]),
        "half_km": np.array([box.half_km for box in boxes]),
        **shape_arrays(shapes),
    }


def subset_from_arrays(arrays: Arrays) -> MergedSubset:
    """The merged subset that was kept."""
    boxes = [Box(*box) for box in zip(arrays["centre_km"], arrays["axes"], arrays["half_km"], strict=True)]
    shapes: tuple[Shape, ...] = shapes_of(arrays, boxes) if "background_shape" in arrays else tuple(boxes)
    return MergedSubset(
        Gaussians(arrays["weight"], arrays["mean"], arrays["covariance"]),
        Background(arrays["background"], shapes),
        arrays["rows"],
        merges_from_arrays(arrays),
    )
