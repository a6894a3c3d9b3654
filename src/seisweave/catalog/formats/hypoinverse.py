"""Hypoinverse-2000 summary lines (.sum, or the first lines of an archive, .arc): fixed columns, year first.

Numbers may leave out their decimal point, as Fortran reads them (F4.2: the last two digits are hundredths). Latitude
and longitude are degrees and minutes, south and east by letter; depth is km, positive down. ERH and ERZ are taken as 1
sigma, as Hypoinverse gives them; 99.99 is the largest it writes, and unknown like 0. Phases and shadows of an archive
are passed over. Format: Klein (2002), USGS Open-File Report 02-171.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, numbers, positive, words
from seisweave.catalog.fixed_width import degrees_and_minutes, fixed_columns
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty

_LINE = re.compile(r"[12]\d{3}[ 01]\d[ 0-3]\d[ 0-2]\d[ 0-5]\d[ \d.]{4}[ \d]\d[ NS][ \d.]{4}[ \d]{2}\d[ EW][ \d.]{4}")
_PLACES = {
    "year": (0, 4),
    "month": (4, 6),
    "day": (6, 8),
    "hour": (8, 10),
    "minute": (10, 12),
    "second": (12, 16),
    "lat_degrees": (16, 18),
    "south": (18, 19),
    "lat_minutes": (19, 23),
    "lon_degrees": (23, 26),
    "east": (26, 27),
    "lon_minutes": (27, 31),
    "depth": (31, 36),
    "amplitude_magnitude": (36, 39),
    "n_phases": (39, 42),
    "coda_magnitude": (70, 73),
    "horizontal": (85, 89),
    "vertical": (89, 93),
    "id": (136, 146),
    "magnitude": (147, 150),
}
_SHORTEST = 93  # columns, up to the vertical error
_LARGEST_KM = 99.99


def recognises(source: Source) -> bool:
    """Whether one of the first lines begins as a summary does and is as long."""
    return any(_LINE.match(line) and len(line.rstrip()) >= _SHORTEST - 3 for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all summaries; those that end before the errors are set aside."""
    lines = lines_of(source.data)
    data = np.frombuffer(lines.data + b" ", np.uint8)
    begins = data[np.minimum(lines.start, len(data) - 1)]
    summary = (begins >= ord("1")) & (begins <= ord("2"))
    lines, passed = lines.keep(summary), int((~summary).sum())
    short = lines.end - lines.start < _SHORTEST
    kept = lines.keep(~short)
    column = fixed_columns(kept, _PLACES)
    year, month, day, hour, minute = (numbers(column[name]).value for name in _CLOCK)
    errors = [positive(_decimals(column[name], 2).value) for name in ("horizontal", "vertical")]
    return ParsedRows(
        lines=kept,
        times=from_parts((year, month, day), (hour, minute, _decimals(column["second"], 2).value)),
        longitude=_degrees(column["lon_degrees"], column["lon_minutes"], column["east"], "E", -1.0),
        latitude=_degrees(column["lat_degrees"], column["lat_minutes"], column["south"], "S", 1.0),
        depth_km=_decimals(column["depth"], 2),
        magnitude=_magnitude(column),
        ids=words(column["id"]),
        uncertainty=LocationUncertainty(*(np.where(error >= _LARGEST_KM, np.nan, error) for error in errors)),
        n_phases=numbers(column["n_phases"]).value,
        bad=lines.bad(short, "truncated line"),
        notes=(f"{passed} lines that are no summaries passed over",) if passed else (),
    )


_CLOCK = ("year", "month", "day", "hour", "minute")


def _decimals(text: Any, places: int) -> Values:
    """Numbers whose decimal point is left out where there is none, as Fortran's F4.2."""
    value = numbers(text)
    pointed = np.char.find(words(text), ".") >= 0
    return Values(np.where(pointed, value.value, value.value / 10.0**places), value.unreadable)


def _degrees(degrees: Any, minutes: Any, side: Any, turned: str, sign: float) -> Values:
    """Degrees and minutes as degrees, of the other sign where `side` says so."""
    signs = np.where(words(side) == turned, -sign, sign)
    return degrees_and_minutes(numbers(degrees), _decimals(minutes, 2), signs)


def _magnitude(column: dict[str, Any]) -> Values:
    """The preferred magnitude, or else that of the coda, or else that of amplitudes; 0 stands for unknown."""
    found = [_decimals(column[name], 2) for name in ("magnitude", "coda_magnitude", "amplitude_magnitude")]
    value = np.full(len(found[0].value), np.nan)
    for each in found:
        value = np.where(np.isnan(value) & (each.value != 0), each.value, value)
    return Values(value, found[0].unreadable)
