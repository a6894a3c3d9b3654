"""`seisweave network assign | update`: new events for a network, which stays as it is, or goes on with them."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.catalog.shown import shown
from seisweave.cli.catalog import CATALOGS
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.faults import read_events, read_local, summarize
from seisweave.cli.flags import Force, Jobs, Quiet, with_options
from seisweave.cli.folder import check_target, take_file, whole_folder
from seisweave.cli.network import app
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.faults.update_options import UpdateOptions
from seisweave.libraries import check_library

if TYPE_CHECKING:
    from seisweave.cli.faults import Hypocentres

_Network = Annotated[Path, typer.Argument(metavar="NETWORK", help="Result folder of `seisweave faults`.")]
_Sources = Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=CATALOGS)]
_Xyz = Annotated[bool, typer.Option("--xyz", help="CATALOG holds x_km, y_km, depth_km.")]


@app.command("assign")
@with_options(selection=Selection, reading=ReadOptions)
def assign(
    network: _Network,
    sources: _Sources,
    out: Annotated[
        Path, typer.Option("--out", help="File (.csv, .parquet) for the events, or a folder for them and all.")
    ],
    xyz: _Xyz = False,
    jobs: Jobs = None,
    force: Force = False,
    quiet: Quiet = False,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Give new events to the faults of a network, which stays as it is, and say which faults moved.

    Example: seisweave network assign ridgecrest today.csv --out moved
    """
    from seisweave.faults.assign import assign_events
    from seisweave.report.results.assigned import write_assigned
    from seisweave.report.results.opened import open_any_network

    start, to_file = perf_counter(), _is_file(out, force=force)
    there = open_any_network(network)
    given = _read(sources, selection, reading, xyz=xyz)
    found = assign_events(there, given.points, jobs=jobs)
    if not quiet:
        for note in (*given.notes, *found.events.notes):
            tell(note)
    if to_file:
        found.write(out)
    else:
        with whole_folder(out, force=force) as folder:
            told = {"network": str(network), **summarize(given), "seconds": round(perf_counter() - start, 4)}
            write_assigned(found, folder, told)
    if not quiet:
        print(found, f"results: {shown(out)}", sep="\n")


@app.command("update")
@with_options(going_on=UpdateOptions, selection=Selection, reading=ReadOptions)
def update(
    network: _Network,
    sources: _Sources,
    out: Annotated[Path, typer.Option("--out", help="Folder for the network that comes of it.")],
    xyz: _Xyz = False,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    going_on: UpdateOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Go on from a network with more events: faults keep their numbers and names, and what changed is told.

    Example: seisweave network update ridgecrest july.csv --out ridgecrest-july
    """
    from seisweave.faults.update import update_faults
    from seisweave.report.results.network import write_updated
    from seisweave.report.results.opened import open_any_network
    from seisweave.report.told.headlines import headline
    from seisweave.report.told.networks import changes_in_words

    check_target(out, force=force)
    check_library("matplotlib")
    there = open_any_network(network)
    given = _read(sources, selection, reading, xyz=xyz)
    with on_cluster(cluster), live_progress(given.notes, quiet=quiet) as progress:
        updated = update_faults(there, given.points, going_on, jobs=jobs, progress=progress)
    with whole_folder(out, force=force) as folder:
        write_updated(updated, folder, {"updated": str(network), **summarize(given)})
    if not quiet:
        for note in updated.notes:
            tell(note)
        print("\n".join([headline(updated.network), str(updated), *changes_in_words(updated), f"results: {out}"]))


def _read(sources: list[Path], selection: Selection, reading: ReadOptions, *, xyz: bool) -> Hypocentres:
    return read_local(sources, selection, reading) if xyz else read_events(sources, selection, reading)


def _is_file(out: Path, *, force: bool) -> bool:
    """Refuse early what cannot be written, or must not be replaced; whether it is a file."""
    if out.is_dir() or out.suffix.lower() not in (".csv", ".parquet"):
        check_target(out, force=force)
        return False
    take_file(out, force=force)
    return True
