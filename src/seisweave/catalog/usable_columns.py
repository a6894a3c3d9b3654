"""From the rows a format yields to columns of the usable ones; the others are set aside, each with its reason."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool

from seisweave.catalog.accounting import what_looks_wrong
from seisweave.catalog.checks import SWAPPED, looks_swapped
from seisweave.catalog.distinct_ids import distinct_ids, renamed
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.rejected import BadRow, Rejected
from seisweave.catalog.source import Source
from seisweave.catalog.uncertainty import LARGEST_ERROR_KM, LocationUncertainty, impossible_errors, unknown_where
from seisweave.errors import InputError

REPEATED = "event repeats an earlier row"
SIGN = {"down": 1.0, "up": -1.0}
LARGEST, SMALLEST = 10.0, -9.0  # above the largest earthquake known, 9.5, and below the smallest cracks of a laboratory


def usable_columns(
    rows: ParsedRows, source: Source, depth_unit: str | None = None, depth_positive: str | None = None
) -> dict[str, Any]:
    """Columns of a `Catalog` of the usable rows, with the others in `rejected`, and notes on what looks wrong.

    depth_unit (km or m) and depth_positive (down or up) are the user's; else what the rows state holds, else km, down.

    Errors: InputError if no row is usable, or if longitude and latitude are exchanged.
    """
    if looks_swapped(rows.longitude.value, rows.latitude.value):
        raise InputError(f"{source.path}: {SWAPPED}")
    longitude, wrapped = _within_180(rows.longitude.value)
    keep, bad = _usable(rows, longitude)
    repeated, ids, numbered = _distinct_ids(rows, _identified(rows), keep)
    keep &= ~repeated
    bad = tuple(sorted((*rows.bad, *bad, *rows.lines.bad(repeated, REPEATED)), key=lambda row: row.line))
    if not keep.any():
        raise InputError(_nothing_usable(source, bad))
    magnitude, impossible = _possible(rows, keep)
    uncertainty, no_errors = _possible_errors(rows, keep)
    metres = (depth_unit or rows.depth_unit) == "m"
    depth_km = np.round(rows.depth_km.value / 1000.0, 9) if metres else rows.depth_km.value
    depth_km = depth_km * SIGN[depth_positive or rows.depth_positive or "down"]
    notes = (*rows.notes, *wrapped, *numbered, *_unreadable_magnitudes(rows, keep), *impossible, *no_errors)
    notes += what_looks_wrong(rows, keep, depth_km, source)
    return {
        "times": rows.times.value[keep],
        "longitude": longitude[keep],
        "latitude": rows.latitude.value[keep],
        "depth_km": depth_km[keep],
        "magnitude": magnitude[keep],
        "ids": ids[keep],
        "uncertainty": None if uncertainty is None else uncertainty.take(keep),
        "quality": _kept(rows.quality, keep),
        "event_type": _kept(rows.event_type, keep),
        "n_phases": _kept(rows.n_phases, keep),
        "magnitude_type": _kept(rows.magnitude_type, keep),
        "rejected": Rejected(bad, notes),
    }


def _within_180(longitude: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Longitudes of 180..360 as -180..0, and a remark if there were any."""
    beyond = (longitude > 180) & (longitude <= 360)
    if not beyond.any():
        return longitude, ()
    remark = f"{int(beyond.sum())} longitudes of 180..360 degrees are read as -180..0"
    return np.where(beyond, longitude - 360.0, longitude), (remark,)


def _identified(rows: ParsedRows) -> np.ndarray:
    """Give rows without an id their line number as one."""
    if rows.ids is None:
        return rows.lines.number.astype(str)
    blank = np.flatnonzero(rows.ids.astype("U1") == "")
    return renamed(rows.ids, {i: f"line{rows.lines.number[i]}" for i in blank.tolist()})


def _usable(rows: ParsedRows, longitude: np.ndarray) -> tuple[np.ndarray, tuple[BadRow, ...]]:
    """Tell which rows to keep, and list the others with the first reason that holds."""
    keep = np.ones(len(longitude), bool)
    bad: list[BadRow] = []
    for reason, mask in _reasons(rows, longitude):
        bad.extend(rows.lines.bad(mask & keep, reason))
        keep &= ~mask
    return keep, tuple(bad)


