"""What each choice changes, measured where the faults are known: the tables of docs/how-to-choose.md.

Run: python benchmarks/choices.py [criterion | subsets | refine | min_sigma | selection | size ...] [--seeds 5]

Two kinds of data. *planted*: twenty rectangles as in Kamer et al. (2020), section 3.2, 5 % background, at a density in
events per km²; *region*: the earthquakes of the embedded default, 27 faults, location errors by quality. Figures are
medians over seeds, with the lowest and highest in brackets; ARI is the adjusted Rand index against the truth; BIC is
given as the difference to the first row of the same data.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from time import perf_counter

import numpy as np

import seisweave as sw
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like


@dataclass(frozen=True, eq=False)
class Data:
    name: str
    xyz_km: np.ndarray
    truth: np.ndarray


@cache
def planted(density: float, seed: int) -> Data:
    made = plant_faults(PlantedOptions(density_per_km2=density, seed=seed))
    return Data(f"planted, {density} per km²", made.xyz_km, made.fault)


@cache
def region(n_events: int, seed: int) -> Data:
    made = southern_california_like(seed=seed, n_events=n_events)
    quakes = made.catalog.event_type == "eq"
    return Data(f"region, {n_events:,} events", made.catalog[quakes].xyz_km(made.projection), made.fault[quakes])


def criterion(seeds: range) -> None:
    """Global or local criterion."""
    data = [lambda s, d=d: planted(d, s) for d in (0.1, 0.5, 1.5)] + [lambda s: region(6000, s)]
    compare(data, seeds, [("global", {"criterion": "global"}), ("local", {"criterion": "local"})])


def refine(seeds: range) -> None:
    """With or without refinement."""
    data = [lambda s, d=d: planted(d, s) for d in (0.1, 0.5, 1.5)] + [lambda s: region(6000, s)]
    compare(data, seeds, [("no refinement", {"refine": False}), ("refinement", {"refine": True})])


def subsets(seeds: range) -> None:
    """Number of subsets."""
    data = [lambda s: region(6000, s), lambda s: region(60_000, s)]
    compare(data, seeds, [(f"{n} subsets", {"subsets": n}) for n in (1, 5, 30, 100)])


def min_sigma(seeds: range) -> None:
    """Smallest standard deviation of a fault."""
    data = [lambda s: planted(0.5, s), lambda s: region(6000, s)]
    compare(data, seeds, [(f"{km} km", {"min_sigma_km": km}) for km in (0.05, 0.005, 0.2, 0.5, 1.0)])


def size(seeds: range) -> None:
    """Number of events."""
    data = [lambda s, n=n: region(n, s) for n in (500, 1500, 6000, 20_000)]
    compare(data, seeds, [("default", {})])


def selection(seeds: range) -> None:
    """Which events to select; scored on its own events and on all earthquakes of quality A."""
    print("| network made from | events | faults | ARI of its own events | ARI of quality A |\n|---|---|---|---|---|")
    choices = {
        "earthquakes of all qualities": {"event_type": "eq"},
        "earthquakes and blasts": {},
        "quality A, B, C": {"event_type": "eq", "quality": "A,B,C"},
        "quality A, B": {"event_type": "eq", "quality": "A,B"},
        "quality A": {"event_type": "eq", "quality": "A"},
        "horizontal error up to 0.5 km": {"event_type": "eq", "max_horizontal_km": 0.5},
        "magnitude 2.5 and above": {"event_type": "eq", "min_magnitude": 2.5},
    }
    for name, criteria in choices.items():
        rows = [_selected(seed, criteria) for seed in seeds]
        n, faults, own, best = zip(*rows, strict=True)
        print(f"| {name} | {np.median(n):.0f} | {_spread(faults, 0)} | {_spread(own)} | {_spread(best)} |", flush=True)


def _selected(seed: int, criteria: dict) -> tuple[int, int, float, float]:
    made = southern_california_like(seed=seed)
    row = {name: k for k, name in enumerate(made.catalog.ids)}
    chosen = made.catalog.select(**criteria)
    truth = made.fault[[row[name] for name in chosen.ids]]
    network = sw.reconstruct_faults(chosen.xyz_km(made.projection))
    good = (made.catalog.quality == "A") & (made.catalog.event_type == "eq")
    part, _ = network.mixture.most_likely(made.catalog[good].xyz_km(made.projection))
    label = np.where(part < network.n_segments, part, -1)
    own = sw.evaluation.adjusted_rand_index(truth, network.segment)
    return len(chosen), network.n_segments, own, sw.evaluation.adjusted_rand_index(made.fault[good], label)


def compare(sources: Iterable[Callable[[int], Data]], seeds: range, choices: list[tuple[str, dict]]) -> None:
    """Every choice on every kind of data: medians over seeds."""
    print("| data | choice | faults | ARI | BIC | background | seconds |\n|---|---|---|---|---|---|---|")
    for source in sources:
        first = None
        for name, settings in choices:
            networks, scores, seconds = [], [], []
            for seed in seeds:
                data = source(seed)
                start = perf_counter()
                networks.append(sw.reconstruct_faults(data.xyz_km, sw.FaultOptions(**settings)))
                seconds.append(perf_counter() - start)
                scores.append(sw.evaluation.adjusted_rand_index(data.truth, networks[-1].segment))
            bic = np.array([network.bic for network in networks])
            first = bic if first is None else first
            cells = [
                data.name,
                name,
                _spread([network.n_segments for network in networks], 0),
                _spread(scores),
                f"{np.median(bic - first):+.0f}",
                f"{np.median([network.mixture.box_weight.sum() for network in networks]):.1%}",
                f"{np.median(seconds):.2f}",
            ]
            print("| " + " | ".join(cells) + " |", flush=True)


def _spread(values: Iterable[float], digits: int = 3) -> str:
    values = list(values)
    return f"{np.median(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


QUESTIONS = {f.__name__: f for f in (criterion, subsets, refine, min_sigma, selection, size)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", help=f"of {', '.join(QUESTIONS)}; all by default")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    unknown = set(arguments.questions) - set(QUESTIONS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: no such question; choose from {', '.join(QUESTIONS)}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"seisweave {sw.__version__}, {cores} cores, {platform.machine()}, {arguments.seeds} seeds")
    sw.reconstruct_faults(planted(0.1, 0).xyz_km)  # load the compiled loops
    for name in arguments.questions or QUESTIONS:
        print(f"\n{QUESTIONS[name].__doc__}\n")
        QUESTIONS[name](range(1, 1 + arguments.seeds))


if __name__ == "__main__":
    main()
