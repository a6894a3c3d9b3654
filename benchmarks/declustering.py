"""Declustering where the truth is known: the share of background found in simulated worlds, and the time it takes.

    python benchmarks/declustering.py

ETAS worlds (`etas_world`) with a background that is even, or varies from cell to cell; Poisson worlds, even, or all
events in twenty spots. `found` and `planted` are shares of background; `agree` is the share of events called rightly.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, DeclusterOptions, decluster
from seisweave.etas import decluster_stochastically
from seisweave.synthetic import EtasOptions, etas_world

_METHODS = ("gardner-knopoff", "reasenberg", "zaliapin-ben-zion", "stochastic")
_SMALL = (12.0, 14.0, 42.0, 44.0)
_WORLDS = {
    "even": EtasOptions(days=1500, contrast=0.0),
    "even, dense": EtasOptions(box=_SMALL, days=1500, background_per_day=0.3, contrast=0.0),
    "varied": EtasOptions(days=1500),
    "varied, dense": EtasOptions(box=_SMALL, days=1500, background_per_day=0.3),
    "varied, long": EtasOptions(days=7305),
}


def poisson_world(n: int, spots: int, seed: int) -> Catalog:
    """N events of 20 years in a box of 6 by 4 degrees, independent of each other; anywhere, or in some spots."""
    rng = np.random.default_rng(seed)
    where = rng.uniform((-120.0, 32.0), (-114.0, 36.0), (n, 2))
    if spots:
        weight = rng.exponential(1.0, spots) ** 2
        where = where[:spots][rng.choice(spots, n, p=weight / weight.sum())] + rng.normal(0.0, 0.03, (n, 2))
    times = np.datetime64("1990-01-01", "us") + np.sort(rng.uniform(0.0, 6.3e14, n)).astype("timedelta64[us]")
    magnitude = 2.5 + rng.exponential(1.0 / np.log(10.0), n).round(2)
    return Catalog(times, *where.T, rng.uniform(2.0, 15.0, n), magnitude, np.arange(n).astype(str))


def found(catalog: Catalog, method: str, jobs: int = 1):
    """Decluster by a method, on one thread."""
    options = DeclusterOptions(method, completeness=2.5)
    run = decluster_stochastically if method == "stochastic" else decluster
    return run(catalog, options, jobs=jobs)


def main() -> None:
    """Print the tables."""
    print(machine())
    for method in _METHODS:  # compile
        found(etas_world(EtasOptions(days=300), seed=1).catalog, method)
    print(f"\n{'world':15s} {'seed':>4s} {'events':>6s} {'method':18s} planted found agree seconds")
    for name, options in _WORLDS.items():
        for seed in (1,) if options.days > 5000 else (1, 2, 3):
            world = etas_world(options, seed=seed)
            truth = world.parent < 0
            for method in _METHODS:
                start = process_time()
                one = found(world.catalog, method)
                spent, agree = process_time() - start, (one.is_background == truth).mean()
                print(f"{name:15s} {seed:4d} {len(truth):6d} {method:18s} {truth.mean():7.3f} "
                      f"{one.background_share:5.3f} {agree:5.3f} {spent:7.2f}", flush=True)  # fmt: skip
    print(f"\n{'Poisson world':20s} {'events':>7s} {'method':18s} found seconds")
    for n, spots in ((1000, 0), (10_000, 0), (1000, 20), (10_000, 20), (100_000, 0)):
        catalog = poisson_world(n, spots, 1)
        for method in _METHODS[:3]:
            start = process_time()
            share = found(catalog, method).background_share
            place = f"{spots} spots" if spots else "even"
            print(f"{place:20s} {n:7d} {method:18s} {share:5.3f} {process_time() - start:7.2f}", flush=True)


if __name__ == "__main__":
    main()
