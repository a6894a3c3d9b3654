"""HypoDD relocations (.reloc): 24 columns separated by blanks, no header.

ID LAT LON DEPTH X Y Z EX EY EZ YR MO DY HR MI SC MAG NCCP NCCS NCTP NCTS RCC RCT CID. Depth is km, positive
down; EX, EY, EZ are 1-sigma errors east, north and down in metres, relative within the cluster. They make a
diagonal covariance; zeros (no error computed) are unknown. The manual warns that those of the LSQR solver
are too small. Format: Waldhauser (2001), USGS Open-File Report 01-113, section 3.
"""

from __future__ import annotations

import numpy as np

from seisweave.catalog.delimited import blanks_to_commas, numbers, positive, read_delimited, words
from seisweave.catalog.moments import from_parts
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.uncertainty import LocationUncertainty

_COLUMNS: list[str] = [
    "id",
    "lat",
    "lon",
    "depth",
    "x",
    "y",
    "z",
    "ex",
    "ey",
    "ez",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "mag",
    "nccp",
    "nccs",
    "nctp",
    "ncts",
    "rcc",
    "rct",
    "cid",
]


def recognises(source: Source) -> bool:
    """Whether one of the first lines has 24 numbers, with a latitude, a year and a month in their places."""
    return any(_fits(line.split()) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    lines = without_comments(lines_of(source.data))
    table = read_delimited(blanks_to_commas(lines), _COLUMNS, quoted=False)
    column = table.columns
    value = {name: numbers(column[name]) for name in _COLUMNS[1:17]}
    year, month, day, hour, minute, second = (value[name].value for name in _COLUMNS[10:16])
    covariance = np.zeros((len(table.lines), 3, 3))
    for axis, name in enumerate(("ex", "ey", "ez")):
        covariance[:, axis, axis] = positive(value[name].value, 1e-3) ** 2
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=value["lon"],
        latitude=value["lat"],
        depth_km=value["depth"],
        magnitude=value["mag"],
        ids=words(column["id"]),
        uncertainty=LocationUncertainty(covariance_km2=covariance),
        bad=table.bad,
    )


def _fits(words: list[str]) -> bool:
    try:
        number = [float(word) for word in words]
    except ValueError:
        return False
    return len(number) == 24 and abs(number[1]) <= 90 and 1800 <= number[10] <= 2200 and 1 <= number[11] <= 12
