"""The end of a reconstruction: the mixture put in order, its exact likelihood, and the fault of every event."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.atomize import Atomized
from seisweave.faults.history import MergeHistory
from seisweave.faults.hypocentres import Inputs
from seisweave.faults.levels import Faults
from seisweave.faults.merge_whole import Whole
from seisweave.faults.network import FaultNetwork
from seisweave.faults.ward import in_blocks
from seisweave.faults.workspace import Background, Gaussians
from seisweave.gaussians.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Scored:
    """The first level of a network: its mixture, segments by weight, and how every event belongs to it."""

    mixture: Mixture
    log_density: Float[np.ndarray, " n"]
    log_likelihood: float
    part: Int[np.ndarray, " n"]
    responsibility: Float[np.ndarray, " n"]
    history: MergeHistory
    n_proto: int
    atomized: Atomized = field(default_factory=Atomized)

    @property
    def bic(self) -> float:
        """BIC in half form, Kamer et al. (2020), eq. 2."""
        return float(0.5 * self.mixture.n_parameters * np.log(len(self.part)) - self.log_likelihood)


def score_whole(inputs: Inputs, whole: Whole) -> Scored:
    """Merged Gaussians and boxes, segments by weight; likelihood and labels without any truncation."""
    mixture, ordered = _mixture(whole.gaussians, whole.background), whole.ordered
    log_density, part, responsibility = score(mixture, ordered.xyz, inputs.threads)
    back = np.empty(len(ordered), np.int64)
    back[ordered.order] = np.arange(len(ordered))
    return Scored(
        mixture=mixture,
        log_density=log_density[back],
        log_likelihood=float(log_density.sum()),
        part=part[back],
        responsibility=responsibility[back],
        history=whole.lineage.history(),
        n_proto=whole.lineage.n_proto,
    )


def score_reference(inputs: Inputs, linkage: np.ndarray) -> Scored:
    """The first level as the published program makes it, by weight too; weights need not sum to one there."""
    from seisweave.faults.reference.reconstruct import reconstruct_reference

    options = inputs.options
    run = reconstruct_reference(inputs.xyz_km, linkage, criterion=options.criterion, subsets=options.subsets)
    mixture = run.mixture
    order = np.argsort(-mixture.weight, kind="stable")
    place = np.concatenate([np.argsort(order), mixture.n_gaussians + np.arange(mixture.n_boxes)])
    density = mixture.part_densities(inputs.xyz_km)
    total = density.sum(axis=1)
    own = density[np.arange(len(total)), run.part]
    merges = [(0, k, merge) for k, subset in enumerate(run.subsets) for merge in subset.merges]
    merges += [(1, -1, merge) for done in run.passes for merge in done]
    rows = [(stage, k, m.first, m.second, m.merged) for stage, k, m in merges]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Scored(
        mixture=replace(
            mixture,
            weight=mixture.weight[order],
            mean_km=mixture.mean_km[order],
            covariance_km2=mixture.covariance_km2[order],
        ),
        log_density=np.log(np.maximum(total, 1e-300)),
        log_likelihood=-run.nll,
        part=place[run.part],
        responsibility=np.divide(own, total, out=np.zeros_like(own), where=total > 0),
        history=MergeHistory(*columns, gain=np.array([m.gain for _, _, m in merges])),
        n_proto=run.n_valid,
    )


def network_of(inputs: Inputs, scored: Scored, faults: Faults) -> FaultNetwork:
    """The network of both levels."""
    from seisweave.version import __version__

    return FaultNetwork(
        mixture=scored.mixture,
        part=scored.part,
        responsibility=scored.responsibility,
        bic=scored.bic,
        log_likelihood=scored.log_likelihood,
        n_proto=scored.n_proto,
        history=scored.history,
        faults=faults,
        options=inputs.options,
        atomized=scored.atomized,
        min_sigma_km=0.0 if inputs.options.schedule == "reference" else inputs.min_sigma_km,
        projection=inputs.projection,
        input_sha256=inputs.sha256,
        version=__version__,
    )


def _mixture(gaussians: Gaussians, background: Background) -> Mixture:
    order = np.argsort(-gaussians.weight, kind="stable")
    full = np.empty((len(order), 3, 3))
    for k, (a, b) in enumerate([(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]):
        full[:, a, b] = full[:, b, a] = gaussians.covariance[order, k]
    shapes = background.boxes
    boxes = [shape.box for shape in shapes]
    return Mixture(
        weight=gaussians.weight[order],
        mean_km=gaussians.mean[order],
        covariance_km2=full,
        box_weight=np.array(background.weight, dtype=float),
        box_centre_km=np.array([box.centre_km for box in boxes]).reshape(-1, 3),
        box_axes=np.array([box.axes for box in boxes]).reshape(-1, 3, 3),
        box_half_km=np.array([box.half_km for box in boxes]).reshape(-1, 3),
        shapes=() if all(shape.kind == "box" for shape in shapes) else shapes,
    )


def score(
    mixture: Mixture, xyz: Float[np.ndarray, "3 n"], threads: int = 1
) -> tuple[Float[np.ndarray, " n"], np.ndarray, Float[np.ndarray, " n"]]:
    """Log density of the mixture at every point, its most likely part, and the responsibility of that part."""
    from seisweave.faults import _density_numba as density

    n = xyz.shape[1]
    shape = np.empty((mixture.n_gaussians, density.SHAPE))
    for c in range(mixture.n_gaussians):
        covariance = np.ascontiguousarray(mixture.covariance_km2[c][np.triu_indices(3)])
        density.shape_gaussian(mixture.weight[c], mixture.mean_km[c], covariance, 0.0, shape[c])
    part, log_density, log_best = np.full(n, -1), np.empty(n), np.empty(n)

    def work(start: int, stop: int) -> None:
        here = np.ascontiguousarray(xyz[:, start:stop])
        boxes = mixture.box_densities(here.T)
        log_base = np.log(np.maximum(boxes.sum(axis=1), 1e-300))
        log_best[start:stop] = np.log(np.maximum(boxes.max(axis=1, initial=0.0), 1e-300))
        own = part[start:stop]
        log_density[start:stop] = density.log_density(shape, log_base, here, own, log_best[start:stop])
        in_box = own < 0
        if mixture.n_boxes:
            own[in_box] = mixture.n_gaussians + boxes[in_box].argmax(axis=1)
        else:  # too far from everything for a double: the nearest in the sense of the density's exponent
            own[in_box] = _nearest_gaussian(shape, here[:, in_box])

    with ThreadPoolExecutor(threads) as pool:
        in_blocks(work, n, pool)
    return log_density, part, log_best


def _nearest_gaussian(shape: np.ndarray, xyz: np.ndarray) -> np.ndarray:
    exponent = np.empty((len(shape), xyz.shape[1]))
    for c, row in enumerate(shape):
        offset = xyz - row[:3, None]
        a, b, c_, d, e, f = row[3:9]
        inverse = np.array([[a, b, c_], [b, d, e], [c_, e, f]])
        exponent[c] = row[9] - 0.5 * np.einsum("in,ij,jn->n", offset, inverse, offset)
    return exponent.argmax(axis=0)
