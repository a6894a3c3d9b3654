"""Tables of relocated events as relocation programs write them: numbers separated by blanks, most without a header.

Their columns are named in one text, separated by blanks, as the manuals of the programs name them.
"""

from __future__ import annotations

from seisweave.catalog.delimited import (
    TextTable,
    blanks_to_commas,
    digits,
    is_number,
    numbers,
    read_delimited,
    words,
    years,
)
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import looks_like_data
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty

_CLOCK = ("year", "month", "day", "hour", "minute", "second")


def looks_relocated(source: Source, names: str, *, n_words: int = 0, every: bool = False) -> bool:
    """Whether one of the first lines, or with `every` the first and most, has as many numbers as names, that fit them.

    What fits is a date, a clock and a place. The last `n_words` of the columns hold words. Where the first line has to
    fit, no line names the columns: names of a table have the last word.
    """
    fitting = [_fits(line.split(), names.split(), n_words) for line in source.first_lines()]
    return any(fitting) and (not every or (fitting[0] and 2 * sum(fitting) > len(fitting)))


def read_table(source: Source, names: str) -> TextTable:
    """Read the columns of all lines that are not comments; a first line of words names columns, and is no event."""
    lines = without_comments(lines_of(source.data))
    if len(lines) and not any(map(is_number, lines.text(0).split())) and not looks_like_data(lines.text(0).encode()):
        lines = lines.below_first()
    return read_delimited(blanks_to_commas(lines), names.split(), quoted=False)


def parsed(table: TextTable, uncertainty: LocationUncertainty) -> ParsedRows:
    """The rows of a table with the columns id, lat, lon, depth (km, positive down), mag, year, ..., second."""
    column = table.columns
    _, month, day, hour, minute, second = (digits(column[name]).value for name in _CLOCK)
    year = years(column["year"]).value
    return ParsedRows(
        lines=table.lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        ids=words(column["id"]),
        uncertainty=uncertainty,
        bad=table.bad,
    )


_RANGES = {
    "year": (1800.0, 2200.0),
    "month": (1.0, 12.0),
    "day": (1.0, 31.0),
    "hour": (0.0, 24.0),
    "minute": (0.0, 60.0),
    "second": (0.0, 70.0),
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 360.0),
}
_WHOLE = ("year", "month", "day", "hour", "minute")


def _fits(line: list[str], names: list[str], n_words: int) -> bool:
    if len(line) != len(names) or any(map(is_number, line[len(line) - n_words :])):
        return False
    try:
        number = dict(zip(names[: len(names) - n_words], map(float, line[: len(line) - n_words]), strict=True))
    except ValueError:
        return False
    inside = all(low <= number[name] <= high for name, (low, high) in _RANGES.items())
    return inside and all(number[name].is_integer() for name in _WHOLE)
