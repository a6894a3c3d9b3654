"""What the paper's strict order of merges costs and brings, against our order (see `faults/merge.py`).

    python benchmarks/order_of_merges.py [--seeds 3]

Planted faults (densities 0.5 and 1.0) and simulated Southern California catalogs: seconds of merging and refining,
BIC and adjusted Rand index, one thread, summed or averaged over the sets.
"""

from __future__ import annotations

import argparse

import numpy as np

from machine import machine
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import FaultOptions, merge, reconstruct_faults
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

ORDERS = {"ours": (merge._TRUST, merge._AT_FIRST), "the paper's, strictly": (1.0, 10**9)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    sets = list(planted_sets(parser.parse_args().seeds))
    reconstruct_faults(sets[0][0][:400], jobs=1)
    print(machine())
    print(f"{'order of merges':24} {'seconds':>8} {'sum of BIC':>12} {'mean adjusted Rand':>19}")
    for name, (merge._TRUST, merge._AT_FIRST) in ORDERS.items():
        networks = [(reconstruct_faults(points, FaultOptions(), jobs=1), truth) for points, truth in sets]
        seconds = sum(network.seconds["merge"] + network.seconds["refine"] for network, _ in networks)
        bic = sum(network.bic for network, _ in networks)
        score = np.mean([adjusted_rand_index(truth, network.label) for network, truth in networks])
        print(f"{name:24} {seconds:>8.1f} {bic:>12,.0f} {score:>19.4f}", flush=True)


def planted_sets(seeds: int):
    for seed in range(1, seeds + 1):
        for density in (0.5, 1.0):
            planted = plant_faults(PlantedOptions(density_per_km2=density, seed=seed))
            yield planted.xyz_km, planted.fault
        simulated = southern_california_like(seed=seed, n_events=4000)
        quake = simulated.catalog.event_type == "eq"
        yield simulated.catalog[quake].xyz_km(), simulated.fault[quake]


if __name__ == "__main__":
    main()
