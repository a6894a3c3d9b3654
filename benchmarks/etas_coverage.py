"""Do standard errors of fits hold? Catalogs simulated with known parameters are fitted: how often 95 % intervals hold.

    python benchmarks/etas_coverage.py [--catalogs 20] [--events 10000] [--everywhere]

The standard form on a square of 400 km, from an empty past. All events are
targets, since the model's integral is over the whole plane, and the background's density is none outside the square, as
it was simulated. With --everywhere it is the same outside, as `fit_events` has it: some of the events that fell outside
are then taken for background. Catalogs are as long as it takes for about so many events in the mean.

Printed: for every parameter how many of the intervals hold the truth, the mean of (found - true) / error and its
standard deviation (0 and 1, were the errors exact); and derivatives of one log likelihood beside central differences.
"""

from __future__ import annotations

import argparse
from math import exp, log
from time import process_time

import numpy as np

from machine import machine
from seisweave.etas import (
    Continuation,
    EtasEvents,
    Inputs,
    MagnitudeLaw,
    SimulateOptions,
    branching_ratio,
    fit_form,
    rates,
    simulate,
    standard_form,
)
from seisweave.etas.model import describe

TRUTH = {
    "background.uniform": log(1.0),
    "main.productivity": -3.9,
    "main.productivity.magnitude": 1.5,
    "main.delay": log(0.01),
    "main.width": log(0.3),
    "main.width.magnitude": 1.0,
    "main.omega": 0.1,
    "main.tau": log(200.0),
    "main.rho": log(0.9),
}
SIDE = 400.0
SQUARE = 0.5 * SIDE * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
LAW = MagnitudeLaw(2.0, b=1.0, corner_magnitude=7.0)


def setup_until(end: float) -> Continuation:
    nothing = EtasEvents(*np.zeros((4, 0)), start=0.0, end=end, area_km2=SIDE**2, min_magnitude=2.0)
    plain = describe(standard_form(), nothing, TRUTH)
    return Continuation(standard_form(), TRUTH, TRUTH, plain.scales(), plain, LAW, SQUARE)


def inputs_of(events: EtasEvents, *, everywhere: bool) -> Inputs:
    """All events as targets, the background where it was simulated or on the whole plane."""
    within = (np.abs(events.x_km) <= 0.5 * SIDE) & (np.abs(events.y_km) <= 0.5 * SIDE) | everywhere
    return Inputs(events, {"magnitude": events.over_min}, {"uniform": within / events.area_km2}, events.targets)


def slopes(inputs: Inputs) -> None:
    """Derivatives of the log likelihood at the truth, and central differences."""

    def log_likelihood(value: dict[str, float]) -> float:
        found = rates(standard_form(), value, inputs)
        return float(found.log_rate.sum()) - found.expected

    found = rates(standard_form(), TRUTH, inputs)
    by = found.by_parameter.sum(axis=0) - found.expected_by
    for k, name in enumerate(standard_form().parameters()):
        up, down = (log_likelihood(TRUTH | {name: TRUTH[name] + step}) for step in (1e-2, -1e-2))
        print(f"  {name:28s} derivative {by[k]:10.3f}, difference {(up - down) / 2e-2:10.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogs", type=int, default=20)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--everywhere", action="store_true")
    given = parser.parse_args()
    print(machine())
    ratio = branching_ratio(setup_until(1.0))
    days = given.events * (1.0 - ratio) / exp(TRUTH["background.uniform"])
    print(f"branching ratio {ratio:.3f}, {days:,.0f} days")
    found = simulate(setup_until(days), SimulateOptions(given.catalogs), jobs=1)
    print("events:", *found.numbers)
    away = []
    for k in range(given.catalogs):
        start, events = process_time(), found.joined(k)
        inputs = inputs_of(events, everywhere=given.everywhere)
        if k == 0:
            slopes(inputs)
        fit = fit_form(standard_form(), inputs)
        error = fit.error
        away.append([(fit.value[name] - TRUTH[name]) / error[name] for name in TRUTH])
        print(
            f"  catalog {k}: {len(events):,} events, {fit.steps} steps, converged {fit.converged},"
            f" {process_time() - start:.1f} s, " + ", ".join(f"{z:.2f}" for z in away[-1]),
            flush=True,
        )
    table, n = np.array(away), len(away)
    for name, z in zip(TRUTH, table.T, strict=True):
        print(f"  {name:28s} {(np.abs(z) < 1.96).sum():3d} of {n} hold, mean {z.mean():6.2f}, sd {z.std():5.2f}")
    print(f"all: {(np.abs(table) < 1.96).mean():.1%} of {table.size} intervals hold")


if __name__ == "__main__":
    main()
