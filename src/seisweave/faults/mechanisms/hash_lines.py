"""Mechanisms as HASH (Hardebeck & Shearer 2002, 2003) and the catalogs made with it write them: numbers, no names.

Two kinds of lines, both separated by blanks:

    SCEDC's catalogs (Yang, Hauksson & Shearer 2012; years since):
        year month day hour minute second id lat lon depth magnitude strike dip rake plane auxiliary ... quality ...
    the output of HASH's own drivers (manual of version 1.2, 2008, output file 1):
        id year month day hour minute second event-type magnitude magnitude-type lat lon depth quality-of-location
        rms horizontal vertical time picks P S strike dip rake plane auxiliary polarities misfit quality ...

where plane and auxiliary are the root mean square angles by which the two planes may be off. Of several solutions for
one event the first is the likeliest.
"""

from __future__ import annotations

import numpy as np

from seisweave.catalog.delimited import is_number
from seisweave.catalog.source import Lines, Source, lines_of, without_comments
from seisweave.catalog.times import from_parts
from seisweave.faults.mechanisms.rows import MechanismRows

_CATALOG = {"time": 0, "id": 6, "place": 7, "angles": 11, "least": 17}
_DRIVER = {"time": 1, "id": 0, "place": 10, "angles": 21, "least": 29}
_QUALITY = 28  # place of the mechanism's quality in a driver's line


def read_hash(source: Source) -> MechanismRows | None:
    """Rows of a file of HASH; None where most of its first lines are none."""
    first = [line.split() for line in source.first_lines()]
    for places in (_CATALOG, _DRIVER):
        fitting = sum(_fits(cells, places) for cells in first)
        if fitting and 2 * fitting > len(first):
            return _rows(without_comments(lines_of(source.data)), places)
    return None


def _rows(lines: Lines, places: dict[str, int]) -> MechanismRows:
    cells = [lines.text(i).split() for i in range(len(lines))]
    fits = np.array([_fits(row, places) for row in cells], bool)
    used = [row for row in cells if _fits(row, places)]
    at = places["time"]
    clock = np.array([row[at : at + 6] for row in used], float).reshape(-1, 6).T
    where = np.array([row[places["place"] : places["place"] + 3] for row in used], float).reshape(-1, 3)
    angles = np.array([row[places["angles"] : places["angles"] + 5] for row in used], float).reshape(-1, 5)
    times = from_parts((clock[0], clock[1], clock[2]), (clock[3], clock[4], clock[5]))
    return MechanismRows(
        lines=lines.keep(fits),
        strike_deg=angles[:, 0],
        dip_deg=angles[:, 1],
        rake_deg=angles[:, 2],
        uncertainty_deg=angles[:, 3:],
        ids=np.array([row[places["id"]] for row in used], dtype=str),
        times=times.value.astype("datetime64[us]"),
        longitude=where[:, 1],
        latitude=where[:, 0],
        depth_km=where[:, 2],
        quality=np.array([_quality(row, places) for row in used], dtype=str),
        bad=lines.bad(~fits, "not a line of HASH"),
    )


def _fits(cells: list[str], places: dict[str, int]) -> bool:
    """Whether a line has a date, a clock, a place and angles where they belong."""
    if len(cells) < places["least"]:
        return False
    at, where, angles = places["time"], places["place"], places["angles"]
    numbers = (*cells[at : at + 6], *cells[where : where + 3], *cells[angles : angles + 5])
    if not all(is_number(cell) for cell in numbers):
        return False
    year, month, day, hour, minute, second = (float(cell) for cell in cells[at : at + 6])
    latitude, longitude = float(cells[where]), float(cells[where + 1])
    in_time = 1800 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31 and 0 <= hour <= 24
    return in_time and 0 <= minute <= 60 and 0 <= second < 70 and abs(latitude) <= 90 and abs(longitude) <= 360


def _quality(cells: list[str], places: dict[str, int]) -> str:
    """The letter of a mechanism: at its place, or the only word behind the angles."""
    if places is _DRIVER:
        return cells[_QUALITY]
    return next((cell for cell in cells[16:] if len(cell) == 1 and cell.isalpha()), "")
