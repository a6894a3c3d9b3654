"""Events as HypoDD reads them (`event.dat`, `event.sel`): ten columns between blanks, no header.

Date YYYYMMDD, time HHMMSSCC (hundredths of a second, leading zeros left out), latitude, longitude, depth (km, down),
magnitude, EH, EZ (errors of the first location, km; 0 is unknown), rms, id. Format: Waldhauser (2001), USGS Open-File
Report 01-113, section 3.
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import numbers, positive, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import read_table
from seisweave.catalog.source import Source
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError

_COLUMNS = "date time lat lon depth mag eh ez rms id"
_REAL = r"[+-]?\d*\.\d*"
_LINE = re.compile(
    r"\s*(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s+\d{1,8}"
    rf"(?:\s+{_REAL}){{3}}(?:\s+[+-]?[\d.]+){{4}}\s+\d+\s*$"
)


def recognises(source: Source) -> bool:
    """Whether the first line, and most of the next, are a date, a time, seven numbers and an id."""
    fitting = [bool(_LINE.match(line)) for line in source.first_lines()]
    return any(fitting[:1]) and 2 * sum(fitting) > len(fitting)


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    table = read_table(source, _COLUMNS)
    column = table.columns
    date, clock = (numbers(column[name]).value for name in ("date", "time"))
    written = words(column["time"])
    if (np.char.str_len(written) == 6).all() and np.char.startswith(written, "0").any():
        raise InputError(
            f"{source.path}: times such as {written[0]} look like HHMMSS, HypoDD has HHMMSSCC; write hundredths too"
        )
    early = len(clock) > 2 and bool((clock < 240_000).all())
    day = (date // 10_000, date // 100 % 100, date % 100)
    eh, ez = (positive(numbers(column[name]).value) for name in ("eh", "ez"))
    known = not (np.isnan(eh).all() and np.isnan(ez).all())
    return ParsedRows(
        lines=table.lines,
        times=from_parts(day, (clock // 1_000_000, clock // 10_000 % 100, clock % 10_000 / 100.0)),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        ids=words(column["id"]),
        uncertainty=LocationUncertainty(eh, ez) if known else None,
        bad=table.bad,
        notes=("all times are within 24 minutes of midnight: are they HHMMSS rather than HHMMSSCC?",) if early else (),
    )
