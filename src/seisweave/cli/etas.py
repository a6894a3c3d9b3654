"""`seisweave etas fit | evaluate`: a model of how earthquakes trigger earthquakes, and its scores on later ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.answers import Json, print_json
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.etas.options import EtasOptions
from seisweave.libraries import check_library

if TYPE_CHECKING:
    from seisweave.faults.network import FaultNetwork

app = typer.Typer(help="ETAS: rates of earthquakes that trigger others, fitted, and scored on later events.",
                  no_args_is_help=True)  # fmt: skip


@app.command("fit")
@with_options(fitting=EtasOptions, selection=Selection, reading=ReadOptions)
def fit(
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the model, its parameters and figure.")],
    network: Annotated[
        Path | None,
        typer.Option("--network", help="Faults of events before the fit, as a background: a folder of `faults`."),
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    fitting: EtasOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Fit ETAS to a catalog: the rate of events in time and place, given all that came before.

    Example: seisweave etas fit catalog.csv --completeness 2.5 --fit-from 1985-01-01 --fit-until 2015-01-01 --out etas
    """
    from seisweave.cli.catalog import doubts, read_selected
    from seisweave.etas import choose_etas
    from seisweave.etas.fitting import fit_chosen
    from seisweave.report.results.etas import write_etas_folder
    from seisweave.report.told.etas import in_words

    check_target(out, force=force)
    check_library("matplotlib")
    catalog, start = read_selected(source, selection, reading), perf_counter()
    fitting, faults, notes = in_selection(fitting, selection), None, []
    if network is not None:
        faults, fitting, notes = with_network(network, fitting)
    chosen = choose_etas(catalog, fitting)
    with (
        on_cluster(cluster),
        live_progress([*catalog.history, *doubts(catalog), *notes, *chosen.lines], quiet=quiet) as progress,
    ):
        model = fit_chosen(catalog, chosen, fitting, network=faults, jobs=jobs, progress=progress)
    with whole_folder(out, force=force) as folder:
        told = {"seconds": round(perf_counter() - start, 2), "selection": selection.describe(), "source": str(source)}
        found = write_etas_folder(model, folder, told, catalog=catalog, jobs=jobs)
    if not quiet:
        print("\n".join([*in_words(model, found), f"results: {out}"]))


@app.command("evaluate")
@with_options(reading=ReadOptions)
def evaluate(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Result folders of `seisweave etas fit`.")],
    *,
    targets: Annotated[
        Path, typer.Option("--targets", help="Catalog with the later events, and those that came before them.")
    ],
    start: Annotated[
        str | None, typer.Option("--start", help="Score events from this time on, UTC; else the end of the fit.")
    ] = None,
    end: Annotated[str | None, typer.Option("--end", help="Score events before this time; else the last's.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for tables, map and summary.")] = None,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
    reading: ReadOptions,
) -> None:
    """Score fitted models on later events: nats an event of when and where, gains over the first with intervals.

    Example: seisweave etas evaluate standard full --targets catalog.csv --start 2015-01-01 --out scores
    """
    from seisweave.catalog import read_catalog
    from seisweave.etas import compare_models, open_etas
    from seisweave.report.results.etas import write_etas_scores_folder
    from seisweave.report.told.etas import scores_in_words

    if out is not None:
        check_target(out, force=force)
        check_library("matplotlib")
    models = {}
    for folder in folders:
        name = folder.resolve().name
        if name in models:
            raise InputError(f"{folder}: another folder is called {name} too; rename one, names stand in the tables")
        models[name] = open_etas(folder)
    catalog = read_catalog(targets, **vars(reading))
    with on_cluster(cluster), live_progress(quiet=quiet) as progress:
        compared = compare_models(models, catalog, start, end, jobs=jobs, progress=progress)
    if out is not None:
        with whole_folder(out, force=force) as folder:
            write_etas_scores_folder(compared, folder, {"source": str(targets)})
    if as_json:
        print_json(compared.summary())
    elif not quiet:
        print("\n".join([*scores_in_words(compared), *([f"results: {out}"] if out is not None else [])]))


def in_selection(fitting: EtasOptions, selection: Selection) -> EtasOptions:
    """The region and the end of a selection are those of the fit, where it names none of its own."""
    region = fitting.fit_region or selection.polygon
    if region is None and selection.box is not None:
        from seisweave.etas.domain import corners_of

        region = " ".join(f"{lon:.17g},{lat:.17g}" for lon, lat in corners_of(selection.box).tolist())
    return replace(fitting, fit_region=region, fit_until=fitting.fit_until or selection.end)


def with_network(path: Path, fitting: EtasOptions) -> tuple[FaultNetwork, EtasOptions, list[str]]:
    """A network with its events, options whose fit begins after them, and what is to be told of that."""
    from seisweave.catalog.instants import in_short
    from seisweave.etas.fault_background import after_network, last_event_of
    from seisweave.faults.network import open_network
    from seisweave.report.results.network import open_network_result

    if path.suffix == ".nc":
        network = open_network(path)
    else:
        opened = open_network_result(path)
        network = replace(opened.network, source=opened.events)
    last = last_event_of(network)
    if last is None:
        return network, fitting, [f"{path}: its events have no times; faults must be of events before the fit"]
    begun = after_network(fitting, network)
    return network, begun, [f"faults of events until {in_short(last)}, and the fit from {begun.fit_from} on"]
