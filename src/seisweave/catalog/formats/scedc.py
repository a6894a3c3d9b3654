"""The yearly SCEDC format: date, clock, ET, GT, MAG, M, LAT, LON, DEPTH, Q, EVID, NPH, NGRM.

Depth is km, positive down; ET the event type (eq, qb, ...), Q the quality of location. A magnitude 0.0 of
type `n` means that none was computed. Format: https://scedc.caltech.edu/eq-catalogs/docs/scec_dc.html
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, blanks_to_commas, numbers, read_delimited, words
from seisweave.catalog.fixed_width import MISPLACED, misplaced
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import read_times

_LINE = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:[\d ]\d\.\d+ +[a-z]{2} ")
# of yearly files as they are; some are rewritten with other blanks between their columns
_PICTURE = "9999/99/99 99:99:99.99 aa  a99.99 a   999.999 9999.999 999.9 a 99999999 9999 9999"
_COLUMNS = ["date", "clock", "et", "gt", "mag", "magtype", "lat", "lon", "depth", "q", "evid", "nph", "ngrm"]


def recognises(source: Source) -> bool:
    """Whether one of the first lines begins as this format does."""
    return any(_LINE.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all rows; a remark says so where the footer counts others than there are."""
    import pyarrow.compute as pc

    found = without_comments(lines_of(source.data))
    shifted = misplaced(found, _PICTURE)
    if 2 * np.count_nonzero(shifted) >= len(found):
        shifted[:] = False
    lines = found.keep(~shifted)
    table = read_delimited(blanks_to_commas(lines), _COLUMNS, quoted=False)
    column = table.columns
    when = pc.binary_join_element_wise(column["date"], column["clock"], " ")  # pyright: ignore[reportAttributeAccessIssue]
    scale = words(column["magtype"])
    return ParsedRows(
        lines=table.lines,
        times=read_times(pc.replace_substring(when, "/", "-")),  # pyright: ignore[reportAttributeAccessIssue]
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=computed_magnitude(column, scale),
        magnitude_type=scale,
        ids=words(column["evid"]),
        quality=words(column["q"]),
        event_type=words(column["et"]),
        n_phases=numbers(column["nph"]).value,
        bad=(*found.bad(shifted, MISPLACED), *table.bad),
        notes=footer_remark(source, len(found)),
    )


def computed_magnitude(column: dict[str, Any], scale: np.ndarray) -> Values:
    """Read column mag; 0.0 of type `n` was never computed, and is unknown."""
    magnitude = numbers(column["mag"])
    none = (scale == "n") & (magnitude.value == 0)
    return Values(np.where(none, np.nan, magnitude.value), magnitude.unreadable)


def footer_remark(source: Source, found: int) -> tuple[str, ...]:
    """Compare the number of rows with the one that the footer of a yearly file states."""
    stated = re.search(rb"Number of rows returned: *(\d+)", source.data[-2000:])
    if stated is None or int(stated[1]) == found:
        return ()
    return (f"the footer states {int(stated[1])} rows, the file holds {found}: it may be incomplete",)
