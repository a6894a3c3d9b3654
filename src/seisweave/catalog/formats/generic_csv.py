"""Any delimited table whose columns are named: ours, and most people's.

What a column holds is told by its name (see `tables.vocabulary`; case, accents and units do not count), in doubt by its
cells, and in the last place by the user: `columns={"longitude": "X"}`. Depth is positive down; units are those of the
header or of the user, else km. A depth error of 31.61 km is how ComCat marks a fixed depth: it is taken as unknown.
A table without names is read by places, `columns={"longitude": "8", "latitude": "7"}`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import DAMAGED, looks_like_data
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Source
from seisweave.catalog.tables.columns import Reading
from seisweave.catalog.tables.layout import find_layout, headerless, split, text_columns
from seisweave.catalog.tables.rows import rows_of
from seisweave.errors import InputError

_BULLETINS = (
    "BEGIN IMS",
    "BEGIN GSE",
    "MSG_TYPE",
    "DATA_TYPE BULLETIN",
)  # which ObsPy reads; lines in them look like names


def recognises(source: Source) -> bool:
    """Whether a line names columns with longitude and latitude, or all lines hold values without names."""
    if source.head(200).lstrip().upper().startswith(_BULLETINS):
        return False
    return find_layout(source) is not None or headerless(source) is not None


def read(source: Source, reading: Reading | None = None) -> ParsedRows:
    """Read all rows, as `reading` says.

    Errors: InputError where longitude or latitude has no column, columns have no names, or times cannot be told.
    """
    reading = reading or Reading()
    layout = find_layout(source, reading.columns)
    if layout is None:
        layout = headerless(source)
        if layout is not None and not reading.columns:
            raise InputError(_unnamed(source, len(layout.names)))
    if layout is None:
        raise InputError(_no_header(source))
    columns, table = text_columns(source, layout)
    notes = (f"{layout.titles} lines above the names of the columns are passed over",) if layout.titles else ()
    rows = rows_of(columns, table, reading, source.path, notes)
    return replace(rows, bad=(*_data_above(source, layout.line), *rows.bad)) if layout.titles else rows


def _data_above(source: Source, line: int) -> tuple[BadRow, ...]:
    """Lines above the names of the columns that look like data."""
    above = list(enumerate(source.head().split("\n")[: line - 1], 1))
    return tuple(
        BadRow(number, DAMAGED, text[:300])
        for number, text in above
        if not text.startswith(("#", "%", "!")) and looks_like_data(text.encode())
    )


def _unnamed(source: Source, n: int) -> str:
    """Say how a table without names is read."""
    first = source.first_lines()[0][:120]
    whole = re.match(r"\d{4}[-/.]?\d\d[-/.]?\d\d", first.strip(' "'))
    order = "time" if whole else "year month day hour minute second"
    roles = f"{order} latitude longitude depth_km magnitude".split()[:n]
    places = ",".join(f"{role}={i + 1}" for i, role in enumerate(roles))
    return (
        f"{source.path}: no line names the {n} columns (the first is {first!r}); give their places, like --columns"
        f" {places}, or --format of a known one, like --format zmap"
    )


def _no_header(source: Source) -> str:
    """Say which columns a table has, and which it needs."""
    line = (source.first_lines() or [source.head()[:200]])[0].lstrip("# ")
    delimiter = max(",;\t|", key=line.count)
    names = split(line, delimiter if delimiter in line else " ")
    from seisweave.catalog.tables.names import meaning, simple

    roles = {meaning(name).role for name in names}
    missing = [role for role in ("longitude", "latitude") if role not in roles] or ["longitude", "latitude"]
    local = {"x", "y", "xkm", "ykm"} & {simple(name) for name in names}
    hint = (
        "points in local km are read by read_local_xyz (seisweave faults --xyz)"
        if local
        else "name them with --columns longitude=...,latitude=..."
    )
    return (
        f"{source.path}: no column for {' and '.join(missing)} among those found: {', '.join(names)[:300]};"
        f" needed are longitude and latitude (time, depth_km, magnitude, id if there); {hint}"
    )
