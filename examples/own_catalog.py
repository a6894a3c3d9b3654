"""From a catalog file to its fault network, and what can be asked of the network.

Run: python examples/own_catalog.py [CATALOG]      (without a file: the simulated catalog of `seisweave demo`)
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import seisweave as sw
from seisweave.synthetic import southern_california_like


def main(path: Path, folder: Path) -> None:
    """Read, select, reconstruct, save, open again."""
    catalog = sw.read_catalog(path)
    given, rejected = len(catalog), len(catalog.rejected)
    if catalog.event_type is not None and np.isin(["eq", "earthquake"], catalog.event_type).any():
        catalog = catalog.select(event_type="eq")  # by either name; blasts lie in clumps at the surface
    catalog = catalog.with_depth()

    network = sw.reconstruct_faults(catalog, sw.FaultOptions(criterion="global"))
    planes, mean_km = network.planes, network.faults.plates.centre_km
    longitude, latitude = network.to_geographic(mean_km)
    for k in range(min(3, network.n_faults)):
        print(
            f"fault {k}: a plane with {network.events_per_fault[k]} events"
            f" around {longitude[k]:.2f}, {latitude[k]:.2f}, {mean_km[k, 2]:.1f} km deep;"
            f" strike {planes.strike_deg[k]:.0f}°, dip {planes.dip_deg[k]:.0f}°,"
            f" {planes.length_km[k]:.0f} × {planes.width_km[k]:.0f} km, {planes.thickness_km[k]:.1f} km thick"
        )
    halo = network.faults.halo_of_event >= 0
    share = ((network.label < 0) & ~halo).mean()
    print(f"{network.n_faults} faults of {network.n_segments} segments")
    print(f"{halo.mean():.1%} of the events in halos, background {share:.1%}")
    print(f"{given} events read from {path.name}, {rejected} rows set aside")
    for line in catalog.history:
        print(line)

    again = sw.faults.open_network(network.write(folder / "network.nc"))
    same = np.array_equal(again.mixture.weight, network.mixture.weight)
    print(f"saved, and read back {'identical' if same else 'changed'}")
    print(f"mean log density of 1000 events drawn from it: {again.log_density(again.sample(1000, seed=1)).mean():.2f}")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        if len(sys.argv) > 1:
            main(Path(sys.argv[1]), Path(temporary))
        else:
            simulated = Path(temporary) / "simulated.csv"
            sw.catalog.write_catalog(southern_california_like(seed=1).catalog, simulated)
            main(simulated, Path(temporary))
