"""Depths and errors of location of a table, in kilometres: by the unit of the header, the user's, or a convention."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.catalog.delimited import Values, missing_column, positive
from seisweave.catalog.mixture_text import parse_mixtures
from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.matching import Matched
from seisweave.catalog.tables.vocabulary import COVARIANCE, DEGREE_DIRECTIONS, ERROR_WORDS, KILOMETRES_BY_CONVENTION
from seisweave.catalog.uncertainty import LocationUncertainty, symmetric

FIXED_DEPTH_KM = 31.61
KM_PER_DEGREE = 111.195
KM_PER = {"km": 1.0, "m": 1e-3}
_FILLERS = (999.0, 999.9, 999.99, 9999.0, 9999.9, 99999.0)


@dataclass(frozen=True, eq=False)
class Depths:
    """Depths of n rows in `unit` (km or m, None where the file does not say), growing down or up (None: not said)."""

    values: Values
    used: tuple[Column, ...] = ()
    unit: str | None = None
    positive: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Errors:
    """Errors of location of n rows, the columns they were read from, and remarks."""

    uncertainty: LocationUncertainty | None = None
    used: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()


def depths_of(matched: Matched, reading: Reading, n: int) -> Depths:
    """Read the depths of a table of n rows; a unit in the header makes them km or m."""
    column = matched.first("depth_km")
    rising = column is None or column.meaning.up or (column.given and column.meaning.role == "elevation")
    column = matched.first("elevation") if column is None else column
    if column is None:
        local = next((other.name for other in matched.unexplained if other.meaning.plain == "z"), None)
        if "depth_km" in matched.barred:
            return Depths(missing_column(n))
        if local is None:
            return Depths(missing_column(n), notes=("no column of depths is found: depths are unknown",))
        note = f"{local!r} beside x and y is a local coordinate, not taken as depth; --columns depth_km={local}"
        return Depths(missing_column(n), notes=(note,))
    factor, notes = column.meaning.unit, []
    if rising:
        notes.append(f"depth is read from {column.name!r}, which grows upwards")
    if column.meaning.strange and reading.depth_unit is None:
        notes.append(f"depths in {column.name!r} are taken as km: {column.meaning.strange!r} is no unit known here")
    unit = "m" if factor == KM_PER["m"] else "km" if isinstance(factor, float) else None
    values, fillers = _without_fillers(column)
    notes += fillers
    if isinstance(factor, float) and factor not in KM_PER.values() and reading.depth_unit is None:
        values = Values(values.value * factor, values.unreadable)
        notes.append(f"depths in {column.name!r} are turned into km, from units of {factor:g} km, as its name says")
    if unit == "m" and reading.depth_unit is None:
        notes.append(f"depths in {column.name!r} are in metres, as its name says")
    return Depths(values, (column,), unit, "up" if rising else None, tuple(notes))


def _without_fillers(column: Column) -> tuple[Values, list[str]]:
    """Depths, without the numbers that stand for unknown ones, and a remark."""
    filler = np.isin(np.abs(column.numbers.value), _FILLERS)
    if not filler.any():
        return column.numbers, []
    shown = ", ".join(f"{value:g}" for value in np.unique(column.numbers.value[filler]))
    values = Values(np.where(filler, np.nan, column.numbers.value), column.numbers.unreadable)
    return values, [f"{int(filler.sum())} depths of {shown} in {column.name!r} are taken as unknown"]


def errors_of(matched: Matched, reading: Reading, latitude: Float[np.ndarray, " n"]) -> Errors:
    """Read the errors of location of a table, 1-sigma, in km."""
    mixture = matched.first("mixture")
    if mixture is not None:
        return Errors(parse_mixtures(mixture.words), (mixture,))
    full = [matched.first(name) for name in COVARIANCE]
    if all(column is not None for column in full):
        columns = tuple(column for column in full if column is not None)
        upper = np.stack([column.numbers.value for column in columns], axis=1)
        return Errors(LocationUncertainty(covariance_km2=symmetric(upper)), columns)
    found = {role: matched.first(role) for role in ("east_km", "north_km", "horizontal_km", "vertical_km")}
    stated = {role: column for role, column in found.items() if column is not None}
    units, notes = _units(stated, matched, reading, latitude)
    read = {role: column.numbers.value * units[role] for role, column in stated.items() if role in units}
    uncertainty, more = _uncertainty(read, len(latitude))
    used = tuple(stated[role] for role in _kept(read))
    return Errors(uncertainty, used, (*notes, *more))


def _kept(read: dict[str, np.ndarray]) -> list[str]:
    if all(name in read for name in ("east_km", "north_km", "vertical_km")):
        return ["east_km", "north_km", "vertical_km"]
    if "horizontal_km" not in read and {"east_km", "north_km"} <= set(read):
        return ["east_km", "north_km", *(["vertical_km"] if "vertical_km" in read else [])]
    return [name for name in ("horizontal_km", "vertical_km") if name in read]


def _uncertainty(read: dict[str, np.ndarray], n: int) -> tuple[LocationUncertainty | None, tuple[str, ...]]:
    """Errors of location of columns in km, with a remark where depths are fixed."""
    if all(name in read for name in ("east_km", "north_km", "vertical_km")):
        sigma = np.stack([read[name] for name in ("east_km", "north_km", "vertical_km")], axis=1)
        _, notes = known_errors(sigma[:, 0], sigma[:, 2])
        fixed = np.abs(sigma[:, 2] - FIXED_DEPTH_KM) < 1e-6
        sigma = positive(sigma)
        sigma[fixed, 2] = 0.0  # a variance of zero: the depth is fixed
        full = np.where(np.eye(3, dtype=bool), sigma[:, :, None] ** 2, 0.0)
        return LocationUncertainty(covariance_km2=full), notes
    blank = np.full(n, np.nan)
    horizontal = read.get("horizontal_km")
    if horizontal is None and {"east_km", "north_km"} <= set(read):
        horizontal = np.where(
            np.minimum(read["east_km"], read["north_km"]) > 0, np.maximum(read["east_km"], read["north_km"]), np.nan
        )
    if horizontal is None and "vertical_km" not in read:
        return None, ()
    return known_errors(blank if horizontal is None else horizontal, read.get("vertical_km", blank))


def _units(
    stated: dict[str, Column], matched: Matched, reading: Reading, latitude: np.ndarray
) -> tuple[dict[str, float | np.ndarray], list[str]]:
    """Km per unit of each column of errors that can be read, and remarks on all others."""
    units: dict[str, float | np.ndarray] = {}
    unsaid, refused = [], []
    local = _local_unit(matched, latitude)
    hypodd = {"ex", "ey", "ez"} <= {column.meaning.plain for column in stated.values()}
    for role, column in stated.items():
        meant = column.meaning
        if meant.confidence:
            refused.append(f"{column.name} (not 1 sigma)")
        elif reading.error_unit is not None:
            units[role] = KM_PER[reading.error_unit]
        elif meant.unit == "deg":
            units[role] = KM_PER_DEGREE * (np.cos(np.radians(latitude)) if role == "east_km" else 1.0)
        elif isinstance(meant.unit, float):
            units[role] = meant.unit
        elif role in ("east_km", "north_km") and _in_degrees(meant.plain) and not column.given:
            refused.append(f"{column.name} (degrees or km? --error-unit km)")
        elif hypodd and meant.plain in ("ex", "ey", "ez") and not column.given:
            if local is None:
                refused.append(f"{column.name} (metres, as HypoDD's, or km? --error-unit m or km)")
            else:
                units[role] = local
        else:
            units[role] = 1.0
            if meant.plain not in KILOMETRES_BY_CONVENTION:
                unsaid.append(column.name)
    notes = _unit_remarks(unsaid, refused)
    if hypodd and local is not None and reading.error_unit is None:
        word = "metres" if local == KM_PER["m"] else "km"
        notes.append(
            f"errors in EX, EY, EZ are in {word}, like the X, Y, Z beside them, by their longitudes and latitudes"
        )
    metres = [column.name for column in stated.values() if column.meaning.unit == KM_PER["m"]]
    if metres and reading.error_unit is None:
        notes.append(f"errors in {', '.join(metres)} are in metres, as their names say")
    return units, notes


def _unit_remarks(unsaid: list[str], refused: list[str]) -> list[str]:
    notes = []
    if unsaid:
        notes.append(f"errors in {', '.join(unsaid)} are taken as km, which the file does not say; else --error-unit m")
    if refused:
        notes.append(f"errors are not read from {', '.join(refused)}")
    return notes


def _in_degrees(plain: str) -> bool:
    """Whether the name of an error has the word longitude or latitude in it."""
    return any(plain in (word + direction, direction + word) for word in ERROR_WORDS for direction in DEGREE_DIRECTIONS)


def _local_unit(matched: Matched, latitude: np.ndarray) -> float | None:
    """Km per unit of columns X and Y, told by longitudes and latitudes of the same events; None where it cannot be."""
    axes = {column.meaning.plain: column for column in matched.unexplained if column.meaning.plain in ("x", "y")}
    longitude = matched.first("longitude")
    if len(axes) < 2 or longitude is None:
        return None
    east = longitude.numbers.value * KM_PER_DEGREE * np.cos(np.radians(np.nanmedian(latitude)))
    spread = np.hypot(np.nanstd(east), np.nanstd(latitude * KM_PER_DEGREE))
    local = np.hypot(np.nanstd(axes["x"].numbers.value), np.nanstd(axes["y"].numbers.value))
    if not (spread > 0 and local > 0):
        return None
    return next((factor for factor in KM_PER.values() if 0.5 < factor * local / spread < 2.0), None)


def known_errors(horizontal_km: np.ndarray, vertical_km: np.ndarray) -> tuple[LocationUncertainty, tuple[str, ...]]:
    """1-sigma errors of ComCat: unknown where not above zero, vertical unknown where depth is fixed."""
    fixed = np.abs(vertical_km - FIXED_DEPTH_KM) < 1e-6
    negative = int(
        ((horizontal_km < 0) & (horizontal_km != -1)).sum() + ((vertical_km < 0) & (vertical_km != -1)).sum()
    )
    notes = (
        (fixed.sum(), f"depths are fixed (depth error {FIXED_DEPTH_KM} km): the vertical error is unknown"),
        (negative, "location errors are negative, and taken as unknown"),
    )
    errors = LocationUncertainty(positive(horizontal_km), positive(np.where(fixed, np.nan, vertical_km)))
    return errors, tuple(f"{count} {words}" for count, words in notes if count)
