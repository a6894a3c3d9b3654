"""`seisweave catalog decluster`: a catalog without its foreshocks and aftershocks."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.catalog.shown import shown
from seisweave.cli.catalog import CATALOGS, app, doubts, named, read_selected
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, with_options
from seisweave.cli.folder import check_target, take_file, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.errors import InputError
from seisweave.libraries import check_library
from seisweave.progress import Progress, Step

if TYPE_CHECKING:
    from seisweave.catalog.declustering.declustered import Declustered


@app.command()
@with_options(declustering=DeclusterOptions, selection=Selection, reading=ReadOptions)
def decluster(
    sources: Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=CATALOGS)],
    out: Annotated[
        Path,
        typer.Option("--out", help="File (.csv, .parquet) for the declustered catalog, or a folder for it and all."),
    ],
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    declustering: DeclusterOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Find clusters of events, and write the catalog without foreshocks and aftershocks.

    A file holds the events that are kept, as every command reads them; a folder also all events with their cluster,
    a figure and a summary. Give --min-magnitude: an aftershock whose mainshock is missing looks like background.

    Example: seisweave catalog decluster california.csv --method gardner-knopoff --min-magnitude 2.5 --out declustered
    """
    from seisweave.report.told.headlines import declustered_headline

    start = perf_counter()
    to_file = _check(out, force=force)
    catalog = read_selected(sources, selection, reading)
    with on_cluster(cluster), live_progress([*catalog.history, *doubts(catalog)], quiet=quiet) as progress:
        found = _declustered(catalog, declustering, jobs=jobs, progress=progress)
        if progress is not None:
            progress(Step("decluster", 1.0))  # so that notes are told of a method without steps, too
    from seisweave.catalog.declustering.compared import compare

    compared = compare(found)
    if to_file:
        found.write(out, force=force)
    else:
        from seisweave.report.results.declustered import write_declustered

        with whole_folder(out, force=force) as folder:
            told = {"source": named(sources), "selection": selection.describe()}
            write_declustered(found, folder, {**told, "seconds": round(perf_counter() - start, 4)})
    if not quiet:
        for note in found.notes:
            tell(note)
        print(declustered_headline(found), *compared.lines, f"results: {shown(out)}", sep="\n")


def _check(out: Path, *, force: bool) -> bool:
    """Refuse early what cannot be written, or must not be replaced; whether it is a file."""
    from seisweave.catalog.write import WRITABLE

    if out.is_dir() or not any(out.suffix.lower() in suffixes for suffixes in WRITABLE.values()):
        check_target(out, force=force)
        check_library("matplotlib")
        return False
    if out.suffix.lower() not in (*WRITABLE["csv"], *WRITABLE["parquet"]):
        raise InputError(f"{shown(out)}: a declustered catalog is written as .csv or .parquet; give such a name")
    take_file(out, force=force)
    return True


def _declustered(
    catalog: Catalog, options: DeclusterOptions, *, jobs: int | None, progress: Progress | None
) -> Declustered:
    if options.method == "stochastic":
        from seisweave.etas.declustering import decluster_stochastically

        return decluster_stochastically(catalog, options, jobs=jobs, progress=progress)
    from seisweave.catalog.declustering.decluster import decluster as run

    return run(catalog, options, jobs=jobs, progress=progress)
