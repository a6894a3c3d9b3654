"""ETAS on the catalogs of EarthquakeNPP (Stockman et al. 2024, arXiv:2410.08226): fitted, and scored beside its own.

    python benchmarks/earthquakenpp.py DATA [--sets SanJac_10 ...] [--forms standard adaptive full]
        [--max-targets 12000] [--out runs.jsonl] [--jobs 2]

DATA holds NAME.csv.gz, the events; etas_test_NAME.csv.gz, the benchmark's intensity at every test event; and meta.json,
with polygons, spans and published parameters. A model is fitted to training and validation events together (those of
the auxiliary span are history) and scored once on the test events in the benchmark's convention: infinite plane, the
triggered part of the first integral from the first event on, nothing after the last. Gains are over the published ETAS,
in nats an event, with 95 % intervals of 2,000 bootstraps of blocks (7 days for SaltonSea and SanJac, 14 for WHITE, 30
for the others). Every run is printed, and kept as a line of JSON in --out.

Distances of fits are on a plane (azimuthal equidistant, scaled to the benchmark's radius of 6378.1 km); the published
model's own intensities are taken as stored, on the sphere.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from machine import machine
from seisweave.catalog.polygon import inside
from seisweave.etas import EtasEvents, EtasOptions, fit_events, score_events
from seisweave.version import __version__

BLOCK_DAYS = {"SaltonSea_10": 7.0, "SanJac_10": 7.0, "WHITE_06": 14.0}
_SCALE = 6378.1 / 6371.0


@dataclass(frozen=True)
class Benchmark:
    """A data set: its table, cut as the benchmark's ETAS cuts it, and what was published."""

    name: str
    table: pd.DataFrame
    stored: pd.DataFrame
    meta: dict

    def events(self, first: str, last: str) -> EtasEvents:
        """Targets from one boundary to another, with all that came before as history."""
        bounds, table = self.meta["boundaries"], self.table
        start, end = bounds[first]["t_days"], bounds[last]["t_days"]
        table = table[table["t_days"] < end]
        return EtasEvents(
            t_days=table["t_days"].to_numpy(),
            x_km=_SCALE * table["y_km"].to_numpy(),  # the benchmark's y points east
            y_km=_SCALE * table["x_km"].to_numpy(),
            magnitude=table["rounded"].to_numpy(),
            start=start,
            end=end,
            area_km2=self.meta["area_km2"],
            min_magnitude=self.meta["mc"],
        )


def read(data: Path, name: str) -> Benchmark:
    """Read a data set. Magnitudes are rounded half up to 0.1 as the benchmark does, by a division by 0.1."""
    meta = json.loads((data / "meta.json").read_text())[name]
    table, stored = pd.read_csv(data / f"{name}.csv.gz"), pd.read_csv(data / f"etas_test_{name}.csv.gz")
    table["rounded"] = np.round(np.floor(table["magnitude"] / 0.1 + 0.5) * 0.1, 1)
    corner = np.array(meta["polygon_lat_lon"])[:, ::-1]
    within = inside(corner, table["longitude"].to_numpy(), table["latitude"].to_numpy())
    return Benchmark(name, table[within & (table["rounded"] >= meta["mc"] - 1e-9)], stored, meta)


def gain(ours: np.ndarray, theirs: np.ndarray, t_days: np.ndarray, block_days: float) -> dict[str, float]:
    """Mean difference, and the interval that holds 95 % of its bootstraps by blocks."""
    difference, block = ours - theirs, ((t_days - t_days[0]) / block_days).astype(int)
    sums, sizes = np.bincount(block, difference), np.bincount(block)
    sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    drawn = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [2.5, 97.5])
    return {"gain": float(difference.mean()), "low": float(low), "high": float(high)}


def run(benchmark: Benchmark, form: str, max_targets: int, jobs: int) -> dict:
    """Fit a form, score it once, and compare event by event."""
    start = process_time()
    model = fit_events(
        benchmark.events("train_start", "test_start"), EtasOptions(form, max_targets), jobs=jobs,
        progress=lambda step: print(f"\r{step.stage} {step.done:.0%} ", end="", flush=True),
    )  # fmt: skip
    fitted = process_time()
    test = benchmark.events("test_start", "test_end")
    scores = score_events(model.form, model.value, model.inputs(test, jobs=jobs), convention="benchmark", jobs=jobs)
    found = {
        "set": benchmark.name, "form": form, "targets": min(max_targets or model.n_targets, model.n_targets),
        "train_ll": model.log_likelihood / model.n_targets, "steps": model.steps, "converged": model.converged,
        **scores.mean, "cpu_fit_s": fitted - start, "cpu_score_s": process_time() - fitted,
        "version": __version__, "value": dict(model.value),
    }  # fmt: skip
    stored, t = benchmark.stored, test.t_days[test.targets]
    if len(stored) != len(scores.tll):
        return found
    block = BLOCK_DAYS.get(benchmark.name, 30.0)
    for part in ("tll", "sll"):
        found |= {f"{part}_{k}": v for k, v in gain(getattr(scores, part), stored[part].to_numpy(), t, block).items()}
    both = stored["tll"].to_numpy() + stored["sll"].to_numpy()
    return found | {f"total_{k}": v for k, v in gain(scores.tll + scores.sll, both, t, block).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=["SanJac_10", "WHITE_06", "SaltonSea_10", "ComCat_25", "SCEDC_20"])
    parser.add_argument("--forms", nargs="+", default=["standard", "adaptive", "full"])
    parser.add_argument("--max-targets", type=int, default=12_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print(machine())
    for name in given.sets:
        benchmark = read(given.data, name)
        for form in given.forms:
            found = run(benchmark, form, given.max_targets, given.jobs)
            print(f"\r{name} {form}: " + ", ".join(f"{k} {v:.4g}" for k, v in found.items() if isinstance(v, float)))
            if given.out:
                with given.out.open("a") as file:
                    file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
