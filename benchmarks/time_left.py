"""The time left that a reconstruction tells, beside the time that was left.

    python benchmarks/time_left.py CATALOG [--jobs N]

Prints the ratio of told to true at tenths of each run (random samples of the good hypocentres, seed 0).
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from machine import machine
from reconstruction import select
from seisweave.faults import FaultOptions, reconstruct_faults
from seisweave.progress import Step

CASES = [
    (30_000, 1, "global"), (30_000, 30, "global"), (93_149, 30, "global"), (93_149, 30, "local"),
    (93_149, 5, "global"), (93_149, 1, "global"), (93_149, 1, "local"), (321_779, 30, "global"), (321_779, 30, "local"),
]  # fmt: skip
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--jobs", type=int)
    parser.set_defaults(all_events=False)
    options = parser.parse_args()
    print(machine())
    points = select(options)
    print(f"{'events':>8} {'subsets':>7} {'criterion':>9} {'seconds':>8}  told / true at " + " ".join(map(str, SHARES)))
    for n, subsets, criterion in CASES:
        sample = points[np.sort(np.random.default_rng(0).permutation(len(points))[:n])]
        reconstruct_faults(sample[:500], FaultOptions(criterion=criterion))
        told = trace(sample, FaultOptions(criterion=criterion, subsets=subsets), options.jobs)
        whole = told[-1][0]
        ratios = [last(told, share * whole).left_s / (whole * (1.0 - share)) for share in SHARES]
        row = " ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{n:>8,} {subsets:>7} {criterion:>9} {whole:>8.1f}  {row}", flush=True)


def trace(points: np.ndarray, options: FaultOptions, jobs: int | None) -> list[tuple[float, Step]]:
    start, told = perf_counter(), []
    reconstruct_faults(points, options, jobs=jobs, progress=lambda step: told.append((perf_counter() - start, step)))
    return told


def last(told: list[tuple[float, Step]], moment: float) -> Step:
    return [step for at, step in told if at <= moment][-1]


if __name__ == "__main__":
    main()
