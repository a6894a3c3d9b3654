"""ETAS catalogs of one day, simulated from the published models and events of EarthquakeNPP: seconds, events a second.

    python benchmarks/etas_simulation.py DATA [--catalogs 10000] [--jobs 1]

DATA as for earthquakenpp.py. Days: the first of the test span, and those that begin within minutes of the Ridgecrest
earthquakes of 4 and 6 July 2019 (M 6.4, M 7.1). Seconds are of processor time, from events that are described to one
record of all catalogs. The model is the published one (standard form); with --forms, models that are fitted to 4,000
targets first. The number that came on the day stands beside the simulated mean and its 95 %.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import process_time

import numpy as np

from machine import machine
from seisweave.catalog.projection import LocalProjection
from seisweave.etas import (
    Continuation,
    EtasModel,
    EtasOptions,
    SimulateOptions,
    branching_ratio,
    fit_events,
    fit_magnitude_law,
    simulate,
    standard_form,
)
from seisweave.etas.model import describe
from seisweave.studies.earthquakenpp import BenchmarkSet, read_set

DAYS = {"ComCat_25": (13149.0, 17716.75, 17718.15), "SCEDC_20": (12053.0, 14063.75, 14065.15)}


def outline(benchmark: BenchmarkSet) -> np.ndarray:
    """The polygon on the benchmark's plane, sides in pieces, brought to its area."""
    corner = np.array(benchmark.meta["polygon_lat_lon"])
    fine = np.concatenate(
        [a + (b - a) * np.arange(20)[:, None] / 20 for a, b in zip(corner, np.roll(corner, -1, axis=0), strict=True)]
    )
    latitude, longitude = benchmark.meta["projection"]["centre_lat_lon"]
    x, y = LocalProjection(longitude, latitude).to_local(fine[:, 1], fine[:, 0])
    area = 0.5 * abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    print(f"{benchmark.name}: outline {area:,.0f} km², published {benchmark.meta['area_km2']:,.0f}")
    return np.stack([x, y], axis=1) * np.sqrt(benchmark.meta["area_km2"] / area)


def setup_of(benchmark: BenchmarkSet, form: str | None) -> Continuation:
    """A model and all events, described."""
    events = benchmark.events("train_start", "test_start")
    law = fit_magnitude_law(events.magnitude, events.min_magnitude, 0.1)
    every = benchmark.events("test_start", "test_end")
    if form is not None:
        model: EtasModel = fit_events(events, EtasOptions(form, 4000))
        start = process_time()
        setup = Continuation.of(model, every, law, outline(benchmark))
        print(f"  all {len(every):,} events described in {process_time() - start:.1f} s")
    else:
        value = benchmark.published
        plain = describe(standard_form(), every, value)
        setup = Continuation(standard_form(), value, value, plain.scales(), plain, law, outline(benchmark))
    corner = "found" if law.corner_found else "given"
    print(
        f"  b {law.b:.3f}, corner {law.corner_magnitude:.2f} ({corner}), branching ratio {branching_ratio(setup):.3f}"
    )
    return setup


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=["ComCat_25", "SCEDC_20"])
    parser.add_argument("--forms", nargs="*", default=[])
    parser.add_argument("--catalogs", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    for name in given.sets:
        benchmark = read_set(given.data, name)
        for form in given.forms or [None]:
            setup = setup_of(benchmark, form)
            simulate(setup.between(DAYS[name][0], DAYS[name][0] + 1.0), SimulateOptions(1))  # compiled
            for day in DAYS[name]:
                start = process_time()
                found = simulate(setup.between(day, day + 1.0), SimulateOptions(given.catalogs), jobs=given.jobs)
                seconds, numbers = process_time() - start, found.numbers
                t = setup.described.events.t_days
                came = np.searchsorted(t, day + 1.0) - np.searchsorted(t, day)
                low, high = np.percentile(numbers, [2.5, 97.5])
                print(
                    f"  {name} {form or 'published'} day {day:g}: {np.searchsorted(t, day):,} events before,"
                    f" {numbers.sum():,} simulated in {seconds:.2f} s of processor, {numbers.sum() / seconds:,.0f} a"
                    f" second; {numbers.mean():.1f} [{low:.0f}, {high:.0f}] a day, {came} came, {found.cut.sum()} cut"
                )


if __name__ == "__main__":
    main()
