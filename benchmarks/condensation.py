"""Time and memory of condensation and assignment, with the statistics of KaKiOS-16.

    python benchmarks/condensation.py --catalog scedc.csv.gz --events 30000 120000 479056 --jobs 4

Each size runs in a process of its own. Hypocentres are drawn from the catalog given (default: our simulation); errors
are invented: standard deviations by quality class (medians of ComCat's errors of Southern Californian events) times a
lognormal number, 81 % of the events with a mixture of 3.24 Gaussians on average, 1,346,010 in all for 479,056 events
(Kamer, Ouillon & Sornette 2020, section 4.2).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from time import perf_counter, process_time

import numpy as np

from machine import machine, peak_mb
from seisweave.catalog import Catalog, read_catalog
from seisweave.condensation import CondensationOptions, EventGaussians, condense
from seisweave.synthetic import southern_california_like

PAPER = {"events": 479_056, "components": 1_346_010, "with weight": 600_463, "holding": 93_149}
SIGMA_KM = {"A": (0.24, 0.52), "B": (1.27, 1.48), "C": (1.13, 10.0), "D": (8.93, 15.5)}  # horizontal, vertical
MULTIPLE, MEAN = 0.81, 3.24


def main() -> None:
    arguments = parse()
    if arguments.worker:
        print(json.dumps(measure(arguments)))
        return
    print(machine())
    rows = []
    for n in arguments.events:
        command = [sys.executable, __file__, "--worker", "--events", str(n), *flags(arguments)]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print(line(rows[-1]), flush=True)
    if len(rows) > 1:
        size, *taken = (np.log([row[name] for row in rows]) for name in ("components", "total_s", "cpu_s"))
        time, processor = (np.polyfit(size, each, 1)[0] for each in taken)
        print(f"growth exponent over these sizes: time {time:.2f}, processor {processor:.2f}")
    shares = f"{PAPER['with weight'] / PAPER['components']:.0%} keep weight, {PAPER['holding'] / PAPER['events']:.0%}"
    print(f"paper (KaKiOS-16): {shares} of the events' number hold events")


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Simulate, condense, count."""
    n = arguments.events[0]
    source = read_catalog(arguments.catalog).with_depth() if arguments.catalog else None
    catalog = source if source is not None else southern_california_like(arguments.seed, n_events=n).catalog
    events = simulate(catalog, n, arguments.seed, arguments.wider)
    del source, catalog
    condense(EventGaussians.from_sigmas(np.zeros((9, 3)), np.ones((9, 3))))  # compiled, or read from the cache
    start, used = perf_counter(), process_time()
    condensed = condense(events, CondensationOptions(vote=arguments.vote), jobs=arguments.jobs)
    before, after = condensed.effective_numbers()
    return {
        "events": n,
        "components": len(events),
        "vote": arguments.vote,
        "jobs": arguments.jobs,
        **{f"{name}_s": value for name, value in condensed.seconds.items()},
        "total_s": perf_counter() - start,
        "cpu_s": process_time() - used,
        "peak_gb": peak_mb() / 1024,
        "with_weight": int(condensed.weighted.sum()),
        "holding": len(condensed.holding),
        "effective_before": before,
        "effective_after": after,
        "lost": abs(condensed.weight.sum() - n),
    }


def simulate(catalog: Catalog, n: int, seed: int, wider: float = 1.0) -> EventGaussians:
    """Mixtures for n events of a catalog: number of Gaussians as in the paper, errors by quality class, times wider."""
    rng = np.random.default_rng(seed)
    catalog = catalog.take(np.sort(rng.choice(len(catalog), n, replace=False)))
    quality = catalog.quality if catalog.quality is not None else np.full(n, "A")
    sigma = np.array([SIGMA_KM.get(letter, SIGMA_KM["D"]) for letter in quality.tolist()])
    sigma = wider * sigma[:, [0, 0, 1]] * np.exp(0.5 * rng.standard_normal((n, 2)))[:, [0, 0, 1]]
    count = number_of_gaussians(n, rng)
    event, several = np.repeat(np.arange(n), count), np.repeat(count > 1, count)
    m = len(event)
    weight = rng.gamma(2.0, size=m)
    weight /= np.bincount(event, weight)[event]
    width = np.where(several, 0.7 * np.exp(0.35 * rng.standard_normal(m)), 1.0)
    root = (width[:, None] * sigma[event])[:, :, None] * (np.eye(3) + 0.15 * rng.standard_normal((m, 3, 3)))
    covariance = root @ root.transpose(0, 2, 1)
    mean = catalog.xyz_km()[event] + np.where(several, 0.7, 0.0)[:, None] * sigma[event] * rng.standard_normal((m, 3))
    return EventGaussians(event, weight, mean, (covariance + covariance.transpose(0, 2, 1)) / 2)


def number_of_gaussians(n: int, rng: np.random.Generator) -> np.ndarray:
    """One, or two and more; their sum is the paper's, in proportion to the number of events."""
    count = np.where(rng.random(n) < MULTIPLE, 2 + rng.poisson(MEAN - 2.0, n), 1)
    missing = round(n * PAPER["components"] / PAPER["events"]) - count.sum()
    changeable = np.flatnonzero(count > 2)
    count[rng.choice(changeable, abs(missing), replace=False)] += np.sign(missing)
    return count


def line(row: dict) -> str:
    return (
        f"{row['events']:,} events, {row['components']:,} components, vote {row['vote']}, {row['jobs']} threads:"
        f" {row['total_s']:.1f} s (prepare {row['prepare_s']:.1f}, condense {row['condense_s']:.1f},"
        f" assign {row['assign_s']:.1f}; {row['cpu_s']:.0f} s of processor),"
        f" peak {row['peak_gb']:.2f} GB; {row['with_weight']:,} keep weight"
        f" ({row['with_weight'] / row['components']:.0%} of the components), {row['holding']:,} hold events"
        f" ({row['holding'] / row['events']:.0%} of the events); effective number {row['effective_before']:,.0f} ->"
        f" {row['effective_after']:,.0f}; weight lost {row['lost']:.1e}"
    )


def flags(arguments: argparse.Namespace) -> list[str]:
    given = [
        "--jobs",
        str(arguments.jobs),
        "--seed",
        str(arguments.seed),
        "--vote",
        arguments.vote,
        "--wider",
        str(arguments.wider),
    ]
    return [*given, *(["--catalog", arguments.catalog] if arguments.catalog else [])]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog")
    parser.add_argument("--events", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wider", type=float, default=1.0, help="factor on all errors")
    parser.add_argument("--vote", default="current", choices=("current", "reference"))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
