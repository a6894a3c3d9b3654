"""The exact Ward tree, ours beside SciPy and fastcluster in one run.

    python benchmarks/ward_tree.py [--largest 1000000] [--peers-up-to 93149] [--points FILE]

Points are uniform in a 600 × 600 × 20 km box (seed 0) unless a table of local km is given. Peers run up to the size
asked for, since they grow quadratically. Heights are compared where a peer ran.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from machine import machine, peak_mb
from seisweave.catalog import read_local_xyz
from seisweave.faults import ward_linkage

SIZES = (3_360, 30_000, 93_149, 300_000, 1_000_000)


def timed(function, points: np.ndarray) -> tuple[float, np.ndarray]:
    start = perf_counter()
    linkage = function(points)
    return perf_counter() - start, linkage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--peers-up-to", type=int, default=30_000)
    parser.add_argument("--points", help="table of x_km, y_km, depth_km")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    pool = (
        read_local_xyz(options.points).xyz_km if options.points else rng.random((options.largest, 3)) * [600, 600, 20]
    )
    ward_linkage(pool[:100])  # compiled or loaded here, not in the times below
    print(machine())
    print(
        f"{'points':>9} {'ours s':>9} {'fastcluster s':>14} {'ratio':>7} {'SciPy s':>9}"
        f" {'largest difference':>19} {'MB':>6}"
    )
    for n in [size for size in SIZES if size <= min(options.largest, len(pool))]:
        print(row(pool[rng.permutation(len(pool))[:n]], options.peers_up_to), flush=True)


def row(points: np.ndarray, peers_up_to: int) -> str:
    import fastcluster
    from scipy.cluster.hierarchy import ward

    n = len(points)
    ours, linkage = timed(ward_linkage, points)
    cells = [f"{n:>9,}", f"{ours:>9.3f}", f"{'':>14}", f"{'':>7}", f"{'':>9}", f"{'':>19}"]
    peak = peak_mb()
    if n <= peers_up_to:
        theirs, other = timed(lambda p: fastcluster.linkage_vector(p, method="ward"), points)
        difference = np.abs(np.sort(other[:, 2]) / np.maximum(linkage[:, 2], 1e-300) - 1.0).max()
        cells[2:4] = f"{theirs:>14.2f}", f"{theirs / ours:>7.0f}"
        cells[5] = f"{difference:>19.1e}"
    if n <= min(peers_up_to, 20_000):  # SciPy holds all pairs in memory
        cells[4] = f"{timed(ward, points)[0]:>9.2f}"
    return " ".join([*cells, f"{peak:>6.0f}"])


if __name__ == "__main__":
    main()
