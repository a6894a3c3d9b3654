"""Plant faults, find them again, and compare each with what was planted.

Run: python examples/planted_faults.py
"""

import numpy as np

import seisweave as sw
from seisweave.synthetic import PlantedOptions, plant_faults


def main() -> None:
    """Twenty faults at 0.5 events per km², 5 % background, location errors of 0.5 km."""
    planted = plant_faults(PlantedOptions(density_per_km2=0.5, seed=0))
    print(f"{len(planted)} events on {len(planted.faults)} planted faults")
    for criterion in ("global", "local"):
        network = sw.reconstruct_faults(planted.xyz_km, sw.FaultOptions(criterion=criterion))
        score = sw.evaluation.adjusted_rand_index(planted.fault, network.label)
        of = f"{network.n_faults} faults of {network.n_segments} segments"
        print(f"{criterion}: {of}, adjusted Rand index {score:.3f}, BIC {network.bic:.1f}")
        if criterion == "global":
            compare(planted, network)


def compare(planted, network: sw.faults.FaultNetwork) -> None:
    """For each planted fault, the found fault that holds most of its events."""
    print("planted fault: strike, dip, length; found: the same, and the share of its events that were found")
    planes = network.planes
    for fault in range(0, len(planted.faults), 4):
        label = network.label[planted.fault == fault]
        found = np.bincount(label[label >= 0], minlength=network.n_faults).argmax()
        true = planted.faults
        print(
            f"  {fault:2}: {true.strike_deg[fault]:5.1f}° {true.dip_deg[fault]:4.1f}° {true.length_km[fault]:4.1f} km"
            f"   {planes.strike_deg[found]:5.1f}° {planes.dip_deg[found]:4.1f}° {planes.length_km[found]:4.1f} km"
            f"   {np.mean(label == found):.0%}"
        )


if __name__ == "__main__":
    main()
