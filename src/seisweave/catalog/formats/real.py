"""Events of REAL, rapid earthquake association and location (`catalog_sel.txt`): 17 columns between blanks, no header.

Number, year, month, day, hh:mm:ss, seconds since the start of the first day, residual, latitude, longitude, depth (km,
down), magnitude, its spread, P picks, S picks, picks, stations with both, gap. Numbers start anew in every run,
so an id is the date with the number behind it. Magnitudes at or below -9 are unknown. REAL gives no errors of location.
Format: Zhang, Ellsworth & Beroza (Seismol. Res. Lett. 90, 2019) and the REAL user guide.
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import Values, digits, numbers, words, years
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import read_table
from seisweave.catalog.source import Source
from seisweave.catalog.times import from_parts

_COLUMNS = "number year month day clock seconds residual lat lon depth mag mag_spread n_p n_s n_phases n_both gap"
_LINE = re.compile(r"\s*\d+\s+(?:1[89]|20)\d\d\s+\d\d?\s+\d\d?\s+\d\d?:\d\d?:\d\d?(?:\.\d*)?(?:\s+[+-]?[\d.]+){12}\s*$")
_UNKNOWN = -9.0


def recognises(source: Source) -> bool:
    """Whether the first line is a number, a date, a clock and twelve numbers."""
    return any(_LINE.match(line) for line in source.first_lines()[:1])


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    import pyarrow.compute as pc

    table = read_table(source, _COLUMNS)
    column = table.columns
    clock = pc.binary_join_element_wise(column["clock"], "::", "")  # pyright: ignore[reportAttributeAccessIssue]
    clock = pc.split_pattern(clock, ":")  # pyright: ignore[reportAttributeAccessIssue]
    clock = [pc.list_element(clock, i) for i in range(3)]  # pyright: ignore[reportAttributeAccessIssue]
    day = years(column["year"]).value, *(digits(column[name], whole=True).value for name in ("month", "day"))
    magnitude = numbers(column["mag"])
    return ParsedRows(
        lines=table.lines,
        times=from_parts(day, tuple(digits(part).value for part in clock)),  # pyright: ignore[reportArgumentType]
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=Values(np.where(magnitude.value <= _UNKNOWN, np.nan, magnitude.value), magnitude.unreadable),
        ids=_ids(*(words(column[name]) for name in ("year", "month", "day", "number"))),
        n_phases=numbers(column["n_phases"]).value,
        bad=table.bad,
    )


def _ids(year: np.ndarray, month: np.ndarray, day: np.ndarray, number: np.ndarray) -> np.ndarray:
    parts = zip(year.tolist(), month.tolist(), day.tolist(), number.tolist(), strict=True)
    return np.array([f"{y}{m:0>2}{d:0>2}-{n}" for y, m, d, n in parts], dtype=str)
