"""The published program of Kamer, Ouillon & Sornette (2020), step by step: `schedule="reference"`.

The authors' program differs from their paper where it matters (batches of merges, a weaker overlap test, two passes
with a reassignment between them, weights that are not renormalised; see `merge`). This is that program,
not an improvement of it: on its own data it gives its own means, covariances, weights and labels. The greedy
schedule follows the paper, finds a better BIC, and is the one to use.

1. Cut the Ward tree into subsets. Per subset: cut again at the holding capacity (`atoms`), refresh,
   merge pass A, refresh, with the BIC of the subset's own events.
2. Join the subsets, weights scaled by their shares of the events, all backgrounds kept; merge again (pass B).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.faults.atomize import MIN_POINTS
from seisweave.faults.reference.atoms import atomize_as_program, tree_subsets
from seisweave.faults.reference.boxes import gaussian_box, joint_box, program_box
from seisweave.faults.reference.merge import LEAST_DENSITY, Merge, Stage, merge_pass
from seisweave.gaussians.mixture import Mixture


@dataclass(frozen=True, eq=False)
class ProgramSubset:
    """What became of one subset of the tree: its events, its cut, and its mixture after each step.

    n_clusters counts all Ward clusters at the cut, n_valid those of four or more events. Weights are shares of the
    subset's events. proto: after the first refresh; merged: after pass A; refreshed: after the second refresh.
    """

    events: Int[np.ndarray, " p"]
    n_clusters: int
    n_valid: int
    proto: Stage
    merged: Stage
    refreshed: Stage
    merges: tuple[Merge, ...]


@dataclass(frozen=True, eq=False)
class ReferenceRun:
    """Result of the published program on n events.

    Gaussians stand in the program's order (untouched ones first, merged ones as they were made), then backgrounds.
    part is the part of the highest weighted density for each event; bic the half form of eq. 2, nll the negative
    log-likelihood. passes holds the merges of every pass B.
    """

    mixture: Mixture
    part: Int[np.ndarray, " n"]
    bic: float
    nll: float
    subsets: tuple[ProgramSubset, ...]
    passes: tuple[tuple[Merge, ...], ...]

    @property
    def n_clusters(self) -> int:
        """Ward clusters at the holding capacity, over all subsets."""
        return sum(subset.n_clusters for subset in self.subsets)

    @property
    def n_valid(self) -> int:
        """Ward clusters that carry a Gaussian, over all subsets (some die in the first refresh)."""
        return sum(subset.n_valid for subset in self.subsets)


def reconstruct_reference(
    xyz_km: Float[np.ndarray, "n 3"],
    linkage: Float[np.ndarray, "m 4"],
    *,
    criterion: str = "global",
    subsets: int = 1,
    passes: Sequence[str] | None = None,
) -> ReferenceRun:
    """Run the published program on hypocentres and their Ward tree.

    Arguments: `xyz_km`, local coordinates, km; `linkage`, their tree (SciPy's linkage array, heights ascending);
    `criterion` of pass A, "global" or "local"; `subsets`, of the tree (>= 1); `passes`, criteria of the
    passes after the subsets are joined. The default is one pass with `criterion`. The paper's Fig. 5 was made with
    ("local", "global") after a global pass A, and ("local",) after a local one.
    Raises InputError for bad coordinates, a tree of another set, an unknown criterion, and where no subset has a
    cluster of four events. Subsets of fewer than five events, or of events in a plane, are left out as if they were
    noise without a background; the weights then sum to less than one. (The program leaves out the small ones, and
    stops at the flat ones.) Meant for up to some 15,000 events.

    >>> from seisweave.faults import ward_linkage
    >>> rng = np.random.default_rng(1)
    >>> xyz_km = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (60, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> run = reconstruct_reference(xyz_km, ward_linkage(xyz_km))
    >>> run.mixture.n_gaussians < run.n_valid < run.n_clusters, run.part.shape
    (True, (120,))
    """
    xyz_km = np.asarray(xyz_km, dtype=np.float64)
    passes = (criterion,) if passes is None else tuple(passes)
    _check(xyz_km, linkage, subsets, (criterion, *passes))
    done: list[ProgramSubset] = []
    numbered = 0
    for events, tree in tree_subsets(linkage, subsets):
        subset = _run_subset(xyz_km[events], events, tree, criterion, numbered)
        if subset is not None:
            done.append(subset)
            numbered += subset.n_valid + len(subset.merges)
    if not done:
        raise InputError(
            f"{len(xyz_km)} events in {subsets} pieces hold no cluster of {MIN_POINTS} that spans a volume; "
            "give more events or fewer subsets"
        )
    stage = _join_subsets(done, len(xyz_km))
    history = []
    for name in passes:
        stage, merges = merge_pass(xyz_km, stage, name, numbered)
        numbered += len(merges)
        history.append(tuple(merges))
    part, nll, bic = _score(xyz_km, stage.mixture)
    return ReferenceRun(stage.mixture, part, bic, nll, tuple(done), tuple(history))


def _check(xyz_km: np.ndarray, linkage: np.ndarray, subsets: int, criteria: tuple[str, ...]) -> None:
    if xyz_km.ndim != 2 or xyz_km.shape[1] != 3 or not np.isfinite(xyz_km).all():
        raise InputError(f"hypocentres of shape {xyz_km.shape} must be finite rows (x_km, y_km, depth_km); drop others")
    if linkage.shape != (len(xyz_km) - 1, 4):
        raise InputError(f"a tree of shape {linkage.shape} is not that of {len(xyz_km)} events; make it from them")
    if subsets < 1:
        raise InputError(f"subsets is {subsets}; give 1 (no cut) or more")
    for name in criteria:
        if name not in ("global", "local"):
            raise InputError(f"criterion is {name!r}; choose global or local")


def _run_subset(
    xyz_km: np.ndarray, events: np.ndarray, tree: np.ndarray, criterion: str, numbered: int
) -> ProgramSubset | None:
    """Atomize and merge one subset; None where nothing in it can carry a Gaussian."""
    if len(xyz_km) < 5 or np.linalg.matrix_rank(xyz_km - xyz_km.mean(axis=0), rtol=1e-9) < 3:
        return None
    atoms = atomize_as_program(xyz_km, tree)
    if atoms is None or not atoms.mixture.covariance_km2.any():
        return None
    g = atoms.mixture.n_gaussians
    start = Stage(atoms.mixture, (), numbered + np.arange(g), np.full(len(xyz_km), -1))
    proto = refresh(xyz_km, start, MIN_POINTS)
    if proto.mixture.n_gaussians == 0:
        return None
    merged, merges = merge_pass(xyz_km, proto, criterion, numbered + g)
    refreshed = refresh(xyz_km, merged, 1)
    return ProgramSubset(events, atoms.n_clusters, g, proto, merged, refreshed, tuple(merges))


def refresh(xyz_km: Float[np.ndarray, "n 3"], stage: Stage, min_points: int) -> Stage:
    """Hand every event to the part of the highest weighted density, and take the weights from the counts.

    The program calls this one EM step, but means and covariances stay as they are. Gaussians left with fewer than
    `min_points` events are dropped, backgrounds left with none too; their events go to no one and the weights are
    not renormalised. A Gaussian with more than three events gets a new box: around the box of its events and its
    own plate; one with fewer keeps its box.
    """
    mixture = stage.mixture
    g = mixture.n_gaussians
    winner = mixture.part_densities(xyz_km).argmax(axis=1)
    count = np.bincount(winner, minlength=g + mixture.n_boxes)
    kept, kept_box = np.flatnonzero(count[:g] >= min_points), np.flatnonzero(count[g:] > 0)
    place = np.full(len(count), -1)
    place[kept] = np.arange(len(kept))
    boxes = []
    for c in kept:
        if count[c] > 3:
            plate = gaussian_box(mixture.mean_km[c], mixture.covariance_km2[c])
            boxes.append(joint_box(program_box(xyz_km[winner == c]), plate))
        else:
            boxes.append(stage.boxes[c])
    return Stage(
        mixture=Mixture(
            weight=count[kept] / len(xyz_km),
            mean_km=mixture.mean_km[kept],
            covariance_km2=mixture.covariance_km2[kept],
            box_weight=count[g + kept_box] / len(xyz_km),
            box_centre_km=mixture.box_centre_km[kept_box],
            box_axes=mixture.box_axes[kept_box],
            box_half_km=mixture.box_half_km[kept_box],
        ),
        boxes=tuple(boxes),
        number=stage.number[kept],
        owner=place[winner],
    )


def _join_subsets(subsets: list[ProgramSubset], n_events: int) -> Stage:
    """All subsets in one mixture; their weights become shares of all events."""
    owner = np.full(n_events, -1)
    n_gaussians = 0
    mixtures = []
    for subset in subsets:
        mixture, own = subset.refreshed.mixture, subset.refreshed.owner
        owner[subset.events] = np.where(own >= 0, own + n_gaussians, -1)
        n_gaussians += mixture.n_gaussians
        share = len(subset.events) / n_events
        mixtures.append(replace(mixture, weight=mixture.weight * share, box_weight=mixture.box_weight * share))
    joined: dict[str, Any] = {
        field: np.concatenate([getattr(mixture, field) for mixture in mixtures])
        for field in Mixture.__dataclass_fields__
        if field != "shapes"  # the program knows boxes only
    }
    return Stage(
        mixture=Mixture(**joined),
        boxes=tuple(box for subset in subsets for box in subset.refreshed.boxes),
        number=np.concatenate([subset.refreshed.number for subset in subsets]),
        owner=owner,
    )


def _score(xyz_km: np.ndarray, mixture: Mixture) -> tuple[np.ndarray, float, float]:
    """Most likely part of every event, negative log-likelihood, and BIC/2 (eq. 2) with 10 parameters a part."""
    density = mixture.part_densities(xyz_km)
    nll = -float(np.log(np.maximum(density.sum(axis=1), LEAST_DENSITY)).sum())
    n_parts = density.shape[1]
    return density.argmax(axis=1), nll, nll + 0.5 * (10 * n_parts - 1) * float(np.log(len(xyz_km)))
