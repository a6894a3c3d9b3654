"""How long ETAS takes on the sets of EarthquakeNPP: fits of each form, and scores of the test events.

    python benchmarks/earthquakenpp.py DATA [--sets SanJac_10 ...] [--forms standard adaptive full]
        [--max-targets 12000] [--jobs 2]

DATA is the folder that `seisweave reproduce earthquakenpp` takes, which makes the table of scores. A model is fitted
to training and validation events and scores the test events; wall and processor seconds of both are printed, with the
passes over the pairs, the pairs, and nanoseconds of one processor a pair and pass. The log likelihood of the fit stands
beside that of the published parameters on the same events (exact, all targets), which it must not fall below where all
targets are fitted (--max-targets 0).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from machine import machine
from seisweave.etas import EtasOptions, Inputs, fit_events, score_events, standard_form
from seisweave.studies.earthquakenpp import SETS, BenchmarkSet, read_set


def run(benchmark: BenchmarkSet, options: EtasOptions, jobs: int) -> str:
    """Fit and score; one line."""
    events, test = benchmark.events("train_start", "test_start"), benchmark.events("test_start", "test_end")
    wall, cpu = perf_counter(), process_time()
    model = fit_events(events, options, jobs=jobs)
    fit_wall, fit_cpu = perf_counter() - wall, process_time() - cpu
    wall, cpu = perf_counter(), process_time()
    score_events(model.form, model.value, model.inputs(test, jobs=jobs), convention="benchmark", jobs=jobs)
    score_wall, score_cpu = perf_counter() - wall, process_time() - cpu
    targets = events.targets if not options.max_targets else events.targets[: options.max_targets]
    share = len(targets) / len(events.targets)
    pairs = share * float(np.searchsorted(events.t_days, events.t_days[events.targets]).sum())
    each = 1e9 * fit_cpu / (pairs * model.steps * len(model.form.kernels))
    return (
        f"{benchmark.name} {options.form}: fit {fit_wall:.1f} s wall, {fit_cpu:.1f} s CPU, {model.steps} passes over at"
        f" most {pairs:.2g} pairs, {each:.1f} ns; {model.log_likelihood / model.n_targets:.4f} nats an event"
        f"{'' if model.converged else ', not converged'}; scores {score_wall:.1f} s wall, {score_cpu:.1f} s CPU"
    )


def published_log_likelihood(benchmark: BenchmarkSet, jobs: int) -> float:
    """Of the published parameters on training and validation events, nats an event."""
    events = benchmark.events("train_start", "test_start")
    uniform = {"uniform": np.full(len(events.targets), 1.0 / events.area_km2)}
    inputs = Inputs(events, {"magnitude": events.over_min}, uniform, events.targets)
    return score_events(standard_form(), benchmark.published, inputs, jobs=jobs).mean["total"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--forms", nargs="+", default=["standard", "adaptive", "full"])
    parser.add_argument("--max-targets", type=int, default=12_000)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print(machine())
    for name in given.sets:
        benchmark = read_set(given.data, name)
        print(f"{name}: published parameters {published_log_likelihood(benchmark, given.jobs):.4f} nats an event")
        for form in given.forms:
            print(run(benchmark, EtasOptions(form, given.max_targets), given.jobs), flush=True)


if __name__ == "__main__":
    main()
