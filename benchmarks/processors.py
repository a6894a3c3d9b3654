"""How far a network differs where the compiler, numpy or BLAS make other machine code: docs/reliability.md.

Each kind of machine code is a process of its own; the first time numba compiles all loops anew for its kind:

    .venv/bin/python benchmarks/processors.py
    .venv/bin/python benchmarks/processors.py --points ../shared/data/landers_3360_xyz_km.csv
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from machine import machine
from seisweave.faults import FaultNetwork, FaultOptions, open_network, reconstruct_faults
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

NUMPY = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX2 FMA3 AVX F16C"
OLDER = {  # environment variables that are read before anything is compiled or loaded
    "numba: x86-64 of 2003": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "OpenBLAS: Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"},
    "numpy: up to SSE4.2": {"NPY_DISABLE_CPU_FEATURES": NUMPY},
    "libm: no AVX2, no FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable"},
}
CODE = {
    "this processor": {},
    **OLDER,
    "all four": {name: value for each in OLDER.values() for name, value in each.items()},
}
WORLDS = ("planted, 8 faults", "planted, in 3 subsets", "like Southern California, with errors")


def events(world: str) -> np.ndarray:
    """What is reconstructed."""
    if world.startswith("like"):
        return southern_california_like(seed=1, n_events=1500).catalog
    return plant_faults(PlantedOptions(n_faults=8, density_per_km2=0.3, seed=3)).xyz_km


def make(folder: Path, points: Path | None) -> None:
    """All networks, by the machine code of this process."""
    worlds = WORLDS if points is None else (points.stem,)
    for k, world in enumerate(worlds):
        given = events(world) if points is None else np.loadtxt(points, delimiter=",", skiprows=1)[:, :3]
        options = FaultOptions(subsets=3) if "subsets" in world else FaultOptions()
        reconstruct_faults(given, options).write(folder / f"{k}.nc")


def numbers(network: FaultNetwork) -> np.ndarray:
    """Numbers of a network, each kind over its largest."""
    mixture, plates = network.mixture, network.faults.plates
    kinds = (mixture.weight, mixture.mean_km, mixture.covariance_km2, mixture.box_half_km, network.responsibility)
    kinds += (plates.centre_km, plates.length_km, plates.width_km, plates.sigma_km, network.faults.probability)
    kinds += (np.array([network.bic]), np.array([network.faults.bic]))
    return np.concatenate([np.ravel(kind) / np.abs(kind).max() for kind in kinds if np.size(kind)])


def compare(one: FaultNetwork, other: FaultNetwork) -> str:
    """Labels that differ, and the largest difference of numbers."""
    label, segment = (int((getattr(one, name) != getattr(other, name)).sum()) for name in ("label", "segment"))
    mine, theirs = numbers(one), numbers(other)
    largest = f"{np.abs(mine - theirs).max():.1e}" if len(mine) == len(theirs) else "other parts"
    return f"{label} | {segment} | {largest}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=Path, help="x_km, y_km, depth_km in CSV; else small worlds")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make(given.make, given.points)
        return
    print(machine())
    print("| machine code | events | faults | labels that differ | segments that differ | largest difference |")
    print("|---|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        made = {}
        for name, environment in CODE.items():
            place = Path(folder) / str(len(made))
            place.mkdir()
            more = ["--points", str(given.points)] if given.points else []
            words = [sys.executable, __file__, "--make", str(place), *more]
            subprocess.run(words, env=os.environ | environment, check=True)
            made[name] = [open_network(path) for path in sorted(place.glob("*.nc"))]
            for ours, network in zip(made["this processor"], made[name], strict=True):
                print(f"| {name} | {network.n_events:,} | {network.n_faults} | {compare(ours, network)} |", flush=True)


if __name__ == "__main__":
    main()
