"""The rows that a reader of mechanisms yields, and the usable ones of them as `Mechanisms`; the others are counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.catalog.nodal_planes import NodalPlanes
from seisweave.catalog.rejected import BadRow, Rejected
from seisweave.catalog.source import Lines
from seisweave.errors import InputError
from seisweave.faults.mechanisms.mechanisms import Mechanisms


@dataclass(frozen=True, eq=False)
class MechanismRows:
    """What a format read of n mechanisms: angles in degrees (NaN: missing), and the columns of `Mechanisms`."""

    lines: Lines
    strike_deg: Float[np.ndarray, " n"]
    dip_deg: Float[np.ndarray, " n"]
    rake_deg: Float[np.ndarray, " n"]
    uncertainty_deg: Float[np.ndarray, "n 2"]
    ids: Shaped[np.ndarray, " n"]
    times: Shaped[np.ndarray, " n"]
    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    depth_km: Float[np.ndarray, " n"]
    quality: Shaped[np.ndarray, " n"]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


def usable(rows: MechanismRows, source: str, format: str) -> Mechanisms:
    """Mechanisms of the rows whose angles can be, one an event: the first of each id.

    Strikes of -180..360 and rakes of -180..360 are taken, and turned into 0..360 and -180..180; dips must be 0..90.
    Uncertainties that are not above 0 and at most 90 are unknown.

    Errors: InputError where none can be used.
    """
    keep, bad = np.ones(len(rows.lines), bool), list(rows.bad)
    for reason, mask in _reasons(rows):
        bad += rows.lines.bad(mask & keep, reason)
        keep &= ~mask
    again = _repeated(rows.ids, keep)
    bad += rows.lines.bad(again, "another solution for an event that has one already")
    keep &= ~again
    rejected = Rejected(tuple(sorted(bad, key=lambda row: row.line)), rows.notes)
    if not keep.any():
        raise InputError(_nothing(source, rejected))
    longitude, latitude = _places(rows)
    known = (rows.uncertainty_deg > 0) & (rows.uncertainty_deg <= 90)
    rake = (rows.rake_deg + 180.0) % 360.0 - 180.0
    planes = NodalPlanes(rows.strike_deg % 360.0, rows.dip_deg, np.where(rows.rake_deg == 180.0, 180.0, rake))
    return Mechanisms(
        planes=planes.take(keep),
        ids=rows.ids[keep],
        times=rows.times[keep],
        longitude=longitude[keep],
        latitude=latitude[keep],
        depth_km=rows.depth_km[keep],
        uncertainty_deg=np.where(known, rows.uncertainty_deg, np.nan)[keep],
        quality=rows.quality[keep],
        source=source,
        format=format,
        rejected=rejected,
    )


def _reasons(rows: MechanismRows) -> list[tuple[str, Bool[np.ndarray, " n"]]]:
    strike, dip, rake = rows.strike_deg, rows.dip_deg, rows.rake_deg
    missing = [(f"{name} is missing or no number", ~np.isfinite(value)) for name, value in
               (("strike", strike), ("dip", dip), ("rake", rake))]  # fmt: skip
    with np.errstate(invalid="ignore"):
        return [
            *missing,
            ("strike is outside -180..360", (strike < -180) | (strike > 360)),
            ("dip is outside 0..90", (dip < 0) | (dip > 90)),
            ("rake is outside -180..360", (rake < -180) | (rake > 360)),
        ]


def _repeated(ids: np.ndarray, keep: np.ndarray) -> Bool[np.ndarray, " n"]:
    """Rows to keep whose id an earlier one has; rows without an id are all their own."""
    there = np.flatnonzero(keep & (ids != ""))
    first = there[np.unique(ids[there], return_index=True)[1]]
    again = np.zeros(len(ids), bool)
    again[there] = True
    again[first] = False
    return again


def _places(rows: MechanismRows) -> tuple[np.ndarray, np.ndarray]:
    """Longitude within -180..180 and latitude; both unknown where one of them cannot be."""
    longitude = np.where(rows.longitude > 180, rows.longitude - 360.0, rows.longitude)
    fine = (np.abs(longitude) <= 180) & (np.abs(rows.latitude) <= 90)
    return np.where(fine, longitude, np.nan), np.where(fine, rows.latitude, np.nan)


def _nothing(source: str, rejected: Rejected) -> str:
    if not len(rejected):
        return f"{source} holds no mechanisms; give a file with at least one"
    counts = ", ".join(f"{n} times {reason}" for reason, n in rejected.by_reason().items())
    first = rejected.rows[0]
    return (
        f"{source}: none of {len(rejected)} mechanisms can be used ({counts}), the first is line {first.line}:"
        f" {first.text!r}; give strike 0..360, dip 0..90 and rake -180..180"
    )
