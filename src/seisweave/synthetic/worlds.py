"""Worlds: catalogs whose faults, errors and nuisances are all known, for judging what finds faults.

A world is planted in three steps: events on planes and off them, the bends and the roughness of the planes'
surfaces, and the errors of location. Each kind says where its planes come from:

- `region` the faults of `southern_california_like`, without its blasts; `sequence` the same, one sequence on one
  fault holding a third of all events; `rough` the same, bent off their planes; `blasts` and `uneven` the same, with
  5 % blasts at six quarries, or 20 % background of which half lies in four broad clouds;
- `rectangles` those of `plant_faults`, a constant known error; `swarm` the same at 0.3 per km², and 4,000 events
  in a swarm of σ 1 km; `mine` the same planes filled with 4,000 events, scaled to 100 m;
- `curved`, `listric`, `segmented`, `en_echelon`, `intersecting`, `coplanar`: see `bent_faults.py`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seisweave.synthetic.bent_faults import BENT_FAULTS
from seisweave.synthetic.location_errors import draw_errors
from seisweave.synthetic.region_worlds import blasts, region, sequence, uneven
from seisweave.synthetic.relief import roughened
from seisweave.synthetic.sheet_worlds import bent, mine, rectangles, swarm
from seisweave.synthetic.world import Events, Ground, World, located
from seisweave.synthetic.world_options import WorldOptions

_PLANT = {
    "region": region,
    "sequence": sequence,
    "rough": region,
    "blasts": blasts,
    "uneven": uneven,
    "rectangles": rectangles,
    "swarm": swarm,
    "mine": mine,
    **dict.fromkeys(BENT_FAULTS, bent),
}
_ROUGH = 0.01
_MINE_KM = 0.1


def make_world(options: WorldOptions | None = None) -> World:
    """Make a world: n events whose planes, systems, kinds, places and errors are known.

    The same options make the same bits. Events of a region come in order of time, those of rectangles fault by fault.

    Raises InputError for options that do not fit together.

    >>> world = make_world(WorldOptions(kind="coplanar", n_events=600, seed=3))
    >>> len(world.planes), sorted(set(world.kind.tolist())), world.xyz_km.shape
    (12, ['background', 'fault'], (600, 3))
    """
    options = options or WorldOptions()
    ground, events = _PLANT[options.kind](options)
    roughness = options.roughness if options.roughness is not None else _ROUGH * (options.kind == "rough")
    if roughness > 0:
        rng = np.random.default_rng([options.seed, options.geometry_seed, 1])
        ground = replace(ground, relief=roughened(ground.relief, ground.planes, roughness, rng))
    events = _with_errors(_on_surfaces(ground, events), options)
    extent = options.extent_km or (_MINE_KM if options.kind == "mine" else None)
    if extent is not None:
        ground, events = _scaled(ground, events, extent)
    return located(ground, events, name=options.kind, seed=options.seed, options=options)


def _on_surfaces(ground: Ground, events: Events) -> Events:
    """Lift events from their exact planes to the planes' surfaces."""
    on = np.flatnonzero(events.fault >= 0)
    plane = events.fault[on]
    height = ground.relief.height_km(plane, ground.planes.local(plane, events.true_xyz_km[on])[:, :2])
    true = events.true_xyz_km.copy()
    true[on] += height[:, None] * ground.planes.axes[plane, 2]
    return replace(events, true_xyz_km=true)


def _with_errors(events: Events, options: WorldOptions) -> Events:
    """Give events errors of the size asked for: the same normal numbers, another size."""
    if options.errors is not None:
        rng = np.random.default_rng([options.seed, options.geometry_seed, 2])
        drawn = draw_errors(options.errors, len(events), options.error_km, rng)
        events = replace(events, sigma_km=drawn.sigma_km, quality=drawn.quality)
    return replace(events, sigma_km=options.error_scale * events.sigma_km)


def _scaled(ground: Ground, events: Events, extent_km: float) -> tuple[Ground, Events]:
    """Multiply all lengths so that the longest side of the box around the events is that long."""
    factor = extent_km / np.ptp(events.true_xyz_km, axis=0).max()
    scaled = replace(events, true_xyz_km=factor * events.true_xyz_km, sigma_km=factor * events.sigma_km)
    return ground.scaled(float(factor)), scaled
