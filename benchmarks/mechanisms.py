"""Focal mechanisms where the truth is known: how often the plane that slipped is preferred, and how surely.

    python benchmarks/mechanisms.py

Worlds of `make_world`, their networks as `reconstruct_faults` makes them, and a mechanism for every event on a planted
plane: slip in one direction a plane, turned by errors of 15 and 30 degrees (rms), either nodal plane listed first.
`on` is the share of them that the network puts on a fault, `right` the share of those whose preferred plane is the one
that slipped, `sure` their mean probability; misfits are mean angles in degrees, with the limits of 95 %.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from machine import machine
from seisweave.catalog.nodal_planes import NodalPlanes
from seisweave.faults import reconstruct_faults
from seisweave.faults.mechanisms import Mechanisms, compare_mechanisms
from seisweave.synthetic import WorldOptions, make_world, plant_mechanisms

_WORLDS = {
    "rectangles": WorldOptions(kind="rectangles", density_per_km2=0.3),
    "region": WorldOptions(kind="region", n_events=2000),
    "curved": WorldOptions(kind="curved", n_events=2000),
    "intersecting": WorldOptions(kind="intersecting", n_events=2000),
}


def main() -> None:
    """Print the table."""
    print(machine())
    print(
        f"\n{'world':13s} {'seed':>4s} {'error':>5s} {'events':>6s} faults   on right  sure scatter   misfit of plates"
    )
    for name, options in _WORLDS.items():
        for seed in (1, 2):
            world = make_world(replace(options, seed=seed, geometry_seed=seed))
            network = reconstruct_faults(world.catalog, jobs=1)
            on = np.flatnonzero(world.fault >= 0)
            rake = np.random.default_rng(seed).uniform(-180, 180, len(world.planes))
            columns = (world.planes.strike_deg, world.planes.dip_deg, rake)
            slipped = NodalPlanes(*(np.asarray(column)[world.fault[on]] for column in columns))
            for error in (15.0, 30.0):
                planted = plant_mechanisms(slipped, error_deg=error, seed=seed)
                unsure = np.full((len(on), 2), error)
                given = Mechanisms(planted.listed, ids=world.catalog.ids[on], uncertainty_deg=unsure)
                found = compare_mechanisms(network, given)
                right = (found.listed_preferred == planted.listed_slipped)[found.used].mean()
                sure = found.preferred_probability[found.used].mean()
                print(
                    f"{name:13s} {seed:4d} {error:4.0f}° {len(on):6d} {network.n_faults:6d} {found.used.mean():4.0%}"
                    f" {right:5.1%} {sure:5.1%} {found.scatter_deg:6.1f}°   {found.misfit.observed}"
                    f" beside shuffled {found.misfit.shuffled}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
