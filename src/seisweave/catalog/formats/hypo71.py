"""HYPO71 summary lines: fixed columns, years of two digits, or of four (as of Earthworm and the NCEDC).

Date, hour and minute, second, latitude and longitude in degrees and minutes, depth (km, down), magnitude, readings,
gap, distance, rms, ERH, ERZ (km, 1 sigma), quality. A letter between degrees and minutes names the side; without one
latitudes are north and longitudes west, as in HYPO71, and a remark says so. Magnitudes of 0.00 and -9.99, errors of 0,
99.0 and above are unknown. Format: Lee & Lahr (1975), USGS Open-File Report 75-311; with four digits the Earthworm
documentation, "TYPE_H71SUM2K"; its columns stand two further to the right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, numbers, positive, words
from seisweave.catalog.fixed_width import FixedFormat, degrees_and_minutes, read_fixed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import sort_lines
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.two_digit_years import NOTE, full_years
from seisweave.catalog.uncertainty import LocationUncertainty

_LINE = re.compile(
    r"((?:1[89]|20)?)\d\d[ 01]\d[ 0-3]\d [ 0-2]\d[ 0-6]\d [ \d]\d\.\d\d"
    r"[ \d]\d\d[- NnSs][ \d]\d\.\d\d[ \d]{2}\d\d?[- EeWw][ \d]\d\.\d\d[ \d-]{3,4}\.\d\d"
)
_PLACES = {  # with years of two digits
    "year": (0, 2),
    "month": (2, 4),
    "day": (4, 6),
    "hour": (7, 9),
    "minute": (9, 11),
    "second": (11, 17),
    "lat_degrees": (17, 20),
    "south": (20, 21),
    "lat_minutes": (21, 26),
    "lon_degrees": (26, 30),
    "east": (30, 31),
    "lon_minutes": (31, 36),
    "depth": (36, 43),
    "magnitude": (45, 50),
    "n_phases": (50, 53),
    "horizontal": (67, 72),
    "vertical": (72, 77),
    "quality": (78, 79),
    "id": (82, 92),
}
_PICTURE = "999999 9999999.99999a99.999999a99.999999.99__#####999_" + 23 * "#" + "_a"
_FORM = FixedFormat(_PLACES, ("south", "east", "quality", "id"), _PICTURE, shortest=43, longest=130)
_LONG = _FORM.moved(2)
_FORM_LONG = replace(
    _LONG,
    places={**_LONG.places, "year": (0, 4), "mag_type": (46, 47)},
    words=(*_FORM.words, "mag_type"),
)
_UNKNOWN_KM, _UNKNOWN_MAGNITUDE = 99.0, -9.0


def recognises(source: Source) -> bool:
    """Whether one of the first lines has blanks, points and letters in the columns of a summary."""
    return any(_LINE.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all summaries; those that end before the depth are set aside, lines of a head passed over."""
    century = _century(source)
    lines = lines_of(source.data)
    data = np.frombuffer(lines.data, np.uint8)
    begins = data[lines.start]
    summary = (begins >= ord("0")) & (begins <= ord("9")) | (begins == ord(" "))
    found = sort_lines(lines, summary)
    table = read_fixed(found.lines, _FORM_LONG if century else _FORM)
    column = table.columns
    value = {name: numbers(column[name]).value for name in ("year", "month", "day", "hour", "minute", "second")}
    year = value["year"] if century else full_years(value["year"])
    east, west_notes = _sides(column)
    errors = [positive(numbers(column[name]).value) for name in ("horizontal", "vertical")]
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, value["month"], value["day"]), (value["hour"], value["minute"], value["second"])),
        longitude=degrees_and_minutes(numbers(column["lon_degrees"]), numbers(column["lon_minutes"]), east),
        latitude=degrees_and_minutes(numbers(column["lat_degrees"]), numbers(column["lat_minutes"]), _north(column)),
        depth_km=numbers(column["depth"]),
        magnitude=_magnitude(column["magnitude"]),
        magnitude_type=_types(column["mag_type"]) if century else None,
        ids=words(column["id"]),
        quality=words(column["quality"]),
        uncertainty=LocationUncertainty(*(np.where(error >= _UNKNOWN_KM, np.nan, error) for error in errors)),
        n_phases=numbers(column["n_phases"]).value,
        bad=(*found.damaged, *table.bad),
        notes=(
            *(() if century else (NOTE,)),
            *west_notes,
            *found.note("lines that are no summaries"),
        ),
    )


def _century(source: Source) -> int:
    """How many digits a year has more than two."""
    found = [match[1] for line in source.first_lines() if (match := _LINE.match(line))]
    return 2 if sum(map(bool, found)) * 2 > len(found) else 0


def _north(column: dict[str, Any]) -> np.ndarray:
    return np.where(np.char.upper(words(column["south"])) == "S", -1.0, 1.0)


def _sides(column: dict[str, Any]) -> tuple[np.ndarray, tuple[str, ...]]:
    side = np.char.upper(words(column["east"]))
    unnamed = ~np.isin(side, ["E", "W"])
    note = f"{int(unnamed.sum())} longitudes without E or W are read as west, as HYPO71 has them"
    return np.where(side == "E", 1.0, -1.0), (note,) if unnamed.any() else ()


def _magnitude(text: Any) -> Values:
    found = numbers(text)
    return Values(
        np.where((found.value == 0) | (found.value <= _UNKNOWN_MAGNITUDE), np.nan, found.value), found.unreadable
    )


def _types(text: Any) -> np.ndarray:
    letter = words(text)
    return np.where(letter == "", "", np.char.add("M", letter))
