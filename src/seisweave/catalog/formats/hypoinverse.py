"""Hypoinverse summary lines (.sum, or the first lines of an archive, .arc): fixed columns, year first.

Years have four digits (Hypoinverse-2000), or two where Y2000 is not set: then fewer columns stand before and between
the others, and a remark tells the century.

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
from seisweave.catalog.fixed_width import FixedFormat, degrees_and_minutes, read_fixed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import Sorted, sort_lines
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.two_digit_years import NOTE, full_years
from seisweave.catalog.uncertainty import LocationUncertainty

_AFTER_YEAR = r"(?: \d|0\d|1[0-2])[ 0-3]\d[ 0-2]\d[ 0-5]\d[ \d.]{4}[ \d]\d[ NS][ \d.]{4}[ \d]{2}\d[ EW][ \d.]{4}"
_LINE, _SHORT_LINE = re.compile(r"[12]\d{3}" + _AFTER_YEAR), re.compile(r"\d\d" + _AFTER_YEAR)
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
    "gap": (42, 45),
    "nearest": (45, 48),
    "coda_magnitude": (70, 73),
    "horizontal": (85, 89),
    "vertical": (89, 93),
    "id": (136, 146),
    "magnitude": (147, 150),
}
# with years of two digits: amplitude magnitudes have two columns, coda magnitudes too, S phases two
_SHORT_PLACES = {name: (first - 2, last - 2) for name, (first, last) in _PLACES.items()} | {
    "year": (0, 2),
    "amplitude_magnitude": (34, 36),
    "n_phases": (36, 39),
    "gap": (39, 42),
    "nearest": (42, 45),
    "coda_magnitude": (67, 69),
    "horizontal": (80, 84),
    "vertical": (84, 88),
    "id": (128, 138),
    "magnitude": (139, 142),
}
_WORDS = ("south", "east", "id")
_FORM = FixedFormat(
    _PLACES,
    _WORDS,
    16 * "#" + "##a#######a" + 21 * "#" + 37 * "_" + 8 * "#" + 53 * "_" + "a### ",
    shortest=93,
    longest=200,
)
_SHORT_FORM = FixedFormat(
    _SHORT_PLACES,
    _WORDS,
    14 * "#" + "##a#######a" + 20 * "#" + 35 * "_" + 8 * "#" + 50 * "_" + "a### ",
    shortest=88,
    longest=180,
)
_LARGEST_KM = 99.99
# shadows; the line that ends an event; phases, with years of four digits and of two
_OTHERS = re.compile(rb"\$| {30}|[A-Z].{16}[12]\d{11}|[A-Z].{8}\d{10}[ \d.]{5}")


_SHORT_NOTE = "summaries have years of two digits, without Y2000"


def recognises(source: Source) -> bool:
    """Whether one of the first lines begins as a summary does and is as long."""
    return any(_found(source))


def read(source: Source) -> ParsedRows:
    """Read all summaries; those that end before the errors are set aside."""
    long, short_years = _found(source)
    old = short_years > long
    found = _summaries(source, b"0123456789" if old else b"12")
    table = read_fixed(found.lines, _SHORT_FORM if old else _FORM)
    column = table.columns
    year, month, day, hour, minute = (numbers(column[name]).value for name in _CLOCK)
    year = full_years(year) if old else year
    errors = [positive(_decimals(column[name], 2).value) for name in ("horizontal", "vertical")]
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, month, day), (hour, minute, _decimals(column["second"], 2).value)),
        longitude=_degrees(column["lon_degrees"], column["lon_minutes"], column["east"], "E", -1.0),
        latitude=_degrees(column["lat_degrees"], column["lat_minutes"], column["south"], "S", 1.0),
        depth_km=_decimals(column["depth"], 2),
        magnitude=_magnitude(column, 1 if old else 2),
        ids=words(column["id"]),
        uncertainty=LocationUncertainty(*(np.where(error >= _LARGEST_KM, np.nan, error) for error in errors)),
        n_phases=numbers(column["n_phases"]).value,
        bad=(*found.damaged, *table.bad),
        notes=(
            *((f"{_SHORT_NOTE}; {NOTE}",) if old else ()),
            *found.note("lines that are no summaries"),
        ),
    )


_CLOCK = ("year", "month", "day", "hour", "minute")


def _found(source: Source) -> tuple[int, int]:
    """How many of the first lines are summaries with years of four digits, and of two."""
    lines = [line.rstrip() for line in source.first_lines()]
    kinds = ((_LINE, _PLACES), (_SHORT_LINE, _SHORT_PLACES))
    long, short = (
        sum(len(line) >= places["vertical"][1] - 3 and pattern.match(line) is not None for line in lines)
        for pattern, places in kinds
    )
    return long, short


def _summaries(source: Source, first: bytes) -> Sorted:
    """Lines that begin with one of some digits; of the others phases, shadows and ends of events are known."""
    lines = lines_of(source.data)
    data = np.frombuffer(lines.data + b" ", np.uint8)
    summary = np.isin(data[np.minimum(lines.start, len(data) - 1)], list(first))
    return sort_lines(lines, summary, _OTHERS)


def _decimals(text: Any, places: int) -> Values:
    """Numbers whose decimal point is left out where there is none, as Fortran's F4.2."""
    value = numbers(text)
    pointed = np.char.find(words(text), ".") >= 0
    return Values(np.where(pointed, value.value, value.value / 10.0**places), value.unreadable)


def _degrees(degrees: Any, minutes: Any, side: Any, turned: str, sign: float) -> Values:
    """Degrees and minutes as degrees, of the other sign where `side` says so."""
    signs = np.where(words(side) == turned, -sign, sign)
    return degrees_and_minutes(numbers(degrees), _decimals(minutes, 2), signs)


def _magnitude(column: dict[str, Any], amplitude_places: int) -> Values:
    """The preferred magnitude, or else that of the coda, or else that of amplitudes; 0 stands for unknown."""
    places = {"magnitude": 2, "coda_magnitude": amplitude_places, "amplitude_magnitude": amplitude_places}
    found = [_decimals(column[name], n) for name, n in places.items()]
    value = np.full(len(found[0].value), np.nan)
    for each in found:
        value = np.where(np.isnan(value) & (each.value != 0), each.value, value)
    return Values(value, found[0].unreadable)
