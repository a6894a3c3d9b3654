"""A network of a mixture that was made elsewhere: by hand, or by another program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import as_hypocentres
from seisweave.errors import InputError
from seisweave.faults.activity import activity_of
from seisweave.faults.assemble import Scored, network_of, score
from seisweave.faults.find_faults import Segments, find_faults
from seisweave.faults.history import MergeHistory
from seisweave.faults.hypocentres import check_hypocentres
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.register import Entry, register_of
from seisweave.gaussians.mixture import Mixture
from seisweave.machine import available_cores


def network_of_mixture(
    mixture: Mixture, catalog: Any, options: FaultOptions | None = None, *, jobs: int | None = None
) -> FaultNetwork:
    """The network of a mixture made elsewhere: its Gaussians are the segments, and faults are found on them.

    Args:
        mixture: Gaussians and boxes, in the local km of the catalog's own projection.
        catalog: the events, in any form that `reconstruct_faults` takes.
        options: those of the second level; what is about making segments plays no part.
        jobs: threads (default: all cores).

    Errors: InputError for a mixture without a Gaussian or whose weights do not sum to one, and for events as of
    `reconstruct_faults`.

    >>> import seisweave as sw
    >>> events = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> from seisweave.gaussians.mixture import no_boxes
    >>> by_hand = Mixture(np.ones(1), np.array([[0.0, 0, 8]]), np.diag([25.0, 0.04, 9.0])[None], **no_boxes())
    >>> FaultNetwork.from_mixture(by_hand, events).n_faults
    1
    """
    total = float(mixture.weight.sum() + mixture.box_weight.sum())
    if not mixture.n_gaussians or abs(total - 1.0) > 1e-6:
        raise InputError(
            f"the mixture has {mixture.n_gaussians} Gaussians and weights that sum to {total:.6g}; give one or more,"
            " and weights that sum to one"
        )
    options, source = options or FaultOptions(), as_hypocentres(catalog)
    inputs = check_hypocentres(source, options, jobs or available_cores())
    by_weight = np.argsort(-mixture.weight, kind="stable")
    ordered = replace(
        mixture,
        weight=mixture.weight[by_weight],
        mean_km=mixture.mean_km[by_weight],
        covariance_km2=mixture.covariance_km2[by_weight],
    )
    scored = score_mixture(ordered, inputs.xyz_km)
    faults = find_faults(
        Segments(inputs.xyz_km, scored.mixture, scored.part, scored.log_density),
        inputs.location_errors,
        least_sigma_km=inputs.min_sigma_km,
        roughness_km=None if options.roughness_km == "auto" else float(options.roughness_km),
        threads=inputs.threads,
    )
    network = network_of(inputs, scored, faults)
    entry = Entry("mixture", f"made of a mixture of {mixture.n_gaussians} Gaussians and {mixture.n_boxes} boxes")
    network = replace(network, source=source, register=register_of(network.n_faults).with_entry(entry))
    return replace(network, activity=activity_of(network))


def score_mixture(mixture: Mixture, xyz_km: Float[np.ndarray, "n 3"]) -> Scored:
    """A first level without a history: the mixture over n events, its parts in the order that they have."""
    log_density, part, responsibility = score(mixture, np.ascontiguousarray(xyz_km.T), available_cores())
    return Scored(
        mixture=mixture,
        log_density=log_density,
        log_likelihood=float(log_density.sum()),
        part=part,
        responsibility=responsibility,
        history=MergeHistory(*[np.zeros(0, np.int64)] * 5, gain=np.zeros(0)),
        n_proto=mixture.n_gaussians,
    )
