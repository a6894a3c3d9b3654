"""The CSV of the USGS ComCat catalog, 22 columns: time,latitude,longitude,depth,mag,magType,...

Depth is km, positive down; errors are 1-sigma, km. A depth error of 31.61 km marks a fixed depth: its
vertical error is unknown. Format: https://earthquake.usgs.gov/data/comcat/
"""

from __future__ import annotations

import csv

from seisweave.catalog.delimited import numbers, read_delimited, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.tables.depths import known_errors
from seisweave.catalog.times import read_times

_NEEDED = {
    "time",
    "latitude",
    "longitude",
    "depth",
    "mag",
    "magType",
    "id",
    "type",
    "horizontalError",
    "depthError",
}


def recognises(source: Source) -> bool:
    """Whether the first line names its columns."""
    return set(_header(source)) >= _NEEDED


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    lines = lines_of(source.data)
    table = read_delimited(lines.below_first(), _header(source))
    column = table.columns
    errors, notes = known_errors(numbers(column["horizontalError"]).value, numbers(column["depthError"]).value)
    return ParsedRows(
        lines=table.lines,
        times=read_times(column["time"]),
        longitude=numbers(column["longitude"]),
        latitude=numbers(column["latitude"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        magnitude_type=words(column["magType"]),
        ids=words(column["id"]),
        uncertainty=errors,
        event_type=words(column["type"]),
        bad=table.bad,
        notes=notes,
    )


def _header(source: Source) -> list[str]:
    first = source.first_lines("\0")
    names = [name.strip() for name in next(csv.reader(first[:1]))] if first else []
    return names if len(set(names)) == len(names) else []
