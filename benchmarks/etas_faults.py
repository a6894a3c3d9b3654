"""What faults bring to ETAS on a set of EarthquakeNPP, beside controls that know no faults.

    python benchmarks/etas_faults.py DATA CATALOG [--set SCEDC_20] [--max-targets 6000] [--seed 1] [--jobs 2]

DATA is the folder that `seisweave reproduce earthquakenpp` takes, CATALOG one with the depths of its events (joined by
time, place and magnitude; events without are left out of the network). Faults are those of all events before the
validation span; models are fitted to its events and scored on the test's. As backgrounds, each weighted by the events
before validation that nothing triggered:

    faults   plates and halos of the network
    cells    k-means clusters of the same events, as many as there are faults and halos
    events   every event, as wide as the distance to its 5th nearest earlier one: a smoothing that does not move

Triggering: kernels drawn out along the fault of the source, beside along its 30 nearest earlier events; productivity
by fault, shrunk, beside by cell. Nodes: ETAS whose nodes are the faults (`seisweave.etas.fault_nodes`), or the cells.
Differences are in nats a test event, with 95 % intervals of drawing blocks of 30 days anew; `outside` leaves out the
two blocks with most events.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from scipy.cluster.vq import kmeans2

from machine import machine
from seisweave.catalog import read_catalog
from seisweave.etas import (
    EtasEvents,
    EtasModel,
    EtasOptions,
    PlaneMixture,
    adaptive_form,
    faults_as_background,
    fit_events,
    neighbourhood,
    score_events,
    standard_form,
)
from seisweave.etas.domain import days_of
from seisweave.etas.fault_background import chances_before, with_effects
from seisweave.etas.fault_nodes import FaultNodes, fit_nodes
from seisweave.etas.forms import along_faults, by_fault
from seisweave.faults import FaultNetwork, FaultOptions, reconstruct_faults
from seisweave.studies.earthquakenpp import BenchmarkSet, mean_difference, read_set

_SECONDS, _KM, _MAGNITUDE = 1.5, 10.0, 0.35  # of the join
_REACH_KM = 10.0


def depths(benchmark: BenchmarkSet, path: Path) -> np.ndarray:
    """Depth of every event of a set, NaN where the catalog has none of that time, place and magnitude."""
    catalog, table = read_catalog(path), benchmark.table
    order = np.argsort(catalog.times, kind="stable")
    known, times = days_of(catalog.times[order]) * 86400.0, pd.to_datetime(table["time"])
    wanted = days_of(times.dt.tz_localize(None).to_numpy().astype("datetime64[us]")) * 86400.0
    found, best = np.full(len(table), np.nan), np.full(len(table), np.inf)
    first = np.searchsorted(known, wanted - _SECONDS)
    longitude, latitude = table["longitude"].to_numpy(), table["latitude"].to_numpy()
    for step in range(8):
        at = np.minimum(first + step, len(order) - 1)
        row = order[at]
        east = (catalog.longitude[row] - longitude) * np.cos(np.radians(latitude))
        km = 111.2 * np.hypot(east, catalog.latitude[row] - latitude)
        away = np.abs(known[at] - wanted)
        fits = (away <= _SECONDS) & (km <= _KM)
        fits &= np.abs(catalog.magnitude[row] - table["magnitude"].to_numpy()) <= _MAGNITUDE
        nearer = fits & (away + km < best) & np.isfinite(catalog.depth_km[row])
        found[nearer], best[nearer] = catalog.depth_km[row][nearer], (away + km)[nearer]
    return found


def network_of(events: EtasEvents, depth_km: np.ndarray, jobs: int) -> FaultNetwork:
    """The faults of the events before the targets that have a depth."""
    past = (events.t_days < events.start) & np.isfinite(depth_km)
    points = np.column_stack([events.x_km, events.y_km, depth_km])[past]
    return reconstruct_faults(points, FaultOptions(subsets=max(1, len(points) // 10_000)), jobs=jobs)


def cells_of(events: EtasEvents, standard: EtasModel, unit_km: float, n: int, seed: int) -> PlaneMixture:
    """As many k-means clusters of the events before the targets, weighted as faults are."""
    n_past = int(np.searchsorted(events.t_days, events.start))
    xy = np.column_stack([events.x_km, events.y_km])[:n_past]
    rng = np.random.default_rng(seed)
    some = xy[rng.choice(n_past, min(n_past, 40_000), replace=False)]
    found = kmeans2(some, n, iter=15, minit="points", rng=rng)
    mean, label = found[0], found[1]
    kept = np.flatnonzero(np.bincount(label, minlength=n) >= 3)
    square = np.array([np.cov(some[label == k].T) for k in kept])
    cells = PlaneMixture(np.full(len(kept), 1.0 / len(kept)), mean[kept], square, unit_km, "cells")
    x, y = xy.T.copy()
    return cells.weighted_by(x, y, chances_before(standard, events), events.area_km2)


def smoothed(events: EtasEvents, standard: EtasModel, unit_km: float) -> PlaneMixture:
    """Every event before the targets, as wide as its spacing, weighted by its chance that nothing triggered it."""
    n = int(np.searchsorted(events.t_days, events.start))
    spacing = np.minimum(np.nan_to_num(neighbourhood(events).spacing_km[:n], nan=20.0), 20.0)
    weight = chances_before(standard, events)
    xy = np.column_stack([events.x_km, events.y_km])[:n]
    return PlaneMixture(weight / weight.sum(), xy, spacing[:, None, None] ** 2 * np.eye(2), unit_km, "events")


class Scored:
    """Scores of models on the test, event by event."""

    def __init__(self, benchmark: BenchmarkSet, jobs: int) -> None:
        self.benchmark, self.jobs = benchmark, jobs
        self.test = benchmark.events("test_start", "test_end")
        self.total: dict[str, np.ndarray] = {}

    def model(self, name: str, model: EtasModel) -> None:
        """Score an event-based model."""
        inputs = model.inputs(self.test, jobs=self.jobs)
        scores = score_events(model.form, model.value, inputs, convention="benchmark", jobs=self.jobs)
        self.add(name, scores.tll, scores.sll, model.log_likelihood / model.n_targets)

    def add(self, name: str, tll: np.ndarray, sll: np.ndarray, fit: float) -> None:
        """Keep scores and print their means."""
        self.total[name] = tll + sll
        print(f"{name}: fit {fit:.4f}, tll {tll.mean():.4f}, sll {sll.mean():.4f}, total {(tll + sll).mean():.4f}"
              f" ({process_time():.0f} CPU s so far)", flush=True)  # fmt: skip

    def compare(self, name: str, other: str) -> None:
        """Print a difference, and that without the two busiest blocks of 30 days."""
        difference = self.total[name] - self.total[other]
        t = self.test.t_days[self.test.targets]
        block = ((t - t[0]) // 30.0).astype(int)
        quiet = ~np.isin(block, np.argsort(-np.bincount(block))[:2])
        gain = mean_difference(self.benchmark, difference)
        print(f"{name} - {other}: {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}], outside"
              f" {difference[quiet].mean():+.4f}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("catalog", type=Path)
    parser.add_argument("--set", dest="name", default="SCEDC_20")
    parser.add_argument("--max-targets", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print(machine())
    benchmark = read_set(given.data, given.name)
    events = benchmark.events("val_start", "test_start")
    depth = depths(benchmark, given.catalog)[: len(events)]
    past = events.t_days < events.start
    print(
        f"{given.name}: {np.isfinite(depth[past]).mean():.1%} of {past.sum():,} events before validation have a depth"
    )
    network = network_of(events, depth, given.jobs)
    counts = f"{network.n_faults} faults, {network.faults.n_halos} halos, {network.n_segments} segments"
    print(f"{counts}; {process_time():.0f} CPU s so far", flush=True)
    options = {form: EtasOptions(form, given.max_targets, given.seed) for form in ("standard", "adaptive")}
    standard = fit_events(events, options["standard"], jobs=given.jobs)
    faults = faults_as_background(network, standard, events, None, jobs=given.jobs)
    n = int(faults.groups.max()) + 1
    cells = cells_of(events, standard, faults.unit_km, n, given.seed)
    mixtures = {"faults": faults, "cells": cells, "events": smoothed(events, standard, faults.unit_km)}
    scored = Scored(benchmark, given.jobs)
    for form in options:
        base = fit_events(events, options[form], standard=standard, jobs=given.jobs)
        scored.model(form, base)
        for name, mixture in mixtures.items():
            richer = fit_events(events, options[form], standard=standard, mixture=mixture, jobs=given.jobs)
            scored.model(f"{form} + {name}", richer)
            scored.compare(f"{form} + {name}", form)
        for control in ("cells", "events"):
            scored.compare(f"{form} + faults", f"{form} + {control}")
    for form, shape in (("standard", standard_form()), ("adaptive", adaptive_form())):
        nearby = replace(shape, kernels=(replace(shape.kernels[0], elongation=("shape",)),))
        effects = {name: with_effects(mixtures[name], standard, events) for name in ("faults", "cells")}
        variants = {
            "along earlier events": (nearby, None),
            "along faults": (along_faults(shape), faults),
            "productivity by fault": (by_fault(shape), effects["faults"]),
            "productivity by cell": (by_fault(shape), effects["cells"]),
        }
        for name, (changed, mixture) in variants.items():
            made = fit_events(events, options[form], form=changed, standard=standard, mixture=mixture, jobs=given.jobs)
            scored.model(f"{form} + {name}", made)
            scored.compare(f"{form} + {name}", form)
        scored.compare(f"{form} + along faults", f"{form} + along earlier events")
        scored.compare(f"{form} + productivity by fault", f"{form} + productivity by cell")
    rng = np.random.default_rng(given.seed)
    some = np.sort(rng.choice(events.targets, min(given.max_targets, len(events.targets)), replace=False))
    share = len(some) / len(events.targets)
    for name in ("faults", "cells"):
        nodes = FaultNodes(mixtures[name], _REACH_KM)
        model = fit_nodes(events, nodes, some, share=share, jobs=given.jobs)
        scores = model.score(scored.test, convention="benchmark", jobs=given.jobs)
        scored.add(f"nodes of {name}", scores.tll, scores.sll, model.summit.log_likelihood / len(events.targets))
        print(f"  {model.summit.steps} steps, converged {model.summit.converged}: "
              + ", ".join(f"{k} {v:.3g}" for k, v in model.value.items()))  # fmt: skip
        scored.compare(f"nodes of {name}", "standard")


if __name__ == "__main__":
    main()
