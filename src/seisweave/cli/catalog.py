"""`seisweave catalog info | convert`: what is in a catalog, and the same in another format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.read import ReadOptions
from seisweave.catalog.rejected import Rejected
from seisweave.catalog.selection import Selection
from seisweave.cli.flags import with_options
from seisweave.errors import InputError

CATALOGS = "Catalogs in any known format, plain or packed: files, a folder, a pattern, or - for standard input."

app = typer.Typer(help="Look into a catalog, or convert it.", no_args_is_help=True)


@app.command()
@with_options(selection=Selection, reading=ReadOptions)
def info(
    sources: Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=CATALOGS)],
    rejected: Annotated[int, typer.Option("--rejected", min=0, help="List up to this many rows set aside.")] = 5,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Print counts by magnitude, time span, box, depths, quality, uncertainties, and what was set aside.

    Example: seisweave catalog info catalog.csv --rejected 20
    """
    from seisweave.catalog import summarize

    catalog = read_selected(sources, selection, reading)
    print(summarize(catalog).text(rejected_rows=rejected))


@app.command()
@with_options(selection=Selection, reading=ReadOptions)
def convert(
    sources: Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=CATALOGS)],
    out: Annotated[Path, typer.Argument(metavar="OUTPUT", help="File to write: .csv, .parquet, .xml (QuakeML).")],
    to: Annotated[str | None, typer.Option("--to", help="Format to write; by the file's name otherwise.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Write a catalog, or a selection of it, in another format.

    Example: seisweave catalog convert scedc.csv.gz big.parquet --min-magnitude 4
    """
    catalog = read_selected(sources, selection, reading)
    written = catalog.write(out, format=to, force=force)
    notes = rejections(catalog.rejected)
    if written.left_out:
        notes.append(f"{written.format} does not hold: {', '.join(written.left_out)}")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{written.n_events} events written to {out}")


def read_selected(source: Path | list[Path], selection: Selection, reading: ReadOptions) -> Catalog:
    """Read a catalog, of one file or several, and select from it. Errors: InputError if that leaves nothing."""
    from seisweave.catalog import read_catalog

    everything = read_catalog(source, **vars(reading))
    catalog = everything.select(selection)
    if len(catalog) == 0:
        why = "; ".join(catalog.history) or "it is empty"
        raise InputError(f"{named(source)}: no event left of {len(everything)}: {why}; widen the selection")
    return catalog


def named(source: Path | list[Path]) -> str:
    """The input of a command, as it was given."""
    return " ".join(map(str, source)) if isinstance(source, list) else str(source)


def rejections(rejected: Rejected) -> list[str]:
    """How many rows were set aside, by reason, and what was not taken as written."""
    return [*(f"{n} rows set aside: {reason}" for reason, n in rejected.by_reason().items()), *rejected.notes]


def doubts(catalog: Catalog) -> list[str]:
    """What a person should hear about a catalog: rows set aside, and what looks wrong in the others."""
    from seisweave.catalog.checks import check

    return [*rejections(catalog.rejected), *(finding.message for finding in check(catalog))]
