"""`seisweave etas simulate | backtest`: catalogs of what may come, and how such forecasts of the past did."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.etas import app
from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.libraries import check_library
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.etas.backtesting import EtasBacktestOptions
from seisweave.etas.simulate import SimulateOptions

if TYPE_CHECKING:
    from seisweave.etas import EtasBacktest, EtasForecast

_Model = Annotated[Path, typer.Argument(metavar="DIR", help="Folder made by `seisweave etas fit`.")]
_Source = Annotated[
    Path, typer.Argument(metavar="CATALOG", help="Catalog with all that came before, in any known format.")
]
_Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Threads; all cores by default.")]
_Force = Annotated[bool, typer.Option("--force", help="Replace results that are there already.")]
_Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


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
    jobs: _Jobs = None,
    force: _Force = False,
    quiet: _Quiet = False,
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

    check_target(out, force=force)
    check_library("matplotlib")
    fitted, begun = open_etas(model), perf_counter()
    catalog = read_catalog(source, **vars(reading))
    with live_progress(quiet=quiet) as progress:
        made = forecast_etas(fitted, catalog, now, days, simulation, jobs=jobs, progress=progress)
    if not quiet:
        for note in (*made.notes, later_note(catalog, made.start)):
            tell(note)
    with whole_folder(out, force=force) as folder:
        told = {"seed": simulation.seed, "seconds": round(perf_counter() - begun, 2), "source": str(source)}
        write_etas_forecast_folder(made, folder, told)
    if not quiet:
        print("\n".join([*in_words(made), f"results: {out}"]))


@app.command("backtest")
@with_options(testing=EtasBacktestOptions, reading=ReadOptions)
def backtest(
    model: _Model,
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for the verdicts.")],
    jobs: _Jobs = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run into OUT that did not end.")] = False,
    force: _Force = False,
    quiet: _Quiet = False,
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

    check_target(out, force=force, resume=resume)
    check_library("matplotlib")
    fitted, begun = open_etas(model), perf_counter()
    catalog = read_catalog(source, **vars(reading))
    identity = {"etas": dict(fitted.value), "options": vars(testing), "sha256": catalog.provenance.sha256}
    with kept_run(out, identity, resume=resume) as keep:
        with live_progress(quiet=quiet) as progress:
            made = backtest_etas(fitted, catalog, testing, jobs=jobs, progress=progress, keep=keep / "verdicts")
        with whole_folder(out, force=force) as folder:
            told = {"options": vars(testing), "seconds": round(perf_counter() - begun, 2), "source": str(source)}
            write_etas_backtest_folder(made, folder, told)
    if not quiet:
        print("\n".join([*verdicts_in_words(made), f"results: {out}"]))


def in_words(made: EtasForecast) -> list[str]:
    """Expected numbers, and the chance of each magnitude."""
    numbers = made.catalogs.numbers
    lines = [
        f"{made.days:g} days from {str(made.start)[:19]}: {numbers.mean():.3g} events of M ≥"
        f" {made.model.domain.min_magnitude:g} expected in the region, of {made.catalogs.n_catalogs:,} catalogs"
    ]
    for magnitude in made.magnitudes.tolist():
        chance = made.chance_of(magnitude)
        if chance > 0.0:
            lines.append(f"  M ≥ {magnitude:g}  {chance:.2%}")
    if made.n_cut:
        lines.append(
            f"{made.n_cut:,} catalogs ran away and were cut: the branching ratio is {made.branching_ratio:.2f}"
        )
    return lines


def verdicts_in_words(made: EtasBacktest) -> list[str]:
    """Pass rates, one line a test."""
    lines = [f"{len(made.t_days):,} forecasts: {made.n_came.sum():,} events came, {made.expected.sum():,.1f} expected"]
    for name in made.tests:
        n, found = len(made.passed(name)), made.calibration(name)
        if found is not None:
            lines.append(
                f"  {name}: {made.pass_rate(name):.1%} of {n} pass; quantiles uniform: p = {found.p_value:.2g}"
            )
    if made.n_cut:
        lines.append(f"{made.n_cut:,} catalogs ran away and were cut")
    return lines
