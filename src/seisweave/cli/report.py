"""`seisweave report`: result folders as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Result folders of `seisweave faults`.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("report.html"),
) -> None:
    """Turn result folders into one self-contained page that opens offline in any browser.

    Example: seisweave report ridgecrest landers --out page.html
    """
    from seisweave.report import write_page

    print(write_page(folders, out).resolve())
