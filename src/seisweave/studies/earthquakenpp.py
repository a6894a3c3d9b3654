"""ETAS on the catalogs of EarthquakeNPP (Stockman et al. 2024, arXiv:2410.08226): fitted, and scored beside its own.

A folder holds NAME.csv.gz, the events of a set; etas_test_NAME.csv.gz, the published ETAS's intensity at every test
event; and meta.json, with polygons, spans and published parameters. A model is fitted to training and validation events
together (those of the auxiliary span are history) and scored once on the test events in the benchmark's convention:
infinite plane, the triggered part of the first integral from the first event on, nothing after the last. Gains are over
the published ETAS, in nats an event, with 95 % intervals of drawing blocks of days anew.

Distances of fits are on a plane (azimuthal equidistant, scaled to the benchmark's radius of 6378.1 km); those of the
published model, whose parameters are put to the test first, are on the sphere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, pi
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.polygon import inside
from seisweave.errors import InputError
from seisweave.etas import EtasEvents, EtasOptions, Inputs, Sphere, fit_events, score_events, standard_form
from seisweave.evaluation.information import Interval, blocks_of_days, ratio_interval
from seisweave.keeping import Arrays, Checkpoint
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step
from seisweave.spreading import spread
from seisweave.stored_files import refused
from seisweave.stored_json import read_json

if TYPE_CHECKING:
    import pandas as pd

SETS = ("SaltonSea_10", "SanJac_10", "WHITE_06", "ComCat_25", "SCEDC_20")
OTHER_SETS = ("SCEDC_25", "SCEDC_30")
_BLOCK_DAYS = {"SaltonSea_10": 7.0, "SanJac_10": 7.0, "WHITE_06": 14.0}  # 30 days for the others
_DRAWS = 2000
_SCALE = 6378.1 / 6371.0
_BOTH = 0.99  # of the test events must be scored by both, for gains
_CHECKED = 40  # test events whose published intensity is computed again
_PARTS = ("tll", "sll", "total")


@dataclass(frozen=True)
class EarthquakeNppOptions:
    """Which sets and forms, and how the models are fitted.

    Errors: InputError for sets or forms that are not known.

    >>> EarthquakeNppOptions().sets
    'SaltonSea_10,SanJac_10,WHITE_06,ComCat_25,SCEDC_20'
    """

    sets: str = field(default=",".join(SETS), metadata={"help": "Sets to fit, separated by commas."})
    forms: str = field(default="standard,adaptive,full", metadata={"help": "Forms to fit, separated by commas."})
    max_targets: int = field(
        default=12_000, metadata={"help": "Events whose rate is looked at, drawn by chance; 0: all of them."}
    )
    seed: int = field(default=1, metadata={"help": "Seed of the draw of these events."})

    def __post_init__(self) -> None:
        unknown = [name for name in self.names if name not in (*SETS, *OTHER_SETS)]
        if unknown or not self.names:
            known = ", ".join((*SETS, *OTHER_SETS))
            raise InputError(f"sets is {self.sets!r}; choose among {known}")
        for form in self.form_names:
            EtasOptions(form, self.max_targets, self.seed)

    @property
    def names(self) -> list[str]:
        """Names of the sets."""
        return [name.strip() for name in self.sets.split(",") if name.strip()]

    @property
    def form_names(self) -> list[Any]:
        """Names of the forms, which `EtasOptions` looks at."""
        return [name.strip() for name in self.forms.split(",") if name.strip()]


@dataclass(frozen=True, eq=False)
class BenchmarkSet:
    """A set: its table, cut as the benchmark's ETAS cuts it, the scores that were published, and what is said of it."""

    name: str
    table: pd.DataFrame
    stored: pd.DataFrame
    meta: Mapping[str, Any]

    def events(self, first: str, last: str) -> EtasEvents:
        """Targets from one boundary to another, with all that came before as history."""
        bounds, table = self.meta["boundaries"], self.table
        start, end = (float(bounds[name]["t_days"]) for name in (first, last))
        table = table[table["t_days"] < end]
        return EtasEvents(
            t_days=table["t_days"].to_numpy(),
            x_km=_SCALE * table["y_km"].to_numpy(),  # the benchmark's y points east
            y_km=_SCALE * table["x_km"].to_numpy(),
            magnitude=table["rounded"].to_numpy(),
            start=start,
            end=end,
            area_km2=float(self.meta["area_km2"]),
            min_magnitude=float(self.meta["mc"]),
        )

    @property
    def published(self) -> dict[str, float]:
        """The benchmark's parameters in our words."""
        p, ten = self.meta["etas_published"]["parameters"], log(10.0)
        rho, log_d = p["rho"], ten * p["log10_d"]
        return {
            "background.uniform": ten * p["log10_mu"] + log(self.meta["area_km2"]),
            "main.productivity": ten * p["log10_k0"] + log(pi / rho) - rho * log_d,
            "main.productivity.magnitude": p["a"] - rho * p["gamma"],
            "main.delay": ten * p["log10_c"],
            "main.width": log_d,
            "main.width.magnitude": p["gamma"],
            "main.omega": p["omega"],
            "main.tau": ten * p["log10_tau"],
            "main.rho": log(rho),
        }


