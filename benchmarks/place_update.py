"""A nowcaster by place that goes on learning, beside one fitted from scratch and one that is left as it was.

Run: python benchmarks/place_update.py CATALOG [--first 2015-01-01 --every-years 2 --times 2 --rates sums --seed 0]
     python benchmarks/place_update.py simulated [--first ... ]      a simulated world of 20 years from 1990 on

CATALOG is the merged catalog of the SCEDC from 1932 on. A nowcaster is fitted to all before `first`. Some years later
it goes on learning with the days since; beside it one is fitted from scratch to all days until then. Both, and the
first one as it was, nowcast the same years after, which none of them has seen: log loss, nats a day over all cells, and
what each gains, nats per positive, over the one that was left as it was. Time is that of the processor.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import process_time

import numpy as np

from machine import machine
from place import PLACE
from seisweave.catalog import Catalog, read_catalog
from seisweave.evaluation import information_gain
from seisweave.nowcast.place import (
    PlaceNetworkOptions,
    PlaceNowcaster,
    PlaceOptions,
    PlaceSettings,
    train_place_nowcaster,
    update_place_nowcaster,
)
from seisweave.nowcast.place.data import PlaceData, place_data
from seisweave.nowcast.place.etas_rates import add_feature, etas_log_rates
from seisweave.nowcast.place.fit import log_rates
from seisweave.nowcast.place.options import years_later
from seisweave.synthetic import EtasOptions, etas_world


def chances(nowcaster: PlaceNowcaster, data: PlaceData, rows: np.ndarray) -> np.ndarray:
    """What a nowcaster says of some days."""
    if nowcaster.etas is not None:
        data = add_feature(data, rows, etas_log_rates(nowcaster.etas.model, data, nowcaster.options, rows))
    return nowcaster.correction(
        log_rates(nowcaster.network, data.seen(rows)), nowcaster.neuron.log_rates(data.counts[rows])
    )


def loss(chance: np.ndarray, happened: np.ndarray) -> float:
    """Log loss, nats a day."""
    chance = np.clip(chance, 1e-12, 1.0 - 1e-12)
    return float(-np.where(happened, np.log(chance), np.log1p(-chance)).sum() / len(chance))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("catalog")
    parser.add_argument("--first", default="2015-01-01")
    parser.add_argument("--every-years", type=int, default=2)
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--rates", default="sums")
    parser.add_argument("--calibration-fits", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print(machine())
    place = PLACE
    if asked.catalog == "simulated":
        catalog = etas_world(EtasOptions(days=7_305, background_per_day=0.4), seed=asked.seed).catalog
        place = PlaceOptions(magnitudes=PLACE.magnitudes, box=PLACE.box)
    else:
        catalog = read_catalog(asked.catalog).select(min_magnitude=2.0)
    compare(catalog, place, asked)


def compare(catalog: Catalog, place: PlaceOptions, asked: argparse.Namespace) -> None:
    network = PlaceNetworkOptions(rates=asked.rates, calibration_fits=asked.calibration_fits, calibration_years=5)
    settings = PlaceSettings(place, network, asked.seed, asked.first)
    start = process_time()
    first = train_place_nowcaster(catalog, settings)
    print(f"fitted to all before {asked.first}: {process_time() - start:.0f} s")
    print("\n| years | M ≥ | positives | as it was | updated | from scratch | updated gains | from scratch gains | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    updated, border = first, np.datetime64(asked.first, "us")
    for _ in range(asked.times):
        border = years_later(border, asked.every_years)
        end, day = years_later(border, asked.every_years), str(border)[:10]
        start = process_time()
        updated = update_place_nowcaster(updated, catalog, complete_until=day)
        took = [process_time() - start]
        start = process_time()
        scratch = train_place_nowcaster(catalog, replace(settings, end=day))
        took.append(process_time() - start)
        data = place_data(catalog, first.options, start=first.first, end=str(end)[:10])
        rows = data.between(border, end)
        made, number = [chances(each, data, rows) for each in (first, updated, scratch)], np.arange(rows.sum())
        for k, magnitude in enumerate(place.thresholds):
            happened = data.happened[rows, k]
            told = [f"{loss(each[:, k], happened):.4f}" for each in made]
            for each in made[1:]:
                gain = information_gain(each[:, k], made[0][:, k], happened, day=number)
                told.append(f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
            seconds = " and ".join(f"{each:.1f}" for each in took)
            line = (f"{day} to {str(end)[:10]}", f"{magnitude:g}", str(happened.sum()), *told, seconds)
            print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main()
