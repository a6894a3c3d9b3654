"""Time, memory and BIC of whole reconstructions, and how the time grows with the number of events.

    python benchmarks/reconstruction.py CATALOG [--subsets 30] [--criterion global] [--sizes 30000,93149,321779]

CATALOG is any catalog (the merged SCEDC CSV, say); good hypocentres are selected as the options say, and random
samples of them (seed 0) of the sizes asked for are reconstructed, each in a process of its own, compiled code warm.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from machine import machine, peak_mb
from seisweave.catalog import Selection, read_catalog
from seisweave.faults import FaultOptions, reconstruct_faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--subsets", type=int, default=30)
    parser.add_argument("--criterion", default="global")
    parser.add_argument("--sizes", default="30000,93149,321779")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--all-events", action="store_true", help="every event with a depth, not only good ones")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
        return
    print(machine())
    print(f"{'events':>9} {'protos':>7} {'faults':>7} {'BIC':>13} {'seconds':>8} {'MB':>6}  stages")
    done = []
    with tempfile.TemporaryDirectory() as folder:
        points = select(options)
        for n in [min(int(size), len(points)) for size in options.sizes.split(",")]:
            done.append(row(points, n, Path(folder) / "points.npy", options))
    if len(done) > 1:
        (n1, s1), (n2, s2) = done[0], done[-1]
        print(f"growth from {n1:,} to {n2:,} events: exponent {np.log(s2 / s1) / np.log(n2 / n1):.2f}")


def select(options: argparse.Namespace) -> np.ndarray:
    catalog = read_catalog(options.catalog)
    if not options.all_events:
        good = Selection(
            start="1990-01-01", end="2020-01-01", box=(-121.0, -114.0, 32.0, 37.0001),
            event_type="eq", quality="A", min_phases=16,
        )  # fmt: skip
        catalog = catalog.select(good)
    return catalog.with_depth().xyz_km()


def row(points: np.ndarray, n: int, path: Path, options: argparse.Namespace) -> tuple[int, float]:
    sample = np.random.default_rng(0).permutation(len(points))[:n]
    np.save(path, points[np.sort(sample)])
    command = [sys.executable, __file__, "-", "--worker", str(path), "--subsets", str(options.subsets)]
    command += ["--criterion", options.criterion]
    command += ["--jobs", str(options.jobs)] if options.jobs else []
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    stages = ", ".join(f"{name} {value:.2f}" for name, value in result["stages"].items())
    print(
        f"{n:>9,} {result['protos']:>7,} {result['faults']:>7,} {result['bic']:>13,.0f}"
        f" {result['seconds']:>8.2f} {result['mb']:>6.0f}  {stages}",
        flush=True,
    )
    return n, result["seconds"]


def work(options: argparse.Namespace) -> None:
    points = np.load(options.worker)
    settings = FaultOptions(criterion=options.criterion, subsets=options.subsets)
    reconstruct_faults(points[:500], FaultOptions(criterion=options.criterion), jobs=options.jobs)
    start = perf_counter()
    network = reconstruct_faults(points, settings, jobs=options.jobs)
    result = {
        "seconds": perf_counter() - start, "mb": peak_mb(), "protos": network.n_proto, "faults": network.n_faults,
        "bic": network.bic, "stages": dict(network.seconds),
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main()
