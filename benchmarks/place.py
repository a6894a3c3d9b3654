"""The nowcast by place on a real catalog: which settings do best on early years; what is left when days are shuffled.

Run: python benchmarks/place.py settings CATALOG [--seeds 2]     refits 1985 and 1990, scored 1985-1994
     python benchmarks/place.py shuffled CATALOG [--first 2005-01-01 --end 2015-01-01]
     python benchmarks/place.py etas                              a simulated world of 40 years whose chances are known

CATALOG is the merged catalog of the SCEDC from 1932 on. Settings are compared on years before 1995 only, so that the
years from 1995 on judge what was chosen. Gains are nats per positive cell-day over the cell Poisson.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import perf_counter

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.evaluation import information_gain
from seisweave.nowcast.place_backtest import Backtest, backtest
from seisweave.nowcast.place_data import place_data
from seisweave.nowcast.place_options import PlaceNetworkOptions, PlaceOptions, WindowOptions
from seisweave.synthetic import EtasOptions, etas_world

PLACE = PlaceOptions(
    not_event_type="qb", learn_from="1950-01-01", gaps="2019-10-15T07:07/2019-12-12T07:44"
)  # the network's catalog holds few events in that gap
SETTINGS = {
    "default": ({}, {}),
    "learn from 1965": ({"learn_from": "1965-01-01"}, {}),
    "learn from 1975": ({"learn_from": "1975-01-01"}, {}),
    "12 filters": ({}, {"filters": 12}),
    "48 filters": ({}, {"filters": 48}),
    "4 epochs": ({}, {"epochs": 4}),
    "12 epochs": ({}, {"epochs": 12}),
    "all quiet days": ({}, {"quiet_share": 1.0}),
    "step size 0.005": ({}, {"learning_rate": 5e-3}),
    "dropout 0.3": ({}, {"dropout": 0.3}),
}


def settings(catalog: Catalog, arguments: argparse.Namespace) -> None:
    window = WindowOptions(first="1985-01-01", end="1995-01-01")
    print("| settings | M ≥ 3 | 3.5 | 4 | 4.5 | seconds a seed |\n|---|---|---|---|---|---|")
    for name, (place, network) in SETTINGS.items():
        start, options = perf_counter(), replace(PLACE, **place)
        data, seeds = place_data(catalog, options, end=window.end), range(arguments.seeds)
        made = backtest(data, (options, PlaceNetworkOptions(**network), window), seeds, jobs=arguments.jobs)
        seconds = (perf_counter() - start) / arguments.seeds
        print(f"| {name} | {' | '.join(gains(made))} | {seconds:.0f} |", flush=True)


def shuffled(catalog: Catalog, arguments: argparse.Namespace) -> None:
    """Whole days change places: what is left has rates in space and clusters within days, and no tomorrow."""
    known = catalog.take(~np.isnat(catalog.times))
    day = known.times.astype("datetime64[D]")
    days = np.arange(day.min(), day.max() + 1)
    moved = np.random.default_rng(0).permutation(days)[(day - days[0]).astype(np.int64)] - day
    columns = ("longitude", "latitude", "depth_km", "magnitude", "ids", "event_type")
    mixed = Catalog(times=known.times + moved, **{name: getattr(known, name) for name in columns})
    window = WindowOptions(first=arguments.first, end=arguments.end)
    options = replace(PLACE, gaps="")
    made = backtest(place_data(mixed, options, end=window.end), (options, PlaceNetworkOptions(), window), range(1))
    print("| | M ≥ 3 | 3.5 | 4 | 4.5 |\n|---|---|---|---|---|")
    print(f"| network | {' | '.join(gains(made))} |")


def etas(arguments: argparse.Namespace) -> None:
    """How much of what can be known the network finds, where the truth is known."""
    world = etas_world(EtasOptions(days=14_610, background_per_day=0.4), seed=1)
    options, window = PlaceOptions(), WindowOptions(first="2015-01-01", end="2029-12-30", every_years=5)
    made = backtest(
        place_data(world.catalog, options, end=window.end),
        (options, PlaceNetworkOptions(), window),
        range(arguments.seeds),
        jobs=arguments.jobs,
    )
    day = (made.day.astype("datetime64[D]") - np.datetime64("1990-01-01")).astype(np.int64)
    print("| | M ≥ 3 | 3.5 | 4 | 4.5 |\n|---|---|---|---|---|")
    true = np.stack([world.probability(magnitude)[day] for magnitude in options.magnitudes], axis=1)
    positives = made.happened.sum(axis=(0, 2, 3))
    print(f"| positives | {' | '.join(str(n) for n in positives)} |")
    networks = {f"network, seed {seed}": chance for seed, chance in made.network.items()}
    for name, chance in {"true chance": true, "neuron": made.neuron, **networks}.items():
        told = [
            information_gain(chance[:, k], made.poisson[:, k], made.happened[:, k], draws=1).value for k in range(4)
        ]
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in told)} |")


def gains(made: Backtest) -> list[str]:
    """Mean over seeds for each threshold, and the spread."""
    told = []
    for k in range(made.happened.shape[1]):
        values = [
            information_gain(chance[:, k], made.poisson[:, k], made.happened[:, k], draws=1).value
            for chance in made.network.values()
        ]
        told.append(f"{np.mean(values):.3f} ± {np.std(values):.3f}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("settings", "shuffled", "etas"))
    parser.add_argument("catalog", nargs="?")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", default="2005-01-01")
    parser.add_argument("--end", default="2015-01-01")
    arguments = parser.parse_args()
    if arguments.what == "etas":
        print(f"{machine()}\n")
        etas(arguments)
        return
    if arguments.catalog is None:
        parser.error("give a catalog")
    catalog = read_catalog(arguments.catalog)
    print(f"{machine()}; catalog {catalog.provenance.sha256[:12]}\n")
    {"settings": settings, "shuffled": shuffled}[arguments.what](catalog, arguments)


if __name__ == "__main__":
    main()
