"""Sums over very many kernels, ours beside all pairs and scikit-learn's tree in one run.

    python benchmarks/forecast.py [--kernels 479056] [--targets 4000] [--threads 4]

Kernels are drawn around points on planted faults (seed 0), 479,056 of them as in the paper's TripleS. The last line is
a whole bandwidth search (with a floor) on the targets, masses in the volume included.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from machine import machine, peak_mb
from seisweave.forecast import Volume, choose_bandwidth
from seisweave.forecast.kernels import TOLERANCE, Kernels
from seisweave.forecast.smoothed import one_width

VOLUME = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))


def planted(n: int, seed: int) -> np.ndarray:
    """Places in local km: 200 planes of different sizes, and one place in ten anywhere."""
    rng = np.random.default_rng(seed)
    centre = VOLUME.xyz_km(*VOLUME.sample(200, 0).T)
    along = np.random.default_rng(1).normal(0, 1, (200, 3)) * [12, 12, 3]
    mine = rng.choice(200, n, p=np.random.default_rng(2).dirichlet(np.full(200, 0.3)))
    places = centre[mine] + rng.normal(0, 1, (n, 1)) * along[mine] + rng.normal(0, 0.4, (n, 3))
    places[::10] = VOLUME.xyz_km(*VOLUME.sample(len(places[::10]), seed + 1).T)
    lon, lat = VOLUME.projection.to_geographic(places[:, 0], places[:, 1])
    return places[VOLUME.contains(lon, lat, places[:, 2])]


def all_pairs(kernels: Kernels, places: np.ndarray) -> np.ndarray:
    """Log-density, no tree, in blocks that fit into memory."""
    sigma, result = float(kernels.sigma_km[0]), []
    for block in np.array_split(places, max(1, len(places) * len(kernels) // 20_000_000)):
        d2 = ((block[:, None] - kernels.xyz_km) ** 2).sum(axis=2) / (2 * sigma**2)
        least = d2.min(axis=1)
        result.append(np.log(np.exp(least[:, None] - d2).mean(axis=1)) - least)
    return np.concatenate(result) - 3 * np.log(np.sqrt(2 * np.pi) * sigma)


def main() -> None:
    from sklearn.neighbors import KernelDensity

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", type=int, default=479_056)
    parser.add_argument("--targets", type=int, default=4_000)
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    kernels, places = one_width(planted(2 * options.kernels, 3)[: options.kernels], 1.0), planted(40_000, 9)
    places = places[: options.targets]
    kernels.widened(1.0).log_density(places[:10])  # compiled or loaded here, not in the times below
    few = places[:: max(1, len(places) // 100)]
    print(machine())
    print(
        f"{len(kernels):,} kernels, {len(places):,} targets; all pairs and scikit-learn at {len(few)} of them, scaled"
    )
    print(
        f"{'width km':>8} {'ours s':>8} {'all pairs s':>12} {'scikit-learn s':>15} {'largest error':>14} {'mass s':>7}"
    )
    for sigma in (0.5, 2.0, 8.0):
        wide = kernels.widened(sigma)
        start = perf_counter()
        ours = wide.log_density(places, jobs=options.threads)
        seconds = perf_counter() - start
        start = perf_counter()
        naive = all_pairs(wide, few)
        naive_s = (perf_counter() - start) * len(places) / len(few)
        tree = KernelDensity(bandwidth=sigma, rtol=TOLERANCE).fit(kernels.xyz_km)
        start = perf_counter()
        tree.score_samples(few)
        tree_s = (perf_counter() - start) * len(places) / len(few)
        start = perf_counter()
        wide.mass(VOLUME)
        mass_s = perf_counter() - start
        error = np.abs(ours[:: max(1, len(places) // 100)] - naive).max()
        print(f"{sigma:>8} {seconds:>8.2f} {naive_s:>12.1f} {tree_s:>15.1f} {error:>14.1e} {mass_s:>7.2f}", flush=True)
    start = perf_counter()
    choice = choose_bandwidth(kernels, VOLUME, places, floor=True, jobs=options.threads)
    print(f"bandwidth search: {perf_counter() - start:.1f} s, {choice}; {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
