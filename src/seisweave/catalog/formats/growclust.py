"""GrowClust relocations (out.growclust_cat): 25 columns separated by blanks, no header.

year month day hour minute second evid lat lon depth mag qID cID nbranch qnpair qndiffP qndiffS rmsP rmsS eh
ez et latC lonC depC. Depth is km, positive down; eh and ez are the bootstrap's errors in km, NaN or -1
where an event was not relocated. The last three columns, the starting hypocentre, are not used. Format:
Trugman & Shearer (2017), GrowClust user guide, section 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seisweave.catalog.delimited import blanks_to_commas, numbers, read_delimited, words
from seisweave.catalog.moments import from_parts
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.uncertainty import LocationUncertainty

_COLUMNS: list[str] = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "evid",
    "lat",
    "lon",
    "depth",
    "mag",
    "qid",
    "cid",
    "nbranch",
    "qnpair",
    "qndiffp",
    "qndiffs",
    "rmsp",
    "rmss",
    "eh",
    "ez",
    "et",
    "latc",
    "lonc",
    "depc",
]


def recognises(source: Source) -> bool:
    """Whether one of the first lines has 25 numbers, with a year, a month and a latitude in their places."""
    return any(_fits(line.split()) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    lines = without_comments(lines_of(source.data))
    table = read_delimited(blanks_to_commas(lines), _COLUMNS, quoted=False)
    column = table.columns
    year, month, day, hour, minute, second = (numbers(column[name]).value for name in _COLUMNS[:6])
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        ids=words(column["evid"]),
        uncertainty=LocationUncertainty(horizontal_km=_computed(column["eh"]), vertical_km=_computed(column["ez"])),
        bad=table.bad,
    )


def _computed(text: Any) -> np.ndarray:
    """Read errors, NaN where negative; 0.000 is a small error, rounded."""
    value = numbers(text).value
    return np.where(value >= 0, value, np.nan)


def _fits(words: list[str]) -> bool:
    try:
        number = [float(word) for word in words]
    except ValueError:
        return False
    return len(number) == 25 and 1800 <= number[0] <= 2200 and 1 <= number[1] <= 12 and abs(number[7]) <= 90
