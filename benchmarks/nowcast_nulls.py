"""Every model of the prospective table where the truth is known: nothing to find, or nothing beyond a known chance.

Run: python benchmarks/nowcast_nulls.py etas               a simulated ETAS world of 40 years: the true chance is best
     python benchmarks/nowcast_nulls.py shuffled CATALOG   a real catalog whose days change places: all within 0.05 nats
     --full trains as long as the table does (hours); by default as `--quick` does (minutes)

Prints nats per positive over Poisson of every model and seed; next day also of the simulated world's true chance.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np

from machine import machine
from place import days_shuffled
from seisweave.catalog import read_catalog
from seisweave.evaluation import information_gain
from seisweave.nowcast.maps import MapOptions
from seisweave.progress import Step
from seisweave.studies.eqpred.by_cell import cells_of
from seisweave.studies.eqpred.expanding_window import poisson_of, truth_of
from seisweave.studies.eqpred.options import BOX, CELL_DEG, Effort, TableInput, TableOptions
from seisweave.studies.eqpred.table import TableRequest, make_table
from seisweave.studies.eqpred.timetable import targets_of, timetable_of
from seisweave.synthetic import EtasOptions, EtasWorld, etas_world


def scores(given: TableInput, arguments: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Gain of every model and seed, by target."""
    request = TableRequest("table1", given, Effort(arguments.seeds, quick=not arguments.full))
    table = make_table(request, jobs=arguments.jobs, progress=told)
    made: dict[str, dict[str, float]] = {}
    for row in table.rows:
        made.setdefault(row["target"], {})[f"{row['model']}, seed {row['seed']}"] = row["gain"]
    return made


def told(step: Step) -> None:
    print(f"{step.stage}: {step.done:.0%}  ", end="\r", file=sys.stderr)


def true_gains(world: EtasWorld, given: TableInput) -> dict[str, float]:
    """Gain of the true chance, anywhere and by cell, for targets of the next day."""
    timetable, made = timetable_of(given), {}
    start = np.datetime64(world.options.start, "D")
    assert given.options.threshold is not None
    targets = [target for target in targets_of(given.options.threshold) if target.steps == 1]
    cells = cells_of(given, timetable.borders, targets[0])
    for target in targets:
        chance, truth = world.probability(target.threshold), truth_of(timetable.observed, target, timetable.borders)
        day = (timetable.observed.steps.start[truth.rows].astype("datetime64[D]") - start).astype(np.int64)
        anywhere = 1.0 - np.prod(1.0 - chance[day], axis=(1, 2))
        made[str(target)] = information_gain(anywhere, poisson_of(truth), truth.happened, draws=1).value
        by_cell = cells.chances[cells.number_of(target.threshold)]
        day = (by_cell.day.astype("datetime64[D]") - start).astype(np.int64)
        gain = information_gain(chance[day], by_cell.poisson, by_cell.happened, draws=1)
        made[f"M ≥ {target.threshold:g} by cell, next day"] = gain.value
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("etas", "shuffled"))
    parser.add_argument("catalog", nargs="?")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    options, true = TableOptions(protocol="prospective"), {}
    if arguments.what == "etas":
        world = etas_world(EtasOptions(days=14_610, background_per_day=0.4), seed=1)
        options = replace(options, threshold=4.0, start="1990-01-01", first="2015-01-01", end="2029-12-30")
        given = TableInput(world.catalog, options, MapOptions(box=BOX, cell_deg=0.25))
        true = true_gains(world, given)
    elif arguments.catalog is None:
        parser.error("give a catalog")
    else:
        options = replace(options, threshold=4.5, start="1981-01-01", first="2005-01-01", end="2015-01-01")
        shuffled = days_shuffled(read_catalog(arguments.catalog))
        given = TableInput(shuffled, options, MapOptions(box=BOX, cell_deg=CELL_DEG, not_event_type="qb"))
    print(f"{machine()}\n")
    for target, gains in scores(given, arguments).items():
        best = sorted(gains.items(), key=lambda item: -item[1])
        print(f"\n### {target}\n\n| model | nats per positive |\n|---|---|")
        for name, gain in ([("true chance", true[target])] if target in true else []) + best:
            print(f"| {name} | {gain:+.3f} |")


if __name__ == "__main__":
    main()
