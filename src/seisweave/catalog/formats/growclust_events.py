"""Events as GrowClust reads them (`evlist.txt`): fourteen columns between blanks, no header, in one of two orders.

`phase`: year, month, day, hour, minute, second, latitude, longitude, depth (km, down), magnitude, eh, ez, rms, id;
`hypoinverse`: id, year, ..., second, latitude, longitude, depth, rms, eh, ez, magnitude. eh and ez are errors of the
first location in km; 0 and negative ones are unknown. In the second order GrowClust itself passes over ez. Its third
order, of fixed columns, is not read. Format: Trugman & Shearer (2017), GrowClust user guide, section 3.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seisweave.catalog.delimited import numbers, positive, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import looks_relocated, parsed, read_table
from seisweave.catalog.source import Source
from seisweave.catalog.uncertainty import LocationUncertainty

_COLUMNS = (
    "year month day hour minute second lat lon depth mag eh ez rms id",
    "id year month day hour minute second lat lon depth rms eh ez mag",
)


def recognises(source: Source) -> bool:
    """Whether the first lines have fourteen numbers, with a date and a place where one of the orders has them."""
    return bool(_columns(source))


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    names = _columns(source) or _COLUMNS[0]
    table = read_table(source, names)
    eh, ez = (positive(numbers(table.columns[name]).value) for name in ("eh", "ez"))
    rows = parsed(table, LocationUncertainty(eh, ez))
    unknown = np.isnan(eh).all() and np.isnan(ez).all()
    note = f"columns without names are read as GrowClust's list of events: {names.replace(' ', ', ')}"
    return replace(
        rows, uncertainty=None if unknown else rows.uncertainty, notes=(note,), ids=words(table.columns["id"])
    )


def _columns(source: Source) -> str:
    return next((names for names in _COLUMNS if looks_relocated(source, names, every=True)), "")
