"""QuakeML, and every other event format that ObsPy reads, through ObsPy.

Of each event the preferred origin and magnitude are used, or else the first origin, and of the magnitudes a moment
magnitude, or else that of the chosen origin, or else the first. Depth and errors are metres there, km here (to 1e-9
km). An event counts as a line, from 1. Errors become 1 sigma, see `origin_errors.py`; which of ObsPy's readers is
believed, and where ids come from, see `obspy_reader.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.obspy_reader import (
    XML,
    ObspyEvents,
    chosen_origin,
    import_obspy,
    own_by_id,
    read_events,
    stable_ids,
)
from seisweave.catalog.origin_errors import origin_errors
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.errors import InputError

__all__ = ["PREFIX", "import_obspy", "read", "recognises", "rows_of_events"]

# errors of these formats are at 90 % by definition: GSE 2.0 (CRP/243), IMS 1.0 and ISF (IASPEI), for axes and depth
_PERCENT = {"GSE2": 90.0, "IMS10BULLETIN": 90.0}
PREFIX = "quakeml:seisweave/event/"


def recognises(source: Source) -> bool:
    """Whether it is XML, or a text that one of ObsPy's readers takes for its own, and is believed."""
    if source.head(1000).lstrip().startswith("<"):
        return True
    try:
        return bool(len(read_events(source).events))
    except InputError:
        return False


def read(source: Source) -> ParsedRows:
    """Read all events. Errors: InputError where ObsPy is not installed or cannot read the file."""
    found = read_events(source)
    try:
        return rows_of_events(found, stable_ids(found, source.data))
    except (AttributeError, TypeError, ValueError) as error:  # what ObsPy's readers put where a number belongs
        raise InputError(
            f"{source.path}: what ObsPy reads of it ({found.format}) is not what an event is: {error}; convert it to"
            " QuakeML or CSV"
        ) from None


def rows_of_events(found: ObspyEvents, ids: list[str]) -> ParsedRows:
    """Rows of ObsPy's events; those without an origin are set aside."""
    lines = lines_of("".join(f"event {i} {name}\n" for i, name in enumerate(ids, 1)).encode())
    origins = [chosen_origin(event) for event in found.events]
    has_origin = np.array([origin is not None for origin in origins], bool)
    kept = np.flatnonzero(has_origin).tolist()
    errors, notes = origin_errors(
        [origins[i] for i in kept],
        in_degrees=found.format not in XML,
        unstated_percent=_PERCENT.get(found.format),
    )
    rows = _rows([found.events[i] for i in kept], [origins[i] for i in kept], lines.keep(has_origin))
    return replace(
        rows,
        ids=np.array([_plain(ids[i]) for i in kept], dtype=str),
        bad=lines.bad(~has_origin, "event has no origin"),
        uncertainty=errors,
        notes=(*found.remarks, *notes, *_several([found.events[i] for i in kept])),
    )


def _rows(events: list[Any], origins: list[Any], lines: Lines) -> ParsedRows:
    magnitudes = [_magnitude(event, origin) for event, origin in zip(events, origins, strict=True)]
    return ParsedRows(
        lines=lines,
        times=_times([origin.time for origin in origins]),
        longitude=_values([origin.longitude for origin in origins]),
        latitude=_values([origin.latitude for origin in origins]),
        depth_km=_values([_km(origin.depth) for origin in origins]),
        magnitude=_values([None if magnitude is None else magnitude.mag for magnitude in magnitudes]),
        magnitude_type=np.array(
            [(magnitude and magnitude.magnitude_type) or "" for magnitude in magnitudes], dtype=str
        ),
        event_type=np.array([str(event.event_type or "") for event in events], dtype=str),
        n_phases=_values([getattr(origin.quality, "used_phase_count", None) for origin in origins]).value,
    )


def _magnitude(event: Any, origin: Any) -> Any:
    """The preferred magnitude; or else a moment magnitude, that of the chosen origin, the first; or None."""
    preferred = own_by_id(event.magnitudes, event.preferred_magnitude_id)
    if preferred is not None:
        return preferred
    known = [magnitude for magnitude in event.magnitudes if magnitude.mag is not None]
    moment = [magnitude for magnitude in known if str(magnitude.magnitude_type or "").lower().startswith("mw")]
    own = [magnitude for magnitude in known if magnitude.origin_id == origin.resource_id]
    return next(iter([*moment, *own, *known]), None)


def _several(events: list[Any]) -> tuple[str, ...]:
    """A remark about events with several magnitudes of which none is preferred."""
    n = sum(
        len(event.magnitudes) > 1 and own_by_id(event.magnitudes, event.preferred_magnitude_id) is None
        for event in events
    )
    remark = f"{n} events give several magnitudes and prefer none: Mw is taken, or that of the origin, or the first"
    return (remark,) if n else ()


def _times(times: list[Any]) -> Values:
    micro = [np.datetime64(time.ns // 1000, "us") if time is not None else np.datetime64("NaT", "us") for time in times]
    return Values(np.array(micro, "datetime64[us]"), np.zeros(len(times), bool))


def _values(column: list[Any]) -> Values:
    return Values.of(np.array([np.nan if number is None else float(number) for number in column], float))


def _km(metres: float | None) -> float | None:
    return None if metres is None else round(metres / 1000.0, 9)


def _plain(resource: str) -> str:
    """Decode the id we wrote, or take the whole identifier."""
    if not resource.startswith(PREFIX):
        return resource
    head, *coded = resource.removeprefix(PREFIX).split("~")
    return head + "".join(chr(int(part[:6], 16)) + part[6:] for part in coded)
