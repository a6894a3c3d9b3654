"""Worlds on the faults of a catalog like that of Southern California."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from seisweave.synthetic.aftershocks import AftershockOptions
from seisweave.synthetic.california import (
    HIGH_KM,
    LOW_KM,
    CaliforniaOptions,
    SyntheticCatalog,
    southern_california_like,
)
from seisweave.synthetic.diffuse import Diffuse, no_diffuse
from seisweave.synthetic.families import draw_one_family
from seisweave.synthetic.relief import flat_relief
from seisweave.synthetic.scattered import DAYS, scattered, uniform
from seisweave.synthetic.world import Events, Ground
from seisweave.synthetic.world_options import WorldOptions

OFF_PLANE_KM = 0.15
BACKGROUND_SHARE = 0.08
BLAST_SHARE = 0.05
SEQUENCE_SHARE = 1 / 3
LEAST_LENGTH_KM = 40.0  # of the fault that has the sequence
UNEVEN_SHARE = 0.2
N_CLOUDS = 4
CLOUD_KM = np.array([25.0, 25.0, 3.0])
QUARRY_KM = np.array([0.3, 0.3, 0.3 / np.sqrt(12)])


def region(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant a region as `southern_california_like` makes it; its blasts (1 % of n_events) are left out."""
    made = _made(options, options.n_events or 6000, _background_share(options), 0.01)
    return _ground(made, _box(made)), _events(made, made.catalog.event_type == "eq")


def sequence(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant a region and, on one of its longer faults, one family that holds a third of all events."""
    n = options.n_events or 6000
    n_sequence = round(SEQUENCE_SHARE * n)
    made = _made(options, n - n_sequence, _background_share(options), 0.0)
    rng = np.random.default_rng([options.seed, 3])
    on = int(rng.choice(np.flatnonzero(made.faults.length_km >= LEAST_LENGTH_KM)))
    family = draw_one_family(n_sequence, made.faults, on, law=made.options.aftershocks, duration_days=DAYS, rng=rng)
    true = made.faults.place(family.fault, family.local_km * [1.0, 1.0, OFF_PLANE_KM])
    events = replace(
        scattered("fault", true, "quality", rng, family.fault), time_days=family.time_days, magnitude=family.magnitude
    )
    return _ground(made, _box(made)), _events(made).and_then(events)


def blasts(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant a region with 5 % quarry blasts."""
    made = _made(options, options.n_events or 6000, _background_share(options), BLAST_SHARE)
    diffuse = _box(made)
    for places in _quarries(made.true_xyz_km[made.catalog.event_type == "qb"]):
        centre = np.append(places[:, :2].mean(axis=0), 0.15)
        diffuse = diffuse.with_cloud("blast", len(places), centre, np.diag(QUARRY_KM**2))
    return _ground(made, diffuse), _events(made)


def uneven(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant a region whose background is uneven: half of it uniform, half in four clouds tens of km wide."""
    n = options.n_events or 6000
    share = UNEVEN_SHARE if options.background_share is None else options.background_share
    n_clouds = int(share * n) // 2
    n_uniform = int(share * n) - n_clouds
    made = _made(options, n - n_uniform - n_clouds, 0.0, 0.0)
    rng = np.random.default_rng([options.seed, 4])
    centre = uniform(N_CLOUDS, LOW_KM, HIGH_KM, rng)
    centre[:, 2] = 10.0
    cloud = np.arange(n_clouds) % N_CLOUDS
    in_clouds = centre[cloud] + CLOUD_KM * rng.standard_normal((n_clouds, 3))
    diffuse = no_diffuse().with_box("background", n_uniform, LOW_KM, HIGH_KM)
    for k, events in enumerate(np.bincount(cloud, minlength=N_CLOUDS).tolist()):
        diffuse = diffuse.with_cloud("background", events, centre[k], np.diag(CLOUD_KM**2))
    places = np.concatenate([uniform(n_uniform, LOW_KM, HIGH_KM, rng), in_clouds])
    return _ground(made, diffuse), _events(made).and_then(scattered("background", places, "quality", rng))


def _made(options: WorldOptions, n: int, background_share: float, blast_share: float) -> SyntheticCatalog:
    ratio = 0.5 if options.branching_ratio is None else options.branching_ratio
    return southern_california_like(
        options.seed,
        n,
        CaliforniaOptions(
            background_share=background_share,
            blast_share=blast_share,
            off_plane_km=OFF_PLANE_KM,
            aftershocks=AftershockOptions(branching_ratio=ratio),
        ),
    )


def _background_share(options: WorldOptions) -> float:
    return BACKGROUND_SHARE if options.background_share is None else options.background_share


def _ground(made: SyntheticCatalog, diffuse: Diffuse) -> Ground:
    m = len(made.faults)
    return Ground(made.faults, np.arange(m), flat_relief(m), np.full(m, OFF_PLANE_KM), diffuse)


def _box(made: SyntheticCatalog) -> Diffuse:
    n = int(np.sum((made.fault < 0) & (made.catalog.event_type == "eq")))
    return no_diffuse().with_box("background", n, LOW_KM, HIGH_KM)


def _events(made: SyntheticCatalog, rows: np.ndarray | slice = slice(None)) -> Events:
    """Take apart what was located: true places, standard errors and the normal numbers they were moved by."""
    catalog = made.catalog
    assert catalog.uncertainty is not None
    assert catalog.quality is not None
    errors = catalog.uncertainty.sigmas_km()
    sigma = np.column_stack([errors["horizontal_km"], errors["horizontal_km"], errors["vertical_km"]])
    kind = np.where(made.fault >= 0, "fault", "background").astype("U10")
    kind[catalog.event_type == "qb"] = "blast"
    events = Events(
        time_days=(catalog.times - np.datetime64(made.options.start, "D")) / np.timedelta64(86_400_000_000, "us"),
        magnitude=catalog.magnitude,
        fault=made.fault,
        kind=kind,
        true_xyz_km=made.true_xyz_km,
        unit_error=(catalog.xyz_km(made.projection) - made.true_xyz_km) / sigma,
        sigma_km=sigma,
        quality=catalog.quality,
    )
    return events.take(np.arange(len(made))[rows])


def _quarries(xyz_km: Float[np.ndarray, "n 3"]) -> list[Float[np.ndarray, "k 3"]]:
    """Part blasts into quarries: whatever is within 3 km of the first that is left."""
    quarries = []
    while len(xyz_km):
        near = np.hypot(*(xyz_km - xyz_km[0])[:, :2].T) < 3.0
        quarries.append(xyz_km[near])
        xyz_km = xyz_km[~near]
    return quarries
