"""From hypocentres to a fault network: tree, atomization, merging, refinement.

Source: Kamer, Ouillon & Sornette (2020), sections 3.1 and 4.3. The catalog is cut into subsets by its Ward tree, each
subset is atomized and merged with a background of its own, then everything is merged as one. Between the two merges
the paper's program counts events anew under fixed Gaussians; with `refine` soft EM does that, see `refine.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.faults.assemble import Inputs, network_from_reference, network_from_workspace
from seisweave.faults.atomize import MIN_POINTS
from seisweave.faults.checkpoint import Checkpoint, restore_workspace, workspace_arrays
from seisweave.faults.clock import Run
from seisweave.faults.lineage import Lineage
from seisweave.faults.merge import merge_greedily
from seisweave.faults.merge_subsets import merge_subsets
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.points import order_points
from seisweave.faults.refine import Refinement, recount, refine
from seisweave.faults.subsets import REACH, SMALLEST_SUBSET, MergedSubset, Subset, cut_and_atomize
from seisweave.faults.ward import ward_linkage
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.machine import available_cores, check_memory
from seisweave.progress import Step

REFINE_REACH = 4.0  # σ, in refinement
_BYTES, _BYTES_PER_EVENT = 200e6, 1100.0  # memory, measured from 93,149 to 911,644 events (docs/benchmarks.md)
_FARTHEST_KM = 50_000.0  # more than the Earth is around
_KM_PER_DEGREE = 111.2


def reconstruct_faults(
    catalog: Catalog | Float[np.ndarray, "n 3"],
    options: FaultOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Callable[[Step], None] | None = None,
    checkpoint: Path | None = None,
) -> FaultNetwork:
    """Reconstruct the fault network that a catalog's hypocentres lie on.

    Args:
        catalog: a Catalog (all depths known), or local coordinates (x_km east, y_km north, depth_km positive down).
        options: criterion, schedule, subsets, ...; see `FaultOptions`.
        jobs: threads (default: all cores); the result does not depend on it. Subsets are merged by joblib: inside
            `joblib.parallel_config(backend="loky")` or `backend="dask"` by processes or on a cluster.
        progress: called with a `Step` now and then.
        checkpoint: folder in which finished subsets and, every 20 s, the state of the others are kept. With what an
            earlier run has left there the work goes on, and ends with the same network; remove it afterwards.

    Raises:
        InputError: fewer than four events, unknown depths, all events on one line or at one point, more events than
            memory, or a checkpoint of other events, options or version.

    >>> import numpy as np, seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> two_faults = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (200, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> network = sw.reconstruct_faults(two_faults)
    >>> network.n_faults, (network.planes.dip_deg > 85).all()
    (2, np.True_)
    """
    options = options or FaultOptions()
    run = Run(options, jobs or available_cores(), progress or (lambda _: None))
    inputs = _inputs(catalog, options, run.threads)
    with Checkpoint(checkpoint, _identity(inputs)) as run.checkpoint:
        run.enter("tree")
        linkage = ward_linkage(inputs.xyz_km, threads=run.threads)
        if options.schedule == "reference":
            run.enter("merge")
            network = network_from_reference(inputs, linkage)
        else:
            network = _reconstruct_greedily(inputs, linkage, run)
    return run.leave(network)


def _identity(inputs: Inputs) -> dict[str, Any]:
    """What a result depends on."""
    from seisweave.version import __version__

    digest = hashlib.sha256(np.ascontiguousarray(inputs.xyz_km).tobytes()).hexdigest()
    return {"input": digest, "options": asdict(inputs.options), "version": __version__}


def _inputs(catalog: Catalog | np.ndarray, options: FaultOptions, threads: int) -> Inputs:
    """Hypocentres in local km, checked; with their projection and hash."""
    projection, digest = None, ""
    if isinstance(catalog, Catalog):
        unknown = int((~catalog.has_depth).sum())
        if unknown:
            raise InputError(
                f"{unknown} of {len(catalog)} events have no depth; leave them out with catalog.with_depth()"
            )
        projection = catalog.projection() if len(catalog) else None
        digest = catalog.provenance.sha256
    xyz_km = catalog.xyz_km(projection) if isinstance(catalog, Catalog) else np.asarray(catalog, dtype=float)
    _check_hypocentres(xyz_km, options)
    if isinstance(catalog, Catalog):  # what is straight on the map bends in the projection
        degrees = np.stack([catalog.longitude, catalog.latitude], axis=1)
        _check_spread(np.column_stack([_KM_PER_DEGREE * degrees, xyz_km[:, 2]]), 0.2 * options.min_sigma_km)
    digest = digest or hashlib.sha256(np.ascontiguousarray(xyz_km).tobytes()).hexdigest()
    return Inputs(xyz_km, options, projection, digest, threads)


def _check_hypocentres(xyz_km: np.ndarray, options: FaultOptions) -> None:
    if xyz_km.ndim != 2 or xyz_km.shape[1] != 3:
        raise InputError(f"hypocentres have shape {xyz_km.shape}; give one row (x_km, y_km, depth_km) an event")
    n = len(xyz_km)
    if n < MIN_POINTS:
        raise InputError(f"{n} events; a fault needs at least {MIN_POINTS}, give more events or widen the selection")
    bad = ~np.isfinite(xyz_km).all(axis=1)
    if bad.any():
        raise InputError(
            f"{bad.sum()} of {n} hypocentres are not finite, the first is row {bad.argmax()}; leave them out"
        )
    farthest = float(np.abs(xyz_km).max())
    if farthest > _FARTHEST_KM:
        raise InputError(f"hypocentres reach {farthest:.6g} km, which is beyond the Earth; give kilometres, not metres")
    check_memory(_BYTES + _BYTES_PER_EVENT * n, f"a network of {n:,} events", "select fewer, or use a larger machine")
    _check_spread(xyz_km, 0.2 * options.min_sigma_km)
    if options.subsets > n // SMALLEST_SUBSET and options.subsets > 1:
        most = max(1, n // SMALLEST_SUBSET)
        raise InputError(f"{options.subsets} subsets of {n} events are too small; give at most {most}")


def _check_spread(xyz_km: np.ndarray, tolerance_km: float) -> None:
    n = len(xyz_km)
    offset = xyz_km - xyz_km.mean(axis=0)
    spread_km = np.sqrt(np.maximum(np.linalg.eigvalsh(offset.T @ offset / n)[::-1], 0.0))
    within = f" (within {1000.0 * tolerance_km:g} m)"
    if spread_km[0] <= tolerance_km:
        raise InputError(f"all {n} events lie at one point{within}; a fault network needs events at different places")
    if spread_km[1] <= tolerance_km:
        raise InputError(f"all {n} events lie on one line{within}; a fault network needs events in a plane or in space")


def _reconstruct_greedily(inputs: Inputs, linkage: np.ndarray, run: Run) -> FaultNetwork:
    run.enter("atomize")
    subsets = cut_and_atomize(inputs.xyz_km, linkage, run.options.subsets, run.threads)
    n_proto = sum(subset.n_proto for subset in subsets)
    run.enter("merge subsets" if len(subsets) > 1 else "merge")
    merged = merge_subsets(inputs.xyz_km, subsets, run)
    lineage = Lineage(n_proto)
    number = []
    for k, (subset, result) in enumerate(zip(subsets, merged, strict=True)):
        own = subset.first_number + np.arange(subset.n_proto)
        lineage.follow(own, result.merges, stage="subset", subset=k)
        number.append(own[result.rows])
    run.enter("refine" if inputs.options.refine else "merge whole")
    workspace = _whole(inputs, subsets, merged, run)
    return _finish_merging(inputs, workspace, lineage, np.concatenate(number), run)


def _whole(inputs: Inputs, subsets: list[Subset], merged: list[MergedSubset], run: Run) -> Workspace:
    """All subsets together: weights scaled by the subset's share of the events, backgrounds side by side."""
    share = np.array([len(subset.rows) for subset in subsets]) / len(inputs.xyz_km)
    gaussians = Gaussians(
        np.concatenate([s * m.gaussians.weight for s, m in zip(share, merged, strict=True)]),
        np.concatenate([m.gaussians.mean for m in merged]),
        np.concatenate([m.gaussians.covariance for m in merged]),
    )
    background = Background(
        np.concatenate([s * m.background.weight for s, m in zip(share, merged, strict=True)]),
        tuple(box for m in merged for box in m.background.boxes),
    )
    return Workspace(
        order_points(inputs.xyz_km),
        gaussians,
        background,
        min_sigma_km=run.options.min_sigma_km,
        local=run.options.criterion == "local",
        threads=run.threads,
    )


def _finish_merging(
    inputs: Inputs, workspace: Workspace, lineage: Lineage, number: np.ndarray, run: Run
) -> FaultNetwork:
    n_proto = lineage.next - len(lineage.rows)
    n_start = max(1, len(number))
    state = Refinement()
    kept = run.checkpoint.load("whole")
    if kept is not None:
        restore_workspace(workspace, kept)
        state = Refinement.from_arrays(kept, workspace.background.boxes)

    def pause() -> None:
        gain = workspace.merges[-1][2] if workspace.merges else float("nan")
        run.tell(state.share(len(workspace) / n_start, run.options.subsets), len(workspace), gain)
        if run.checkpoint.due("whole"):
            run.checkpoint.save("whole", workspace_arrays(workspace) | state.arrays())

    if inputs.options.refine:
        best = refine(workspace, reach=REFINE_REACH, pause=pause, state=state)
        lineage.follow(number, workspace.merges[: best.n_merged], best.dropped, stage="refine")
        gaussians, background = best.gaussians, best.background
    else:
        if kept is None:
            recount(workspace)
        merge_greedily(workspace, reach=REACH, pause=pause)
        lineage.follow(number, workspace.merges, stage="whole")
        gaussians, background = workspace.gaussians, workspace.background
    run.enter("assign")
    return network_from_workspace(inputs, workspace.ordered, gaussians, background, lineage, n_proto)