@dataclass(frozen=True, eq=False)
class FormScore:
    """One form on one set: nats of each test event, how the fit went, gains over the published ETAS.

    by_event: rows tll and sll. Gains are those of the events that both have scored, and None where the published
    test events are others than ours: an event on the very border of a polygon may be of one and not of the other.
    """

    set_name: str
    form: str
    by_event: Float[np.ndarray, "2 m"]
    numbers: Mapping[str, float]
    gains: Mapping[str, Interval] | None

    def row(self) -> dict[str, Any]:
        """As a row of a table."""
        mean = self.by_event.mean(axis=1)
        row: dict[str, Any] = {"set": self.set_name, "form": self.form, "n_test": self.by_event.shape[1]}
        row |= {"tll": mean[0], "sll": mean[1], "total": mean.sum(), **self.numbers}
        for part, gain in (self.gains or {}).items():
            row |= gain.columns(f"gain_{part}")
        return row


@dataclass(frozen=True, eq=False)
class EarthquakeNppTable:
    """All forms on all sets, and how near the published intensities are met with the published parameters."""

    scores: Sequence[FormScore]
    difference: Mapping[str, float]
    options: EarthquakeNppOptions

    def table(self) -> pd.DataFrame:
        """One row a set and form."""
        import pandas as pd

        return pd.DataFrame([scored.row() for scored in self.scores])

    def markdown(self) -> str:
        """The table for people: nats an event, gains over the published ETAS with their intervals."""
        lines = ["| set | form | fit, nats an event | tll | sll | gain of tll | gain in all |", "|" + "---|" * 7]
        for scored in self.scores:
            mean, gains = scored.by_event.mean(axis=1), scored.gains
            told = ["–", "–"] if gains is None else [_told(gains["tll"]), f"**{_told(gains['total'])}**"]
            fit = f"{scored.numbers['fit_log_likelihood']:.4f}"
            cells = [scored.set_name, scored.form, fit, f"{mean[0]:.4f}", f"{mean[1]:.4f}", *told]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"


def _told(gain: Interval) -> str:
    return f"{gain.value:+.3f} [{gain.low:.3f}, {gain.high:.3f}]"


