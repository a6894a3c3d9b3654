"""Event catalogs of the ISC in CSV: twelve columns, and three more for every further magnitude.

    EVENTID,TYPE,AUTHOR   ,DATE      ,TIME       ,LAT     ,LON      ,DEPTH,DEPFIX,AUTHOR   ,TYPE  ,MAG

Titles above and STOP below may stand beside it; TYPE is left out in older ones. Depth is km, positive down; TRUE under
DEPFIX marks a fixed depth. Each row has as many magnitudes as were reported: Mw counts first, then Ms, mb, ML, others,
and among equals that of the ISC, then the first. Errors of location are not given. Format:
http://www.isc.ac.uk/iscbulletin/search/catalogue/
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from seisweave.catalog.delimited import numbers, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import Sorted, sort_lines
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import read_times

_HEAD = re.compile(
    r"\s*EVENTID\s*,(?:\s*TYPE\s*,)?\s*AUTHOR\s*,\s*DATE\s*,\s*TIME\s*,\s*LAT\s*,\s*LON\s*,\s*DEPTH\s*(?:,|$)", re.I
)
_ORDER = ("MW", "MS", "MB", "ML")
_FIXED = "TRUE"


class _Magnitude(NamedTuple):
    value: str
    scale: str


def recognises(source: Source) -> bool:
    """Whether a line names these columns."""
    return any(_HEAD.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all rows below the names; rows that end before the depth are set aside, lines of text passed over."""
    names, found = _below_names(source)
    lines = found.lines
    cells = [[cell.strip() for cell in lines.text(i).split(",")] for i in range(len(lines))]
    short = np.array([len(row) <= names.index("DEPTH") for row in cells], bool)
    kept, full = lines.keep(~short), [row for row, cut in zip(cells, short.tolist(), strict=True) if not cut]
    column = {
        name: pa.chunked_array([[row[names.index(name)] for row in full]], pa.string()) for name in _needed(names)
    }
    chosen = [_magnitude(row[names.index("DEPTH") + 2 :]) for row in full]
    fixed = sum(row[names.index("DEPTH") + 1 :][:1] == [_FIXED] for row in full)
    several = sum(len(row) > names.index("DEPTH") + 7 for row in full)
    time = pa.array([f"{row[names.index('DATE')]} {row[names.index('TIME')]}" for row in full], pa.string())
    return ParsedRows(
        lines=kept,
        times=read_times(pa.chunked_array([time])),
        longitude=numbers(column["LON"]),
        latitude=numbers(column["LAT"]),
        depth_km=numbers(column["DEPTH"]),
        magnitude=numbers(pa.chunked_array([[each.value for each in chosen]], pa.string())),
        magnitude_type=np.array([each.scale for each in chosen], dtype=str),
        ids=words(column["EVENTID"]),
        event_type=words(column["TYPE"]) if "TYPE" in column else None,
        bad=(*found.damaged, *lines.bad(short, "truncated line")),
        notes=(
            *((f"{fixed} depths were fixed",) if fixed else ()),
            *(
                (f"{several} events have several magnitudes: Mw counts first, then Ms, mb, ML, others",)
                if several
                else ()
            ),
        ),
    )


def _below_names(source: Source) -> tuple[list[str], Sorted]:
    """Names of the columns, and lines that begin with a number below them."""
    lines = lines_of(source.data)
    head = next((i for i in range(min(len(lines), 100)) if _HEAD.match(lines.text(i))), 0)
    names = [name.strip().upper() for name in lines.text(head).split(",")]
    below = np.arange(len(lines)) > head
    below &= np.array([b"," in source.data[a:b] for a, b in zip(lines.start, lines.end, strict=True)], bool)
    return names, sort_lines(lines, below)


def _needed(names: list[str]) -> list[str]:
    return [name for name in ("EVENTID", "TYPE", "LAT", "LON", "DEPTH") if name in names[: names.index("DEPTH") + 1]]


def _magnitude(cells: list[str]) -> _Magnitude:
    """The magnitude that counts among triples of author, scale, value."""
    found = [cells[i : i + 3] for i in range(0, len(cells) - 2, 3) if cells[i + 2]]

    def rank(triple: list[str]) -> tuple[int, bool]:
        scale = triple[1].upper()
        place = next((i for i, name in enumerate(_ORDER) if scale.startswith(name)), len(_ORDER))
        return place, triple[0].upper() != "ISC"

    best = min(found, key=rank, default=["", "", ""])
    return _Magnitude(best[2], best[1])
