"""`seisweave report`: result folders as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.cli.folder import take_file
from seisweave.cli.wording import tell
from seisweave.errors import InputError


def report(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Result folders of `seisweave faults`.")],
    out: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("report.html"),
    traces: Annotated[
        Path | None,
        typer.Option(
            "--traces", metavar="PATH", help="Mapped faults under the maps: lines (GMT, GeoJSON, .shp) or TSurf."
        ),
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Coordinates of --traces where it does not say.")] = None,
) -> None:
    """Turn result folders into one self-contained page that opens offline in any browser.

    Example: seisweave report ridgecrest landers --out page.html
    """
    from seisweave.report import read_traces, write_page

    check_page(out)
    mapped = None if traces is None else read_traces(traces, crs)
    page = write_page(folders, out, traces=mapped)
    for note in () if mapped is None else mapped.notes:
        tell(note)
    print(page.resolve())


def check_page(out: Path) -> None:
    """Hold the page; refuse to put it over a folder, or over a file that is no page."""
    if out.is_dir():
        raise InputError(f"{out}: is a folder; give the name of the page, like {out / 'report.html'}")
    if out.is_file() and out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out}: exists and is no page; give a name that ends in .html")
    take_file(out)
