"""`seisweave reproduce fig12`: the paper's test of a fault network on later events, made again and widened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.answers import can_be_quiet
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.old_flags import with_old_flags
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.libraries import check_library
from seisweave.studies.figure12_models import Figure12Options


@can_be_quiet
@with_old_flags(windows="window_years")
@with_options(study=Figure12Options, reading=ReadOptions)
def fig12(
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog that spans past and targets.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    network: Annotated[
        list[str] | None, typer.Option("--network", help="Another network to compare, as name=DIR; several times.")
    ] = None,
    window_years: Annotated[
        str | None,
        typer.Option(
            "--window-years", help="Windows of four years instead, each from 1 July of a year, like 1995,1999,2003."
        ),
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    *,
    study: Figure12Options,
    reading: ReadOptions,
) -> None:
    """Learn networks and smoothed seismicity from the past, score them on later events of magnitude 2.5 and above.

    Quarry blasts are left out. The first network is as in the paper: all located events, the global criterion, 30
    subsets, backgrounds pooled; "triples on targets" has the bandwidth that suits the targets best, as the paper's.

    Example: seisweave reproduce fig12 catalog.csv --out fig12 --jobs 4
    """
    from seisweave.cli.catalog import read_selected
    from seisweave.forecast.score_tables import table
    from seisweave.studies.figure12 import make_figure12
    from seisweave.studies.figure12_inputs import named_networks, years_of

    check_target(out, force=force)
    check_library("matplotlib")
    years = [] if window_years is None else years_of(window_years, study)
    if years and network:
        raise InputError("--network has learned from one past, each of --window-years has its own; give one of the two")
    networks = named_networks(network or [])
    catalog = read_selected(source, Selection(start=study.learn_from), reading)
    with on_cluster(cluster), live_progress() as progress:
        made = make_figure12(catalog, study, years=years, networks=networks, jobs=jobs, progress=progress)
    with whole_folder(out, force=force) as folder:
        made.write(folder)
    for window in made.windows:
        print(f"{window.span}: {len(window.scored.targets):,} targets")
        print(table(window.scored))
    print(f"results: {out}")
