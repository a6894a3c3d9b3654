"""What a reader made of a file, held against the file: told where something looks read as something else.

None of this changes a value. A catalog may truly have all depths at 0 or all times at midnight; its reader is to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source

_ENOUGH = 3  # events that show a pattern
_DEEP_KM, _NARROW_DEGREES = 30.0, 0.1
_TALL = 4.0  # times as deep as wide, where a region is no narrow one
_EVENT_LINE = re.compile(
    rb"^[ \t]*(?:1[5-9]|20)\d\d[-/. \t]*[01 ]?\d[-/. \t]*[0-3 ]?\d[T \t]+[\d:. \t+-]{20,}", re.MULTILINE
)
_XML_EVENT = re.compile(rb"<(?:\w+:)?event[ >]")


def what_looks_wrong(
    rows: ParsedRows, keep: Bool[np.ndarray, " n"], depth_km: Float[np.ndarray, " n"], source: Source
) -> tuple[str, ...]:
    """Remarks on events kept from a file of which most likely something was read as something else."""
    return (
        *_events(rows, source),
        *_depths(depth_km[keep]),
        *_narrow(rows, keep, depth_km),
        *_magnitudes(rows.magnitude.value[keep & (rows.magnitude.value > -9.0)]),
        *_times(rows.times.value[keep]),
        *_places(rows, keep),
    )


def _events(rows: ParsedRows, source: Source) -> Iterator[str]:
    """Fewer rows than there are events in the file."""
    found = len(rows.lines) + len(rows.bad)
    if source.data.startswith(b"PAR1") or found > 10_000:
        return
    xml = source.data.lstrip().startswith(b"<")
    stated = len((_XML_EVENT if xml else _EVENT_LINE).findall(source.data))
    if stated > found:
        what = "events are in the file" if xml else "lines look like events"
        yield f"{stated} {what}, of which {found} were read"


def _depths(depth_km: np.ndarray) -> Iterator[str]:
    known = depth_km[np.isfinite(depth_km)]
    if not len(known):
        return
    whole = known == np.rint(known)
    if (whole & (known >= 1900) & (known <= 2100)).all():
        yield f"depths are whole numbers of {known.min():g}..{known.max():g} km: are they years?"
    if len(known) >= _ENOUGH and not known.any():
        yield "all depths are 0: are they known?"


def _narrow(rows: ParsedRows, keep: np.ndarray, depth_km: np.ndarray) -> Iterator[str]:
    """Depths in metres give a column far taller than wide."""
    known = keep & np.isfinite(depth_km)
    if known.sum() < _ENOUGH or rows.depth_unit is not None:
        return
    wide = max(np.ptp(rows.latitude.value[known]), np.ptp(rows.longitude.value[known]))
    depth = depth_km[known]
    tall = 1.0 if wide < _NARROW_DEGREES else _TALL
    if np.median(depth) > _DEEP_KM and np.ptp(depth) > tall * 111 * wide:
        yield (
            f"depths are {depth.min():g}..{depth.max():g} km below a region {111 * wide:.2g} km wide: are they in"
            " metres? read with depth_unit='m' (--depth-unit m)"
        )


def _magnitudes(magnitude: np.ndarray) -> Iterator[str]:
    known = magnitude[np.isfinite(magnitude)]
    if len(known) >= _ENOUGH and not known.any():
        yield "all magnitudes are 0: are they known?"
    elif (known < -5).any():
        yield f"{int((known < -5).sum())} magnitudes are below -5, the smallest {known.min():g}: are they known?"


def _times(times: np.ndarray) -> Iterator[str]:
    known = times[~np.isnat(times)]
    if len(known) < _ENOUGH:
        return
    day_us = 86_400_000_000
    if not (known[:100].astype(np.int64) % day_us).any() and not (known.astype(np.int64) % day_us).any():
        yield f"all {len(known)} times are at midnight: are hours known?"
    elif (known == known[0]).all():
        yield f"all {len(known)} times are {known[0].astype('datetime64[s]')}"


def _places(rows: ParsedRows, keep: np.ndarray) -> Iterator[str]:
    longitude, latitude = rows.longitude.value[keep], rows.latitude.value[keep]
    if len(longitude) < _ENOUGH:
        return
    if np.ptp(longitude) == 0 and np.ptp(latitude) == 0:
        yield f"all {len(longitude)} events are at longitude {longitude[0]:g}, latitude {latitude[0]:g}"
    elif (longitude == latitude).all():
        yield "longitudes equal latitudes throughout"
    elif (longitude == np.rint(longitude)).all() and (latitude == np.rint(latitude)).all():
        yield "all longitudes and latitudes are whole degrees: do minutes stand in other columns?"
