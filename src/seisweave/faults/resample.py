"""How sure a fault network is: the reconstruction repeated on resamples of its events.

Not in Kamer et al. (2020). A *bootstrap* draws as many events as there are with replacement, and drops those that come
again: about 63 % of the events are left. Duplicates would be worthless here, since Ward's linkage joins them at height
zero and four of a kind are a proto-fault at a point. So a resample has fewer events than the catalog, and what it says
of small faults is on the cautious side. *Errors* moves every hypocentre by a draw from its own error of location
(`moved.py`). Since the catalog's hypocentres bear one such error already, moved ones bear two: where the errors are the
catalog's, the plates are freed of both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from joblib import Parallel, delayed, parallel_config
from joblib.parallel import get_active_backend

from seisweave.faults.clock import Clock
from seisweave.faults.hypocentres import Inputs, has_a_plane, memory_needed
from seisweave.faults.moved import OwnErrors, moved, own_errors
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import ResampleOptions
from seisweave.faults.own_events import own_inputs
from seisweave.faults.reconstruct import reconstruct
from seisweave.faults.regrouping import regroup
from seisweave.faults.row_order import inputs_of_rows, network_of_rows, own_order
from seisweave.faults.sureness import COMES_BACK, Intervals, Sureness
from seisweave.gaussians.orientation import FaultPlanes
from seisweave.keeping import Arrays, Checkpoint
from seisweave.machine import available_cores, machine_memory
from seisweave.progress import Progress, Step

_OTHER = {
    "input": "other hypocentres",
    "options": "other options",
    "network": "another network",
    "kind": "another kind of resamples",
    "seed": "another seed",
    "version": "another version of seisweave",
}


def resample_faults(
    network: FaultNetwork,
    options: ResampleOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> Sureness:
    """Repeat a network's reconstruction on resamples of its events, and say how often each of its faults comes back.

    Args:
        network: with the events it was made of as its `source`, as `reconstruct_faults` and `open_result` give it.
        options: how many resamples, of which kind, and the seed; see `ResampleOptions`.
        jobs: resamples at a time (default: all cores); the result depends neither on it nor on the order of the events.
            They are spread by joblib: inside `joblib.parallel_config(backend="loky")` or `backend="dask"` over
            processes or a cluster.
        progress: called with a `Step` after each resample.
        keep: folder in which finished resamples are kept; with what an earlier run has left there the work goes on, to
            the same result, also with a larger n. Remove it afterwards.

    Raises:
        InputError: a network without its events, or a folder kept by a run on another network, or of another kind.

    >>> import seisweave as sw
    >>> from dataclasses import replace
    >>> rng = np.random.default_rng(1)
    >>> two_faults = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (200, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> network = sw.reconstruct_faults(two_faults)
    >>> network = replace(network, sureness=resample_faults(network, ResampleOptions(n=3)))
    >>> print(network.sureness)
    2 of 2 faults come back in at least 70 % of 3 resamples; self-agreement 1.00
    """
    options = options or ResampleOptions()
    inputs = own_inputs(network)
    order = own_order(inputs)  # so that the draws are the events', and not the rows'
    network, inputs = network_of_rows(network, order), inputs_of_rows(inputs, order)
    work = _work(network, inputs, options)
    jobs = max(1, min(jobs or available_cores(), int(machine_memory() / memory_needed(inputs.xyz_km))))
    with Checkpoint(keep, _identity(network, inputs, options), other=_OTHER) as checkpoint:
        done = _run(work, options.n, jobs, progress or (lambda _: None), checkpoint)
    return _sureness(done, options, "none" if work.errors is None else work.errors.origin)


@dataclass(frozen=True, eq=False)
class _Work:
    """All that a resample needs, wherever it is made. Without errors nothing is moved."""

    inputs: Inputs
    errors: OwnErrors | None
    planes: FaultPlanes
    label: Int[np.ndarray, " n"]
    segment: Int[np.ndarray, " n"]
    n_segments: int
    bootstrap: bool
    seed: int


def _work(network: FaultNetwork, inputs: Inputs, options: ResampleOptions) -> _Work:
    errors = None
    if options.kind != "bootstrap":
        errors = own_errors(inputs.xyz_km, inputs.location_errors, network.faults)
    return _Work(
        inputs=inputs,
        errors=errors,
        planes=network.planes,
        label=network.label,
        segment=network.segment,
        n_segments=network.n_segments,
        bootstrap=options.kind != "errors",
        seed=options.seed,
    )


def _identity(network: FaultNetwork, inputs: Inputs, options: ResampleOptions) -> dict[str, Any]:
    labels = hashlib.sha256(np.concatenate([network.label, network.segment]).astype(np.int64).tobytes())
    return {**inputs.identity(), "network": labels.hexdigest(), "kind": options.kind, "seed": options.seed}


def _run(work: _Work, n: int, jobs: int, progress: Progress, checkpoint: Checkpoint) -> list[Arrays]:
    """What each resample has shown; those that were kept are not made again."""
    kept = {r: checkpoint.load(f"resample-{r}") for r in range(n)}
    done = {r: arrays for r, arrays in kept.items() if arrays is not None}
    progress(Step("resamples", len(done) / n))
    here = bool(getattr(get_active_backend(prefer="threads")[0], "supports_sharedmem", False))
    spread: Any = Parallel(n_jobs=jobs if here else -1, prefer="threads", return_as="generator_unordered")
    for r, arrays in spread(delayed(_resample)(work, r) for r in range(n) if r not in done):
        done[r] = arrays
        checkpoint.save(f"resample-{r}", arrays)
        progress(Step("resamples", len(done) / n))
    return [done[r] for r in range(n)]


def _resample(work: _Work, r: int) -> tuple[int, Arrays]:
    """Draw one resample, reconstruct its network, and compare; a resample that has no network has no faults."""
    rng = np.random.default_rng([work.seed, r])
    n = len(work.inputs.xyz_km)
    rows = np.unique(rng.integers(n, size=n)) if work.bootstrap else np.arange(n)
    inputs = _drawn(work, rows, rng)
    network = None
    if has_a_plane(inputs):
        with parallel_config("threading", n_jobs=1):
            network = reconstruct(inputs, Clock(inputs.options), Checkpoint(None, {}))
    return r, _shown(work, rows, network)


def _drawn(work: _Work, rows: np.ndarray, rng: np.random.Generator) -> Inputs:
    """The hypocentres in these rows, moved if that is wanted, with the errors they then have."""
    given, covariance = work.inputs, work.inputs.location_errors
    covariance = None if covariance is None else covariance[rows]
    xyz_km = given.xyz_km[rows]
    if work.errors is not None:
        xyz_km = moved(given.xyz_km, work.errors, rows, rng)
        covariance = None if covariance is None else 2.0 * covariance
    return replace(given, xyz_km=xyz_km, location_errors=covariance)


def _shown(work: _Work, rows: np.ndarray, network: FaultNetwork | None) -> Arrays:
    """What a resample has shown, as arrays to be kept; a fault's shape in the order of `Intervals`."""
    nowhere = np.full(len(rows), -1)
    label, segment = (nowhere, nowhere) if network is None else (network.label, network.segment)
    faults = regroup(work.label[rows], label, len(work.planes.strike_deg))
    segments = regroup(work.segment[rows], segment, work.n_segments)
    shape = np.full((len(faults.match), 8), np.nan)
    back = np.flatnonzero(faults.jaccard >= COMES_BACK)
    if network is not None:
        match, found = faults.match[back], network.planes
        sides = (found.length_km[match], found.width_km[match], found.thickness_km[match])
        angles = _nearest_angles(work.planes, back, found, match)
        shape[back] = np.column_stack([angles, *sides, network.faults.plates.centre_km[match]])
    return {
        "jaccard": faults.jaccard,
        "together": faults.together,
        "segment_jaccard": segments.jaccard,
        "segment_together": segments.together,
        "agreement": np.array([faults.rand, segments.rand]),
        "n_faults": np.array(0 if network is None else network.n_faults),
        "shape": shape,
    }


def _nearest_angles(
    planes: FaultPlanes, rows: np.ndarray, found: FaultPlanes, match: np.ndarray
) -> Float[np.ndarray, "m 2"]:
    """Strike and dip of the planes found, in the sense of those they match: a dip beyond 90 is to the other side."""
    ours = _upward_normals(planes.strike_deg[rows], planes.dip_deg[rows])
    normal = _upward_normals(found.strike_deg[match], found.dip_deg[match])
    turned = (ours * normal).sum(axis=1) < 0
    dip = np.where(turned, 180.0 - found.dip_deg[match], found.dip_deg[match])
    away = found.strike_deg[match] + np.where(turned, 180.0, 0.0) - planes.strike_deg[rows]
    return np.stack([planes.strike_deg[rows] + np.mod(away + 180.0, 360.0) - 180.0, dip], axis=1)


def _upward_normals(strike_deg: np.ndarray, dip_deg: np.ndarray) -> Float[np.ndarray, "f 3"]:
    strike, dip = np.radians(strike_deg), np.radians(dip_deg)
    return np.stack([np.cos(strike) * np.sin(dip), -np.sin(strike) * np.sin(dip), -np.cos(dip)], axis=1)


def _sureness(done: list[Arrays], options: ResampleOptions, errors: str) -> Sureness:
    """Shares, means and intervals over all resamples."""
    shown = {name: np.stack([each[name] for each in done]) for name in done[0]}
    shape = _interval(shown["shape"])
    sure, segments_sure = (_share(shown[f"{before}jaccard"]) for before in ("", "segment_"))
    return Sureness(
        options=options,
        errors=errors,
        comes_back=sure,
        jaccard=_mean(shown["jaccard"]),
        together=_mean(shown["together"]),
        intervals=Intervals(*(shape[:, k] for k in range(8))),
        segment_comes_back=segments_sure,
        segment_jaccard=_mean(shown["segment_jaccard"]),
        segment_together=_mean(shown["segment_together"]),
        agreement=shown["agreement"][:, 0],
        segment_agreement=shown["agreement"][:, 1],
        n_faults=shown["n_faults"],
    )


def _share(jaccard: Float[np.ndarray, "r f"]) -> Float[np.ndarray, " f"]:
    return _mean(np.where(np.isnan(jaccard), np.nan, jaccard >= COMES_BACK))


def _mean(values: Float[np.ndarray, "r f"]) -> Float[np.ndarray, " f"]:
    """Means over the resamples that know; NaN where none does."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    return np.divide(np.where(known, values, 0.0).sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0)


def _interval(shape: Float[np.ndarray, "r f 8"]) -> Float[np.ndarray, "f 8 2"]:
    """The 5th and the 95th percentile over the resamples in which a fault came back."""
    interval = np.full((*shape.shape[1:], 2), np.nan)
    for k in np.flatnonzero(~np.isnan(shape[..., 0]).all(axis=0)):
        interval[k] = np.nanpercentile(shape[:, k], [5.0, 95.0], axis=0).T
    return interval
