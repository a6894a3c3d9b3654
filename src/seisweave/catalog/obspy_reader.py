"""ObsPy's readers of events, each asked by its name, and its claim to a file checked before it is believed.

ObsPy takes the first of its readers whose test accepts a file, and some tests accept nearly any table of numbers. Here
every reader that accepts is tried in ObsPy's order, and its events must agree with the file: as many as it seems to
hold, none at a depth or a magnitude that no earthquake has. Formats that this package reads itself are not asked for.

An id that ObsPy made up (a random one, another in every read, or a part of the file's own) is replaced: by the file's
own event id where the format has a line for it, or else by the time of the origin.
"""

from __future__ import annotations

import importlib
import re
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.source import Source
from seisweave.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = ("NLLOC_HYP", "CSV", "CSZ", "EVENTTXT", "ZMAP")
XML = ("QUAKEML", "SCML", "SC3ML")  # the formats that tell themselves by their root
# a line an event, where the format has one, with the event's own id if the line holds it
_EVENT_LINE = {
    "QUAKEML": re.compile(rb"<(?:\w+:)?event[\s>]"),
    "SCML": re.compile(rb"<(?:\w+:)?event[\s>]"),
    "SC3ML": re.compile(rb"<(?:\w+:)?event[\s>]"),
    "IMS10BULLETIN": re.compile(rb"(?mi)^event\s+(\S+)"),
    "GSE2": re.compile(rb"(?mi)^event\s+(\S+)"),
    "HYPODDPHA": re.compile(rb"(?m)^#.*?(\S+)[ \t]*$"),
    "EVT": re.compile(rb"(?m)^Event ID[ \t]*:[ \t]*(\S+)"),
    "MCHEDR": re.compile(rb"(?m)^HY"),
    "FNETMT": re.compile(rb"(?m)^(?=[12]\d{3}/\d\d/\d\d,\d)"),
    "NDK": re.compile(rb"(?m)^(?:\S+)?\s*\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"),
}
_NORDIC_ID = re.compile(rb"(?m)^ .{50,60}\bID:(\d{10,})")
_DATE = re.compile(rb"(?m)^\s*(?:1[89]|20)\d\d[ \t/,;-]\s*\d{1,2}[ \t/,;-]\s*\d{1,2}(?=\D)")
_DEEPEST_KM, _LARGEST = 800.0, 10.0


@dataclass(frozen=True, eq=False)
class ObspyEvents:
    """Events as one of ObsPy's readers gave them, the name of its format, and how many the file seems to hold."""

    events: list[Any]
    format: str
    n_lines: int
    remarks: tuple[str, ...] = ()


def read_events(source: Source) -> ObspyEvents:
    """Events of the first of ObsPy's readers that is to be believed.

    Errors: InputError, in one line, where ObsPy is not installed, none of its readers accepts the file, or every one
    that does fails or gives what cannot be.
    """
    import_obspy(source.path)
    found, reasons = _tried(source)
    if found is not None:
        return found
    raise InputError(
        f"{source.path} cannot be read by ObsPy: {'; '.join(reasons) or 'it is of no format that ObsPy knows'};"
        " check that it is complete, or give its --format"
    )


def refused_claims(source: Source) -> list[str]:
    """Why those of ObsPy's readers that accept a file are not believed, a reason each; none without ObsPy."""
    try:
        import_obspy(source.path)
    except InputError:
        return []
    return _tried(source)[1]


def _tried(source: Source) -> tuple[ObspyEvents | None, list[str]]:
    reasons = []
    with _file_of(source) as file:
        for name in _accepting(source, file):
            try:
                found = _read_as(source, file, name)
                doubt = _doubt(found)
            except Exception as error:  # ObsPy's readers raise whatever their parsers raise
                reasons.append(f"as {name}: {_first_line(error).replace(file, source.path)}")
                continue
            if not doubt:
                return found, reasons
            reasons.append(f"as {name} it would hold {doubt}")
    return None, reasons


def import_obspy(path: str) -> Any:
    """Import ObsPy without the warnings of its import. Errors: InputError where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module("obspy")
    except ImportError:
        raise InputError(f"{path} needs ObsPy, which is not installed; pip install 'seisweave[obspy]'") from None


def chosen_origin(event: Any) -> Any:
    """The preferred origin of an event, or else the first, or else None; ObsPy's empty objects count as false."""
    preferred = own_by_id(event.origins, event.preferred_origin_id)
    return preferred if preferred is not None else next(iter(event.origins), None)


def own_by_id(parts: list[Any], wanted: Any) -> Any:
    """The origin or magnitude of an event that has an id, or None.

    What ObsPy has under an id is the last that was read with it, and may be of another event; among several of this
    event with one id it is still the one that was meant.
    """
    if wanted is None:
        return None
    meant = wanted.get_referred_object()
    same = [part for part in parts if str(part.resource_id) == str(wanted)]
    return next((part for part in same if part is meant), same[0] if same else None)


