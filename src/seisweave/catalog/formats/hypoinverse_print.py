"""The summary that Hypoinverse prints for reading (`PRT`, `SUM` of its printed kind): a line of names, fixed columns.

       DATE     TIME  SEC     LAT      LON     DEPTH PREF-MAG NM NUM GAP  DMIN  RMS    ERH   ERZ QASR     ID-NUM LOC ...

Latitude and longitude are decimal degrees, depth km down, ERH and ERZ 1 sigma in km; 0 and 99.99 are unknown, and so
are an id of 0 and a blank magnitude. Format: Klein (2002), USGS Open-File Report 02-171, and the names themselves.
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import Values, numbers, positive, words
from seisweave.catalog.fixed_width import FixedFormat, read_fixed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty

_HEAD = re.compile(r" *DATE +TIME +SEC +LAT +LON +DEPTH +PREF-MAG +NM +NUM +GAP +DMIN +RMS +ERH +ERZ +QASR")
_PLACES = {
    "year": (0, 4),
    "month": (5, 7),
    "day": (8, 10),
    "hour": (11, 13),
    "minute": (14, 16),
    "second": (16, 22),
    "lat": (22, 31),
    "lon": (31, 41),
    "depth": (41, 48),
    "magnitude": (48, 57),
    "n_phases": (60, 64),
    "horizontal": (80, 86),
    "vertical": (86, 92),
    "quality": (93, 94),
    "id": (97, 108),
}
_CLOCK = ("year", "month", "day", "hour", "minute", "second")
_PICTURE = "9999/99/99 99:99999.999999.999999999.99999999.99" + 12 * "_" + "9999" + 16 * "_" + 12 * "#" + "_a"
_FORM = FixedFormat(_PLACES, ("magnitude", "quality", "id"), _PICTURE, shortest=48, longest=160)
_LARGEST_KM = 99.0


def recognises(source: Source) -> bool:
    """Whether a line names these columns."""
    return any(_HEAD.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all lines but those of names, which may be repeated; those that end before the depth are set aside."""
    lines = lines_of(source.data)
    names = np.array([b"PREF-MAG" in lines.data[a:b] for a, b in zip(lines.start, lines.end, strict=True)], bool)
    lines = lines.keep(~names)
    table = read_fixed(lines, _FORM)
    column = table.columns
    year, month, day, hour, minute, second = (numbers(column[name]).value for name in _CLOCK)
    errors = [positive(numbers(column[name]).value) for name in ("horizontal", "vertical")]
    magnitude, types = _magnitudes(words(column["magnitude"]))
    number = words(column["id"])
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=magnitude,
        magnitude_type=types,
        ids=np.where(number == "0", "", number),
        quality=words(column["quality"]),
        uncertainty=LocationUncertainty(*(np.where(error >= _LARGEST_KM, np.nan, error) for error in errors)),
        n_phases=numbers(column["n_phases"]).value,
        bad=table.bad,
    )


def _magnitudes(text: np.ndarray) -> tuple[Values, np.ndarray]:
    """Numbers with a letter of their kind beside them; blank and 0.00 are unknown."""
    found = [re.fullmatch(r"([A-Za-z]?)\s*(-?\d*\.?\d+)\s*([A-Za-z]?)", each) for each in text.tolist()]
    value = np.array([np.nan if match is None else float(match[2]) for match in found])
    letter = ["" if match is None else match[1] or match[3] for match in found]
    unreadable = np.array([match is None for match in found], bool) & (text != "")
    return Values(np.where(value == 0, np.nan, value), unreadable), np.array(
        [f"M{each}" if each else "" for each in letter]
    )
