"""Parts of a section: tables and pictures, each with buttons that save it."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seisweave.csv_text import csv_of
from seisweave.report.drawn import Drawn, Named, picture, plain_name
from seisweave.report.markup import table as laid_table
from seisweave.report.markup import text
from seisweave.report.shown.cells import Column, cells_of, columns_of
from seisweave.report.shown.folder import ShownFolder

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 200  # that are laid out
_MOST_BYTES = 8_000_000  # of a table that a page carries whole


@dataclass(frozen=True)
class Rows:
    """A table as it is laid out: headings, cells (HTML), numbers of the columns that hold words, rows there are."""

    heads: Sequence[str]
    cells: Sequence[Sequence[str]]
    words: Sequence[int] = (0,)
    n: int = 0

    @property
    def whole(self) -> int:
        """How many rows there are: as many as cells, unless told."""
        return self.n or len(self.cells)


def rows_of(table: pd.DataFrame, columns: Sequence[Column]) -> Rows:
    """The first rows of a table, in these columns."""
    numbers = [k for k, column in enumerate(columns) if column.words]
    return Rows([column.head for column in columns], cells_of(table.head(MOST_ROWS), columns), numbers, len(table))


def table_part(folder: ShownFolder, caption: str, rows: Rows, *files: str) -> str:
    """Lay out a table, its first rows where it is long, with buttons that save the files it stands for, whole."""
    shown = rows.cells[:MOST_ROWS]
    more = f"; the first {len(shown)} of {rows.whole:,} rows" if rows.whole > len(shown) else ""
    laid = laid_table(f"{caption}{more}", rows.heads, shown, words=rows.words)
    few = " few" if len(rows.heads) <= 9 else ""
    return f'<div class="tabled{few}">{laid}{_saves(folder, files)}</div>'


def file_part(
    folder: ShownFolder, caption: str, file: str, known: Sequence[Column] = (), only: Sequence[str] = ()
) -> str:
    """Lay out a file of a table as it is, or these columns of it; nothing where it is not there."""
    if not folder.has(file):
        return ""
    table = folder.table(file, MOST_ROWS)
    table = table[[name for name in only if name in table]] if only else table
    rows = replace(rows_of(table, columns_of(table, known)), n=folder.rows_of(file))
    return table_part(folder, caption, rows, file)


def made_part(folder: ShownFolder, caption: str, rows: Rows, name: str, content: str) -> str:
    """Lay out a table that is no file of the folder, with a button that saves it whole, as `content`."""
    return table_part(folder, caption, rows).removesuffix("</div>") + _buttons({name: content}, folder) + "</div>"


def made_saves(folder: ShownFolder, files: Mapping[str, str], what: str) -> str:
    """Buttons that save what is no file of the folder, with words that say what it is."""
    return f'<div class="tabled listed"><p class="note">{text(what)}:</p>{_buttons(files, folder)}</div>'


def _buttons(files: Mapping[str, str], folder: ShownFolder) -> str:
    made = [_button(folder, name, content.encode()) for name, content in files.items()]
    return f'<div class="saves">{"".join(made)}</div>'


def listed_files(folder: ShownFolder, files: Sequence[str], what: str) -> str:
    """Buttons that save files which are not laid out, with words that say what they hold."""
    there = [file for file in files if folder.has(file)]
    return f'<div class="tabled listed"><p class="note">{text(what)}:</p>{_saves(folder, there)}</div>' if there else ""


def _saves(folder: ShownFolder, files: Sequence[str]) -> str:
    """Buttons that save files of the folder, which the page carries; words where one is too large for that."""
    made = [_save(folder, file) for file in files if file and folder.has(file)]
    return f'<div class="saves">{"".join(made)}</div>' if made else ""


def _save(folder: ShownFolder, file: str) -> str:
    """Tables are saved as CSV; what is text already, as it is."""
    if folder.size_of(file) > _MOST_BYTES:
        return f'<span class="note">{text(file)} of the folder, too large for a page</span>'
    is_parquet = file.endswith(".parquet")
    content = csv_of(folder.table(file)).encode() if is_parquet else folder.bytes_of(file)
    return _button(folder, file.replace(".parquet", ".csv"), content)


def _button(folder: ShownFolder, saved: str, content: bytes) -> str:
    if len(content) > _MOST_BYTES:
        return f'<span class="note">{text(saved)}: too large for a page</span>'
    place = f"{folder.anchor}-{saved}"
    packed = b64encode(gzip.compress(content, 6, mtime=0)).decode("ascii")
    return (
        f'<button type="button" hidden data-save="{text(place)}" data-name="{text(_named(folder, saved))}"'
        f' aria-label="Save {text(saved)}, the whole table">{text(saved)}</button>'
        f'<script type="application/base64" id="{text(place)}">{packed}</script>'
    )


def picture_part(folder: ShownFolder, file: str, alt: str, caption: str) -> str:
    """Lay out a picture of the folder, with a button that saves it; nothing where it is not there."""
    if not folder.has(file):
        return ""
    name = _named(folder, file).removesuffix(".png")
    return picture(Drawn(folder.bytes_of(file)), alt, caption, Named(f"{folder.anchor}-{file}", name))


def _named(folder: ShownFolder, file: str) -> str:
    """What a saved file is called: the folder's name before its own."""
    return plain_name(f"{folder.name}-{file}")
