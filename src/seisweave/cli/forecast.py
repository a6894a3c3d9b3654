"""`seisweave forecast`: from a catalog or a fault network to a folder with a forecast."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.faults.options import FaultOptions
from seisweave.forecast.options import ForecastOptions, GridOptions
from seisweave.libraries import check_library
from seisweave.progress import Step

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.forecast.forecast import Forecast


@with_options(
    forecasting=ForecastOptions, method=FaultOptions, grid=GridOptions, selection=Selection, reading=ReadOptions
)
def forecast(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Catalog, or a network: a result folder of `seisweave faults`.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    name: Annotated[str | None, typer.Option("--name", help="Name of the forecast; the model's otherwise.")] = None,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    forecasting: ForecastOptions,
    method: FaultOptions,
    grid: GridOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Make the density of where the next earthquakes are, over a volume; and CSEP's grid of it.

    Example: seisweave forecast catalog.csv --model triples --volume -121 -115 32.5 36 0 20 --end 2011-07-01 --out past
    """
    from seisweave.forecast.gridded import grid_from_past
    from seisweave.report.results.forecast import write_forecast_folder
    from seisweave.report.told.headlines import forecast_headline

    check_target(out, force=force)
    check_library("matplotlib")
    if name is not None and not name.strip():
        raise InputError("--name is empty; give the forecast a name, or leave the flag out")
    start = perf_counter()
    if is_network(source):
        made, past = from_network(source, forecasting, selection), None
    else:
        past = read_past(source, selection, reading)
        with on_cluster(cluster):
            made = learn(past, forecasting, method, jobs=jobs, quiet=quiet)
    made = made if name is None else made.named(name)
    rates = None if past is None else grid_from_past(made, past, grid)
    with whole_folder(out, force=force) as folder:
        summary = {"seconds": round(perf_counter() - start, 4), "options": asdict(forecasting)}
        summary |= {"selection": selection.describe(), "source": str(source), "grid": asdict(grid)}
        write_forecast_folder(made, folder, summary, rates=rates, years=grid.years)
    if not quiet:
        print(forecast_headline(made, rates))
        print(f"results: {out}")


def is_network(source: Path) -> bool:
    """Whether an input is a fault network rather than a catalog."""
    return (source / "network.nc").is_file() if source.is_dir() else source.suffix.lower() == ".nc"


def from_network(source: Path, options: ForecastOptions, selection: Selection) -> Forecast:
    """A forecast from a network on disk. Errors: InputError for other models, no volume, or a selection."""
    from seisweave.faults.network import open_network
    from seisweave.forecast.build import network_forecast
    from seisweave.forecast.volume import Volume

    if options.model != "faults":
        raise InputError(f"{source}: is a fault network; --model {options.model} needs a catalog")
    if options.volume is None:
        raise InputError("a forecast from a network needs --volume west east south north top bottom")
    if selection.describe():
        raise InputError(f"{source}: is a fault network; select ({selection.describe()}) when you make it")
    return network_forecast(open_network(source), Volume.of(options.volume), options)


def read_past(source: Path, selection: Selection, reading: ReadOptions) -> Catalog:
    """Read and select the events to learn from; those without depth are left out, unless none has one."""
    from seisweave.cli.catalog import read_selected

    selected = read_selected(source, selection, reading)
    return selected.with_depth() if selected.has_depth.any() else selected


def learn(past: Catalog, options: ForecastOptions, method: FaultOptions, *, jobs: int | None, quiet: bool) -> Forecast:
    """Learn a forecast, with live progress."""
    from seisweave.cli.catalog import doubts
    from seisweave.forecast.build import make_forecast
    from seisweave.forecast.default_volume import choose_volume

    notes = [*past.history, *doubts(past), choose_volume(past, options).line]
    if options.model == "mixed" and not past.has_depth.any():
        notes.append("without depths there is no network of faults: adaptive smoothing alone")
    with live_progress(notes, quiet=quiet) as progress:
        made = make_forecast(past, options, method, jobs=jobs, progress=progress)
        if progress is not None:
            progress(Step(f"make {made.name}", 1.0))  # so that notes are told of a model without steps, too
    return made
