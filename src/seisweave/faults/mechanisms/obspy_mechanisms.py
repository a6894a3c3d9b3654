"""Mechanisms of QuakeML, NDK (Global CMT) and whatever else ObsPy reads with nodal planes.

Of each event the preferred focal mechanism is used, or else the first with a nodal plane; of its planes the preferred
one, or else the first. Time and place are those of a hypocentre rather than of a centroid, where there are both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seisweave.catalog.obspy_reader import chosen_origin, own_by_id, read_events, stable_ids
from seisweave.catalog.source import Source, lines_of
from seisweave.faults.mechanisms.rows import MechanismRows

_ANGLES = ("strike", "dip", "rake")


def read_obspy(source: Source) -> tuple[MechanismRows, str]:
    """Rows of the events that ObsPy reads, and the name of the format.

    Errors: InputError where ObsPy is not there or cannot read the file.
    """
    found = read_events(source)
    ids = stable_ids(found, source.data)
    lines = lines_of("".join(f"event {i} {name}\n" for i, name in enumerate(ids, 1)).encode())
    planes = [_plane(event) for event in found.events]
    has = np.array([plane is not None for plane in planes], bool)
    kept = [i for i, plane in enumerate(planes) if plane is not None]
    origins = [_origin(found.events[i]) for i in kept]
    rows = MechanismRows(
        lines=lines.keep(has),
        **{f"{name}_deg": _numbers([getattr(planes[i], name) for i in kept]) for name in _ANGLES},
        uncertainty_deg=np.array([_uncertainty(planes[i]) for i in kept]).reshape(-1, 2),
        ids=np.array([ids[i] for i in kept], dtype=str),
        times=_times(origins),
        longitude=_numbers([getattr(origin, "longitude", None) for origin in origins]),
        latitude=_numbers([getattr(origin, "latitude", None) for origin in origins]),
        depth_km=_numbers([getattr(origin, "depth", None) for origin in origins]) / 1000.0,
        quality=np.full(len(kept), ""),
        bad=lines.bad(~has, "event has no nodal plane"),
        notes=found.remarks,
    )
    return rows, found.format


def _plane(event: Any) -> Any:
    """The nodal plane of an event that is used, or None."""
    preferred = own_by_id(event.focal_mechanisms, event.preferred_focal_mechanism_id)
    for mechanism in (preferred, *event.focal_mechanisms):
        pair = getattr(mechanism, "nodal_planes", None)
        if pair is None:
            continue
        ordered = [pair.nodal_plane_1, pair.nodal_plane_2]
        if getattr(pair, "preferred_plane", None) == 2:
            ordered.reverse()
        whole = [plane for plane in ordered if plane is not None and plane.strike is not None]
        if whole:
            return whole[0]
    return None


def _origin(event: Any) -> Any:
    """The hypocentre of an event, rather than the centroid of its moment; None without either."""
    hypocentres = [origin for origin in event.origins if str(origin.origin_type or "") == "hypocenter"]
    return hypocentres[0] if hypocentres else chosen_origin(event)


def _uncertainty(plane: Any) -> tuple[float, float]:
    """Root mean square angle by which the pole may be off, from the errors of strike and dip; NaN without both."""
    strike, dip = (getattr(getattr(plane, f"{name}_errors", None), "uncertainty", None) for name in ("strike", "dip"))
    if strike is None or dip is None:
        return np.nan, np.nan
    off = float(np.hypot(strike * np.sin(np.radians(plane.dip)), dip))
    return off, off


def _times(origins: list[Any]) -> np.ndarray:
    nothing = np.datetime64("NaT", "us")
    times = [getattr(origin, "time", None) for origin in origins]
    return np.array(
        [nothing if time is None else np.datetime64(time.ns // 1000, "us") for time in times], "datetime64[us]"
    )


def _numbers(values: list[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values], float)
