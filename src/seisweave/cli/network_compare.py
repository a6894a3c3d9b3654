"""`seisweave network compare`: a fault network beside mapped faults, against chance."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.network import app
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.faults.mapped.options import MappedOptions
from seisweave.libraries import check_library

_NOTES = 3  # of many files that say the same


@app.command()
@with_options(comparison=MappedOptions)
def compare(
    network: Annotated[Path, typer.Argument(metavar="NETWORK", help="Folder made by `seisweave faults`.")],
    mapped: Annotated[
        list[Path],
        typer.Option(
            "--mapped", help="Mapped faults: TSurf surfaces, or traces; files, folders, archives. Repeatable."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for tables, figure and summary.")],
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="Coordinate system of the mapped faults, like EPSG:26711; local: the network's km."),
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    comparison: MappedOptions,
) -> None:
    """Compare a fault network with mapped faults, and both with faults that are moved and turned at random.

    Writes the nearest mapped fault of every fault, how far and how parallel it is; the mapped faults that have no
    events; the shares that agree, against chance; a map.

    Example: seisweave network compare california --mapped cfm7_1000m_ts.tar.gz --crs EPSG:26711 --out beside-mapped
    """
    from seisweave.faults.mapped import compare_with_mapped, read_mapped_faults
    from seisweave.report.results.mapped import write_mapped_folder
    from seisweave.report.results.opened import open_any_network
    from seisweave.report.told.networks import comparison_in_words

    check_target(out, force=force)
    check_library("matplotlib")
    begun = perf_counter()
    opened, there = open_any_network(network), read_mapped_faults(mapped, crs)
    more = [f"and {len(there.notes) - _NOTES} files more"] if len(there.notes) > _NOTES else []
    with on_cluster(cluster), live_progress(quiet=quiet) as progress:
        made = compare_with_mapped(opened, there, comparison, jobs=jobs, progress=progress)
    if not quiet:
        for note in [*there.notes[:_NOTES], *more]:
            tell(note)
    with whole_folder(out, force=force) as folder:
        told = {"network": str(network), "mapped": [str(path) for path in mapped], "crs": crs}
        write_mapped_folder(made, folder, {**told, "seconds": round(perf_counter() - begun, 2)})
    if not quiet:
        print("\n".join([*comparison_in_words(made), f"results: {out}"]))
