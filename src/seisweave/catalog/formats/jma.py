"""Hypocentre records of the Japan Meteorological Agency (its "deck" files): 96 fixed columns, J, U or I first.

Times are Japan Standard Time, nine hours ahead of UTC. Latitude and longitude are degrees and minutes, numbers without
decimal points have two decimals, and decimals are blank where a hypocentre was fixed. Standard errors of latitude and
longitude are minutes, of depth km; the larger of the two in km is the horizontal error. Depths found in steps have no
error. Of two magnitudes Mw counts first, else the first; below zero they are -1 for -0.1, A0 for -1.0, B0 for -2.0.
Other records, of phases and comments, are passed over. Format:
https://www.data.jma.go.jp/svd/eqev/data/bulletin/data/format/hypfmt_e.html
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, digits, numbers, words
from seisweave.catalog.fixed_width import FixedFormat, degrees_and_minutes, read_fixed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import Sorted, sort_lines
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty

_LINE = re.compile(
    r"[JUI](?:1[89]|20)\d\d[ 01]\d[ 0-3]\d[ 0-2 ][\d ][ 0-6][\d ][ \d]{4}.{4}[ \d-]{2}\d[ \d]{4}.{4}[ \d-]{4}"
)
_PLACES = {
    "year": (1, 5),
    "month": (5, 7),
    "day": (7, 9),
    "hour": (9, 11),
    "minute": (11, 13),
    "second": (13, 17),
    "lat_degrees": (21, 24),
    "lat_minutes": (24, 28),
    "lat_error": (28, 32),
    "lon_degrees": (32, 36),
    "lon_minutes": (36, 40),
    "lon_error": (40, 44),
    "depth": (44, 49),
    "depth_error": (49, 52),
    "mag": (52, 54),
    "mag_type": (54, 55),
    "mag_2": (55, 57),
    "mag_type_2": (57, 58),
    "kind": (60, 61),
}
_OTHERS = re.compile(rb"[_CEMN](?!(?:1[89]|20)\d\d[ 01]\d[ 0-3]\d[ 0-2 ][\d ])")
_WORDS = ("mag", "mag_type", "mag_2", "mag_type_2", "kind")
_FORM = FixedFormat(_PLACES, _WORDS, "a" + 51 * "#" + "_9a_9a", shortest=54, longest=96, aligned=False)
_KM_PER_MINUTE = 111.195 / 60
_JST = np.timedelta64(9, "h")
_TYPES = {"J": "Mj", "D": "Mj", "d": "Mj", "V": "Mv", "v": "Mv", "W": "Mw", "B": "mb", "S": "Ms", "": ""}
_KINDS = {"1": "earthquake", "2": "few stations", "3": "artificial", "4": "noise", "5": "low-frequency earthquake"}
_NOTES = ("times are Japan Standard Time in the file, and UTC here",)


def recognises(source: Source) -> bool:
    """Whether one of the first lines begins as a record of a hypocentre does."""
    return any(_LINE.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all hypocentres; those that end before the magnitude are set aside."""
    found = _records(lines_of(source.data))
    table = read_fixed(found.lines, _FORM)
    column = table.columns
    clock = tuple(digits(column[name]).value for name in ("hour", "minute"))
    day = tuple(digits(column[name]).value for name in ("year", "month", "day"))
    local = from_parts(day, (*clock, _hundredths(column["second"], 2).value))  # pyright: ignore[reportArgumentType]
    latitude = _degrees(column["lat_degrees"], _hundredths(column["lat_minutes"], 2))
    magnitude, types, notes = _magnitudes(column)
    return ParsedRows(
        lines=table.lines,
        times=Values(local.value - _JST, local.unreadable),
        longitude=_degrees(column["lon_degrees"], _hundredths(column["lon_minutes"], 2)),
        latitude=latitude,
        depth_km=_hundredths(column["depth"], 3),
        magnitude=magnitude,
        magnitude_type=types,
        uncertainty=_errors(column, latitude.value),
        event_type=np.array([_KINDS.get(kind, kind) for kind in words(column["kind"]).tolist()], dtype=str),
        bad=(*found.damaged, *table.bad),
        notes=(*_NOTES, *notes, *found.note("records of other kinds")),
    )


def _records(lines: Lines) -> Sorted:
    """Lines of hypocentres; of the others phases, comments, mechanisms and ends of events are known."""
    begins = np.frombuffer(lines.data, np.uint8)[lines.start]
    own = np.isin(begins, [ord(letter) for letter in "JUI"])
    return sort_lines(lines, own, _OTHERS)


def _hundredths(text: Any, whole: int) -> Values:
    """Numbers of `whole` digits and decimals behind them, without a point unless there is one; blank decimals are 0."""
    import pyarrow as pa

    cells = []
    for each in text.to_pylist():
        decimals = each[whole:].rstrip()
        cells.append(each if "." in each or not each.strip() else f"{each[:whole].strip() or 0}.{decimals or 0}")
    return numbers(pa.chunked_array([cells], pa.string()))


def _degrees(text: Any, minutes: Values) -> Values:
    """Degrees whose sign, `-0` included, holds for the minutes too; blank minutes are 0."""
    whole, sign = numbers(text), np.where(np.char.startswith(words(text), "-"), -1.0, 1.0)
    minutes = Values(np.where(np.isnan(minutes.value) & ~minutes.unreadable, 0.0, minutes.value), minutes.unreadable)
    return degrees_and_minutes(Values(np.abs(whole.value), whole.unreadable), minutes, sign)


def _errors(column: dict[str, Any], latitude: np.ndarray) -> LocationUncertainty:
    north = _hundredths(column["lat_error"], 2).value * _KM_PER_MINUTE
    east = _hundredths(column["lon_error"], 2).value * _KM_PER_MINUTE * np.cos(np.radians(latitude))
    depth = _hundredths(column["depth_error"], 1).value
    horizontal = np.fmax(north, east)
    return LocationUncertainty(*(np.where(error > 0, error, np.nan) for error in (horizontal, depth)))


def _magnitudes(column: dict[str, Any]) -> tuple[Values, np.ndarray, tuple[str, ...]]:
    """Mw where one of the two is, else the first that is known, its type, and a remark on the choice."""
    one, two = (_magnitude(column[name]) for name in ("mag", "mag_2"))
    type_one, type_two = (words(column[name]) for name in ("mag_type", "mag_type_2"))
    both = ~np.isnan(one.value) & ~np.isnan(two.value)
    second = (np.isnan(one.value) & ~np.isnan(two.value)) | (both & (type_two == "W") & (type_one != "W"))
    value, letter = np.where(second, two.value, one.value), np.where(second, type_two, type_one)
    types = np.array([_TYPES.get(each, f"M{each}") for each in letter.tolist()], dtype=str)
    note = f"{int(both.sum())} events have two magnitudes: Mw is taken, or else the first"
    return Values(value, one.unreadable), np.where(np.isnan(value), "", types), (note,) if both.any() else ()


def _magnitude(text: Any) -> Values:
    """Two characters: tenths, or below zero -1 for -0.1 and A, B, C for the whole numbers -1, -2, -3."""
    import pyarrow as pa

    cells = []
    for each in text.to_pylist():
        letter, digit = each[:1], each[1:]
        if letter in "ABC" and letter and digit.isdigit():
            cells.append(f"{-(ord(letter) - ord('A') + 1)}.{digit}")
        elif letter == "-" and digit.isdigit():
            cells.append(f"-0.{digit}")
        else:
            cells.append(f"{letter.strip() or 0}.{digit.strip() or 0}" if each.strip() else "")
    return numbers(pa.chunked_array([cells], pa.string()))
