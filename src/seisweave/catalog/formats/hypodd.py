"""HypoDD relocations (.reloc, 24 columns) and first locations (.loc, 18), separated by blanks, header or none.

ID LAT LON DEPTH X Y Z EX EY EZ YR MO DY HR MI SC MAG NCCP NCCS NCTP NCTS RCC RCT CID; of .loc CID follows MAG. Depth is
km, positive down; EX, EY, EZ are 1-sigma errors east, north and down in metres, relative within the cluster. They make
a diagonal covariance; zeros (no error computed) are unknown. The manual warns that those of the LSQR solver
are too small. Format: Waldhauser (2001), USGS Open-File Report 01-113, section 3.
"""

from __future__ import annotations

import numpy as np

from seisweave.catalog.delimited import numbers, positive
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import looks_relocated, parsed, read_table
from seisweave.catalog.source import Source
from seisweave.catalog.uncertainty import LocationUncertainty

_COLUMNS = "id lat lon depth x y z ex ey ez year month day hour minute second mag nccp nccs nctp ncts rcc rct cid"
_OF_LOC = "id lat lon depth x y z ex ey ez year month day hour minute second mag cid"


def recognises(source: Source) -> bool:
    """Whether one of the first lines has 24 or 18 numbers, with a latitude, a year and a month in their places."""
    return looks_relocated(source, _COLUMNS) or looks_relocated(source, _OF_LOC)


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    table = read_table(source, _COLUMNS if looks_relocated(source, _COLUMNS) else _OF_LOC)
    covariance = np.zeros((len(table.lines), 3, 3))
    for axis, name in enumerate(("ex", "ey", "ez")):
        covariance[:, axis, axis] = positive(numbers(table.columns[name]).value, 1e-3) ** 2
    return parsed(table, LocationUncertainty(covariance_km2=covariance))
