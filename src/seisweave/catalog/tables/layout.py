"""How a text holds a table: the line that names its columns, what separates them, and where the rows begin.

The line with the names may stand below titles, or be the last of the comments on top; a line of units may follow it.
Rows may have one column more, which names them (R's write.table), or a blank one at their end. Numbers may have a
decimal comma.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from seisweave.catalog.delimited import TextTable, blanks_to_commas, read_delimited
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.matching import names_places
from seisweave.catalog.tables.names import meaning
from seisweave.catalog.tables.vocabulary import LENGTHS

_COMMENTS = "#%!"
_SEARCHED = 60
_MOST_COLUMNS = 1000  # no table of earthquakes has more; each is looked at
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?$")
_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}$|\d{1,2}([-/.])\d{1,2}\2\d{4}$|\d{1,2}-[^\W\d_]{3}-\d{4}$")
_CLOCK = re.compile(r"\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d*)?)?Z?$")
_ROW_NAME = re.compile(r"\d{1,9}$|[^\W\d][\w.]*$")  # neither a date nor a number with decimals
_RULE = re.compile(r"[-=+_|*~,;\s]+$")
_BLANKS = (" ", "  ")


class Numbered(NamedTuple):
    """A line and its number in the file, from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Layout:
    """Names of the columns, what separates them (" " for blanks, "  " for two and more), and the lines to skip.

    line is the number of the line with the names in the file, 0 where there is none; skipped are lines below it that
    hold units or a rule; titles counts lines above it that are passed over; unnamed tells that places stand for names.
    """

    names: tuple[str, ...]
    delimiter: str
    line: int = 0
    skipped: frozenset[int] = frozenset()
    titles: int = 0
    unnamed: bool = False


Holds = Callable[[list[str], dict[str, str] | None], bool]  # whether names, or the user's word, hold what is wanted


def find_layout(source: Source, given: dict[str, str] | None = None, holds: Holds = names_places) -> Layout | None:
    """Find the line that names columns with what is wanted, longitude and latitude; None where there is none."""
    lines = [Numbered(i + 1, line) for i, line in enumerate(source.head().split("\n")) if line.strip()][:_SEARCHED]
    titles = 0
    for place, (number, line) in enumerate(lines[:40]):
        bare = line.lstrip(_COMMENTS + " \t") if line[0] in _COMMENTS else line
        below = [text for _, text in lines[place + 1 :] if text[0] not in _COMMENTS and not _RULE.match(text)][:12]
        best = _best(bare, below, given, holds)
        if best is not None:
            found = replace(best, line=number, titles=titles)
            return _with_units(found, lines[place + 1 :])
        titles += line[0] not in _COMMENTS
    return None


def headerless(source: Source) -> Layout | None:
    """Layout of a table whose lines all hold numbers and dates, without names: places stand for them; or None."""
    lines = [line for line in source.head().split("\n") if line.strip() and line[0] not in _COMMENTS][:12]
    if len(source.data) > 65536:
        lines = lines[:-1]
    for delimiter in (*[sign for sign in ",;\t|" if lines and sign in lines[0]], " "):
        cells = [split(line, delimiter) for line in lines]
        widths = {len(row) for row in cells}
        if (
            len(widths) == 1
            and 4 <= widths.pop() <= _MOST_COLUMNS
            and all(_values(row) for row in cells)
            and not _is_zmap(cells)
        ):
            return Layout(tuple(str(i + 1) for i in range(len(cells[0]))), delimiter, unnamed=True)
    return None


def text_columns(source: Source, layout: Layout) -> tuple[list[Column], TextTable]:
    """The columns of a table in text, and its lines."""
    lines = _body(source, layout)
    if layout.delimiter in _BLANKS:
        lines, delimiter = _with_commas(lines, layout), ","
    else:
        delimiter = layout.delimiter
    places = [str(i) for i in range(len(layout.names))]  # names may repeat, places do not
    table = read_delimited(lines, places, delimiter)
    cells = _decimal_points(layout, table)
    return [Column(name, cells[place]) for name, place in zip(layout.names, places, strict=True) if name], table


