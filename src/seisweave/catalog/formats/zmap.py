"""ZMAP tables: ten to thirteen columns of numbers between tabs, without names.

Longitude, latitude, year, month, day, magnitude, depth (km, down), hour, minute, second; then, if they are there, the
errors of place, depth (km) and magnitude (Wiemer, Seismol. Res. Lett. 72, 2001; the last three are CSEP's). The year is
often a decimal one beside month and day: the date is taken from these, and a decimal year that contradicts them makes
the time unreadable; where month and day are not known it is the time. ObsPy reads ZMAP too, but takes a rounded decimal
year for the time, and the error of place for metres.
"""

from __future__ import annotations

import numpy as np

from seisweave.catalog.delimited import Values, blanks_to_commas, numbers, positive, read_delimited
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError

_NAMES = ("lon", "lat", "year", "month", "day", "mag", "depth", "hour", "minute", "second", "horizontal", "vertical")
_RANGES = {
    "lon": (-180.0, 360.0),
    "lat": (-90.0, 90.0),
    "year": (1000.0, 2200.0),
    "month": (0.0, 12.0),
    "day": (0.0, 31.0),
    "mag": (-10.0, 10.0),
    "depth": (-10.0, 800.0),
    "hour": (0.0, 24.0),
    "minute": (0.0, 60.0),
    "second": (0.0, 62.0),
}
_FEWEST, _MOST = 10, 13
_ROUNDED_YEARS = 0.011  # a decimal year of two decimals is as far from its date
_NOTE = "columns without names are read as ZMAP's: longitude, latitude, year, month, day, magnitude, depth, hour, ..."


def recognises(source: Source) -> bool:
    """Whether the first line, and most of the next, are ten to thirteen numbers between tabs that fit their columns."""
    fitting = [fits(line.rstrip("\r\n").split("\t")) for line in source.first_lines("\0")]
    return any(fitting[:1]) and 2 * sum(fitting) > len(fitting)


def read(source: Source) -> ParsedRows:
    """Read all lines; here columns may stand between blanks too. Errors: InputError for fewer than ten columns."""
    first = next(iter(source.first_lines("\0")), "")
    tabs = "\t" in first.strip()
    n_columns = len(first.split("\t") if tabs else first.split())
    if not fits(first.split("\t") if tabs else first.split()):
        raise InputError(
            f"{source.path} is not ZMAP's, it begins with {first[:80]!r}; needed are longitude, latitude, year, month,"
            " day, magnitude, depth, hour, minute, second"
        )
    lines = lines_of(source.data) if tabs else blanks_to_commas(lines_of(source.data))
    table = read_delimited(lines, [str(i) for i in range(n_columns)], "\t" if tabs else ",")
    column = {name: numbers(table.columns[str(i)]) for i, name in enumerate(_NAMES[:n_columns])}
    return ParsedRows(
        lines=table.lines,
        times=_times({name: column[name].value for name in _NAMES[2:10] if name not in ("mag", "depth")}),
        longitude=column["lon"],
        latitude=column["lat"],
        depth_km=column["depth"],
        magnitude=column["mag"],
        uncertainty=_errors(column, len(table.lines)),
        bad=table.bad,
        notes=(_NOTE,),
    )


def fits(cells: list[str]) -> bool:
    """Whether the cells of a line can be those of ZMAP."""
    if not _FEWEST <= len(cells) <= _MOST:
        return False
    try:
        found = [float(cell) for cell in cells]
    except ValueError:
        return False
    return all(
        not low > value and not value > high for value, (low, high) in zip(found, _RANGES.values(), strict=False)
    )


def _times(part: dict[str, np.ndarray]) -> Values:
    """Times by year, month and day; by the decimal year where month and day are not known, as 0 or NaN."""
    whole, share = np.floor(part["year"]), part["year"] % 1.0
    dated = (part["month"] > 0) & (part["day"] > 0)
    hour, minute, second = (np.where(dated, part[name], 0.0) for name in ("hour", "minute", "second"))
    known = from_parts(
        (whole, np.where(dated, part["month"], 1.0), np.where(dated, part["day"], 1.0)),
        (hour, minute, second),
    )
    begin = np.where(np.isfinite(whole), whole, 1970).astype(int) - 1970
    year = begin.astype("datetime64[Y]").astype("datetime64[us]")
    length = ((begin + 1).astype("datetime64[Y]").astype("datetime64[us]") - year).astype(float)
    so_far = (known.value - year).astype(float) / length
    contradicts = dated & (share > 0) & ~np.isnat(known.value) & (np.abs(so_far - share) > _ROUNDED_YEARS)
    by_year = year + np.where(np.isfinite(share), share * length, 0.0).astype(np.int64)
    times = np.where(dated, known.value, by_year)
    lost = contradicts | ~(dated | (share > 0))
    return Values(np.where(lost, np.datetime64("NaT", "us"), times), (known.unreadable & dated) | contradicts)


def _errors(column: dict[str, Values], n: int) -> LocationUncertainty | None:
    known = [positive(column[name].value) if name in column else np.full(n, np.nan) for name in _NAMES[10:]]
    return None if all(np.isnan(each).all() for each in known) else LocationUncertainty(*known)
