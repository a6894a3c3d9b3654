"""`seisweave network mechanisms`: focal mechanisms beside the faults of a network."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.network import app
from seisweave.cli.wording import tell
from seisweave.faults.mechanisms.options import MechanismOptions
from seisweave.libraries import check_library


@app.command("mechanisms")
@with_options(comparison=MechanismOptions)
def mechanisms(
    network: Annotated[Path, typer.Argument(metavar="DIR", help="Network: a result folder of `seisweave faults`.")],
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Mechanisms: a table with strike, dip, rake; HASH, QuakeML, NDK.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for tables, figure and summary.")],
    force: Force = False,
    quiet: Quiet = False,
    *,
    comparison: MechanismOptions,
) -> None:
    """Compare focal mechanisms with the faults of a network, and tell which of their planes slipped.

    Mechanisms are matched with events by id, or by time and place, or else put on a fault by their own hypocentre. How
    well they fit their faults is told beside shuffled faults and random planes.

    Example: seisweave network mechanisms ridgecrest mechanisms.csv --out planes
    """
    from seisweave.faults.mechanisms import compare_mechanisms, read_mechanisms
    from seisweave.report.results.mechanisms import write_mechanisms_folder
    from seisweave.report.results.opened import open_whole_network
    from seisweave.report.told.networks import mechanisms_in_words

    check_target(out, force=force)
    check_library("matplotlib")
    start = perf_counter()
    found = compare_mechanisms(open_whole_network(network), read_mechanisms(source), comparison)
    with whole_folder(out, force=force) as folder:
        told = {"network": str(network), "source": str(source), "seconds": round(perf_counter() - start, 2)}
        write_mechanisms_folder(found, folder, told)
    if not quiet:
        for note in found.notes:
            tell(note)
        print("\n".join([*mechanisms_in_words(found), f"results: {out}"]))
