"""The nowcast by place: which settings do best where nothing is judged; what is left when days are shuffled.

Run: python benchmarks/place.py settings CATALOG [--seeds 2]     Southern California, refits 1985 and 1990, 1985-1994
     python benchmarks/place.py north CATALOG [--seeds 2]        Northern California, refits 1985 to 2015, 1985-2019
     python benchmarks/place.py scored CATALOG [--seeds 5 --days 7]  Southern California, 1995-2025: what adds what
     python benchmarks/place.py shuffled CATALOG [--first 2005-01-01 --end 2015-01-01 --days 7]
     python benchmarks/place.py etas                             a simulated world of 40 years whose chances are known

CATALOG is the merged catalog of the SCEDC from 1932 on; for `north`, events of M 2.5 and above from 1971 on (ComCat, as
in EarthquakeNPP). Settings are compared on years before 1995, or north of 36.5 degrees: Southern California from 1995
on judges what was chosen, and is what `scored` tells: gains with 95 % intervals, the month of Ridgecrest by itself, and
what came where chances above one in three were given. Gains are nats per positive cell-day over the cell Poisson.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.evaluation import information_gain
from seisweave.nowcast.place.backtesting import Backtest, backtest
from seisweave.nowcast.place.options import BacktestOptions, PlaceNetworkOptions, PlaceOptions, WindowOptions
from seisweave.synthetic import EtasOptions, etas_world

CALIFORNIA = {"magnitudes": (3.0, 3.5, 4.0, 4.5), "box": (-120.0, -114.0, 32.0, 36.0), "cell_deg": 0.5}
PLACE = PlaceOptions(
    **CALIFORNIA,
    not_event_type="qb",
    learn_from="1950-01-01",
    gaps="2019-10-15T07:07/2019-12-12T07:44",
)  # the network's catalog holds few events in that gap
NORTH = PlaceOptions(magnitudes=(3.5, 4.0, 4.5, 5.0), box=(-125.0, -117.0, 36.5, 42.0), learn_from="1974-01-01")
RIDGECREST = np.datetime64("2019-07-04")  # its M 6.4
SETTINGS = {
    "default": ({}, {}),
    "started from the sums alone": ({}, {"rates": "sums"}),
    "one earlier network": ({}, {"calibration_fits": 1}),
    "12 filters": ({}, {"filters": 12}),
    "48 filters": ({}, {"filters": 48}),
    "4 epochs": ({}, {"epochs": 4}),
    "12 epochs": ({}, {"epochs": 12}),
    "all quiet days": ({}, {"quiet_share": 1.0}),
    "step size 0.005": ({}, {"learning_rate": 5e-3}),
    "dropout 0.3": ({}, {"dropout": 0.3}),
}


def settings(catalog: Catalog, arguments: argparse.Namespace) -> None:
    compare(catalog, arguments, PLACE, WindowOptions(start="1985-01-01", end="1995-01-01"))


def north(catalog: Catalog, arguments: argparse.Namespace) -> None:
    compare(catalog, arguments, NORTH, WindowOptions(start="1985-01-01", end="2020-01-01"))


def compare(catalog: Catalog, arguments: argparse.Namespace, region: PlaceOptions, window: WindowOptions) -> None:
    """What needs no network, and the network by its settings."""
    titles = " | ".join(f"M ≥ {magnitude:g}" for magnitude in region.magnitudes)
    print(f"| settings | {titles} | seconds a seed |\n|---|---|---|---|---|---|")
    for name, (place, network) in SETTINGS.items():
        start, options = perf_counter(), replace(region, **place)
        whole = BacktestOptions(options, PlaceNetworkOptions(**network), window, range(arguments.seeds))
        made = backtest(catalog, whole, jobs=arguments.jobs)
        seconds = (perf_counter() - start) / arguments.seeds
        if name == "default":
            alone = {"positives": None, "neuron": made.neuron, "sum of rates": made.sums, "ETAS": made.etas}
            for plain, chances in alone.items():
                told = made.happened.sum(axis=(0, 2, 3)).tolist() if chances is None else gains(made, {0: chances})
                print(f"| {plain} | {' | '.join(map(str, told))} | |")
        print(f"| {name} | {' | '.join(gains(made))} | {seconds:.0f} |", flush=True)


def scored(catalog: Catalog, arguments: argparse.Namespace) -> None:
    """What every model gains over every other on the years that judge, and where the most is at stake."""
    options, window = replace(PLACE, days=arguments.days), WindowOptions(plain_from="1990-01-01")
    whole = BacktestOptions(options, PlaceNetworkOptions(rates=arguments.rates), window, range(arguments.seeds))
    made = backtest(catalog, whole, jobs=arguments.jobs)
    rivals = {"cell Poisson": made.poisson, "neuron": made.neuron, "sum of rates": made.sums, "ETAS": made.etas}
    networks = {f"network, seed {seed}": chance for seed, chance in made.network.items()}
    models, day = rivals | networks, made.day.astype("datetime64[D]")
    month = (day >= RIDGECREST) & (day < RIDGECREST + np.timedelta64(30, "D"))
    for k, magnitude in enumerate(options.thresholds):
        happened = made.happened[:, k]
        print(f"\nM ≥ {magnitude:g}, {happened.sum()} positives, nats per positive; the month in all, over the neuron;")
        print("where more than one in three was given: expected, came; highest chance of that month where none came\n")
        print(f"| | {' | '.join(rivals)} | month | expected | came | highest |\n|---|{'---|' * (len(rivals) + 4)}")
        neuron = _nats(made.neuron[month, k], happened[month])
        for name, chances in models.items():
            chance, cells = chances[:, k], []
            for rival in rivals.values():
                gain = information_gain(chance, rival[:, k], happened, day=day.astype(np.int64))
                cells.append(f"{gain.value:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}]")
            high, quiet = chance > 1.0 / 3.0, np.where(happened[month], 0.0, chance[month]).max()
            cells += [f"{_nats(chance[month], happened[month]) - neuron:+.1f}", f"{chance[high].sum():.0f}"]
            print(f"| {name} | {' | '.join(cells)} | {happened[high].sum()} | {100 * quiet:.1f} % |")


def _nats(chance: np.ndarray, happened: np.ndarray) -> float:
    chance = np.clip(chance, 1e-12, 1.0 - 1e-12)
    return float(np.where(happened, np.log(chance), np.log1p(-chance)).sum())


def shuffled(catalog: Catalog, arguments: argparse.Namespace) -> None:
    """What is left has rates in space and clusters within days, and no tomorrow."""
    mixed = days_shuffled(catalog)
    window = WindowOptions(start=arguments.first, end=arguments.end)
    options = replace(PLACE, gaps="", days=arguments.days)
    made = backtest(mixed, BacktestOptions(options, window=window))
    print("| | M ≥ 3 | 3.5 | 4 | 4.5 |\n|---|---|---|---|---|")
    print(f"| network | {' | '.join(gains(made))} |")


def days_shuffled(catalog: Catalog) -> Catalog:
    """The same events, but whole days have changed places."""
    known = catalog.take(~np.isnat(catalog.times))
    day = known.times.astype("datetime64[D]")
    days = np.arange(day.min(), day.max() + 1)
    moved = np.random.default_rng(0).permutation(days)[(day - days[0]).astype(np.int64)] - day
    columns = ("longitude", "latitude", "depth_km", "magnitude", "ids", "event_type")
    return Catalog(times=known.times + moved, **{name: getattr(known, name) for name in columns})


def etas(arguments: argparse.Namespace) -> None:
    """How much of what can be known the network finds, where the truth is known."""
    world = etas_world(EtasOptions(days=14_610, background_per_day=0.4), seed=1)
    options, window = PlaceOptions(**CALIFORNIA), WindowOptions(start="2015-01-01", end="2029-12-30", every_years=5)
    whole = BacktestOptions(options, window=window, seeds=range(arguments.seeds))
    made = backtest(world.catalog, whole, jobs=arguments.jobs)
    day = (made.day.astype("datetime64[D]") - np.datetime64("1990-01-01")).astype(np.int64)
    print("| | M ≥ 3 | 3.5 | 4 | 4.5 |\n|---|---|---|---|---|")
    true = np.stack([world.probability(magnitude)[day] for magnitude in options.magnitudes], axis=1)
    positives = made.happened.sum(axis=(0, 2, 3))
    print(f"| positives | {' | '.join(str(n) for n in positives)} |")
    networks = {f"network, seed {seed}": chance for seed, chance in made.network.items()}
    alone = {"true chance": true, "neuron": made.neuron, "sum of rates": made.sums, "ETAS": made.etas}
    for name, chance in (alone | networks).items():
        told = [
            information_gain(chance[:, k], made.poisson[:, k], made.happened[:, k], draws=1).value for k in range(4)
        ]
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in told)} |")


def gains(made: Backtest, chances: Mapping[int, np.ndarray] | None = None) -> list[str]:
    """Mean over seeds for each threshold, and the spread where there is one; by default of the networks."""
    chances = made.network if chances is None else chances
    told = []
    for k in range(made.happened.shape[1]):
        values = [
            information_gain(chance[:, k], made.poisson[:, k], made.happened[:, k], draws=1).value
            for chance in chances.values()
        ]
        told.append(f"{np.mean(values):.3f}" + (f" ± {np.std(values):.3f}" if len(values) > 1 else ""))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("settings", "north", "scored", "shuffled", "etas"))
    parser.add_argument("catalog", nargs="?")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", default="2005-01-01")
    parser.add_argument("--end", default="2015-01-01")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--rates", default="etas")
    arguments = parser.parse_args()
    if arguments.what == "etas":
        print(f"{machine()}\n")
        etas(arguments)
        return
    if arguments.catalog is None:
        parser.error("give a catalog")
    catalog = read_catalog(arguments.catalog)
    print(f"{machine()}; catalog {catalog.provenance.sha256[:12]}\n")
    {"settings": settings, "north": north, "scored": scored, "shuffled": shuffled}[arguments.what](catalog, arguments)


if __name__ == "__main__":
    main()
