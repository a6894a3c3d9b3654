"""`seisweave reproduce fig12`: the paper's test of a fault network on later events, made anew and widened.

Source: Kamer, Ouillon & Sornette (2020), section 4.4 and Figure 12. What is compared is in `fig12_models.py`; what else
is to be (a network from condensed events, say) is given on the command line as a folder.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.faults import check_library
from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.forecast.score_tables import table
from seisweave.machine import peak_memory_mb
from seisweave.storage import finite
from seisweave.studies.figure12_models import REFERENCE, Fig12Options, Run, given_networks, models

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.studies.figure12 import Window


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
    from seisweave.studies.figure12 import run_window, run_windows, together, window_spans

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


def write_results(folder: Path, results: list[Window], told: dict[str, Any], seconds: float) -> None:
    """Write tables, the figure of each window, and the summary."""
    import pandas as pd

    from seisweave.forecast.scores import gains_table, scores_table
    from seisweave.machine import available_cores
    from seisweave.report.forecast import scores_figure
    from seisweave.studies.figure12 import TITLE
    from seisweave.version import __version__

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
