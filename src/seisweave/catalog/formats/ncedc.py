"""Catalogs of the NCEDC (and of the former ANSS) in "readable" format: fixed columns below two lines of head.

    Date       Time             Lat       Lon  Depth   Mag Magt  Nst Gap  Clo  RMS  SRC   Event ID

Depth is km, positive down. Numbers from the stations on may touch. Errors of location are not given. The id is that of
the source network, so the network stands before it. Format: https://ncedc.org/ncedc/catalog-search.html, "Catalog in
readable format".
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import numbers, words
from seisweave.catalog.fixed_width import FixedFormat, read_fixed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import sort_lines
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import read_times

_HEAD = re.compile(r"\s*Date +Time +Lat +Lon +Depth +Mag +Magt +Nst +Gap +Clo +RMS +SRC +Event ID", re.I)
_PLACES = {
    "time": (0, 22),
    "lat": (23, 31),
    "lon": (32, 41),
    "depth": (42, 48),
    "mag": (49, 54),
    "mag_type": (55, 59),
    "n_stations": (60, 64),
    "network": (78, 83),
    "id": (83, 98),
}
_WORDS = ("time", "mag_type", "network", "id")
_PICTURE = "9999/99/99 99:99:99.99 999.9999 9999.9999 999.99 99.99 ____ " + 18 * "_" + " "
_FORM = FixedFormat(_PLACES, _WORDS, _PICTURE, shortest=48, longest=130)


def recognises(source: Source) -> bool:
    """Whether a line of the head names these columns."""
    return any(_HEAD.match(line) for line in source.first_lines())


def read(source: Source) -> ParsedRows:
    """Read all lines below the head; those that end before the depth are set aside."""
    import pyarrow.compute as pc

    lines = lines_of(source.data)
    first = np.frombuffer(lines.data, np.uint8)[lines.start]
    head = next((i for i in range(min(len(lines), 200)) if _HEAD.match(lines.text(i))), 0)
    found = sort_lines(lines, (np.arange(len(lines)) > head) & (first != ord("-")) & (first != ord("<")))
    table = read_fixed(found.lines, _FORM)  # without rules and tags
    column = table.columns
    network, number = words(column["network"]), words(column["id"])
    return ParsedRows(
        lines=table.lines,
        times=read_times(pc.replace_substring(column["time"], "/", "-")),  # pyright: ignore[reportAttributeAccessIssue]
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["mag"]),
        magnitude_type=words(column["mag_type"]),
        ids=np.where(number == "", "", np.char.add(np.char.add(network, ":"), number)),
        bad=(*found.damaged, *table.bad),
    )
