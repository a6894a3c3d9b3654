"""What is handed in under a catalog's name and is none, though it is text: web pages, lists of stations, messages."""

from __future__ import annotations

import re

from seisweave.catalog.source import Source

_WEB_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)
_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?(\w+)", re.S)
_ROOTS = {
    "FDSNStationXML": "a list of stations (StationXML)",
    "xseed": "a list of stations (XML-SEED)",
    "kml": "a map (KML); export its places as CSV",
    "svg": "a drawing (SVG)",
    "gpx": "a track (GPX)",
}
_STATIONS = re.compile(r"\s*#?\s*network\s*\|\s*station\s*\|", re.I)
_SERVICE = re.compile(
    r"\s*(?:Error\s+[45]\d\d\b|HTTP Status [45]\d\d|[45]\d\d (?:Bad Request|Forbidden|Not Found|Service))", re.I
)
_STATION_WORDS = {"station", "sta", "stationcode", "stacode", "stn", "station_code"}
_PLACE_WORDS = {"latitude", "lat", "stla", "station_lat"}
_HEIGHT_WORDS = {"elevation", "elev", "elevation_m", "stel", "altitude", "height", "channel", "network", "net"}
_EVENT_WORDS = re.compile(r"time|date|year|yr\b|mag|origin|depth|dep\b|event|hour|evid", re.I)


def not_a_catalog(source: Source) -> str:
    """What a file is, as "a web page", or "" where it may be a catalog."""
    head = source.head()
    if _WEB_PAGE.match(head[:4096]):
        return "a web page, as a service sends that refuses or asks to sign in"
    if head.lstrip()[:1] in ("{", "[") and '"geometry"' not in head:
        return "JSON that is no GeoJSON"
    root = _ROOT.match(head[:4096]) if head.lstrip().startswith("<") else None
    if root is not None and root[1] in _ROOTS:
        return _ROOTS[root[1]]
    if _STATIONS.match(head):
        return "a list of stations (FDSN text)"
    if _SERVICE.match(head):
        return f"the message of a service: {head.split(chr(10), 1)[0].strip()[:80]!r}"
    return "a list of stations, which names no time and no magnitude" if _names_stations(source) else ""


def _names_stations(source: Source) -> bool:
    """Whether the first line names stations with their places, and nothing that an event has."""
    first = next(iter(source.first_lines("\0")), "").lstrip("#% ")
    names = {re.sub(r"\s*[(\[].*", "", name).strip().strip('"').lower() for name in re.split(r"[,;|\t]|\s+", first)}
    if not names & _STATION_WORDS or not names & _PLACE_WORDS or not names & _HEIGHT_WORDS:
        return False
    return not any(_EVENT_WORDS.match(name) for name in names)
