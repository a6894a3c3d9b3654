"""The text format of FDSN event services: #EventID|Time|Latitude|Longitude|Depth/km|Author|...|Magnitude|...

Depth is km, positive down. A fourteenth column, where there is one, is the event type.
Format: https://www.fdsn.org/webservices/fdsnws-event-1.2.pdf
"""

from __future__ import annotations

from seisweave.catalog.delimited import numbers, read_delimited, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import read_times

_NEEDED = ("eventid", "time", "latitude", "longitude", "depth/km", "magnitude")


def recognises(source: Source) -> bool:
    """Whether the first line names its columns, separated by bars."""
    header = _header(source)
    return all(name in header for name in _NEEDED)


def read(source: Source) -> ParsedRows:
    """Read all rows; repeated headers of joined files are comments."""
    lines = without_comments(lines_of(source.data))
    header = _header(source)
    if not lines_of(source.data[:65536]).text(0).startswith("#"):
        lines = lines.below_first()
    table = read_delimited(lines, header, "|", quoted=False)
    column = table.columns
    return ParsedRows(
        lines=table.lines,
        times=read_times(column["time"]),
        longitude=numbers(column["longitude"]),
        latitude=numbers(column["latitude"]),
        depth_km=numbers(column["depth/km"]),
        magnitude=numbers(column["magnitude"]),
        magnitude_type=words(column["magtype"]) if "magtype" in column else None,
        ids=words(column["eventid"]),
        event_type=words(column["eventtype"]) if "eventtype" in column else None,
        bad=table.bad,
    )


def _header(source: Source) -> list[str]:
    first = source.first_lines("\0")
    names = [name.strip().lower() for name in first[0].lstrip("# ").split("|")] if first else []
    return names if len(set(names)) == len(names) else []
