"""`seisweave reproduce eqpred-figures`: Figures 1 to 3 of Feng & Fox (2021), with counts beside the printed ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.libraries import check_nowcast_libraries
from seisweave.studies.eqpred.figures import FigureOptions


@with_options(figures=FigureOptions, reading=ReadOptions)
def eqpred_figures(
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the figures.")],
    force: Force = False,
    quiet: Quiet = False,
    *,
    figures: FigureOptions,
    reading: ReadOptions,
) -> None:
    """Draw the events of a catalog and the networks of EQPRED, and count events beside the numbers in the paper.

    Example: seisweave reproduce eqpred-figures catalog.csv --not-event-type qb --out figures
    """
    from seisweave.catalog import read_catalog
    from seisweave.studies.eqpred.figures import eqpred_figures

    check_target(out, force=force)
    check_nowcast_libraries(figures=True)
    made = eqpred_figures(read_catalog(source, **vars(reading)), figures)
    with whole_folder(out, force=force) as folder:
        made.write(folder)
    if not quiet:
        print(f"{made.markdown()}results: {out}")