def split(line: str, delimiter: str) -> list[str]:
    """Cells of one line."""
    if delimiter == " ":
        return [cell.strip('"') for cell in re.findall(r'"[^"]*"|\S+', line)]
    if delimiter == "  ":
        return [cell.strip().strip('"') for cell in re.split(r" {2,}|\t", line.strip())]
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _best(line: str, below: list[str], given: dict[str, str] | None, holds: Holds) -> Layout | None:
    """The layout of a line of names that most of the lines below it fit."""
    found: list[tuple[int, int, Layout]] = []
    signs = [sign for sign in ",;\t|" if sign in line]
    wide = split(line, "  ") != split(_joined_units(line), " ")  # names with a blank in them
    for delimiter in (*sorted(signs, key=line.count, reverse=True), *(reversed(_BLANKS) if wide else _BLANKS)):
        names = split(_joined_units(line) if delimiter == " " else line, delimiter)
        if len(names) > _MOST_COLUMNS or not holds(names, given):
            continue
        for fitting in _variants(names, below, delimiter):
            n = sum(len(split(text, delimiter)) == len(fitting) for text in below)
            found.append((n, -len(found), Layout(tuple(fitting), delimiter)))
    return max(found, default=(0, 0, None), key=lambda one: one[:2])[2]


def _joined_units(line: str) -> str:
    """A line of names separated by blanks, with units in brackets moved to their names."""
    joined = re.sub(r"[\(\[][^\(\[\)\]]*[\)\]]", lambda unit: unit[0].replace(" ", "_"), line)
    return re.sub(r"(?<! ) +(?=[\(\[])", "", joined)


def _variants(names: list[str], below: list[str], delimiter: str) -> list[list[str]]:
    """Names as they stand, and with what rows may have more: their own name, a blank end, a date cut from its clock."""
    variants = [names]
    cells = [split(text, delimiter) for text in below]
    if delimiter == " " and cells and all(len(row) == len(names) + 2 for row in cells):
        return [["", *variant] for variant in _variants(names, [" ".join(row[1:]) for row in cells], delimiter)]
    rows = [row for row in cells if len(row) == len(names) + 1]
    if rows and all(row[-1] == "" for row in rows):
        variants.append([*names, ""])
    elif rows:
        at = next((i for i, name in enumerate(names) if meaning(name).role in ("time", "date", "clock")), None)
        if delimiter == " " and at is not None and all(_DATE.match(r[at]) and _CLOCK.match(r[at + 1]) for r in rows):
            variants.append([*names[:at], "date" if names[at] != "date" else "date_", names[at], *names[at + 1 :]])
        elif all(_ROW_NAME.match(row[0]) for row in rows) and len({row[0] for row in rows}) == len(rows):
            variants.append(["", *names])
    return variants


def _with_units(layout: Layout, below: list[Numbered]) -> Layout:
    """The layout without lines of units and rules below the names; units are added to the names they belong to."""
    skipped, names = set(), list(layout.names)
    for number, text in below:
        bare = text.lstrip(_COMMENTS + " ") if text[0] in _COMMENTS else text
        cells = split(bare, layout.delimiter)
        units = [re.sub(r"[\(\)\[\]]", "", cell).strip().lower() for cell in cells]
        if _RULE.match(bare):
            skipped.add(number)
        elif (
            len(cells) == len(names)
            and any(unit in LENGTHS or "deg" in unit for unit in units)
            and not any(_NUMBER.match(cell) for cell in cells)
        ):
            skipped.add(number)
            names = [
                f"{name} ({unit})" if unit in LENGTHS and name else name
                for name, unit in zip(names, units, strict=True)
            ]
        else:
            break
    return replace(layout, names=tuple(names), skipped=frozenset(skipped))


