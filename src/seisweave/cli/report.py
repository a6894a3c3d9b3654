"""`seisweave report`: result folders as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.cli.answers import can_be_quiet
from seisweave.cli.flags import with_options
from seisweave.cli.folder import take_file
from seisweave.cli.wording import tell
from seisweave.errors import InputError
from seisweave.report.today.options import TodayOptions


@can_be_quiet
@with_options(today=TodayOptions)
def report(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Result folders of any command, or forecasts of `seisweave issue`."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("report.html"),
    traces: Annotated[
        Path | None,
        typer.Option(
            "--traces", metavar="PATH", help="Mapped faults under the maps: lines (GMT, GeoJSON, .shp) or TSurf."
        ),
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Coordinates of --traces where it does not say.")] = None,
    catalog: Annotated[Path | None, typer.Option(help="With forecasts: events until now.", show_default=False)] = None,
    side_by_side: Annotated[bool, typer.Option("--side-by-side", help="Forecasts as a section, too.")] = False,
    *,
    today: TodayOptions,
) -> None:
    """Turn result folders into one self-contained page that opens offline in any browser.

    Every kind has a section of its own: networks (linked views), condensed and declustered catalogs, forecasts, scores,
    nowcasts, ETAS, comparisons, tables of papers. Forecasts on record, alone or with a network and a folder of scores,
    make the page of today, which tells their latest; beside others, or with --side-by-side, they are a section, too.

    Example: seisweave report ridgecrest condensed scores --out page.html
    """
    from seisweave.catalog import read_catalog
    from seisweave.report import read_traces, write_page
    from seisweave.report.today.folders import goes_with_today, write_today_of

    check_page(out)
    mapped = None if traces is None else read_traces(traces, crs)
    if goes_with_today(folders) and not side_by_side:
        events = None if catalog is None else read_catalog(catalog)
        page = write_today_of(folders, out, catalog=events, traces=mapped, options=today)
    elif catalog is not None or today != TodayOptions():
        raise InputError(
            "--catalog and the flags of today go with forecasts on record, at most beside a network and scores"
        )
    else:
        page = write_page(folders, out, traces=mapped)
    for note in () if mapped is None else mapped.notes:
        tell(note)
    print(page.resolve())


def check_page(out: Path) -> None:
    """Hold the page; refuse to put it over a folder, or over a file that is no page."""
    if out.is_file() and out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out}: exists and is no page; give a name that ends in .html")
    take_file(out)
