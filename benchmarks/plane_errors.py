"""What the standard errors of plates cover on planted faults: docs/concepts/faults-measured.md.

`python benchmarks/plane_errors.py`: five faults (geometry seed 5, spacing 2), reconstructed from 24 draws (seeds 0 to
23) of their events; faults that share four fifths of their events with a planted one count.
"""

from __future__ import annotations

import platform

import numpy as np

import seisweave as sw
from seisweave.faults.plane_errors import plate_errors, segment_errors
from seisweave.synthetic import PlantedOptions, plant_faults

FIVE = {"n_faults": 5, "spacing": 2.0, "geometry_seed": 5}
SETTINGS = (
    PlantedOptions(**FIVE, location_error_km=0.2),
    PlantedOptions(**FIVE, location_error_km=0.5),
    PlantedOptions(**FIVE, location_error_km=0.2, density_per_km2=2.0, noise_share=0.1),
    PlantedOptions(**FIVE, location_error_km=0.2, shape="gaussian"),
)
SEEDS = range(24)
NINE_IN_TEN = 1.645
NAMES = ("strike_deg", "dip_deg", "length_km", "width_km")


def main() -> None:
    """Print a row a setting: coverage of 90 % intervals, and the median standard error, of every number."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, seeds {SEEDS}")
    print("planes | events a km² | error km | shape | faults | covered: strike, dip, length, width | median errors")
    for setting in SETTINGS:
        rows = np.concatenate([pulls(setting, seed) for seed in SEEDS])
        covered = (np.abs(rows[:, 0]) < NINE_IN_TEN).mean(axis=0)
        what = "segments" if setting.shape == "gaussian" else "plates"
        told = f"{what} | {setting.density_per_km2} | {setting.location_error_km} | {setting.shape} | {len(rows)}"
        shares, sizes = ([f"{v:.2f}" for v in values] for values in (covered, np.median(rows[:, 1], axis=0)))
        print(f"{told} | {', '.join(shares)} | {', '.join(sizes)}", flush=True)


def pulls(setting: PlantedOptions, seed: int) -> np.ndarray:
    """Errors over standard errors, and these, of the faults found in one draw: (f, 2, 4)."""
    planted = plant_faults(PlantedOptions(**{**vars(setting), "seed": seed}))
    network, truth, rows = sw.reconstruct_faults(planted.xyz_km, jobs=1), planted.faults, []
    of_segments = setting.shape == "gaussian"
    planes = network.segment_planes if of_segments else network.planes
    n_events = network.mixture.weight * network.n_events
    errors = segment_errors(planes, n_events) if of_segments else plate_errors(network.faults)
    label = network.segment if of_segments else network.label
    for f in range(len(planes.strike_deg)):
        count = np.bincount(planted.fault[label == f] + 1, minlength=2)[1:]
        k = int(count.argmax())
        if count[k] < 0.8 * ((label == f) | (planted.fault == k)).sum():
            continue
        ways = ((planes.strike_deg[f], planes.dip_deg[f]), (planes.strike_deg[f] + 180, 180 - planes.dip_deg[f]))
        off = [((s - truth.strike_deg[k] + 180) % 360 - 180, d - truth.dip_deg[k]) for s, d in ways]
        turned = min(off, key=lambda each: abs(each[0]) + abs(each[1]))
        sides = planes.length_km[f] - truth.length_km[k], planes.width_km[f] - truth.width_km[k]
        said = np.array([getattr(errors, name)[f] for name in NAMES])
        rows.append([np.array([*turned, *sides]) / said, said])
    return np.array(rows).reshape(-1, 2, 4)


if __name__ == "__main__":
    main()
