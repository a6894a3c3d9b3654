"""`seisweave etas simulate | backtest`: catalogs of what may come, and how such forecasts of the past did."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.etas import app
from seisweave.cli.flags import Force, Jobs, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.etas.backtesting import EtasBacktestOptions
from seisweave.etas.simulate import SimulateOptions
from seisweave.libraries import check_library

_Model = Annotated[Path, typer.Argument(metavar="DIR", help="Folder made by `seisweave etas fit`.")]
_Source = Annotated[
    Path, typer.Argument(metavar="CATALOG", help="Catalog with all that came before, in any known format.")
]


@app.command("simulate")
@with_options(simulation=SimulateOptions, reading=ReadOptions)
def simulate(
    model: _Model,
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for catalogs, expected numbers and figure.")],
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="TIME", help="Instant to go on from, UTC; else that of the last event."),
    ] = None,
    days: Annotated[float, typer.Option("--days", help="Length of the span, days.")] = 1.0,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    simulation: SimulateOptions,
    reading: ReadOptions,
) -> None:
    """Simulate what may come from any instant on, given all events before it: catalogs in CSEP's format.

    Example: seisweave etas simulate etas catalog.csv --now 2019-07-06T03:30 --days 7 --out week
    """
    from seisweave.catalog import read_catalog
    from seisweave.etas import forecast_etas, open_etas
    from seisweave.etas.issued import later_note
    from seisweave.report.results.etas import write_etas_forecast_folder
    from seisweave.report.told.etas import forecast_in_words

    check_target(out, force=force)
    check_library("matplotlib")
    fitted, begun = open_etas(model), perf_counter()
    catalog = read_catalog(source, **vars(reading))
    with on_cluster(cluster), live_progress(quiet=quiet) as progress:
        made = forecast_etas(fitted, catalog, now, days, simulation, jobs=jobs, progress=progress)
    if not quiet:
        for note in (*made.notes, later_note(catalog, made.start)):
            tell(note)
    with whole_folder(out, force=force) as folder:
        told = {"seed": simulation.seed, "seconds": round(perf_counter() - begun, 2), "source": str(source)}
        write_etas_forecast_folder(made, folder, told)
    if not quiet:
        print("\n".join([*forecast_in_words(made), f"results: {out}"]))


@app.command("backtest")
@with_options(testing=EtasBacktestOptions, reading=ReadOptions)
def backtest(
    model: _Model,
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for the verdicts.")],
    jobs: Jobs = None,
    resume: Resume = False,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    testing: EtasBacktestOptions,
    reading: ReadOptions,
) -> None:
    """Issue forecasts of the past, each from what came before it, and run CSEP's tests of catalogs on all of them.

    Example: seisweave etas backtest etas catalog.csv --start 2015-01-01 --end 2016-01-01 --n-catalogs 1000 --out days
    """
    from seisweave.catalog import read_catalog
    from seisweave.etas import backtest_etas, open_etas
    from seisweave.report.results.etas import write_etas_backtest_folder
    from seisweave.report.told.etas import verdicts_in_words

    check_target(out, force=force, resume=resume)
    check_library("matplotlib")
    fitted, begun = open_etas(model), perf_counter()
    catalog = read_catalog(source, **vars(reading))
    identity = {"etas": dict(fitted.value), "options": vars(testing), "sha256": catalog.provenance.sha256}
    with kept_run(out, identity, resume=resume) as keep:
        with on_cluster(cluster), live_progress(quiet=quiet) as progress:
            made = backtest_etas(fitted, catalog, testing, jobs=jobs, progress=progress, keep=keep / "verdicts")
        with whole_folder(out, force=force) as folder:
            told = {"options": vars(testing), "seconds": round(perf_counter() - begun, 2), "source": str(source)}
            write_etas_backtest_folder(made, folder, told)
    if not quiet:
        print("\n".join([*verdicts_in_words(made), f"results: {out}"]))
