"""What the paper's strict order of merges costs and brings, against our order (see `faults/merge.py`).

    python benchmarks/order_of_merges.py [--seeds 3]

Planted faults (densities 0.5 and 1.0) and simulated Southern California catalogs: seconds of merging and refining,
BIC and adjusted Rand index, one thread, summed or averaged over the sets.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from machine import machine
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import FaultNetwork, FaultOptions
from seisweave.faults.clock import Clock
from seisweave.faults.hypocentres import check_hypocentres
from seisweave.faults.reconstruct import reconstruct
from seisweave.faults.strictness import QUICK, Strictness
from seisweave.keeping import Checkpoint
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

ORDERS = {"ours": QUICK, "the paper's, strictly": Strictness(trust=1.0, at_first=10**9)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    sets = list(planted_sets(parser.parse_args().seeds))
    network_by(sets[0][0][:400], FaultOptions(), QUICK, jobs=1)
    print(machine())
    print(f"{'order of merges':24} {'seconds':>8} {'sum of BIC':>12} {'mean adjusted Rand':>19}")
    for name, strictness in ORDERS.items():
        networks = [(network_by(points, FaultOptions(), strictness, jobs=1), truth) for points, truth in sets]
        seconds = sum(network.seconds["merge"] + network.seconds["refine"] for network, _ in networks)
        bic = sum(network.bic for network, _ in networks)
        score = np.mean([adjusted_rand_index(truth, network.segment) for network, truth in networks])
        print(f"{name:24} {seconds:>8.1f} {bic:>12,.0f} {score:>19.4f}", flush=True)


def network_by(xyz_km: np.ndarray, options: FaultOptions, strictness: Strictness, *, jobs: int) -> FaultNetwork:
    """The network of `reconstruct_faults`, merged with another strictness."""
    clock, inputs = Clock(options), check_hypocentres(xyz_km, options, jobs)
    return clock.leave(reconstruct(replace(inputs, strictness=strictness), clock, Checkpoint(None, {})))


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
