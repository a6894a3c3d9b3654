"""Tables of relocated events as relocation programs write them: numbers separated by blanks, most without a header.

Their columns are named in one text, separated by blanks, as the manuals of the programs name them.
"""

from __future__ import annotations

from seisweave.catalog.delimited import TextTable, blanks_to_commas, is_number, numbers, read_delimited, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty

_CLOCK = ("year", "month", "day", "hour", "minute", "second")


def looks_relocated(source: Source, names: str) -> bool:
    """Whether one of the first lines has as many numbers as names, with a year, a month and a latitude in place."""
    return any(_fits(line.split(), names.split()) for line in source.first_lines())


def read_table(source: Source, names: str) -> TextTable:
    """Read the columns of all lines that are not comments; a first line of words names columns, and is no event."""
    lines = without_comments(lines_of(source.data))
    if len(lines) and not any(map(is_number, lines.text(0).split())):
        lines = lines.below_first()
    return read_delimited(blanks_to_commas(lines), names.split(), quoted=False)


def parsed(table: TextTable, uncertainty: LocationUncertainty) -> ParsedRows:
    """The rows of a table with the columns id, lat, lon, depth (km, positive down), mag, year, ..., second."""
    column = table.columns
    year, month, day, hour, minute, second = (numbers(column[name]).value for name in _CLOCK)
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


def _fits(line: list[str], names: list[str]) -> bool:
    try:
        number = dict(zip(names, map(float, line), strict=True))
    except ValueError:
        return False
    return 1800 <= number["year"] <= 2200 and 1 <= number["month"] <= 12 and abs(number["lat"]) <= 90
