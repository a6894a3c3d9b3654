"""The region of a catalog: a box about its events, rounded outwards, whole across the date line, without strays.

A stray lies farther from all other events than these reach, on either side of them; at most one event in a hundred (or
one, of ten or more) can be one. What holds most events is never a stray, so a swarm does not hide the rest of a
catalog, and a single event at longitude 0, latitude 0 does not make a region of half the Earth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from seisweave.errors import InputError

_NEAR_DEG, _NEAR_KM = 0.5, 20.0  # nothing so near the others is a stray
_ROUND = 300.0  # degrees of longitude from which on a region is taken to go all round


@dataclass(frozen=True)
class Region:
    """A box (west, east, south, north in degrees; west above east crosses the date line) about a catalog's events.

    n_events are those it is about, n_strays those that it leaves out because they lie far from all others.
    """

    box: tuple[float, float, float, float]
    n_events: int
    n_strays: int


def region_about(
    longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"], step_deg: float = 0.1
) -> Region:
    """The smallest box of whole steps (degrees) that holds all events but strays; all of them are inside its edges.

    Errors: InputError for no events, a step that is not above 0.

    >>> region_about(np.array([179.93, -179.94]), np.array([-30.46, -30.51])).box
    (179.9, -179.9, -30.6, -30.4)
    >>> region_about(np.append(np.linspace(12.1, 13.2, 30), 0.0), np.append(np.linspace(42.0, 43.0, 30), 0.0)).box
    (12.1, 13.3, 42.0, 43.1)
    """
    if not len(longitude):
        raise InputError("a catalog without events has no region; give one with events")
    if not step_deg > 0:
        raise InputError(f"step_deg is {step_deg}; give degrees above 0")
    first, last = span_of(longitude)
    east = around(longitude, first + 0.5 * ((last - first) % 360.0))
    kept = near_others(east, _NEAR_DEG) & near_others(latitude, _NEAR_DEG)
    west, south = (_floor(v[kept].min(), step_deg) for v in (east, latitude))
    end, north = (_floor(v[kept].max(), step_deg) + 1 for v in (east, latitude))
    if (end - west) * step_deg >= _ROUND:
        west, end = _floor(-180.0, step_deg), _floor(-180.0, step_deg) + round(360.0 / step_deg)
    edges = np.round(np.array([west, end, south, north]) * step_deg, 10)
    turn = 360.0 if edges[0] >= 180.0 else -360.0 if edges[0] < -180.0 else 0.0
    low, high = float(edges[0]) - turn, float(edges[1]) - turn
    box = (low, high - 360.0 if high > 180.0 else high, max(float(edges[2]), -90.0), min(float(edges[3]), 90.0))
    return Region(box, int(kept.sum()), int((~kept).sum()))


def range_about(depth_km: Float[np.ndarray, " n"]) -> tuple[float, float, int]:
    """Top and bottom (km, from 10 on multiples of five) that hold all known depths but strays, and how many these are.

    The top is sea level, or above it where more than one event in a hundred is.

    >>> range_about(np.array([2.0, 3.5, 17.2, np.nan]))
    (0.0, 20.0, 0)
    """
    known = depth_km[~np.isnan(depth_km)]
    if not len(known):
        raise InputError("no event has a depth, so there is no range of depths; give a catalog with depths")
    kept = near_others(known, _NEAR_KM)
    top = min(0.0, float(np.floor(np.quantile(known[kept], 0.01))))
    deepest = max(float(known[kept].max()), top + 0.5)
    step = 1.0 if deepest <= 10.0 else 5.0
    return top, float(step * np.ceil(deepest / step)), int((~kept).sum())


def around(longitude: Float[np.ndarray, "*n"], middle: float) -> Float[np.ndarray, "*n"]:
    """The same longitudes within half a turn of a middle; those that are, are left as they are to the last bit.

    >>> around(np.array([-179.5, 179.5]), 180.0).tolist()
    [180.5, 179.5]
    """
    return np.asarray(longitude - 360.0 * np.round((longitude - middle) / 360.0))


def span_of(longitude: Float[np.ndarray, " n"]) -> tuple[float, float]:
    """Western and eastern end of the shortest stretch of longitudes that holds all: what the widest gap leaves.

    >>> span_of(np.array([-179.5, 179.5, 178.0]))
    (178.0, -179.5)
    """
    edge = np.unique(longitude)
    widest = int(np.diff(edge, append=edge[0] + 360.0).argmax())
    return float(edge[(widest + 1) % len(edge)]), float(edge[widest])


def near_others(value: Float[np.ndarray, " n"], near: float) -> Bool[np.ndarray, " n"]:
    """Which values are no strays: no farther from the rest than the rest reaches, or than `near`."""
    n = len(value)
    most = max(n // 100, 1) if n >= 10 else 0
    ordered = np.sort(value)
    low = _cut(ordered, most, near)
    high = _cut(-ordered[::-1], most, near)
    return (value >= ordered[low]) & (value <= ordered[n - 1 - high])


def _cut(ordered: np.ndarray, most: int, near: float) -> int:
    """How many values at the lower end lie beyond a gap that is wider than all that is left after it."""
    first = np.arange(1, min(most, len(ordered) - 1) + 1)
    gap, rest = ordered[first] - ordered[first - 1], ordered[-1 - most] - ordered[first]
    wide = np.flatnonzero(gap > np.maximum(rest, near))
    return int(first[wide[-1]]) if len(wide) else 0


def _floor(value: float, step: float) -> int:
    """Whole steps up to a value; what lies on an edge, written in decimals, is on it."""
    return int(np.floor(value / step + 1e-9))
