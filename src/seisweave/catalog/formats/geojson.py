"""GeoJSON of earthquakes: a collection of points, as the USGS, the EMSC, the INGV and GeoNet give it.

A point is longitude, latitude and, with the USGS and the INGV, depth in km, positive down (with the EMSC it is negative
down: a property `depth` counts before it). Times are text, or milliseconds since 1970. A feature counts as a line, from
1. Format: RFC 7946; https://earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php and
https://www.seismicportal.eu/fdsn-wsevent.html for the properties.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa

from seisweave.catalog.delimited import Values, numbers
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of
from seisweave.catalog.times import read_times
from seisweave.errors import InputError

_BEGIN = re.compile(r'\s*\{.*"(?:type|features)"\s*:\s*(?:"Feature|\[)', re.S)
_SECONDS = (1e8, 1.9e9)  # numbers of this size are seconds of 1973..2030, or milliseconds of January 1970
_NAMES = {
    "time": ("time", "origintime", "datetime"),
    "depth": ("depth",),
    "magnitude": ("mag", "magnitude"),
    "magnitude_type": ("magtype", "magnitudetype"),
    "event_type": ("evtype", "eventtype", "type"),
    "id": ("publicid", "eventid", "unid", "source_id", "code"),
}


def recognises(source: Source) -> bool:
    """Whether it is a JSON object whose members are features."""
    head = source.head()
    return head.lstrip().startswith("{") and bool(_BEGIN.match(head)) and '"geometry"' in head


def read(source: Source) -> ParsedRows:
    """Read all points. Errors: InputError for broken JSON, and for other JSON than features."""
    features = _features(source)
    found = [_event(feature) for feature in features]
    names = [str(event["id"]) if event else "" for event in found]
    lines = lines_of("".join(f"feature {i} {' '.join(name.split())}\n" for i, name in enumerate(names, 1)).encode())
    pointless = np.array([event is None for event in found], bool)
    events = [event for event in found if event is not None]
    column = {name: pa.chunked_array([pa.array([event[name] for event in events], pa.string())]) for name in _COLUMNS}
    times, notes = _times(column["time"])
    return ParsedRows(
        lines=lines.keep(~pointless),
        times=times,
        longitude=numbers(column["longitude"]),
        latitude=numbers(column["latitude"]),
        depth_km=numbers(column["depth"]),
        magnitude=numbers(column["magnitude"]),
        magnitude_type=np.array([event["magnitude_type"] for event in events], dtype=str),
        event_type=np.array([event["event_type"] for event in events], dtype=str),
        ids=np.array([event["id"] for event in events], dtype=str),
        bad=lines.bad(pointless, "feature is not a point"),
        notes=notes,
    )


_COLUMNS = ("time", "longitude", "latitude", "depth", "magnitude")


def _features(source: Source) -> list[Any]:
    try:
        content = json.loads(source.data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.path} is truncated or broken JSON: {error}; copy or download it again") from None
    features = content.get("features", [content]) if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise InputError(f"{source.path} is JSON without features; give a GeoJSON collection of earthquakes")
    return features


def _event(feature: Any) -> dict[str, str] | None:
    """Text of what a feature says of an event; None for what is not a point."""
    feature = feature if isinstance(feature, dict) else {}
    geometry, properties = feature.get("geometry"), feature.get("properties")
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if not isinstance(point, list) or len(point) < 2:
        return None
    stated = {str(name).lower(): value for name, value in (properties if isinstance(properties, dict) else {}).items()}
    event = {name: _text(next((stated[key] for key in keys if key in stated), None)) for name, keys in _NAMES.items()}
    own = feature.get("id")
    return event | {
        "id": _text(own) if own not in (None, "") else event["id"],
        "longitude": _text(point[0]),
        "latitude": _text(point[1]),
        "depth": event["depth"] or (_text(point[2]) if len(point) > 2 else ""),
    }


def _text(value: Any) -> str:
    """A value as text; "" for none, and for what is neither a number nor text."""
    return str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else ""


def _times(text: Any) -> tuple[Values, tuple[str, ...]]:
    """Milliseconds since 1970 where all are numbers, else times as text; and what is to be said of them."""
    as_number = numbers(text)
    if as_number.unreadable.any() or np.isnan(as_number.value).all():
        return read_times(text), ()
    known = np.isfinite(as_number.value) & (np.abs(as_number.value) < 1e15)
    in_seconds = bool(_SECONDS[0] <= np.nanmedian(as_number.value) <= _SECONDS[1])
    micro = np.rint(np.where(known, as_number.value, 0.0) * (1e6 if in_seconds else 1e3)).astype("datetime64[us]")
    times = Values(np.where(known, micro, np.datetime64("NaT", "us")), np.isfinite(as_number.value) & ~known)
    note = "times are read as seconds since 1970-01-01; as milliseconds they would all be of January 1970"
    return times, (note,) if in_seconds else ()
