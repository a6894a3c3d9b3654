"""QuakeML, and every other event format that ObsPy reads, through ObsPy.

Of each event the preferred origin and magnitude are used, or else the first. Depth and errors are metres there, km here
(to 1e-9 km). An event counts as a line, from 1. Confidence ellipsoids and ellipses become covariances at 1 sigma, see
`ellipsoids.py`; other errors at another confidence than 1 sigma are not rescaled: a remark says so.
"""

from __future__ import annotations

import importlib
import io
import warnings
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.ellipsoids import ellipse_covariance, ellipsoid_covariance
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError

PREFIX = "quakeml:seisweave/event/"
_KM_PER_DEGREE = 111.195
_ANGLES = ("azimuth", "plunge", "rotation")


def recognises(source: Source) -> bool:
    """Whether it is XML, or a text that one of ObsPy's readers takes for its own."""
    if source.head(1000).lstrip().startswith("<"):
        return True
    try:
        return bool(len(_events(source)))
    except InputError:
        return False


def read(source: Source) -> ParsedRows:
    """Read all events. Errors: InputError where ObsPy is not installed or cannot read the file."""
    events = _events(source)
    names = [str(event.resource_id) for event in events]
    lines = lines_of("".join(f"event {i} {name}\n" for i, name in enumerate(names, 1)).encode())
    origins = [event.preferred_origin() or (event.origins[0] if event.origins else None) for event in events]
    has_origin = np.array([origin is not None for origin in origins], bool)
    kept = [i for i, origin in enumerate(origins) if origin is not None]
    return _rows(
        [events[i] for i in kept],
        [origins[i] for i in kept],
        lines.keep(has_origin),
        lines.bad(~has_origin, "event has no origin"),
    )


