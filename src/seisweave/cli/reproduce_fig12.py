"""`seisweave reproduce fig12`: the paper's test of a fault network on later events, made anew and widened.

Source: Kamer, Ouillon & Sornette (2020), section 4.4 and Figure 12. What is compared is in `fig12_models.py`; what else
is to be (a network from condensed events, say) is given on the command line as a folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.evaluate import EvaluationOptions, Scored, compare, score
from seisweave.cli.evaluate_tables import finite, gains_table, scores_table, table
from seisweave.cli.faults import check_library, peak_memory_mb
from seisweave.cli.fig12_models import REFERENCE, Fig12Options, Maker, Run, given_networks, models, models_of_windows
from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.faults.reconstruct import Step

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog

TITLE = "Forecasts of later events, after Figure 12 of Kamer, Ouillon & Sornette (2020)"
YEARS_OF_WINDOW = 4


@with_options(study=Fig12Options, reading=ReadOptions)
def fig12(
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog that spans past and targets.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    network: Annotated[
        list[str] | None, typer.Option("--network", help="Another network to compare, as name=DIR; several times.")
    ] = None,
    windows: Annotated[
        str | None,
        typer.Option(
            "--windows", help="Windows of four years instead, each from 1 July of a year, like 1995,1999,2003."
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Threads; all cores by default.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are there already.")] = False,
    *,
    study: Fig12Options,
    reading: ReadOptions,
) -> None:
    """Learn networks and smoothed seismicity from the past, score them on later events of magnitude 2.5 and above.

    Quarry blasts are left out. The first network is as in the paper: all located events, the global criterion, 30
    subsets, backgrounds pooled; "triples on targets" has the bandwidth that suits the targets best, as the paper's.

    Example: seisweave reproduce fig12 catalog.csv --out fig12 --jobs 4
    """
    check_target(out, force=force)
    check_library("matplotlib")
    spans = [] if windows is None else window_spans(windows, study)
    if spans and network:
        raise InputError("--network has learned from one past, each of --windows has its own; give one of the two")
    start = perf_counter()
    others = given_networks(network or [])
    catalog = read_all(source, study, reading)
    with live_progress() as progress:
        if spans:
            results = list(run_windows(catalog, spans, jobs, progress))
            results += [together(catalog, results, study)] if len(results) > 1 else []
        else:
            results = [run_window(catalog, Run(study, jobs), {**models(), **others}, progress)]
    with whole_folder(out, force=force) as folder:
        write_results(folder, results, {"study": asdict(study), "source": str(source)}, perf_counter() - start)
    for result in results:
        print(f"{result.span}: {len(result.scored.targets):,} targets")
        print(table(result.scored))
    print(f"results: {out}")


@dataclass(frozen=True, eq=False)
class Window:
    """One span of targets: what was scored, and the seconds each model took."""

    span: str
    n_past: int | None
    scored: Scored
    seconds: dict[str, float]


def read_all(source: Path, study: Fig12Options, reading: ReadOptions) -> Catalog:
    """Earthquakes with depth inside the volume; blasts, where the catalog knows them, are left out."""
    from seisweave.cli.catalog import read_selected
    from seisweave.forecast.volume import Volume

    everything = read_selected(source, Selection(start=study.learn_from), reading).with_depth()
    volume = Volume.of(study.volume)
    keep = volume.contains(everything.longitude, everything.latitude, everything.depth_km)
    if everything.event_type is not None:
        keep &= everything.event_type != "qb"
    if not keep.any():
        raise InputError(f"{source}: no event with a depth lies in the volume {study.volume}; give another catalog")
    return everything[keep]


def window_spans(windows: str, study: Fig12Options) -> list[Fig12Options]:
    """The study in each window. Errors: InputError for a text that is no years, or windows that overlap."""
    try:
        years = [int(text) for text in windows.split(",")]
    except ValueError:
        raise InputError(f"--windows is {windows!r}; give years with commas between, like 1995,1999,2003") from None
    if any(later - year < YEARS_OF_WINDOW for year, later in pairwise(years)):
        raise InputError(f"--windows is {windows!r}; give rising years {YEARS_OF_WINDOW} or more apart")
    return [replace(study, split=f"{year:04d}-07-01", until=f"{year + YEARS_OF_WINDOW:04d}-07-01") for year in years]


def run_windows(
    catalog: Catalog, spans: Sequence[Fig12Options], jobs: int | None, progress: Callable[[Step], None] | None
) -> Iterator[Window]:
    """The same test in every window, trained anew before each. Errors: InputError at once where any cannot be."""
    for span in spans:
        past_and_targets(catalog, span)
    for k, span in enumerate(spans):

        def tell(step: Step, k: int = k) -> None:
            if progress is not None:
                progress(replace(step, done=(k + step.done) / len(spans)))

        yield run_window(catalog, Run(span, jobs), models_of_windows(), tell)


def together(catalog: Catalog, results: list[Window], study: Fig12Options) -> Window:
    """The targets of all windows, each scored by what was learned before its own."""
    import numpy as np

    row = {event: k for k, event in enumerate(catalog.ids)}
    targets = catalog[[row[event] for result in results for event in result.scored.targets.ids]]
    names = results[0].scored.log_density
    log = {name: np.concatenate([result.scored.log_density[name] for result in results]) for name in names}
    scored = compare(log, targets, REFERENCE, EvaluationOptions(reference=REFERENCE, block_days=study.block_days))
    return Window("together", None, scored, {})


def run_window(catalog: Catalog, run: Run, makers: dict[str, Maker], progress: Callable[[Step], None] | None) -> Window:
    """Make every model from the past, and score all of them on what came after."""
    study = run.options
    past, later = past_and_targets(catalog, study)
    forecasts, seconds = {}, {}
    for k, (name, maker) in enumerate(makers.items()):
        if progress is not None:
            progress(Step(f"{study.split}: {name}", k / (len(makers) + 1)))
        start = perf_counter()
        forecasts[name] = maker(past, later, run).named(name)
        seconds[name] = round(perf_counter() - start, 2)
    start = perf_counter()
    scoring = EvaluationOptions(reference=REFERENCE, block_days=study.block_days)
    scored = score(forecasts, later, scoring, jobs=run.jobs)
    seconds["scoring"] = round(perf_counter() - start, 2)
    return Window(f"{study.split}..{study.until}", len(past), scored, seconds)


def past_and_targets(catalog: Catalog, study: Fig12Options) -> tuple[Catalog, Catalog]:
    """Events to learn from, and to score on. Errors: InputError where there are none of either."""
    past = catalog.select(start=study.learn_from, end=study.split)
    later = catalog.select(start=study.split, end=study.until, min_magnitude=2.5)
    if len(past) == 0 or len(later) == 0:
        raise InputError(
            f"{len(past)} events in the volume before {study.split} and {len(later)} of magnitude 2.5 and above from"
            f" then to {study.until}; give a catalog that has both"
        )
    return past, later


def write_results(folder: Path, results: list[Window], told: dict[str, Any], seconds: float) -> None:
    """Write tables, the figure of each window, and the summary."""
    import pandas as pd

    from seisweave import __version__
    from seisweave.faults.reconstruct import available_cores
    from seisweave.report.forecast import scores_figure

    for name, make in (("scores.csv", scores_table), ("gains.csv", gains_table)):
        pieces = [make(result.scored).assign(window=result.span) for result in results]
        pd.concat(pieces).to_csv(folder / name, index=False)
    for k, result in enumerate(results):
        title = f"{TITLE}; {result.span}" if k == 0 else result.span
        figure = scores_figure(result.scored.scores, result.scored.gains, reference=REFERENCE, title=title)
        figure.savefig(folder / ("figure.png" if k == 0 else f"figure-{result.span.split('-')[0]}.png"))
    windows = [
        {
            "span": result.span,
            "n_past": result.n_past,
            "n_targets": len(result.scored.targets),
            "seconds": result.seconds,
            "forecasts": {
                name: {
                    **made.told,
                    "uniform_share": made.uniform_share,
                    "mass_in_volume": [float(z) for z in made.mass],
                }
                for name, made in result.scored.forecasts.items()
            },
            "scores": {name: [asdict(s) for s in rows] for name, rows in result.scored.scores.items()},
        }
        for result in results
    ]
    summary = {"seconds": round(seconds, 2), "cores": available_cores(), "peak_memory_mb": peak_memory_mb()}
    summary |= {"version": __version__, "reference": REFERENCE, **told, "windows": windows}
    text = json.dumps(finite(summary), indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
