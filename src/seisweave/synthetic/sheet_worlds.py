"""Worlds on planes drawn for the purpose: the paper's rectangles, a swarm among them, a mine, bent faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from seisweave.synthetic.aftershocks import AftershockOptions
from seisweave.synthetic.bent_faults import BENT_FAULTS
from seisweave.synthetic.diffuse import no_diffuse
from seisweave.synthetic.families import draw_families
from seisweave.synthetic.location_errors import ErrorKind
from seisweave.synthetic.planted_faults import THICKNESS_KM, PlantedOptions, plant_faults
from seisweave.synthetic.rectangles import FaultRectangles
from seisweave.synthetic.relief import flat_relief
from seisweave.synthetic.scattered import CONSTANT_KM, DAYS, scattered, uniform
from seisweave.synthetic.sheets import SheetPlanes, planes_of
from seisweave.synthetic.world import Events, Ground
from seisweave.synthetic.world_options import WorldOptions

OFF_PLANE_KM = 0.15
SIGMA_OF_THICKNESS_KM = float(THICKNESS_KM / np.sqrt(12))  # rectangles are uniform across
ACTIVITY_SCATTER = 0.5  # standard deviation of the logarithm of events per km², from sheet to sheet
MARGIN_KM = 10.0  # of the background about the planes
SWARM_KM = 1.0
CLEAR_KM = 5.0  # from the middle of a swarm to the next event on a fault


def rectangles(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant what `plant_faults` gives, at 0.5 per km² if not said otherwise, located to the same places."""
    return _rectangles(options, 0.5)


