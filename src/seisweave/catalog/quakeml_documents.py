"""QuakeML documents taken apart into their events and put together again, each event as it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from seisweave.catalog.fdsn_service import Broken

_BED = "http://quakeml.org/xmlns/bed/1.2"
_CREATED = "creationInfo/creationTime"


@dataclass(frozen=True)
class WrittenEvent:
    """An event as a service wrote it: its id, when its newest part was made ("" unknown), its XML."""

    id: str
    updated: str
    xml: bytes


@dataclass(frozen=True)
class Merged:
    """Events, each once, in the order of their ids; how many came more than once, alike or with other values."""

    events: tuple[WrittenEvent, ...]
    n_twice: int
    n_revised: int


def events_of(data: bytes) -> list[WrittenEvent]:
    """The events of a QuakeML document; none for no bytes.

    Errors: Broken for what is no whole QuakeML document.
    """
    if not data.strip():
        return []
    if data.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html")):
        raise Broken("the answer is a web page")
    root = _parsed(data)
    if _name(root) != "quakeml":
        raise Broken(f"the answer is no QuakeML but begins with {data.strip()[:60].decode(errors='replace')!r}")
    return [_event(each) for parameters in root for each in parameters if _name(each) == "event"]


def _parsed(data: bytes) -> Any:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    try:
        return etree.fromstring(data, etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Broken(f"the answer is no whole XML document ({str(error)[:80]})") from None


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _event(element: Any) -> WrittenEvent:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    made = [
        part.text.strip().removesuffix("Z")
        for path in (_CREATED, f"origin/{_CREATED}", f"magnitude/{_CREATED}")
        for part in element.findall("/".join(f"{{*}}{step}" for step in path.split("/")))
        if part.text
    ]
    element.tail = None
    xml = etree.tostring(element)
    name = element.get("publicID") or hashlib.sha256(xml).hexdigest()  # without an id it is only equal to itself
    return WrittenEvent(name, max(made, default=""), xml)


def merged(documents: Iterable[Sequence[WrittenEvent]]) -> Merged:
    """Each event once: of several versions the one made last, of those of one age the one that came last."""
    newest: dict[str, WrittenEvent] = {}
    twice = revised = 0
    for event in (each for document in documents for each in document):
        other = newest.get(event.id)
        if other is None:
            newest[event.id] = event
        elif other.xml == event.xml:
            twice += 1
        else:
            revised += 1
            newest[event.id] = max((other, event), key=lambda each: (each.updated, each is event))
    return Merged(tuple(newest[name] for name in sorted(newest)), twice, revised)


def document(events: Iterable[WrittenEvent]) -> bytes:
    """One QuakeML document of events."""
    events = list(events)
    space = _parsed(events[0].xml).nsmap.get(None, _BED) if events else _BED
    version = space.rpartition("/")[2]
    head = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<q:quakeml xmlns:q="http://quakeml.org/xmlns/quakeml/{version}"'
        f' xmlns="{space}">\n<eventParameters publicID="smi:local/seisweave">\n'
    )
    return b"".join([head.encode(), *(event.xml + b"\n" for event in events), b"</eventParameters>\n</q:quakeml>\n"])
