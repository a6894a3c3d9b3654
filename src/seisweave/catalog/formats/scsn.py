"""The yearly SCSN format: fixed columns, latitude and longitude in degrees and minutes.

    1994 01 01  00 27 20.72  34  7.08-116 24.30 A 1.5      4.62 26     0.16  3138748

Depth is km, positive down. The sign stands with the degrees and holds for the minutes too, `-0` included.
Seconds of 60.00 run into the next minute. The format has no event types: quarry blasts cannot be distinguished.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, digits, numbers, words
from seisweave.catalog.fixed_width import FixedFormat, degrees_and_minutes, read_fixed
from seisweave.catalog.formats.scedc import footer_remark
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import from_parts

_LINE = re.compile(r"\d{4} [ \d]\d [ \d]\d  [ \d]\d [ \d]\d [ \d]\d\.\d\d ")
_PLACES = {
    "year": (0, 4),
    "month": (5, 7),
    "day": (8, 10),
    "hour": (12, 14),
    "minute": (15, 17),
    "second": (18, 23),
    "lat_degrees": (23, 27),
    "lat_minutes": (27, 33),
    "lon_degrees": (33, 37),
    "lon_minutes": (37, 43),
    "quality": (43, 45),
    "magnitude": (45, 49),
    "depth": (49, 59),
    "n_phases": (59, 62),
    "id": (72, 90),
}
_PICTURE = "9999 99 99  99 99 99.999999999.999999999.99 a99.99999999.99999######### 99999999"
_FORM = FixedFormat(_PLACES, ("quality", "id"), _PICTURE, shortest=_PLACES["id"][0] + 1, longest=120)


def recognises(source: Source) -> bool:
    """Whether one of the first lines begins as this format does."""
    return any(_LINE.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all rows; lines that end before the id, or whose columns are shifted, are set aside."""
    lines = without_comments(lines_of(source.data))
    table = read_fixed(lines, _FORM)
    column = table.columns
    day, clock = (tuple(digits(column[name]).value for name in names) for names in (_DAY, _CLOCK))
    return ParsedRows(
        lines=table.lines,
        times=from_parts(day, clock),  # pyright: ignore[reportArgumentType]
        longitude=_degrees(column["lon_degrees"], column["lon_minutes"]),
        latitude=_degrees(column["lat_degrees"], column["lat_minutes"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["magnitude"]),
        ids=words(column["id"]),
        quality=words(column["quality"]),
        n_phases=numbers(column["n_phases"]).value,
        bad=table.bad,
        notes=footer_remark(source, len(lines)),
    )


_DAY, _CLOCK = ("year", "month", "day"), ("hour", "minute", "second")


def _degrees(degrees: Any, minutes: Any) -> Values:
    """Degrees and minutes as degrees; the sign stands with the degrees, `-0` included."""
    whole, sign = numbers(degrees), np.where(np.char.startswith(words(degrees), "-"), -1.0, 1.0)
    return degrees_and_minutes(Values(np.abs(whole.value), whole.unreadable), numbers(minutes), sign)
