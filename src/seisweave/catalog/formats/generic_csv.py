"""Any delimited table whose first line names its columns: ours, and most people's.

Names are compared without case, blanks, underscores and units in brackets; see `SYNONYMS`. Another name is
given by `columns={"longitude": "X"}`. The delimiter is the most frequent of comma, semicolon, tab and bar in
the header, or else blanks. Depth is positive down, km; a depth error of 31.61 km is how ComCat marks a fixed
depth: it is taken as unknown.
"""

from __future__ import annotations

import csv
import re
from typing import Any

import numpy as np

from seisweave.catalog.delimited import (
    TextTable,
    Values,
    blanks_to_commas,
    missing_column,
    numbers,
    positive,
    read_delimited,
    words,
)
from seisweave.catalog.mixture_text import parse_mixtures
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Lines, Source, lines_of, without_comments
from seisweave.catalog.times import from_parts, read_times
from seisweave.catalog.uncertainty import LocationUncertainty, symmetric
from seisweave.errors import InputError

FIXED_DEPTH_KM = 31.61
COVARIANCE = ("cov_xx_km2", "cov_xy_km2", "cov_xz_km2", "cov_yy_km2", "cov_yz_km2", "cov_zz_km2")
SYNONYMS = {
    "time": "time times datetime origintime origin_time timestamp utc time_string date_time",
    "date": "date day_utc",
    "clock": "clock time_of_day",
    "year": "year yr yyyy",
    "month": "month mon mo",
    "day": "day dy dd",
    "hour": "hour hr hh",
    "minute": "minute min mn mi",
    "second": "second seconds sec sc ss",
    "longitude": "longitude lon long lng longitude_deg",
    "latitude": "latitude lat latitude_deg",
    "depth_km": "depth_km depth dep z depthkm focal_depth",
    "magnitude": "magnitude mag m ml mw md mb ms magnitudes",
    "id": "id ids event_id eventid evid evtid event cid cuspid publicid",
    "quality": "quality q qual",
    "event_type": "event_type eventtype et etype type",
    "n_phases": "n_phases nph nphases phases",
    "horizontal_km": "horizontal_km horizontalerror horizontal_error eh erh sigma_h sigma_horizontal herr",
    "vertical_km": "vertical_km deptherror depth_error ez erz sigma_z sigma_z_km verr vertical_error sigma_depth",
    "east_km": "east_km sigma_x sigma_x_km sigma_east ex err_x error_x std_x xerr",
    "north_km": "north_km sigma_y sigma_y_km sigma_north ey err_y error_y std_y yerr",
    "mixture": "mixture_km",
} | {name: name for name in COVARIANCE}
_NEEDED = ("longitude", "latitude")


def recognises(source: Source) -> bool:
    """Whether the first line looks like a header with longitude and latitude."""
    found = _named(_header(source)[0], {})
    return all(name in found for name in _NEEDED)


def read(source: Source, columns: dict[str, str] | None = None) -> ParsedRows:
    """Read all rows; `columns` maps our names (the keys of SYNONYMS) to the file's.

    Errors: InputError where longitude or latitude has no column.
    """
    header, delimiter = _header(source)
    places = [str(i) for i in range(len(header))]  # names may repeat, places do not
    named = _needed(header, source, columns or {})
    body = _body(source, delimiter)
    table = read_delimited(body, places, "," if delimiter == " " else delimiter)
    return _rows(table, {ours: table.columns[str(header.index(theirs))] for ours, theirs in named.items()})


def rows_of(table: TextTable, source: Source, columns: dict[str, str]) -> ParsedRows:
    """Rows of columns of text that have their names already. Errors: as `read`."""
    named = _needed(list(table.columns), source, columns)
    return _rows(table, {ours: table.columns[theirs] for ours, theirs in named.items()})


def _needed(header: list[str], source: Source, columns: dict[str, str]) -> dict[str, str]:
    named = _named(header, columns)
    missing = [name for name in _NEEDED if name not in named]
    if missing:
        raise InputError(_unknown_columns(source, header, missing))
    return named


def _rows(table: TextTable, column: dict[str, Any]) -> ParsedRows:
    n = len(table.lines)
    uncertainty, notes = _uncertainty(column)
    return ParsedRows(
        lines=table.lines,
        times=_times(column, n),
        longitude=numbers(column["longitude"]),
        latitude=numbers(column["latitude"]),
        depth_km=numbers(column["depth_km"]) if "depth_km" in column else missing_column(n),
        magnitude=numbers(column["magnitude"]) if "magnitude" in column else missing_column(n),
        ids=words(column["id"]) if "id" in column else None,
        uncertainty=uncertainty,
        quality=words(column["quality"]) if "quality" in column else None,
        event_type=words(column["event_type"]) if "event_type" in column else None,
        n_phases=numbers(column["n_phases"]).value if "n_phases" in column else None,
        bad=table.bad,
        notes=notes,
    )


def _header(source: Source) -> tuple[list[str], str]:
    """Names of the columns and the delimiter: of the first line, or of the first that is not a comment."""
    head = [line for line in source.head().splitlines() if line.strip()][:1] + source.first_lines()[:1]
    found: tuple[list[str], str] = ([], ",")
    for line in head:
        line = line.lstrip("# ")
        delimiter = max(",;\t|", key=line.count)
        delimiter = delimiter if delimiter in line else " "
        names = line.split() if delimiter == " " else next(csv.reader([line], delimiter=delimiter))
        found = [name.strip() for name in names], delimiter
        if all(name in _named(found[0], {}) for name in _NEEDED):
            break
    return found


