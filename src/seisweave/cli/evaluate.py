"""`seisweave evaluate`: forecasts scored on later events."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.evaluate_csep import check_csep, csep_table, gridded_forecasts, run_tests, verdicts_on_published
from seisweave.cli.evaluate_tables import finite, gains_table, scores_table, table, targets_table, title
from seisweave.cli.faults import check_library
from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from seisweave.catalog.catalog import Catalog
    from seisweave.evaluation.spatial import SpatialGain, SpatialScore
    from seisweave.forecast.csep_tests import CsepVerdict
    from seisweave.forecast.forecast import Forecast

CUTOFFS = "2.5,3,3.5,4,4.5,5"


@dataclass(frozen=True)
class EvaluationOptions:
    """How forecasts are scored. Errors: InputError for values that cannot be."""

    reference: str | None = field(
        default=None, metadata={"help": "Name of the forecast that gains are over; the last one unless given."}
    )
    cutoffs: str = field(default=CUTOFFS, metadata={"help": "Magnitude cut-offs, with commas between."})
    block_days: float = field(
        default=30.0, metadata={"help": "Events of so many days are drawn together for intervals; 0: each alone."}
    )
    seed: int = field(default=0, metadata={"help": "Seed of the intervals and of CSEP's simulations."})

    def __post_init__(self) -> None:
        if not 0.0 <= self.block_days < 1e5:
            raise InputError(f"block_days is {self.block_days}; give 0 or more days")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")
        self.magnitudes()

    def magnitudes(self) -> tuple[float, ...]:
        """The cut-offs as numbers, ascending."""
        try:
            numbers = {float(text) for text in self.cutoffs.split(",")}
        except ValueError:
            numbers = {float("nan")}
        if not all(map(isfinite, numbers)):
            raise InputError(f"cutoffs is {self.cutoffs!r}; give numbers with commas between, like 2.5,3,4")
        return tuple(sorted(numbers))


@dataclass(frozen=True, eq=False)
class Scored:
    """Forecasts by name, target events inside their volume, what each forecast gives each event, scores and gains."""

    forecasts: dict[str, Forecast]
    targets: Catalog
    log_density: dict[str, np.ndarray]
    scores: dict[str, list[SpatialScore]]
    gains: dict[str, list[SpatialGain]]
    reference: str
    n_outside: int = 0


@with_options(scoring=EvaluationOptions, selection=Selection, reading=ReadOptions)
def evaluate(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]...", help="Result folders of `seisweave forecast`.")
    ] = None,
    *,
    targets: Annotated[Path, typer.Option("--targets", help="Catalog of later events, in any known format.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for table, figures and summary.")] = None,
    csep: Annotated[bool, typer.Option("--csep", help="Run pyCSEP's tests on the gridded forecasts, too.")] = False,
    published: Annotated[
        str | None,
        typer.Option(
            "--published", help="Test beside a published forecast, on its cells: a .dat file, or helmstetter."
        ),
    ] = None,
    simulations: Annotated[int, typer.Option("--simulations", min=10, help="Simulations of CSEP's tests.")] = 1000,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Threads; all cores by default.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are there already.")] = False,
    scoring: EvaluationOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Score forecasts on later events: nats per event by magnitude, gains with intervals, gain maps, CSEP's tests.

    Example: seisweave evaluate faults triples --targets catalog.csv --start 2011-07-01 --min-magnitude 2.5 --out scores
    """
    if out is not None:
        check_target(out, force=force)
        check_library("matplotlib")
    if csep or published:
        check_csep()
    later = read_targets(targets, selection, reading)
    if not folders:
        print(csep_table(verdicts_on_published(published, later, simulations=simulations, seed=scoring.seed)))
        return
    forecasts = read_forecasts(folders)
    scored = score(forecasts, later, scoring, jobs=jobs)
    verdicts: list[CsepVerdict] = []
    if csep or published:
        rates = gridded_forecasts(folders, forecasts, published, later)
        reference = rates[-1].name if published else scored.reference
        verdicts = run_tests(rates, later, reference, simulations=simulations, seed=scoring.seed)
    tell_overlap(scored)
    print(table(scored))
    if verdicts:
        print(csep_table(verdicts))
    if out is not None:
        with whole_folder(out, force=force) as folder:
            write_results(
                folder, scored, verdicts, scoring, {"targets": str(targets), "selection": selection.describe()}
            )
        print(f"results: {out}")


def read_forecasts(folders: Sequence[Path]) -> dict[str, Forecast]:
    """Forecasts by name, or by folder where names repeat. Errors: InputError for two of one name, or two volumes."""
    from seisweave.forecast.storage import open_forecast

    opened = [open_forecast(folder) for folder in folders]
    names = [made.name for made in opened]
    forecasts = {}
    for folder, made in zip(folders, opened, strict=True):
        name = made.name if names.count(made.name) == 1 else folder.resolve().name
        if name in forecasts:
            raise InputError(f"two forecasts are called {name}; give them names with `seisweave forecast --name`")
        forecasts[name] = made.named(name)
    volumes = {made.volume for made in opened}
    if len(volumes) > 1:
        raise InputError(f"the forecasts are over {len(volumes)} different volumes; make them over the same one")
    return forecasts