def stable_ids(found: ObspyEvents, data: bytes) -> list[str]:
    """Ids of events that are the same in every read of a file, and tell its events apart where the file does."""
    made = [str(event.resource_id) for event in found.events]
    if found.format in XML:
        text = data.decode("utf-8", errors="replace").replace("&amp;", "&")
        there = set(re.findall(r"[\"'>]\s*([^\"'<>]+?)\s*[\"'<]", text))
        return _apart([name if name in there else "" for name in made], found.events)
    own = _own_ids(data, found.format)
    if len(own) == len(made):
        return own
    there = set(re.findall(r"[^\s,;|:]+", data.decode("utf-8", errors="replace")))
    return _apart([_part_of(name, there) for name in made], found.events)


@contextmanager
def _file_of(source: Source) -> Iterator[str]:
    """A file with the unpacked text: several of ObsPy's readers read nothing else."""
    with tempfile.TemporaryDirectory(prefix="seisweave") as folder:
        file = Path(folder) / "catalog"
        file.write_bytes(source.data)
        yield str(file)


def _accepting(source: Source, file: str) -> list[str]:
    """Names of ObsPy's formats whose test accepts the file, XML by ObsPy's XML readers alone."""
    base = importlib.import_module("obspy.core.util.base")
    xml = source.head(1000).lstrip().startswith("<")
    accepting = []
    for name, point in base.ENTRY_POINTS["event"].items():
        if name in _OURS or (name in XML) != xml:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                test = base.buffered_load_entry_point(point.dist.name, f"obspy.plugin.event.{name}", "isFormat")
                if test(file):
                    accepting.append(name)
        except Exception:
            continue
    return accepting


def _read_as(source: Source, file: str, name: str) -> ObspyEvents:
    obspy = import_obspy(source.path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        events = list(obspy.read_events(file, format=name))
    n_lines = _n_lines(source.data, name)
    if n_lines is None or n_lines <= len(events):
        return ObspyEvents(events, name, n_lines or 0)
    why = next((f": {_first_line(each.message)}" for each in said if issubclass(each.category, UserWarning)), "")
    remark = f"ObsPy gives {len(events)} events of the {n_lines} that the file seems to hold ({name}){why}"
    return ObspyEvents(events, name, n_lines, (remark,))


def _n_lines(data: bytes, name: str) -> int | None:
    """How many events a file seems to hold, if that can be told."""
    if name == "EVT":
        return len(_own_ids(data, name))
    if name in _EVENT_LINE:
        return sum(1 for _ in _EVENT_LINE[name].finditer(data))
    if name == "NORDIC":
        return sum(1 for block in re.split(rb"\n[ \t]*\n", data) if _DATE.search(block))
    if name in ("SCARDEC", "FOCMEC", "CMTSOLUTION"):
        return sum(1 for _ in _DATE.finditer(data))
    return None


def _doubt(found: ObspyEvents) -> str:
    """Why events of a format that is told by little cannot be what the file holds; "" if they can."""
    if found.format in XML:
        return ""
    if not found.events:
        return "no event"
    if found.format in ("SCARDEC", "FOCMEC", "CMTSOLUTION") and found.n_lines > len(found.events):
        return f"{len(found.events)} events in {found.n_lines} lines that look like events"
    origins = [origin for event in found.events if (origin := chosen_origin(event)) is not None]
    depths = np.array([np.nan if origin.depth is None else float(origin.depth) / 1000.0 for origin in origins])
    sizes = np.array([each.mag for event in found.events for each in event.magnitudes if each.mag is not None], float)
    for values, limit, what in ((depths, _DEEPEST_KM, "a depth of {:g} km"), (sizes, _LARGEST, "a magnitude of {:g}")):
        known = values[~np.isnan(values)]
        if len(known) and np.abs(known).max() > limit:
            return what.format(known[np.abs(known).argmax()])
    return ""


def _first_line(error: Any) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _part_of(resource: str, there: set[str]) -> str:
    """The last part of an id that the file holds as a word of its own; "" without one."""
    parts = [part for part in re.split(r"[/#=]", resource) if any(sign.isdigit() for sign in part)]
    return next((part for part in reversed(parts) if part in there), "")


def _own_ids(data: bytes, name: str) -> list[str]:
    """Ids that the lines of a format give, in the order of the file, each once where lines repeat their event."""
    line = _NORDIC_ID if name == "NORDIC" else _EVENT_LINE.get(name)
    own = line.findall(data) if line is not None and line.groups else []
    own = [each.decode("utf-8", errors="replace") for each in own]
    return list(dict.fromkeys(own)) if name == "EVT" else own


def _apart(names: list[str], events: list[Any]) -> list[str]:
    """Ids, in place of "" the time of the origin, numbered where other events have the same."""
    places: dict[str, list[tuple]] = {}
    for i, event in enumerate(events):
        origin = chosen_origin(event)
        if names[i] or origin is None or origin.time is None:
            continue
        time, place = (
            str(np.datetime64(origin.time.ns // 1000, "us")),
            (origin.longitude, origin.latitude, origin.depth),
        )
        known = places.setdefault(time, [])
        known += [] if place in known else [place]
        names[i] = time if known.index(place) == 0 else f"{time}-{known.index(place) + 1}"
    return names