def _reasons(rows: ParsedRows, longitude: np.ndarray) -> list[tuple[str, Bool[np.ndarray, " n"]]]:
    latitude = rows.latitude.value
    return [
        ("longitude is not a number", rows.longitude.unreadable),
        ("latitude is not a number", rows.latitude.unreadable),
        ("longitude is missing", np.isnan(longitude)),
        ("latitude is missing", np.isnan(latitude)),
        ("longitude is outside -180..360", np.abs(longitude) > 180),
        ("latitude is outside -90..90", np.abs(latitude) > 90),
        ("depth is not a number", rows.depth_km.unreadable),
        ("time cannot be read", rows.times.unreadable),
    ]


def _distinct_ids(
    rows: ParsedRows, ids: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Tell which kept rows repeat an earlier event of the same id; number the ids of those that do not.

    Returns the repeating rows (n), unique ids for the other kept rows, and a remark.
    """
    columns = (rows.times, rows.longitude, rows.latitude, rows.depth_km, rows.magnitude)
    found = distinct_ids(ids[keep], [column.value[keep] for column in columns])
    repeated = np.zeros(len(ids), bool)
    repeated[keep] = found.repeated
    if not found.fresh:
        return repeated, ids, ()
    remark = f"{len(found.fresh)} events have the id of another event and are numbered, the first {found.fresh[0]}"
    unique = ids.astype(found.ids.dtype)
    unique[keep] = found.ids
    return repeated, unique, (remark,)


def _unreadable_magnitudes(rows: ParsedRows, keep: np.ndarray) -> tuple[str, ...]:
    mask = rows.magnitude.unreadable & keep
    if not mask.any():
        return ()
    first = int(np.argmax(mask))
    line, text = int(rows.lines.number[first]), rows.lines.text(first)
    return (f"{int(mask.sum())} magnitudes cannot be read and are unknown here, the first in line {line}: {text}",)


def _possible(rows: ParsedRows, keep: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Magnitudes that an event can have, NaN for others, and a remark on these."""
    value = rows.magnitude.value
    mask = (value > LARGEST) | (value <= SMALLEST)
    if not (mask & keep).any():
        return np.where(mask, np.nan, value) if mask.any() else value, ()
    first = int(np.argmax(mask & keep))
    told = f"{int((mask & keep).sum())} magnitudes are not within {SMALLEST:g}..{LARGEST:g} and are unknown here"
    line, text = int(rows.lines.number[first]), rows.lines.text(first)
    return np.where(mask, np.nan, value), (f"{told}, the first {value[first]:g} in line {line}: {text}",)


def _possible_errors(rows: ParsedRows, keep: np.ndarray) -> tuple[LocationUncertainty | None, tuple[str, ...]]:
    """Location errors that an event can have, NaN for others, and a remark on these."""
    if rows.uncertainty is None:
        return None, ()
    mask = impossible_errors(rows.uncertainty)
    made = unknown_where(rows.uncertainty, mask) if mask.any() else rows.uncertainty
    if not (mask & keep).any():
        return made, ()
    line = int(rows.lines.number[int(np.argmax(mask & keep))])
    n = f"{int((mask & keep).sum())} location errors"
    return made, (
        f"{n} are no covariance or beyond {LARGEST_ERROR_KM:,.0f} km and are unknown here, the first in line {line}",
    )


def _nothing_usable(source: Source, bad: tuple[BadRow, ...]) -> str:
    if not bad:
        return f"{source.path} holds no events; give a catalog with at least one"
    counts = ", ".join(f"{n} times {reason}" for reason, n in Rejected(bad).by_reason().items())
    return (
        f"{source.path}: none of {len(bad)} rows can be used ({counts}), the first is line {bad[0].line}:"
        f" {bad[0].text!r}; check the format, or name the columns"
    )


def _kept(column: np.ndarray | None, keep: np.ndarray) -> np.ndarray | None:
    return None if column is None else column[keep]