def reproduce_earthquakenpp(
    folder: str | Path,
    options: EarthquakeNppOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> EarthquakeNppTable:
    """Fit and score all forms on all sets of a folder; with `keep` those that are done are not done again.

    Errors: InputError for a folder without the sets, damaged files, and a folder that keeps another run.
    """
    folder, options = Path(folder), options or EarthquakeNppOptions()
    jobs, tell = jobs or available_cores(), progress or (lambda _: None)
    sets = {name: read_set(folder, name) for name in options.names}
    rows = [(benchmark, form) for benchmark in sets.values() for form in options.form_names]
    with Checkpoint(keep, {"earthquakenpp": [options.max_targets, options.seed]}) as checkpoint:
        kept = [checkpoint.load(_name(*row)) for row in rows]
        left = [k for k, found in enumerate(kept) if found is None]
        etas = [EtasOptions(rows[k][1], options.max_targets, options.seed) for k in left]
        made = spread(_fit_and_score, [(rows[k][0], each, jobs) for k, each in zip(left, etas, strict=True)], jobs=1)
        for k in left:
            tell(Step(f"{rows[k][0].name}, {rows[k][1]}", k / len(rows)))
            found = kept[k] = next(made)
            checkpoint.save(_name(*rows[k]), found)
    scores = [_scored(*row, found) for row, found in zip(rows, kept, strict=True) if found is not None]
    difference = {name: published_difference(benchmark) for name, benchmark in sets.items()}
    return EarthquakeNppTable(scores, difference, options)


def _name(benchmark: BenchmarkSet, form: str) -> str:
    return f"{benchmark.name}-{form}"


def read_set(folder: Path, name: str) -> BenchmarkSet:
    """Read a set. Magnitudes are rounded half up to 0.1 as the benchmark does, by a division by 0.1.

    Errors: InputError for a file that is not there, or is not what it should be.
    """
    import pandas as pd

    for file in ("meta.json", f"{name}.csv.gz", f"etas_test_{name}.csv.gz"):
        if not (folder / file).is_file():
            raise InputError(f"{folder}: no {file}; give the folder of EarthquakeNPP's sets")
    try:
        meta = read_json(folder / "meta.json")[name]
        table, stored = pd.read_csv(folder / f"{name}.csv.gz"), pd.read_csv(folder / f"etas_test_{name}.csv.gz")
        table["rounded"] = np.round(np.floor(table["magnitude"] / 0.1 + 0.5) * 0.1, 1)
        corners = np.array(meta["polygon_lat_lon"], float)[:, ::-1]
        within = inside(corners, table["longitude"].to_numpy(), table["latitude"].to_numpy())
        kept = table[within & (table["rounded"] >= meta["mc"] - 1e-9)]
        made = BenchmarkSet(name, kept, stored[["row", "log_lambda_txy", "log_lambda_t", "tll", "sll"]], meta)
        for first, last in (("train_start", "test_start"), ("test_start", "test_end")):
            made.events(first, last)
        assert made.published
        return made
    except Exception as error:
        raise refused(folder / f"{name}.csv.gz", error, "give the folder of EarthquakeNPP's sets") from None


def published_difference(benchmark: BenchmarkSet) -> float:
    """The largest difference of the log intensities of some test events to the published ones, with its parameters."""
    test = benchmark.events("test_start", "test_end")
    stored = benchmark.stored
    some = np.linspace(0, len(stored) - 1, min(_CHECKED, len(stored))).astype(int)
    index = np.searchsorted(benchmark.table.index.to_numpy(), stored["row"].to_numpy()[some])
    sphere = Sphere(*(benchmark.table[each].to_numpy()[: len(test)] for each in ("longitude", "latitude")))
    uniform = {"uniform": np.full(len(some), 1.0 / test.area_km2)}
    inputs = Inputs(test, {"magnitude": test.over_min}, uniform, index)
    scores = score_events(standard_form(), benchmark.published, inputs, sphere=sphere, convention="benchmark")
    return float(np.abs(scores.log_rate - stored["log_lambda_txy"].to_numpy()[some]).max())


def _fit_and_score(benchmark: BenchmarkSet, options: EtasOptions, jobs: int) -> Arrays:
    """Fit a form and score it once."""
    start = process_time()
    model = fit_events(benchmark.events("train_start", "test_start"), options, jobs=jobs)
    fitted = process_time()
    test = benchmark.events("test_start", "test_end")
    scores = score_events(model.form, model.value, model.inputs(test, jobs=jobs), convention="benchmark", jobs=jobs)
    return {
        "by_event": np.array([scores.tll, scores.sll]),
        "fit_log_likelihood": np.array(model.log_likelihood / model.n_targets),
        "steps": np.array(model.steps),
        "converged": np.array(float(model.converged)),
        "fit_cpu_seconds": np.array(fitted - start),
        "score_cpu_seconds": np.array(process_time() - fitted),
    }


def _scored(benchmark: BenchmarkSet, form: str, found: Arrays) -> FormScore:
    """Compare event by event with the published scores."""
    numbers = {key: float(value) for key, value in found.items() if key != "by_event"}
    return FormScore(benchmark.name, form, found["by_event"], numbers, _gains(benchmark, found["by_event"]))


def _gains(benchmark: BenchmarkSet, by_event: Float[np.ndarray, "2 m"]) -> dict[str, Interval] | None:
    """Over the published ETAS, of the events that both have scored; None where these are too few."""
    stored, test = benchmark.stored, benchmark.events("test_start", "test_end")
    ours = benchmark.table.index.to_numpy()[test.targets]
    both, here, there = np.intersect1d(ours, stored["row"].to_numpy(), assume_unique=True, return_indices=True)
    if len(both) < _BOTH * max(len(ours), len(stored)):
        return None
    more = by_event[:, here] - np.array([stored[name].to_numpy()[there] for name in ("tll", "sll")])
    differences = dict(zip(_PARTS, (*more, more.sum(axis=0)), strict=True))
    t_days = test.t_days[test.targets][here]
    return {part: _interval(benchmark, t_days, each) for part, each in differences.items()}


def mean_difference(benchmark: BenchmarkSet, difference: Float[np.ndarray, " m"]) -> Interval:
    """The mean of the test events' differences in nats, with an interval of drawing blocks of days anew."""
    test = benchmark.events("test_start", "test_end")
    return _interval(benchmark, test.t_days[test.targets], difference)


def _interval(benchmark: BenchmarkSet, t_days: np.ndarray, difference: np.ndarray) -> Interval:
    days = _BLOCK_DAYS.get(benchmark.name, 30.0)
    block = np.unique(blocks_of_days(t_days - t_days[0], days), return_inverse=True)[1]
    return ratio_interval(np.bincount(block, difference), np.bincount(block).astype(float), draws=_DRAWS, seed=0)
