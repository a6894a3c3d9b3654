"""The CSEP catalog CSV: lon,lat,mag,time_string,depth,catalog_id,event_id, with or without that header.

Depth is km, positive down. A file of several simulated catalogs (several catalog_id) is refused.
Format: pyCSEP, `csep.utils.readers.csep_ascii`.
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import numbers, read_delimited, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import read_times
from seisweave.errors import InputError

COLUMNS = ["lon", "lat", "mag", "time_string", "depth", "catalog_id", "event_id"]
_HEADER = re.compile(r"lon, *lat, *(mag|m), *time_string, *depth, *catalog_id, *event_id *$", re.IGNORECASE)
_LINE = re.compile(r"-?[\d.]+,-?[\d.]+,-?[\d.]+,\d{4}-\d\d-\d\dT[\d:.]+,-?[\d.]+,-?\d*,[^,]*$")


def recognises(source: Source) -> bool:
    """Whether the first line is the header or an event of this format."""
    first = source.first_lines("\0")
    return bool(first) and bool(_HEADER.match(first[0]) or _LINE.match(first[0]))


def read(source: Source) -> ParsedRows:
    """Read all rows. Errors: InputError for several catalogs in one file."""
    lines = lines_of(source.data)
    if _HEADER.match(lines.text(0)):
        lines = lines.below_first()
    table = read_delimited(lines, COLUMNS)
    column = table.columns
    catalogs = np.unique(words(column["catalog_id"]))
    if len(catalogs) > 1:
        raise InputError(f"{source.path} holds {len(catalogs)} simulated catalogs; give a file of one catalog_id")
    return ParsedRows(
        lines=table.lines,
        times=read_times(column["time_string"]),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        ids=words(column["event_id"]),
        bad=table.bad,
    )
