"""Location errors of origins as ObsPy holds them (QuakeML's words), at 1 sigma; of contradicting ones the plausible.

An origin may state an ellipsoid, an ellipse, a circle, and errors of latitude, longitude and depth, each at a
confidence of its own: an ellipsoid has three dimensions, an ellipse and a circle two, a coordinate one (see
`ellipsoids.py`). A circle or a coordinate at 68 % is what people call 1 sigma, and taken as that. Where the statements
agree within ten times, the preferred description is taken, or else the first in this order. Where they do not, those
between 1 m and 50 km across are plausible, and of these, where they contradict too, the one nearest to the depth's own
error.

Errors of latitude and longitude are degrees by the document (QuakeML-BED 1.2); SeisComP writes kilometres there. They
are kilometres where degrees would be far off the other errors of the same origins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.ellipsoids import ellipse_covariance, ellipsoid_covariance, one_sigma
from seisweave.catalog.uncertainty import LocationUncertainty

_KM_PER_DEGREE = 111.195
_CONTRADICT = 10.0  # errors of one origin that differ by more do not describe the same thing
_PLAUSIBLE_KM = (1e-3, 50.0)
_SUSPICIOUS_KM = 10.0  # larger errors of latitude and longitude, in degrees, are held against the error of depth
_ANGLES = ("azimuth", "plunge", "rotation")
_PREFERRED = {"confidence ellipsoid": "ellipsoid", "uncertainty ellipse": "ellipse", "horizontal uncertainty": "circle"}


@dataclass(frozen=True, eq=False)
class _Stated:
    """One statement of an origin: which, its horizontal and vertical standard deviation, and its covariance if any."""

    kind: str
    horizontal_km: float
    vertical_km: float
    covariance_km2: Float[np.ndarray, "3 3"] | None = None


@dataclass(frozen=True, eq=False)
class _Settled:
    """Contradicting statements of an origin, and the one that was taken."""

    stated: list[_Stated]
    best: _Stated


def origin_errors(
    origins: list[Any], *, in_degrees: bool = False
) -> tuple[LocationUncertainty | None, tuple[str, ...]]:
    """Errors of origins, None where none states any, and remarks; covariances for all where any has an ellipse.

    `in_degrees` says that errors of latitude and longitude are sure to be degrees.
    """
    notes: list[str] = []
    per_degree = _KM_PER_DEGREE if in_degrees else _km_per_unit(origins, notes)
    chosen, settled = [], []
    for origin in origins:
        stated = _statements(origin, per_degree)
        best = _best(stated, origin)
        chosen.append(best)
        if _contradict(stated):
            settled.append(_Settled(stated, best))
    notes += _about(settled)
    horizontal = np.array([each.horizontal_km for each in chosen])
    vertical = np.array([each.vertical_km for each in chosen])
    if all(each.covariance_km2 is None for each in chosen):
        if np.isnan(horizontal).all() and np.isnan(vertical).all():
            return None, tuple(notes)
        return LocationUncertainty(horizontal, vertical), tuple(notes)
    plain = LocationUncertainty(horizontal, vertical).covariances_km2()
    full = [each.covariance_km2 for each in chosen]
    rows = [own if own is not None else other for own, other in zip(full, plain, strict=True)]
    return LocationUncertainty(covariance_km2=np.array(rows)), tuple(notes)


def _statements(origin: Any, km_per_unit: float) -> list[_Stated]:
    """What an origin states, the most detailed first; only a depth error at least."""
    vertical = _km(_coordinate(origin.depth_errors))
    found = [
        _ellipsoid(origin.origin_uncertainty),
        _ellipse(origin.origin_uncertainty, vertical),
        _Stated("circle", _circle(origin.origin_uncertainty), vertical),
        _Stated("coordinates", _degrees(origin) * km_per_unit, vertical),
    ]
    known = [each for each in found if each is not None and not np.isnan(each.horizontal_km)]
    return known or [_Stated("depth", np.nan, vertical)]


def _best(stated: list[_Stated], origin: Any) -> _Stated:
    preferred = getattr(origin.origin_uncertainty, "preferred_description", None)
    ordered = sorted(stated, key=lambda each: each.kind != _PREFERRED.get(str(preferred)))
    if not _contradict(stated):
        return ordered[0]
    low, high = _PLAUSIBLE_KM
    plausible = [each for each in ordered if low <= each.horizontal_km <= high] or ordered
    if not _contradict(plausible):
        return plausible[0]
    depth = _km(_coordinate(origin.depth_errors))
    aim = depth if not np.isnan(depth) else float(np.median([each.horizontal_km for each in plausible]))
    return min(plausible, key=lambda each: abs(np.log(each.horizontal_km / aim)))


def _contradict(stated: list[_Stated]) -> bool:
    across = [each.horizontal_km for each in stated]
    down = [each.vertical_km for each in stated if not np.isnan(each.vertical_km)]
    return any(max(sizes, default=0.0) > _CONTRADICT * min(sizes, default=0.0) for sizes in (across, down))


def _about(settled: list[_Settled]) -> list[str]:
    if not settled:
        return []
    stated, best = settled[0].stated, settled[0].best
    others = [
        f"{each.kind} of {each.horizontal_km:.3g} km (depth {each.vertical_km:.3g} km)"
        for each in stated
        if _contradict([each, best])
    ]
    return [
        f"{len(settled)} origins state errors that contradict each other, and the plausible ones are taken: in the"
        f" first the {best.kind} of {best.horizontal_km:.3g} km (depth {best.vertical_km:.3g} km), not the"
        f" {', the '.join(others)}"
    ]


def _ellipsoid(stated: Any) -> _Stated | None:
    solid = getattr(stated, "confidence_ellipsoid", None)
    if solid is None:
        return None
    lengths = [_size(getattr(solid, f"semi_{name}_axis_length")) for name in ("major", "minor", "intermediate")]
    if np.isnan(lengths).any():
        return None
    azimuth, plunge, turn = (getattr(solid, f"major_axis_{name}") or 0.0 for name in _ANGLES)
    axes = (lengths[0], lengths[1], lengths[2])
    return _of_covariance("ellipsoid", ellipsoid_covariance(axes, (azimuth, plunge, turn), stated.confidence_level))


def _ellipse(stated: Any, vertical_km: float) -> _Stated | None:
    pair = [_size(getattr(stated, f"{name}_horizontal_uncertainty", None)) for name in ("max", "min")]
    azimuth = getattr(stated, "azimuth_max_horizontal_uncertainty", None)
    if azimuth is None or np.isnan(pair).any():
        return None
    full = np.zeros((3, 3))
    full[:2, :2] = ellipse_covariance(pair[0], pair[1], azimuth, stated.confidence_level)
    full[2, 2] = (vertical_km * 1000.0) ** 2
    return _of_covariance("ellipse", full)


def _of_covariance(kind: str, square_metres: np.ndarray) -> _Stated:
    covariance = square_metres / 1e6
    sigma = LocationUncertainty(covariance_km2=covariance[None]).sigmas_km()
    return _Stated(kind, float(sigma["horizontal_km"][0]), float(sigma["vertical_km"][0]), covariance)


def _circle(stated: Any) -> float:
    """Standard deviation, km, of the circle of an origin."""
    level = getattr(stated, "confidence_level", None)
    return _km(_at_one_sigma(_size(getattr(stated, "horizontal_uncertainty", None)), level, dimensions=2))


def _km(metres: float) -> float:
    return round(metres / 1000.0, 9)


def _degrees(origin: Any) -> float:
    """The larger of the errors of latitude and longitude, in degrees of latitude."""
    north, east = _coordinate(origin.latitude_errors), _coordinate(origin.longitude_errors)
    if origin.latitude is None:
        return np.nan
    return float(np.maximum(north, east * np.cos(np.radians(float(origin.latitude)))))


def _coordinate(errors: Any) -> float:
    """Standard deviation of one coordinate in its own unit; NaN where none is stated."""
    return _at_one_sigma(_size(getattr(errors, "uncertainty", None)), getattr(errors, "confidence_level", None))


def _at_one_sigma(length: float, level: Any, dimensions: int = 1) -> float:
    level = None if level is None else float(level)
    percent = level if level is None or level > 1.0 else 100.0 * level
    return length if percent is not None and abs(percent - 68.0) <= 1.0 else one_sigma(length, level, dimensions)


def _size(length: Any) -> float:
    """A length above zero, or else NaN."""
    return float(length) if length is not None and np.isfinite(float(length)) and float(length) > 0 else np.nan


def _km_per_unit(origins: list[Any], notes: list[str]) -> float:
    """Kilometres for one unit of the errors of latitude and longitude: of a degree, or 1 where they are kilometres."""
    size = np.array([_degrees(origin) for origin in origins])
    circle = np.array([_circle(origin.origin_uncertainty) for origin in origins])
    depth = np.array([_coordinate(origin.depth_errors) for origin in origins]) / 1000.0
    if np.isnan(size).all():
        return _KM_PER_DEGREE
    middle = float(np.nanmedian(size))
    by_circle, by_depth = (size / other for other in (circle, depth))
    if not np.isnan(by_circle).all():
        kilometres = _rather_km(float(np.nanmedian(by_circle)))
    elif not np.isnan(by_depth).all():
        kilometres = middle * _KM_PER_DEGREE > _SUSPICIOUS_KM and _rather_km(float(np.nanmedian(by_depth)))
    else:
        kilometres = middle * _KM_PER_DEGREE > _PLAUSIBLE_KM[1]
    if not kilometres:
        return _KM_PER_DEGREE
    notes.append(
        f"errors of latitude and longitude are read as km, as SeisComP writes them: median {middle:.3g}, which in"
        f" degrees would be {middle * _KM_PER_DEGREE:.3g} km"
    )
    return 1.0


def _rather_km(ratio: float) -> bool:
    """Whether a number as many times as large as an error in km is nearer to it as km than as degrees."""
    return ratio * _KM_PER_DEGREE > _CONTRADICT and ratio < _CONTRADICT
