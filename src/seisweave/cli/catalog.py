"""`seisweave catalog info | convert`: what is in a catalog, and the same in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.flags import with_options

app = typer.Typer(help="Look into a catalog, or convert it.", no_args_is_help=True)


@app.command()
@with_options(selection=Selection, reading=ReadOptions)
def info(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Catalog in any known format.")],
    rejected: Annotated[
        int, typer.Option("--rejected", min=0, help="List up to this many rows set aside.")
    ] = 5,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Print counts by magnitude, time span, box, depths, quality, uncertainties, and what was set aside.

    Example: seisweave catalog info catalog.csv --rejected 20
    """
    from seisweave.catalog import read_catalog, summarize

    catalog = read_catalog(source, **vars(reading))
    if selection.describe():
        catalog = catalog.select(selection)
    print(summarize(catalog).text(rejected_rows=rejected))


@app.command()
@with_options(selection=Selection, reading=ReadOptions)
def convert(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Catalog in any known format.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="File to write: .csv, .parquet, .xml (QuakeML).")
    ],
    to: Annotated[
        str | None, typer.Option("--to", help="Format to write; by the file's name otherwise.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Write a catalog, or a selection of it, in another format.

    Example: seisweave catalog convert scedc.csv.gz big.parquet --min-magnitude 4
    """
    from seisweave.catalog import read_catalog, write_catalog

    catalog = read_catalog(source, **vars(reading))
    for reason, n in catalog.rejected.by_reason().items():
        typer.echo(f"note: {n} rows set aside: {reason}", err=True)
    written = write_catalog(catalog.select(selection), out, format=to, force=force)
    typer.echo(f"{written.n_events} events written to {out}")
    if written.left_out:
        typer.echo(f"note: {written.format} does not hold: {', '.join(written.left_out)}", err=True)