def read_targets(source: Path, selection: Selection, reading: ReadOptions) -> Catalog:
    """Target events with depth and magnitude; what is doubtful about them is said."""
    import numpy as np

    from seisweave.cli.catalog import doubts, read_selected

    later = read_selected(source, selection, reading)
    usable = later.with_depth()
    usable = usable[~np.isnan(usable.magnitude)]
    if len(usable) == 0:
        raise InputError(f"{source}: none of {len(later)} events has both depth and magnitude; give targets with them")
    notes = doubts(usable)
    if len(usable) < len(later):
        notes.append(f"{len(later) - len(usable)} of {len(later)} events left out: without depth or magnitude")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return usable


def score(
    forecasts: dict[str, Forecast], later: Catalog, options: EvaluationOptions, *, jobs: int | None = None
) -> Scored:
    """Score forecasts on the events in their volume. Errors: InputError for no such event, an unknown reference."""
    reference = list(forecasts)[-1] if options.reference is None else options.reference
    if reference not in forecasts:
        raise InputError(f"reference is {reference!r}; choose one of {', '.join(forecasts)}")
    volume = forecasts[reference].volume
    inside = volume.contains(later.longitude, later.latitude, later.depth_km)
    targets = later[inside & (later.magnitude >= min(options.magnitudes()))]
    if len(targets) == 0:
        raise InputError(
            f"none of {len(later)} events lies in the volume {volume.box} at or above magnitude"
            f" {min(options.magnitudes()):g}; give other targets or cut-offs"
        )
    places = (targets.longitude, targets.latitude, targets.depth_km)
    log = {name: made.log_density(*places, jobs=jobs) for name, made in forecasts.items()}
    return replace(compare(log, targets, reference, options), forecasts=forecasts, n_outside=len(later) - len(targets))


def compare(log: dict[str, np.ndarray], targets: Catalog, reference: str, options: EvaluationOptions) -> Scored:
    """Scores, and gains over a reference, from what forecasts by name give each target."""
    from seisweave.evaluation.spatial import spatial_gains, spatial_scores

    shared: dict[str, Any] = {"cutoffs": options.magnitudes(), "group": blocks(targets, options.block_days)}
    shared["seed"] = options.seed
    scores = {name: spatial_scores(values, targets.magnitude, **shared) for name, values in log.items()}
    gains = {
        name: spatial_gains(values, log[reference], targets.magnitude, **shared)
        for name, values in log.items()
        if name != reference
    }
    return Scored({}, targets, log, scores, gains, reference)


def tell_overlap(scored: Scored) -> None:
    """Say so where targets are no later than events a forecast has learned from."""
    import numpy as np

    for name, made in scored.forecasts.items():
        until = made.told.get("learned_until")
        early = 0 if until is None else int((scored.targets.times <= np.datetime64(until)).sum())
        if early:
            print(f"note: {early:,} targets are no later than what {name} has learned from ({until})", file=sys.stderr)


def blocks(targets: Catalog, days: float) -> np.ndarray | None:
    """Number of the block of days each event is in; None draws each alone. Events without time are alone, too."""
    import numpy as np

    if days == 0.0:
        return None
    unknown = np.isnat(targets.times)
    day = targets.times.astype("datetime64[s]").astype(np.int64) / 86400.0
    number = np.floor(np.where(unknown, 0.0, day) / days).astype(np.int64)
    return np.where(unknown, -10_000_000 - np.arange(len(targets)), number)


def write_results(
    folder: Path, scored: Scored, verdicts: Sequence[CsepVerdict], options: EvaluationOptions, told: dict[str, Any]
) -> None:
    """Write tables, figures and the summary."""
    import pandas as pd

    from seisweave import __version__
    from seisweave.report.forecast import gain_map, scores_figure

    scores_table(scored).to_csv(folder / "scores.csv", index=False)
    targets_table(scored).to_csv(folder / "targets.csv", index=False)
    figure = scores_figure(scored.scores, scored.gains, reference=scored.reference, title=title(scored))
    figure.savefig(folder / "figure.png")
    if scored.gains:
        gains_table(scored).to_csv(folder / "gains.csv", index=False)
        best = next(iter(scored.gains))
        gain = targets_table(scored)[f"gain_{best}"].to_numpy()
        places = (scored.targets.longitude, scored.targets.latitude)
        said = f"Nats gained by {best} over {scored.reference}, event by event"
        gain_map(scored.forecasts[best], *places, gain, title=said).savefig(folder / "gains.png")
    if verdicts:
        pd.DataFrame([asdict(verdict) for verdict in verdicts]).to_csv(folder / "csep.csv", index=False)
    summary = {
        "n_targets": len(scored.targets),
        "n_left_out": scored.n_outside,
        "reference": scored.reference,
        "scores": {name: [asdict(s) for s in rows] for name, rows in scored.scores.items()},
        "gains": {name: [asdict(g) for g in rows] for name, rows in scored.gains.items()},
        "csep": [asdict(verdict) for verdict in verdicts],
        "forecasts": {name: dict(made.told) for name, made in scored.forecasts.items()},
        "options": asdict(options),
        "version": __version__,
        **told,
    }
    text = json.dumps(finite(summary), indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
