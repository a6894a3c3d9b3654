"""A world like one's own: planted on the plates of a network, to see what can be known of faults like these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.uncertainty import symmetric
from seisweave.errors import InputError
from seisweave.faults.location_errors import catalog_errors
from seisweave.faults.network import FaultNetwork
from seisweave.synthetic.diffuse import Diffuse, no_diffuse
from seisweave.synthetic.rectangles import FaultRectangles
from seisweave.synthetic.relief import flat_relief
from seisweave.synthetic.scattered import scattered
from seisweave.synthetic.world import CENTRE, Ground, World, located


def world_like(network: FaultNetwork, n_events: int | None = None, *, seed: int = 0) -> World:
    """Plant the faults of a network: events filling its plates, its halos and its background, located as badly.

    Each fault's plate is a planted plane, halos are clouds of kind `background`, systems are the network's. The number
    of events is that of the network unless given. Errors are drawn from those of the network's catalog, or, where
    they were estimated, from their estimated shares. The world is simpler than its model: plates are exact, filled
    evenly, and magnitudes and times mean nothing.

    Raises InputError for a number of events below 10, a network without faults, one whose backgrounds are no boxes, or
    one that was made with the errors of a catalog that is not at hand (`network.source`).

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> world = world_like(sw.reconstruct_faults(one_fault), n_events=500)
    >>> len(world), len(world.planes), round(float(world.planes.dip_deg[0] / 90))
    (500, 1, 1)
    """
    n = network.n_events if n_events is None else n_events
    if n < 10:
        raise InputError(f"n_events is {n}: give 10 or more")
    if network.mixture.shapes:
        kinds = ", ".join(sorted({shape.kind for shape in network.mixture.shapes}))
        raise InputError(f"the background is {kinds}, and worlds know boxes only: make the network with background=box")
    if network.n_faults == 0:
        raise InputError("the network has no faults: there is nothing to plant")
    rng = np.random.default_rng(seed)
    part = _parts(network, n, rng)
    ground = _ground(network, part)
    fault = np.where(part < network.n_faults, part, -1)
    events = scattered("background", _places(network, ground, part, rng), "constant", rng, fault)
    kind = np.where(fault >= 0, "fault", "background").astype("U10")
    events = replace(events, kind=kind, sigma_km=_sigma_km(network, n, rng))
    projection = network.projection or CENTRE
    return located(ground, events, name="like a network", seed=seed, projection=projection)


def _parts(network: FaultNetwork, n: int, rng: np.random.Generator) -> Int[np.ndarray, " n"]:
    """Draw what each event lies on: faults first, then halos, then boxes of the background."""
    faults, boxes = network.faults, network.mixture.box_weight
    weight = np.concatenate([faults.plates.weight, faults.halo_weight])
    rest = max(1.0 - weight.sum(), 0.0) if boxes.sum() > 0 else 0.0
    weight = np.concatenate([weight, rest * boxes / boxes.sum() if rest > 0 else np.zeros(len(boxes))])
    return rng.choice(len(weight), size=n, p=weight / weight.sum())


def _ground(network: FaultNetwork, part: Int[np.ndarray, " n"]) -> Ground:
    plates, m = network.faults.plates, network.n_faults
    planes = FaultRectangles(
        strike_deg=plates.planes.strike_deg,
        dip_deg=plates.planes.dip_deg,
        length_km=plates.length_km,
        width_km=plates.width_km,
        centre_km=plates.centre_km,
    )
    system = np.asarray(network.faults.system, np.int64)
    return Ground(planes, system, flat_relief(m), plates.sigma_km, _diffuse(network, part))


def _diffuse(network: FaultNetwork, part: Int[np.ndarray, " n"]) -> Diffuse:
    faults, mixture, diffuse = network.faults, network.mixture, no_diffuse()
    n_planes, n_halos = network.n_faults, len(faults.halo_weight)
    count = np.bincount(part, minlength=n_planes + n_halos + mixture.n_boxes).tolist()
    for b in range(mixture.n_boxes):
        axes = mixture.box_axes[b]
        centre, half = axes @ mixture.box_centre_km[b], mixture.box_half_km[b]
        diffuse = diffuse.with_box("background", count[n_planes + n_halos + b], centre - half, centre + half, axes)
    for h in range(n_halos):
        halo = faults.halo_mean_km[h], faults.halo_covariance_km2[h]
        diffuse = diffuse.with_cloud("background", count[n_planes + h], *halo)
    return diffuse


def _places(
    network: FaultNetwork, ground: Ground, part: Int[np.ndarray, " n"], rng: np.random.Generator
) -> Float[np.ndarray, "n 3"]:
    """Draw where events are: uniform in plates and boxes, normal across plates and in halos."""
    faults, diffuse, planes = network.faults, ground.diffuse, ground.planes
    uniform, normal = rng.random((len(part), 3)) - 0.5, rng.standard_normal((len(part), 3))
    places, m, n_halos = np.zeros((len(part), 3)), len(ground.planes), len(faults.halo_weight)
    on = np.flatnonzero(part < m)
    sides = np.column_stack([planes.length_km, planes.width_km])[part[on]]
    across = ground.thickness_km[part[on]] * normal[on, 2]
    places[on] = planes.place(part[on], np.column_stack([uniform[on, :2] * sides, across]))
    for h in range(n_halos):
        mine = part == m + h
        root = np.linalg.cholesky(faults.halo_covariance_km2[h])
        places[mine] = faults.halo_mean_km[h] + normal[mine] @ root.T
    for b in range(len(diffuse.low_km)):
        mine = part == m + n_halos + b
        low, high = diffuse.low_km[b], diffuse.high_km[b]
        places[mine] = (low + (uniform[mine] + 0.5) * (high - low)) @ diffuse.box_axes[b]
    return places


def _sigma_km(network: FaultNetwork, n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """Draw standard errors like the network's own: of its events, or of the classes that were estimated."""
    faults = network.faults
    if faults.errors != "catalog":
        share = faults.error_share / faults.error_share.sum()
        return np.repeat(rng.choice(faults.error_km, size=n, p=share)[:, None], 3, axis=1)
    covariance = catalog_errors(network.source) if isinstance(network.source, Catalog) else None
    if covariance is None:
        raise InputError("the network was made with the errors of a catalog that is not at hand: reconstruct it again")
    sigma = np.sqrt(np.diagonal(symmetric(covariance), axis1=1, axis2=2))
    horizontal = np.sqrt(0.5 * (sigma[:, 0] ** 2 + sigma[:, 1] ** 2))
    return np.column_stack([horizontal, horizontal, sigma[:, 2]])[rng.integers(0, len(sigma), n)]
