"""Exports read back by others than who wrote them: corners of each fault, by its number, in local km.

GDAL reads KML and GeoJSON, SQLite and shapely what GDAL writes, Python's own XML, struct and plain lines the rest.
Places come back to local km by a projection of its own, not the network's.
"""

import re
import sqlite3
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import Transformer

NRML, GML = "{http://openquake.org/xmlns/nrml/0.5}", "{http://www.opengis.net/gml}"


def local_km(place, longitude, latitude, depth_km):
    """Local km of points in degrees."""
    crs = f"+proj=aeqd +lon_0={place.longitude} +lat_0={place.latitude} +datum=WGS84 +units=m"
    east, north = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(longitude, latitude)
    return np.column_stack([np.asarray(east) / 1000, np.asarray(north) / 1000, depth_km])


def _open(ring):
    """A ring without its last corner, which is its first."""
    ring = np.asarray(ring)
    assert np.array_equal(ring[0], ring[-1])
    return ring[:-1]


def kml(path, place):
    """By GDAL: planes are in the folders of systems."""
    layers = [name for name, _ in pyogrio.list_layers(path)]
    lift_km = float(re.search(r"lifted by (\d+) km", layers[0]).group(1))
    found = {}
    for layer in layers:
        if layer.startswith("System"):
            for row in pyogrio.read_dataframe(path, layer=layer).itertuples():
                ring = _open(row.geometry.exterior.coords)
                found[int(row.fault)] = local_km(place, ring[:, 0], ring[:, 1], lift_km - ring[:, 2] / 1000)
    return found


def gmt(path, place):
    """By its lines: closed segments of longitude, latitude, depth."""
    head, *segments = path.read_text().split("> ")
    assert all(line.startswith("#") for line in head.splitlines())
    found = {}
    for segment in segments:
        name, *lines = segment.splitlines()
        ring = _open([[float(value) for value in line.split()] for line in lines])
        found[int(re.search(r'-L"fault (\d+),', name).group(1))] = local_km(place, *ring.T)
    return found


def geojson(path, place):
    """By GDAL."""
    table = pyogrio.read_dataframe(path)
    found = {}
    for row in table[(table["kind"] == "plane") & table.geometry.notna()].itertuples():
        ring = _open(row.geometry.exterior.coords)
        found[int(row.fault)] = local_km(place, ring[:, 0], ring[:, 1], -ring[:, 2] / 1000)
    return found


def csv(path, place):
    """By pandas."""
    found = {}
    for row in pd.read_csv(path).to_dict("records"):
        names = ("longitude", "latitude") if place is not None else ("x_km", "y_km")
        rings = np.array([[row[f"corner{k}_{name}"] for name in (*names, "depth_km")] for k in (1, 2, 3, 4)])
        found[int(row["fault"])] = rings if place is None else local_km(place, *rings.T)
    return found


def gpkg(path, place):
    """By SQLite and shapely: a GeoPackage's geometry is a header before well-known binary."""
    with sqlite3.connect(path) as base:
        rows = base.execute("select fault, geom from planes").fetchall()
    base.close()
    found = {}
    for number, blob in rows:
        assert blob[:2] == b"GP"
        envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(blob[3] >> 1) & 7]
        assert struct.unpack("<i", blob[4:8]) == (4326,)
        ring = _open(shapely.get_coordinates(shapely.from_wkb(blob[8 + envelope :]), include_z=True))
        found[number] = local_km(place, ring[:, 0], ring[:, 1], -ring[:, 2] / 1000)
    return found


def tsurf(path, place):
    """By its lines: vertices, and triangles that make up the polygon."""
    found = {}
    for part in path.read_text().split("GOCAD TSurf 1\n")[1:]:
        number = int(re.search(r"^name:fault_(\d+)$", part, re.M).group(1))
        vertices = {
            int(k): [float(v) for v in rest.split()] for k, rest in re.findall(r"^VRTX (\d+) (.+)$", part, re.M)
        }
        triangles = np.array([[int(k) for k in row.split()] for row in re.findall(r"^TRGL (.+)$", part, re.M)])
        assert part.rstrip().endswith("END")
        assert set(triangles.ravel()) == set(vertices)
        assert len(triangles) == len(vertices) - 2
        metres = np.array([vertices[k] for k in sorted(vertices)])
        if place is None:
            found[number] = metres * [1e-3, 1e-3, -1e-3]
        else:
            name = re.search(r'^NAME "(.+)"$', part, re.M).group(1)
            longitude, latitude = Transformer.from_crs(name, "EPSG:4326", always_xy=True).transform(*metres[:, :2].T)
            found[number] = local_km(place, longitude, latitude, -metres[:, 2] / 1000)
    return found


def polydata(path):
    """Points (local km, depth positive down), polygons or points, and cell data of a .vtp file."""
    head, _, tail = path.read_bytes().partition(b'<AppendedData encoding="raw">')
    raw = tail[tail.index(b"_") + 1 :]
    piece = ET.fromstring(head + b"</VTKFile>").find("PolyData/Piece")
    kinds = {"Float64": "<f8", "Int64": "<i8"}
    arrays = {}
    for array in piece.iter("DataArray"):
        start = int(array.get("offset"))
        (size,) = struct.unpack("<Q", raw[start : start + 8])
        arrays[array.get("Name")] = np.frombuffer(raw[start + 8 : start + 8 + size], kinds[array.get("type")])
    points = arrays.pop("Points").reshape(-1, 3) * [1, 1, -1]
    ends, corner = arrays.pop("offsets"), arrays.pop("connectivity")
    assert int(piece.get("NumberOfPoints")) == len(points)
    assert int(piece.get("NumberOfPolys")) + int(piece.get("NumberOfVerts")) == len(ends)
    return points, np.split(corner, ends[:-1]), arrays


def vtp(path, place):
    """By struct and Python's XML."""
    points, polygons, data = polydata(path)
    return {int(number): points[corners] for number, corners in zip(data["fault"], polygons, strict=True)}


def _line(where, width):
    return np.array(where.find(f"{GML}LineString/{GML}posList").text.split(), float).reshape(-1, width)


def nrml(path, place):
    """By Python's XML, with a simple fault's surface as the manual has it: below its trace, to the right of it."""
    found = {}
    for source in ET.parse(path).getroot().find(f"{NRML}sourceModel/{NRML}sourceGroup"):
        number = int(source.get("id").removeprefix("fault-"))
        simple = source.find(f"{NRML}simpleFaultGeometry")
        if simple is None:
            edges = [
                _line(source.find(f"{NRML}complexFaultGeometry/{NRML}{name}"), 3)
                for name in ("faultTopEdge", "faultBottomEdge")
            ]
            top, bottom = (local_km(place, *edge.T) for edge in edges)
        else:
            trace = _line(simple, 2)
            dip, upper, lower = (
                float(simple.findtext(f"{NRML}{name}")) for name in ("dip", "upperSeismoDepth", "lowerSeismoDepth")
            )
            at = local_km(place, *trace.T, np.zeros(2))
            along = (at[1] - at[0])[:2] / np.linalg.norm(at[1] - at[0])
            down = np.array([along[1] / np.tan(np.radians(dip)), -along[0] / np.tan(np.radians(dip)), 1.0])
            top, bottom = at + upper * down, at + lower * down
        found[number] = np.array([top[0], top[1], bottom[1], bottom[0]])
    return found