def _values(cells: list[str]) -> bool:
    """Whether the cells of a line are a row rather than names: most are numbers, dates or clocks."""
    valued = sum(
        bool(_NUMBER.match(cell) or _DATE.match(cell) or _CLOCK.match(cell) or re.match(r"\d{4}-\d\d-\d\dT", cell))
        for cell in cells
    )
    return valued >= max(3, len(cells) - 2) and bool(cells and re.match(r"[\d+\-.\"]", cells[0]))


def _is_zmap(rows: list[list[str]]) -> bool:
    """Whether rows are ZMAP's, told by a year with decimals that agree with month and day: ObsPy reads those."""
    if len(rows[0]) < 10:
        return False
    for row in rows:
        try:
            year, month, day = (float(cell) for cell in row[2:5])
        except ValueError:
            return False
        if not 1 <= month <= 12 or abs(year % 1 - ((month - 1) * 30.4 + day - 0.5) / 365.25) > 0.02:
            return False
    return True


def _body(source: Source, layout: Layout) -> Lines:
    """Lines below the names, without comments, units and rules."""
    lines = lines_of(source.data)
    first = np.frombuffer(source.data, np.uint8)[lines.start] if len(lines) else np.zeros(0, np.uint8)
    comment = first == ord("#")
    if layout.line and source.head().split("\n")[layout.line - 1][:1] in ("%", "!"):
        comment |= np.isin(first, [ord("%"), ord("!")])
    keep = (lines.number > layout.line) & ~comment
    if layout.skipped:
        keep &= ~np.isin(lines.number, list(layout.skipped))
    return lines.keep(keep)


def _with_commas(lines: Lines, layout: Layout) -> Lines:
    """Lines separated by blanks, with commas in their place; what is quoted stays together."""
    decimal = bool(re.search(rb"\d,\d", lines.data)) and b"." not in lines.joined()[:4000]
    data = re.sub(rb"(?<=\d),(?=\d)", b".", lines.joined()) if decimal else lines.joined()
    if b'"' in data or layout.delimiter == "  ":
        rows = [split(text.decode("utf-8", errors="replace"), layout.delimiter) for text in data.split(b"\n")[:-1]]
        return _relined([",".join(cell.replace(",", " ") for cell in row).encode() for row in rows], lines)
    return blanks_to_commas(_relined(data.split(b"\n")[:-1], lines) if decimal else lines)


def _relined(texts: list[bytes], lines: Lines) -> Lines:
    """Other texts of the same lines."""
    end = np.cumsum([len(text) + 1 for text in texts]).astype(np.int64) - 1
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64) if len(end) else end
    return Lines(b"\n".join(texts) + b"\n", start, end, lines.number, lines.written or lines)


def _decimal_points(layout: Layout, table: TextTable) -> dict[str, object]:
    """Cells of all columns, with decimal points in place of commas where longitudes and latitudes have commas."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = dict(table.columns)
    roles = [meaning(name).role for name in layout.names]
    places = [str(roles.index(role)) for role in ("longitude", "latitude") if role in roles]
    comma = r"^\s*[+-]?\d*,\d+\s*$"
    if not any(pc.any(pc.match_substring_regex(cells[place][:2000], comma)).as_py() for place in places):  # pyright: ignore[reportAttributeAccessIssue]
        return cells
    for place, text in cells.items():
        has = pc.match_substring_regex(text, comma)  # pyright: ignore[reportAttributeAccessIssue]
        if not pc.any(has).as_py():  # pyright: ignore[reportAttributeAccessIssue]
            continue
        thousands = pc.match_substring_regex(text, r"^\s*[+-]?\d{1,3}(\.\d{3})+\s*$")  # pyright: ignore[reportAttributeAccessIssue]
        pointed = pc.replace_substring(text, ",", ".", max_replacements=1)  # pyright: ignore[reportAttributeAccessIssue]
        text = pc.if_else(has, pointed, text)  # pyright: ignore[reportAttributeAccessIssue]
        cells[place] = pc.if_else(thousands, pa.scalar("1.000 or 1000?"), text)  # pyright: ignore[reportAttributeAccessIssue]
    return cells
