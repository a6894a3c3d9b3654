"""The Southern California catalog merged into one CSV: time,lat,lon,depth,mag,magtype,et,gt,q,nph,...,evid.

Depth is km, positive down. A magnitude 0.0 of type `n` means that none was computed: it is unknown here.
`et` is the event type (eq, qb, ...), `q` the quality of location, A to D.
"""

from __future__ import annotations

from seisweave.catalog.delimited import numbers, read_delimited, words
from seisweave.catalog.formats.scedc import computed_magnitude
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import read_times

_NEEDED = {"time", "lat", "lon", "depth", "mag", "magtype", "et", "q", "nph", "evid"}


def recognises(source: Source) -> bool:
    """Whether the first line names its columns."""
    return set(_header(source)) >= _NEEDED


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    lines = lines_of(source.data)
    table = read_delimited(lines.below_first(), _header(source))
    column = table.columns
    scale = words(column["magtype"])
    return ParsedRows(
        lines=table.lines,
        times=read_times(column["time"]),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=computed_magnitude(column, scale),
        magnitude_type=scale,
        ids=words(column["evid"]),
        quality=words(column["q"]),
        event_type=words(column["et"]),
        n_phases=numbers(column["nph"]).value,
        bad=table.bad,
    )


def _header(source: Source) -> list[str]:
    first = source.first_lines()
    return [name.strip() for name in first[0].split(",")] if first else []