def swarm(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant rectangles at 0.3 per km², and a dense swarm of σ 1 km clear of them."""
    ground, events = _rectangles(options, 0.3)
    rng = np.random.default_rng([options.seed, options.geometry_seed, 5])
    on = events.true_xyz_km[events.fault >= 0]
    centre = _clear_of(on, rng)
    places = centre + SWARM_KM * rng.standard_normal((options.swarm_events, 3))
    diffuse = ground.diffuse.with_cloud("swarm", options.swarm_events, centre, SWARM_KM**2 * np.eye(3))
    return replace(ground, diffuse=diffuse), events.and_then(scattered("swarm", places, "constant", rng))


def mine(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant 4,000 events evenly on the planes of `rectangles`; 5 % background."""
    faults = plant_faults(PlantedOptions(geometry_seed=options.geometry_seed)).faults
    m = len(faults)
    flat = SheetPlanes(
        planes=faults,
        curvature_per_km=np.zeros((m, 2)),
        system=np.arange(m),
        facets=np.ones((m, 2), np.int64),
        first=np.arange(m),
        sides_km=np.column_stack([faults.length_km, faults.width_km]),
    )
    plain = replace(
        options,
        n_events=options.n_events or 4000,
        branching_ratio=options.branching_ratio or 0.0,
        background_share=0.05 if options.background_share is None else options.background_share,
    )
    return _on_sheets(flat, plain, SIGMA_OF_THICKNESS_KM, "constant")


def bent(options: WorldOptions) -> tuple[Ground, Events]:
    """Plant families of aftershocks on the sheets of one of `BENT_FAULTS`; 8 % background."""
    sheets = BENT_FAULTS[options.kind](np.random.default_rng([options.geometry_seed, 6]))
    return _on_sheets(planes_of(sheets), options, OFF_PLANE_KM, "quality")


def _rectangles(options: WorldOptions, density_per_km2: float) -> tuple[Ground, Events]:
    share = 0.05 if options.background_share is None else options.background_share
    asked = PlantedOptions(
        density_per_km2=options.density_per_km2 or density_per_km2,
        noise_share=share,
        location_error_km=CONSTANT_KM,
        geometry_seed=options.geometry_seed,
        seed=options.seed,
    )
    planted, exact = plant_faults(asked), plant_faults(replace(asked, location_error_km=0.0))
    fault, on = planted.fault, planted.fault >= 0
    rng = np.random.default_rng([options.seed, options.geometry_seed, 7])
    drawn = scattered("fault", exact.xyz_km, "constant", rng, fault)
    moved = (planted.xyz_km - exact.xyz_km) / CONSTANT_KM
    unit = np.where(on[:, None], moved, drawn.unit_error)  # the background is planted where it is located
    true = np.where(on[:, None], exact.xyz_km, planted.xyz_km - CONSTANT_KM * unit)
    kind = np.where(on, "fault", "background").astype("U10")
    events = replace(drawn, kind=kind, true_xyz_km=true, unit_error=unit)
    located_km, m = planted.xyz_km[on], len(planted.faults)
    low, high = located_km.min(axis=0), located_km.max(axis=0)
    diffuse = no_diffuse().with_box("background", int(np.sum(~on)), low, high)
    thickness = np.full(m, SIGMA_OF_THICKNESS_KM)
    return Ground(planted.faults, np.arange(m), flat_relief(m), thickness, diffuse), events


def _on_sheets(
    sheets: SheetPlanes, options: WorldOptions, thickness_km: float, errors: ErrorKind
) -> tuple[Ground, Events]:
    """Plant families of aftershocks on sheets, each sheet as busy as its area and chance have it."""
    n, planes, m = options.n_events or 6000, sheets.planes, len(sheets.planes)
    share = 0.08 if options.background_share is None else options.background_share
    n_background = int(share * n)
    rng = np.random.default_rng([options.seed, options.geometry_seed, 8])
    ratio = 0.5 if options.branching_ratio is None else options.branching_ratio
    rate = sheets.sides_km.prod(axis=1) * np.exp(ACTIVITY_SCATTER * rng.standard_normal(len(sheets.sides_km)))
    drawn = draw_families(
        n - n_background,
        _unfolded(sheets),
        rate / rate.sum(),
        law=AftershockOptions(branching_ratio=ratio),
        duration_days=DAYS,
        rng=rng,
    )
    plane, place = sheets.fold(drawn.fault, drawn.local_km[:, :2])
    true = planes.place(plane, np.column_stack([place, thickness_km * drawn.local_km[:, 2]]))
    on = replace(scattered("fault", true, errors, rng, plane), time_days=drawn.time_days, magnitude=drawn.magnitude)
    low, high = _box_around(planes)
    background = scattered("background", uniform(n_background, low, high, rng), errors, rng)
    diffuse = no_diffuse().with_box("background", n_background, low, high)
    relief = flat_relief(m, sheets.curvature_per_km)
    return Ground(planes, sheets.system, relief, np.full(m, thickness_km), diffuse), on.and_then(background)


def _unfolded(sheets: SheetPlanes) -> FaultRectangles:
    """Sheets as rectangles of their sides, for drawing on; where they lie does not matter."""
    nothing = np.zeros(len(sheets.sides_km))
    length, width = sheets.sides_km.T
    return FaultRectangles(nothing, nothing, length, width, np.zeros((len(nothing), 3)))


def _box_around(planes: FaultRectangles) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Box that holds all planes, with a margin at its four sides."""
    half = np.column_stack([planes.length_km, planes.width_km]) / 2
    every = np.arange(len(planes))
    corners = np.concatenate(
        [
            planes.place(every, np.column_stack([half * sign, np.zeros(len(planes))]))
            for sign in ([1, 1], [1, -1], [-1, 1], [-1, -1])
        ]
    )
    margin = np.array([MARGIN_KM, MARGIN_KM, 0.0])
    return corners.min(axis=0) - margin, corners.max(axis=0) + margin


def _clear_of(xyz_km: Float[np.ndarray, "n 3"], rng: np.random.Generator) -> Float[np.ndarray, " 3"]:
    """Give a place within the box of these events, clear of them all; the clearest of 1,000 if none is."""
    places = uniform(1000, xyz_km.min(axis=0), xyz_km.max(axis=0), rng)
    clearest, most = places[0], -1.0
    for place in places:
        nearest = float(np.linalg.norm(xyz_km - place, axis=1).min())
        if nearest >= CLEAR_KM:
            return place
        clearest, most = (place, nearest) if nearest > most else (clearest, most)
    return clearest
