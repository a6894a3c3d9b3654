"""Which events to keep: by time, place, depth, magnitude, quality and type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from seisweave.catalog.columns import Columns
from seisweave.catalog.polygon import inside, parse_polygon
from seisweave.errors import InputError


def _option(sentence: str) -> Any:
    return field(default=None, metadata={"help": sentence})


@dataclass(frozen=True)
class Selection:
    """Criteria an event must fulfil, all of them; None leaves a criterion out.

    Limits are inclusive, except for `end`, east and north: neighbouring spans and boxes share no event.

    Errors: InputError for times that cannot be read, limits in the wrong order, a box outside the Earth.

    >>> Selection(start="1992-06-28", box=(-117.5, -115.5, 33.5, 35.5), quality="A,B").describe()
    'start=1992-06-28, box=(-117.5, -115.5, 33.5, 35.5), quality=A,B'
    """

    start: str | None = _option("Keep events from this time on, UTC, like 1992-06-28 or 1992-06-28T11:57:34.")
    end: str | None = _option("Keep events before this time, UTC, like 1993-01-01.")
    box: tuple[float, float, float, float] | None = _option(
        "Keep events within west, east, south, north in degrees; west above east crosses the date line."
    )
    polygon: str | None = _option(
        "Keep events within a polygon: a file of lon lat rows, or 'lon,lat lon,lat lon,lat' in degrees."
    )
    min_depth_km: float | None = _option("Keep events at this depth or deeper, km.")
    max_depth_km: float | None = _option("Keep events at this depth or shallower, km.")
    min_magnitude: float | None = _option("Keep events of this magnitude or above.")
    max_magnitude: float | None = _option("Keep events of this magnitude or below.")
    quality: str | None = _option("Keep events of these location qualities, like A or A,B.")
    event_type: str | None = _option("Keep events of these types, like eq (earthquake) or eq,qb.")
    not_event_type: str | None = _option("Leave out events of these types, like qb (quarry blast).")
    min_phases: int | None = _option("Keep events located with this many phases or more.")
    max_horizontal_km: float | None = _option("Keep events with a horizontal 1-sigma error up to this, km.")
    max_vertical_km: float | None = _option("Keep events with a vertical 1-sigma error up to this, km.")

    def __post_init__(self) -> None:
        for low, high in (
            ("start", "end"),
            ("min_depth_km", "max_depth_km"),
            ("min_magnitude", "max_magnitude"),
        ):
            bounds = [_bound(low, getattr(self, low)), _bound(high, getattr(self, high))]
            if None not in bounds and bounds[0] > bounds[1]:
                raise InputError(f"{low} {getattr(self, low)} is above {high} {getattr(self, high)}; exchange them")
        if self.box is not None:
            _check_box(self.box)

    def describe(self) -> str:
        """Name the criteria in use, in one line."""
        given = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return ", ".join(f"{name}={value}" for name, value in given if value is not None)

    def mask(self, catalog: Columns) -> tuple[np.ndarray, tuple[str, ...]]:
        """Which events of a Catalog to keep (n, bool), and one line a criterion that left some out."""
        keep, lines = np.ones(len(catalog), bool), []
        for name, passes, unknown in _tests(self, catalog):
            n_out, n_unknown = int((keep & ~passes).sum()), int((keep & unknown).sum())
            if n_out:
                because = f", {n_unknown} of them because it is unknown" if n_unknown else ""
                criterion = f"{name}={getattr(self, name)}"
                lines.append(f"{n_out} of {int(keep.sum())} events left out by {criterion}{because}")
            keep &= passes
        return keep, tuple(lines)


def _bound(name: str, value: Any) -> Any:
    if value is None or name not in ("start", "end"):
        return value
    try:
        return np.datetime64(str(value).removesuffix("Z"), "us")
    except ValueError:
        raise InputError(f"{name} {value!r} is not a time; write it like 1992-06-28T11:57:34") from None


def _check_box(box: tuple[float, float, float, float]) -> None:
    if len(box) != 4 or not all(np.isfinite(box)):
        raise InputError(f"box {box} must be four numbers: west, east, south, north in degrees")
    west, east, south, north = box
    if not (-180 <= west <= 360 and -180 <= east <= 360 and -90 <= south <= north <= 90):
        raise InputError(f"box {box} is not west, east, south, north in degrees (south below north)")


def _tests(wanted: Selection, catalog: Columns) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Name, which events pass, and which of them cannot because the value is unknown, for each criterion."""
    known = np.zeros(len(catalog), bool)
    yield from _limits(wanted, catalog)
    if wanted.box is not None:
        west, east, south, north = wanted.box
        width = (east - west) % 360 or 360.0
        passes = (catalog.latitude >= south) & ((catalog.latitude < north) | (north == 90))
        yield "box", passes & (np.mod(catalog.longitude - west, 360.0) < width), known
    if wanted.polygon is not None:
        yield "polygon", inside(parse_polygon(wanted.polygon), catalog.longitude, catalog.latitude), known
    for name, column in (
        ("quality", "quality"),
        ("event_type", "event_type"),
        ("not_event_type", "event_type"),
    ):
        words = getattr(wanted, name)
        if words is not None:
            value = _needed(catalog, column, wanted, name)
            among = np.isin(value, _words(words))
            yield name, ~among if name.startswith("not_") else among, value == ""


def _limits(wanted: Selection, catalog: Columns) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    for name, column in _LIMITS.items():
        bound = _bound(name, getattr(wanted, name))
        if bound is None:
            continue
        value = _needed(catalog, column, wanted, name)
        if name == "end":
            passes = value < bound
        else:
            passes = value >= bound if name.startswith(("min", "start")) else value <= bound
        yield name, passes, np.isnat(value) if column == "times" else np.isnan(value)


_LIMITS = {
    "start": "times",
    "end": "times",
    "min_depth_km": "depth_km",
    "max_depth_km": "depth_km",
    "min_magnitude": "magnitude",
    "max_magnitude": "magnitude",
    "min_phases": "n_phases",
    "max_horizontal_km": "horizontal_km",
    "max_vertical_km": "vertical_km",
}
_TOLD = {  # columns that a catalog may lack
    "magnitude": "magnitudes",
    "quality": "qualities of location",
    "event_type": "types of events",
    "n_phases": "numbers of phases",
    "horizontal_km": "horizontal errors",
    "vertical_km": "vertical errors",
}
_SAME = {"eq": "earthquake", "qb": "quarry blast"}


def _words(text: str) -> list[str]:
    """Split a comma-separated list, with the other name of an event type where it has one."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    other = _SAME | {long: short for short, long in _SAME.items()}
    return words + [other[word] for word in words if word in other]


def _needed(catalog: Columns, column: str, wanted: Selection, criterion: str) -> np.ndarray:
    if column in ("horizontal_km", "vertical_km"):
        value = None if catalog.uncertainty is None else catalog.uncertainty.sigmas_km()[column]
    else:
        value = getattr(catalog, column)
    if value is None:
        given = f"{criterion}={getattr(wanted, criterion)!r}"
        raise InputError(f"{given} cannot be applied: this catalog has no {_TOLD[column]}; leave it out")
    return value