def _body(source: Source, delimiter: str) -> Lines:
    """Lines below the header, without comments."""
    lines = without_comments(lines_of(source.data))
    first = lines_of(source.data[:65536]).text(0)
    if not (first.startswith("#") and all(name in _named(_header(source)[0], {}) for name in _NEEDED)):
        lines = lines.below_first()
    return blanks_to_commas(lines) if delimiter == " " else lines


def _named(header: list[str], columns: dict[str, str]) -> dict[str, str]:
    """Our name → the file's, for every column that is understood."""
    strange = [name for name in columns if name not in SYNONYMS]
    if strange:
        raise InputError(f"columns names {strange[0]!r}, which is none of ours: {', '.join(SYNONYMS)}")
    absent = [name for name in columns.values() if name not in header]
    if absent:
        raise InputError(f"column {absent[0]!r} is not in the file, which has: {', '.join(header)[:500]}")
    free = {_plain(name): name for name in reversed(header) if name and name not in columns.values()}
    named = dict(columns)
    for ours, theirs in SYNONYMS.items():
        match = [free[_plain(word)] for word in theirs.split() if _plain(word) in free]
        if ours not in named and match:
            named[ours] = match[0]
    return named


def _plain(name: str) -> str:
    """Strip a name of case, blanks, underscores and unit."""
    name = re.sub(r"[\(\[].*?[\)\]]|/km$", "", name.lower())
    return re.sub(r"[\s_\-\.]", "", name)


def _unknown_columns(source: Source, header: list[str], missing: list[str]) -> str:
    found = ", ".join(header)[:300]
    local = {"x", "y", "xkm", "ykm"} & {_plain(name) for name in header}
    hint = (
        "points in local km are read by read_local_xyz (seisweave faults --xyz)"
        if local
        else "columns={'longitude': ...} names them"
    )
    return (
        f"{source.path}: no column for {' and '.join(missing)} among those found: {found};"
        f" needed are longitude and latitude (time, depth_km, magnitude, id if there); {hint}"
    )


def _times(column: dict[str, Any], n: int) -> Values:
    """Read a time column, of date and time, or of year, month, ..., second."""
    import pyarrow.compute as pc

    clock = column.get("clock", column.get("time") if "date" in column else None)
    if "date" in column:
        text = column["date"]
        if clock is not None:
            text = pc.binary_join_element_wise(text, clock, " ")  # pyright: ignore[reportAttributeAccessIssue]
        return read_times(text)
    if "time" in column:
        return read_times(column["time"])
    if "year" in column:
        part = {name: _part(column, name, n) for name in ("year", "month", "day", "hour", "minute", "second")}
        return from_parts((part["year"], part["month"], part["day"]), (part["hour"], part["minute"], part["second"]))
    return Values(np.full(n, np.datetime64("NaT", "us")), np.zeros(n, bool))


def _part(column: dict[str, Any], name: str, n: int) -> np.ndarray:
    if name in column:
        return numbers(column[name]).value
    return np.full(n, 1.0 if name in ("month", "day") else 0.0)


def _uncertainty(column: dict[str, Any]) -> tuple[LocationUncertainty | None, tuple[str, ...]]:
    """Errors of location, and a remark where depths are fixed."""
    if "mixture" in column:
        return parse_mixtures(words(column["mixture"])), ()
    if all(name in column for name in COVARIANCE):
        upper = np.stack([numbers(column[name]).value for name in COVARIANCE], axis=1)
        return LocationUncertainty(covariance_km2=symmetric(upper)), ()
    if all(name in column for name in ("east_km", "north_km", "vertical_km")):
        sigma = np.stack([numbers(column[name]).value for name in ("east_km", "north_km", "vertical_km")], axis=1)
        _, notes = known_errors(sigma[:, 0], sigma[:, 2])
        sigma[np.abs(sigma[:, 2] - FIXED_DEPTH_KM) < 1e-6, 2] = 0.0  # a variance of zero: the depth is fixed
        return LocationUncertainty(covariance_km2=np.maximum(sigma, 0.0)[:, :, None] ** 2 * np.eye(3)), notes
    if "horizontal_km" not in column and "vertical_km" not in column:
        return None, ()
    blank = np.full(len(column["longitude"]), np.nan)
    horizontal = numbers(column["horizontal_km"]).value if "horizontal_km" in column else blank
    vertical = numbers(column["vertical_km"]).value if "vertical_km" in column else blank
    return known_errors(horizontal, vertical)


def known_errors(horizontal_km: np.ndarray, vertical_km: np.ndarray) -> tuple[LocationUncertainty, tuple[str, ...]]:
    """1-sigma errors of ComCat: unknown where not above zero, vertical unknown where depth is fixed."""
    fixed = np.abs(vertical_km - FIXED_DEPTH_KM) < 1e-6
    negative = int(
        ((horizontal_km < 0) & (horizontal_km != -1)).sum() + ((vertical_km < 0) & (vertical_km != -1)).sum()
    )
    notes = (
        (fixed.sum(), f"depths are fixed (depth error {FIXED_DEPTH_KM} km): vertical_km is unknown"),
        (negative, "location errors are negative, and taken as unknown"),
    )
    errors = LocationUncertainty(positive(horizontal_km), positive(np.where(fixed, np.nan, vertical_km)))
    return errors, tuple(f"{count} {words}" for count, words in notes if count)
