r"""Traces of mapped faults: lines on the map, as GeoJSON, as GMT's text with many segments, or as a Shapefile.

GMT's text has longitude and latitude in two columns (others are passed over), and a line with ">" before each segment,
whose name stands after it, bare, in quotes, or after -L. Comments (#) may say the datum, as those of the SCEC Community
Fault Model do ("Datum: WGS84"), or the projection (GMT's OGR format, "@Je4326"). GeoJSON is WGS84 (RFC 7946), unless
it has the member `crs` of earlier drafts. A Shapefile has its coordinate system in the .prj beside it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.mapped.part import MappedPart, trace

WGS84 = "EPSG:4326"
_NAMES = ("name", "fault_name", "faultname", "fault", "cfm7_0_fault_object_name", "title", "label", "section", "id")
Beside = Callable[[str], bytes | None]  # the file beside a .shp with another suffix, where there is one


def read_gmt(data: bytes, file: str) -> list[MappedPart]:
    r"""Segments of GMT's text; those of one point are left out.

    Errors: InputError for a row that is not two numbers.

    >>> parts = read_gmt(b'# Datum: WGS84\n> "Elsinore"\n-117.2 33.5 0.1\n-117.0 33.3\n', "faults.gmt")
    >>> [(part.name, part.xy.tolist(), part.crs) for part in parts]
    [('Elsinore', [[-117.2, 33.5], [-117.0, 33.3]], 'EPSG:4326')]
    """
    text = data.decode("utf-8", errors="replace")
    crs, name = "", ""
    lines: list[MappedPart] = []
    rows: list[list[float]] = []

    def end() -> None:
        if len(rows) > 1:
            lines.append(trace(name or f"trace {len(lines) + 1}", file, rows, crs))
        rows.clear()

    for number, line in enumerate(text.splitlines(), 1):
        row = line.strip()
        if row.startswith(">"):
            end()
            name = _gmt_name(row[1:])
        elif row.startswith("#"):
            crs = _gmt_system(row) or crs
        elif row:
            try:
                east, north = (float(value) for value in re.split(r"[\s,;]+", row)[:2])
            except ValueError:
                raise InputError(
                    f"{shown(file)}: line {number} is {shown(row[:60])!r}, not longitude and latitude; give traces as"
                    " GMT's text (lon lat, > between them), GeoJSON or a Shapefile, or surfaces as GOCAD TSurf"
                ) from None
            rows.append([east, north])
    end()
    return lines


def read_geojson(data: bytes, file: str) -> list[MappedPart]:
    r"""Lines of a GeoJSON document; other geometries are passed over, and told.

    Errors: InputError for what is no GeoJSON.

    >>> line = {"type": "LineString", "coordinates": [[-117.2, 33.5], [-117.0, 33.3]]}
    >>> feature = {"type": "Feature", "geometry": line, "properties": {"Name": "Elsinore"}}
    >>> read_geojson(json.dumps(feature).encode(), "faults.geojson")[0].name
    'Elsinore'
    """
    try:
        document = json.loads(data)
        crs = _geojson_system(document)
        found = list(_geojson_lines(document, ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{shown(file)}: is no whole GeoJSON ({shown(str(error)[:80])}); give lines (LineString) in one"
        ) from None
    lines = [(name, line) for name, line in found if line is not None]
    if found and not lines:
        raise InputError(f"{shown(file)}: its GeoJSON has no lines; traces are LineString or MultiLineString")
    parts = [trace(name or f"trace {k + 1}", file, line, crs) for k, (name, line) in enumerate(lines) if len(line) > 1]
    if others := len(found) - len(lines):
        told = f"{shown(file)}: {others:,} geometries that are no lines are passed over"
        parts[:1] = [replace(part, told=(told,)) for part in parts[:1]]
    return parts


def read_shapefile(data: bytes, file: str, beside: Beside) -> list[MappedPart]:
    """Lines of a Shapefile, given its bytes and how to get at those of the files beside it (.dbf, .prj).

    Errors: InputError for a damaged file, one of no lines, and without the library that reads it.
    """
    try:
        from shapefile import Reader
    except ModuleNotFoundError:
        raise InputError(
            f"{shown(file)}: Shapefiles need pyshp; install it with: pip install 'seisweave[export]'"
        ) from None
    streams: dict[str, Any] = {suffix: io.BytesIO(found) for suffix in ("dbf", "shx") if (found := beside(suffix))}
    projection = beside("prj")
    crs = "" if projection is None else projection.decode("utf-8", errors="replace").strip()
    try:
        with Reader(shp=io.BytesIO(data), encodingErrors="replace", **streams) as reader:
            return list(_shapes(reader, file, crs))
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{shown(file)}: is no whole Shapefile ({shown(str(error)[:80])}); copy it again") from None


def _shapes(reader: Any, file: str, crs: str) -> Iterator[MappedPart]:
    """The lines of an opened Shapefile; those of several parts come apart, under one name."""
    if reader.shapeTypeName not in ("POLYLINE", "POLYLINEZ", "POLYLINEM"):
        raise InputError(f"{shown(file)}: holds {reader.shapeTypeName}; give a Shapefile of lines (POLYLINE)")
    names = [field[0] for field in reader.fields if field[0] != "DeletionFlag"]
    for k, shape in enumerate(reader.iterShapes()):
        row = dict(zip(names, reader.record(k), strict=True)) if names else {}
        name = _name_in(row) or f"trace {k + 1}"
        for first, last in pairwise([*shape.parts, len(shape.points)]):
            if last - first > 1:
                yield trace(name, file, [list(xy[:2]) for xy in shape.points[first:last]], crs)


def _gmt_name(text: str) -> str:
    """What follows ">": a quoted name, that after -L, or all of it."""
    found = re.search(r'-L\s*(?:"([^"]*)"|(\S+))', text) or re.match(r'\s*"([^"]*)"()', text)
    return (found[1] or found[2] if found else text).strip()


def _gmt_system(comment: str) -> str:
    """The coordinate system that a comment says: `@Je4326`, `@Jp"+proj=..."`, `Datum: WGS84`; or nothing."""
    if found := re.search(r"@Je(\d+)", comment):
        return f"EPSG:{found[1]}"
    if found := re.search(r'@Jp"?(\+[^"]*)', comment):
        return found[1].strip()
    return WGS84 if re.search(r"datum\W+wgs[ -]?(19)?84", comment, re.IGNORECASE) else ""


def _geojson_system(document: dict[str, Any]) -> str:
    crs = document.get("crs")
    return WGS84 if crs is None else str(crs["properties"]["name"])


def _geojson_lines(item: dict[str, Any], name: str) -> Iterator[tuple[str, list[list[float]] | None]]:
    """Names and lines of whatever is within; None for a geometry that is none."""
    kind = item["type"]
    if kind == "FeatureCollection":
        for feature in item["features"]:
            yield from _geojson_lines(feature, "")
    elif kind == "Feature":
        if item["geometry"] is not None:
            yield from _geojson_lines(item["geometry"], _name_in(item.get("properties") or {}))
    elif kind == "GeometryCollection":
        for each in item["geometries"]:
            yield from _geojson_lines(each, name)
    elif kind in ("LineString", "MultiLineString"):
        for line in [item["coordinates"]] if kind == "LineString" else item["coordinates"]:
            yield name, [[float(east), float(north)] for east, north in (place[:2] for place in line)]
    else:
        yield name, None


def _name_in(row: dict[str, Any]) -> str:
    """The name among properties, by the names that such a column commonly has."""
    lower = {key.lower().replace(" ", "_").replace(".", "_"): value for key, value in row.items()}
    for key in _NAMES:
        if lower.get(key) not in (None, ""):
            return str(lower[key]).strip()
    return ""