def _events(source: Source) -> Any:
    obspy = import_obspy(source.path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return obspy.read_events(io.BytesIO(source.data))
    except Exception as error:  # ObsPy's readers raise whatever their parsers raise
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(f"{source.path} cannot be read by ObsPy: {reason}; check that it is complete") from None


def import_obspy(path: str) -> Any:
    """Import ObsPy without the warnings of its import. Errors: InputError where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module("obspy")
    except ImportError:
        raise InputError(f"{path} needs ObsPy, which is not installed; pip install 'seisweave[obspy]'") from None


def _rows(events: list[Any], origins: list[Any], lines: Lines, bad: tuple) -> ParsedRows:
    magnitudes = [
        event.preferred_magnitude() or (event.magnitudes[0] if event.magnitudes else None) for event in events
    ]
    errors, notes = _errors(origins)
    return ParsedRows(
        lines=lines,
        times=_times([origin.time for origin in origins]),
        longitude=_values([origin.longitude for origin in origins]),
        latitude=_values([origin.latitude for origin in origins]),
        depth_km=_values([_km(origin.depth) for origin in origins]),
        magnitude=_values([magnitude.mag if magnitude else None for magnitude in magnitudes]),
        magnitude_type=np.array(
            [(magnitude and magnitude.magnitude_type) or "" for magnitude in magnitudes], dtype=str
        ),
        ids=np.array([_plain(str(event.resource_id)) for event in events], dtype=str),
        uncertainty=errors,
        event_type=np.array([str(event.event_type or "") for event in events], dtype=str),
        n_phases=_values([origin.quality.used_phase_count if origin.quality else None for origin in origins]).value,
        bad=bad,
        notes=notes,
    )


def _times(times: list[Any]) -> Values:
    micro = [np.datetime64(time.ns // 1000, "us") if time is not None else np.datetime64("NaT", "us") for time in times]
    return Values(np.array(micro, "datetime64[us]"), np.zeros(len(times), bool))


def _values(column: list[Any]) -> Values:
    return Values.of(np.array([np.nan if number is None else float(number) for number in column], float))


def _km(metres: float | None) -> float | None:
    return None if metres is None else round(metres / 1000.0, 9)


def _errors(origins: list[Any]) -> tuple[LocationUncertainty | None, tuple[str, ...]]:
    """1-sigma errors; covariances for all where any origin states an ellipse or an ellipsoid."""
    horizontal = _values([_horizontal(origin) for origin in origins]).value
    vertical = _values([_km(_error(origin.depth_errors)) for origin in origins]).value
    horizontal, vertical = (np.where(sigma > 0, sigma, np.nan) for sigma in (horizontal, vertical))
    full = [_covariance(origin, depth_km) for origin, depth_km in zip(origins, vertical.tolist(), strict=True)]
    if all(covariance is None for covariance in full):
        if np.isnan(horizontal).all() and np.isnan(vertical).all():
            return None, ()
        return LocationUncertainty(horizontal, vertical), _confidences(origins)
    plain = LocationUncertainty(horizontal, vertical).covariances_km2()
    rows = [own if own is not None else other for own, other in zip(full, plain, strict=True)]
    without = [origin for origin, own in zip(origins, full, strict=True) if own is None]
    return LocationUncertainty(covariance_km2=np.array(rows)), _confidences(without)


def _confidences(origins: list[Any]) -> tuple[str, ...]:
    other = sum(
        abs((getattr(o.depth_errors, "confidence_level", None) or 68) - 68) > 1 or abs(_confidence(o) - 68) > 1
        for o in origins
    )
    notes = (f"{other} location errors are stated at another confidence than 1 sigma, and taken as they are",)
    return notes if other else ()


def _covariance(origin: Any, vertical_km: float) -> np.ndarray | None:
    """Covariance in km² of a stated ellipsoid, or of a stated ellipse and the depth error; None without."""
    stated = origin.origin_uncertainty
    if stated is None:
        return None
    ellipsoid, ellipse = stated.confidence_ellipsoid, stated.preferred_description == "uncertainty ellipse"
    if ellipsoid is not None and not ellipse:
        lengths = [getattr(ellipsoid, f"semi_{name}_axis_length") for name in ("major", "minor", "intermediate")]
        azimuth, plunge, turn = (getattr(ellipsoid, f"major_axis_{name}") or 0.0 for name in _ANGLES)
        if all(length is not None and np.isfinite(length) and length > 0 for length in lengths):
            axes = (lengths[0], lengths[1], lengths[2])
            return ellipsoid_covariance(axes, (azimuth, plunge, turn), stated.confidence_level) / 1e6
    pair = (stated.max_horizontal_uncertainty, stated.min_horizontal_uncertainty)
    azimuth = stated.azimuth_max_horizontal_uncertainty
    if azimuth is None or not all(length is not None and np.isfinite(length) and length > 0 for length in pair):
        return None
    full = np.zeros((3, 3))
    full[:2, :2] = ellipse_covariance(*pair, azimuth, stated.confidence_level) / 1e6
    full[2, 2] = vertical_km**2
    return full


def _error(errors: Any) -> float | None:
    return getattr(errors, "uncertainty", None)


def _confidence(origin: Any) -> float:
    return (origin.origin_uncertainty and origin.origin_uncertainty.confidence_level) or 68.0


def _horizontal(origin: Any) -> float | None:
    """Horizontal error, km: as stated, or else the larger of those of latitude and longitude."""
    stated = origin.origin_uncertainty and origin.origin_uncertainty.horizontal_uncertainty
    if stated is not None:
        return _km(stated)
    north, east = _error(origin.latitude_errors), _error(origin.longitude_errors)
    if north is None or east is None or origin.latitude is None:
        return None
    return _KM_PER_DEGREE * max(north, east * np.cos(np.radians(origin.latitude)))


def _plain(resource: str) -> str:
    """Decode the id we wrote, or take the whole identifier."""
    if not resource.startswith(PREFIX):
        return resource
    head, *coded = resource.removeprefix(PREFIX).split("~")
    return head + "".join(chr(int(part[:6], 16)) + part[6:] for part in coded)
