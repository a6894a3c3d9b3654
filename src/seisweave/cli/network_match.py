"""`seisweave network match`: which faults of two networks are the same, and what became of the others."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.network import app
from seisweave.cli.wording import tell
from seisweave.faults.match_options import MatchOptions
from seisweave.libraries import check_library

_NETWORK = "network: a result folder of `seisweave faults`."


@app.command("match")
@with_options(matching=MatchOptions)
def match(
    first: Annotated[Path, typer.Argument(metavar="FIRST", help=f"First {_NETWORK}")],
    second: Annotated[Path, typer.Argument(metavar="SECOND", help=f"Second {_NETWORK}")],
    out: Annotated[Path, typer.Option("--out", help="Folder for tables, figure and summary.")],
    force: Force = False,
    quiet: Quiet = False,
    *,
    matching: MatchOptions,
) -> None:
    """Compare two networks of one region: which faults are the same, split, merged, changed, vanished or appeared.

    Faults are compared by the events that both networks have, and by their plates where these are too few.

    Example: seisweave network match ridgecrest-8-july ridgecrest-10-july --out changes
    """
    from seisweave.faults.matching import match_networks
    from seisweave.report.results.matching import write_match_folder
    from seisweave.report.results.opened import open_whole_network
    from seisweave.report.told.networks import match_in_words

    check_target(out, force=force)
    check_library("matplotlib")
    start = perf_counter()
    found = match_networks(open_whole_network(first), open_whole_network(second), matching)
    with whole_folder(out, force=force) as folder:
        told = {"first": str(first), "second": str(second), "seconds": round(perf_counter() - start, 2)}
        write_match_folder(found, folder, told)
    if not quiet:
        for note in found.notes:
            tell(note)
        print("\n".join([*match_in_words(found), f"results: {out}"]))
