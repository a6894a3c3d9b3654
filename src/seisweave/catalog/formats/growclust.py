"""GrowClust relocations (out.growclust_cat): 25 columns separated by blanks, no header.

year month day hour minute second evid lat lon depth mag qID cID nbranch qnpair qndiffP qndiffS rmsP rmsS eh
ez et latC lonC depC. Depth is km, positive down; eh and ez are the bootstrap's errors in km, NaN or -1
where an event was not relocated. The last three columns, the starting hypocentre, are not used. Format:
Trugman & Shearer (2017), GrowClust user guide, section 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seisweave.catalog.delimited import numbers
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import looks_relocated, parsed, read_table
from seisweave.catalog.source import Source
from seisweave.catalog.uncertainty import LocationUncertainty

_COLUMNS = (
    "year month day hour minute second id lat lon depth mag qid cid nbranch qnpair qndiffp qndiffs rmsp rmss eh ez et"
    " latc lonc depc"
)


def recognises(source: Source) -> bool:
    """Whether one of the first lines has 25 numbers, with a year, a month and a latitude in their places."""
    return looks_relocated(source, _COLUMNS)


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    table = read_table(source, _COLUMNS)
    horizontal_km, vertical_km = (_computed(table.columns[name]) for name in ("eh", "ez"))
    return parsed(table, LocationUncertainty(horizontal_km=horizontal_km, vertical_km=vertical_km))


def _computed(text: Any) -> np.ndarray:
    """Read errors, NaN where negative; 0.000 is a small error, rounded."""
    value = numbers(text).value
    return np.where(value >= 0, value, np.nan)
