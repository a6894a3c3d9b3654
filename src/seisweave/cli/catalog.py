"""`seisweave catalog info | convert`: what is in a catalog, and the same in another format."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.read import ReadOptions
from seisweave.catalog.rejected import Rejected
from seisweave.catalog.selection import Selection
from seisweave.catalog.shown import shown
from seisweave.cli.answers import Json, can_be_quiet, print_json
from seisweave.cli.flags import Force, with_options
from seisweave.cli.folder import take_file
from seisweave.cli.wording import in_words
from seisweave.errors import InputError
from seisweave.libraries import check_library

CATALOGS = "Catalogs in any known format, plain or packed: files, a folder, a pattern, or - for standard input."

app = typer.Typer(help="Look into a catalog, convert it, or download one.", no_args_is_help=True)


@app.command()
@can_be_quiet
@with_options(selection=Selection, reading=ReadOptions)
def info(
    sources: Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=CATALOGS)],
    rejected: Annotated[int, typer.Option("--rejected", min=0, help="List up to this many rows set aside.")] = 5,
    as_json: Json = False,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Draw magnitudes, depths and b-value: a .png or .svg file.")
    ] = None,
    force: Force = False,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Print span, box, depths, magnitudes, completeness, b-value, errors, columns, and what was set aside.

    Example: seisweave catalog info italy.csv --start 2010-01-01 --box 12 14.5 41.5 43.5 --figure italy.png
    """
    from seisweave.catalog import summarize

    if figure is not None:
        _check_figure(figure, force=force)
    catalog = read_selected(sources, selection, reading)
    summary = summarize(catalog)
    if figure is not None:
        from seisweave.report.catalog_figures import write_catalog_figure

        write_catalog_figure(catalog, figure, summary.completeness)
    if as_json:
        told = summary.to_dict(rejected)
        told |= {name: [in_words(line) for line in told[name]] for name in ("notes", "left_out")}
        print(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(map(_line_in_words, summary.text(rejected_rows=rejected).splitlines())))


def _check_figure(path: Path, *, force: bool) -> None:
    """Refuse early what cannot be drawn, or must not be replaced."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise InputError(f"{shown(path)}: a figure is a .png or .svg file; give another name")
    take_file(path, force=force)
    check_library("matplotlib")


def _line_in_words(line: str) -> str:
    """A line of a summary; rows of the file are left as they are."""
    return in_words(line) if line.startswith(("note ", "WARNING ", "left out ")) else line


@app.command()
@can_be_quiet
@with_options(selection=Selection, reading=ReadOptions)
def convert(
    sources: Annotated[
        list[Path], typer.Argument(metavar="CATALOG... [OUTPUT]", help=f"{CATALOGS} Last the file to write, or --out.")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="File to write: .csv, .parquet, .xml (QuakeML).")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Format to write; by the file's name otherwise.")] = None,
    force: Force = False,
    as_json: Json = False,
    *,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Write a catalog, or a selection of it, in another format.

    CSV and Parquet keep all of it; QuakeML and CSEP what they can hold, and the rest is named.

    Example: seisweave catalog convert ingv.csv --out large.csv --min-magnitude 4 --columns longitude=Lon,latitude=Lat
    """
    if out is None:
        *sources, out = sources
        if not sources:
            raise InputError(f"{shown(out)}: one file is given; give the catalog, and the file to write")
    from seisweave.catalog.write import format_of

    take_file(out)
    try:
        format_of(out, to, force=force)
        catalog = read_selected(sources, selection, reading)
        written = catalog.write(out, format=to, force=force)
    except InputError as error:
        raise InputError(in_words(str(error), {"format": "to", "force": "force"})) from None
    notes = rejections(catalog.rejected)
    if written.left_out:
        notes.append(f"{written.format} does not hold: {', '.join(written.left_out)}")
    for note in notes:
        print(f"note: {in_words(note)}", file=sys.stderr)
    if as_json:
        print_json({"results": str(out), "n_events": written.n_events, "notes": [in_words(note) for note in notes]})
    else:
        print(f"{written.n_events} events written to {shown(out)}")


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
    return " ".join(map(shown, source)) if isinstance(source, list) else shown(source)


def rejections(rejected: Rejected) -> list[str]:
    """How many rows were set aside, by reason, and what was not taken as written."""
    return [*(f"{n} rows set aside: {reason}" for reason, n in rejected.by_reason().items()), *rejected.notes]


def doubts(catalog: Catalog) -> list[str]:
    """What a person should hear about a catalog: rows set aside, and what looks wrong in the others."""
    from seisweave.catalog.checks import check

    return [*rejections(catalog.rejected), *(finding.message for finding in check(catalog))]
