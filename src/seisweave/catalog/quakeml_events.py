"""The columns of a catalog as ObsPy events, for QuakeML: metres, one origin and one magnitude an event."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from seisweave.catalog.columns import Columns
from seisweave.catalog.formats.quakeml import PREFIX, import_obspy

_TYPES = {"eq": "earthquake", "qb": "quarry blast", "ex": "explosion", "sn": "sonic boom"}


def to_obspy(catalog: Columns) -> tuple[Any, tuple[str, ...]]:
    """ObsPy's Catalog of the events, and what QuakeML cannot hold as it is.

    Short event types (eq, qb, ex, sn) become QuakeML's words; others that it does not know are left out.
    Of a full covariance or a mixture only the 1-sigma errors are kept. Errors: InputError without ObsPy.
    """
    import_obspy("QuakeML")
    from obspy.core.event import Catalog as Events

    types, left_out = _types(catalog)
    sigma = None if catalog.uncertainty is None else catalog.uncertainty.sigmas_km()
    if catalog.uncertainty is not None and catalog.uncertainty.kind != "sigma":
        left_out = (*left_out, f"uncertainty ({catalog.uncertainty.kind}; its 1-sigma errors are kept)")
    events = Events([_event(catalog, i, types) for i in range(len(catalog))])
    if sigma is not None:
        for event, horizontal, vertical in zip(events, *sigma.values(), strict=True):
            _add_errors(event.origins[0], float(horizontal), float(vertical))
    return events, left_out


def _event(catalog: Columns, i: int, types: list[str | None]) -> Any:
    from obspy import UTCDateTime
    from obspy.core.event import Event, Magnitude, Origin, OriginQuality, ResourceIdentifier

    name = _coded(str(catalog.ids[i]))
    origin = Origin(
        resource_id=ResourceIdentifier(f"{PREFIX.replace('event', 'origin')}{name}"),
        time=UTCDateTime(ns=int(catalog.times[i].astype(np.int64)) * 1000),
        longitude=float(catalog.longitude[i]),
        latitude=float(catalog.latitude[i]),
        depth=None if np.isnan(catalog.depth_km[i]) else float(catalog.depth_km[i]) * 1000.0,
    )
    if catalog.n_phases is not None and not np.isnan(catalog.n_phases[i]):
        origin.quality = OriginQuality(used_phase_count=int(catalog.n_phases[i]))
    magnitude = catalog.magnitude[i]
    identifier = ResourceIdentifier(f"{PREFIX.replace('event', 'magnitude')}{name}")
    magnitudes = [] if np.isnan(magnitude) else [Magnitude(mag=float(magnitude), resource_id=identifier)]
    if magnitudes and catalog.magnitude_type is not None:
        magnitudes[0].magnitude_type = str(catalog.magnitude_type[i]) or None
    event = Event(resource_id=ResourceIdentifier(f"{PREFIX}{name}"), origins=[origin], magnitudes=magnitudes)
    event.preferred_origin_id = origin.resource_id
    event.event_type = types[i]
    return event


def _add_errors(origin: Any, horizontal_km: float, vertical_km: float) -> None:
    from obspy.core.event import OriginUncertainty, QuantityError

    if not np.isnan(horizontal_km):
        origin.origin_uncertainty = OriginUncertainty(
            horizontal_uncertainty=horizontal_km * 1000.0, preferred_description="horizontal uncertainty"
        )
    if not np.isnan(vertical_km):
        origin.depth_errors = QuantityError(uncertainty=vertical_km * 1000.0)


def _types(catalog: Columns) -> tuple[list[str | None], tuple[str, ...]]:
    """Type of each event as QuakeML names it, and a remark where that is not what the catalog says."""
    from obspy.core.event.header import EventType

    if catalog.event_type is None:
        return [None] * len(catalog), ()
    known = set(EventType.keys())  # pyright: ignore[reportAttributeAccessIssue]
    words = [_TYPES.get(word, word) for word in catalog.event_type.tolist()]
    strange = sorted({word for word in words if word and word not in known})
    left_out = tuple(f"event type {word!r}" for word in strange)
    return [word if word in known else None for word in words], left_out


def _coded(name: str) -> str:
    """Spell an id in the letters that QuakeML allows; others as ~ and six hexadecimal digits."""
    return re.sub(r"[^A-Za-z0-9.\-_]", lambda match: f"~{ord(match[0]):06x}", name)
