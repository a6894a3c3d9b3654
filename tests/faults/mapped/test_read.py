"""Mapped faults from files of every kind, and one clear line for what cannot be read."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pyproj import CRS, Transformer

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.mapped import read_mapped_faults

CFM = Path(__file__).parents[4] / "shared" / "data" / "cfm7"
UTM = "EPSG:26711"  # NAD27, zone 11N
CORNERS = np.array([[508028.3, 4041336.1, -1445.7], [507208.1, 4041770.2, -1845.8], [507395.3, 4040785.7, 120.0]])
SYSTEM = 'GOCAD_ORIGINAL_COORDINATE_SYSTEM\nNAME Default\nAXIS_NAME "X" "Y" "Z"\nAXIS_UNIT "m" "m" "m"\n'
SYSTEM += "ZPOSITIVE Elevation\nEND_ORIGINAL_COORDINATE_SYSTEM\n"


def tsurf(corners=CORNERS, name="Black_Mountain", system=SYSTEM, triangles=((1, 2, 3),), end="END\n"):
    vertices = "".join(f"VRTX {k} {x} {y} {z}\n" for k, (x, y, z) in enumerate(corners, 1))
    rows = "".join(f"TRGL {a} {b} {c}\n" for a, b, c in triangles)
    return f"GOCAD TSurf 1\nHEADER {{\nname:{name}\n*visible:true\n}}\n{system}TFACE\n{vertices}{rows}{end}"


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_surface_is_where_its_file_says(tmp_path):
    made = read_mapped_faults(written(tmp_path / "a.ts", tsurf()), UTM)
    lon, lat = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True).transform(CORNERS[:, 0], CORNERS[:, 1])
    np.testing.assert_allclose(made.points, np.column_stack([lon, lat, [1.4457, 1.8458, -0.12]]), atol=1e-9)
    assert (made.kind, made.names, made.pieces.tolist()) == ("surfaces", ("Black_Mountain",), [[0, 1, 2]])
    assert -116.94 < lon[0] < -116.88  # Death Valley
    assert 36.4 < lat[0] < 36.6
    assert made.notes == ()


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        (('AXIS_UNIT "m" "m" "m"', 'AXIS_UNIT "km" "km" "km"'), 0.001),
        (('AXIS_UNIT "m" "m" "m"', "AXIS_UNIT ft ft ft"), 1 / 0.3048),
        (("ZPOSITIVE Elevation", "ZPOSITIVE Depth"), np.array([1.0, 1.0, -1.0])),
    ],
)
def test_units_and_the_sense_of_z_are_heeded(change, factor, tmp_path):
    plain = read_mapped_faults(written(tmp_path / "a.ts", tsurf()), UTM)
    other = read_mapped_faults(written(tmp_path / "b.ts", tsurf(CORNERS * factor, system=SYSTEM.replace(*change))), UTM)
    np.testing.assert_allclose(other.points, plain.points, atol=1e-9)


@pytest.mark.parametrize(
    "said", ["NAME EPSG:26711", "NAME NAD27 / UTM zone 11N", 'NAME x\nPROJECTION "UTM zone 11N"\nDATUM "NAD27"']
)
def test_the_system_that_a_surface_says_is_taken(said, tmp_path):
    path = written(tmp_path / "a.ts", tsurf(system=SYSTEM.replace("NAME Default", said)))
    np.testing.assert_array_equal(
        read_mapped_faults(path).points, read_mapped_faults(written(tmp_path / "b.ts", tsurf()), UTM).points
    )


def test_a_system_given_in_place_of_that_of_the_file_is_told(tmp_path):
    path = written(tmp_path / "a.ts", tsurf(system=SYSTEM.replace("NAME Default", "NAME EPSG:32611")))
    assert "says 'EPSG:32611'; EPSG:26711 is taken" in read_mapped_faults(path, UTM).notes[0]


def test_atoms_and_several_surfaces_in_a_file(tmp_path):
    two = tsurf().replace("TRGL", "ATOM 4 1 0\nTRGL").replace("TRGL 1 2 3", "TRGL 4 2 3") + tsurf(name="Other one")
    made = read_mapped_faults(written(tmp_path / "a.ts", two.replace("ATOM 4 1 0", "ATOM 4 1")), UTM)
    assert made.names == ("Black_Mountain", "Other one")
    assert made.pieces.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert made.owner.tolist() == [0, 1]


def test_faults_of_the_same_name_are_one(tmp_path):
    paths = [written(tmp_path / f"{k}.ts", tsurf()) for k in range(2)]
    made = read_mapped_faults(paths, UTM)
    assert (len(made), made.owner.tolist()) == (1, [0, 0])


def test_local_coordinates_are_in_the_unit_of_the_file(tmp_path):
    made = read_mapped_faults(
        written(tmp_path / "a.ts", tsurf(np.array([[0.0, 0, 0], [5000, 0, -3000], [0, 9, 0]]))), "local"
    )
    assert made.local
    np.testing.assert_allclose(made.xyz_km(None)[1], [5.0, 0.0, 3.0])
    traces = read_mapped_faults(written(tmp_path / "a.gmt", ">\n0 0\n1200 5\n"), "local")
    np.testing.assert_allclose(traces.xyz_km(None)[1], [1200.0, 5.0, 0.0])


GMT = """# Datum: WGS84
> "Elsinore"
-117.2 33.5 12
-117.0 33.3 9
> -L"San Jacinto" -W1p
-116.9,33.9
-116.5,33.5
-116.4,33.4
"""
FEATURES = [
    {"type": "Feature", "properties": {"Name": "Elsinore"},
     "geometry": {"type": "LineString", "coordinates": [[-117.2, 33.5], [-117.0, 33.3, 9]]}},
    {"type": "Feature", "properties": {"fault_name": "San Jacinto"},
     "geometry": {"type": "MultiLineString", "coordinates": [[[-116.9, 33.9], [-116.5, 33.5], [-116.4, 33.4]]]}},
]  # fmt: skip


def shapefile_at(path, prj=None):
    import shapefile

    with shapefile.Writer(str(path), shapeType=shapefile.POLYLINE) as writer:
        writer.field("NAME", "C", size=40)
        for feature in FEATURES:
            lines = feature["geometry"]["coordinates"]
            lines = [lines] if feature["geometry"]["type"] == "LineString" else lines
            writer.line([[xy[:2] for xy in line] for line in lines])
            writer.record(*feature["properties"].values())
    if prj:
        path.with_suffix(".prj").write_text(prj)
    return path.with_suffix(".shp")


def test_traces_of_all_formats_are_the_same(tmp_path):
    gmt = written(tmp_path / "a.gmt", GMT)
    geojson = written(tmp_path / "a.geojson", json.dumps({"type": "FeatureCollection", "features": FEATURES}))
    shape = shapefile_at(tmp_path / "shape", CRS(4326).to_wkt("WKT1_ESRI"))
    packed = written(tmp_path / "traces.lonLat.gz", gzip.compress(GMT.encode()))
    archive = tmp_path / "shape.zip"
    with zipfile.ZipFile(archive, "w") as into:
        for suffix in ("shp", "shx", "dbf", "prj"):
            into.write(tmp_path / f"shape.{suffix}", f"faults/shape.{suffix}")
    for path in (gmt, geojson, shape, packed, archive):
        made = read_mapped_faults(path)
        assert (made.kind, made.names, made.notes) == ("traces", ("Elsinore", "San Jacinto"), ())
        np.testing.assert_allclose(made.points[:, 0], [-117.2, -117.0, -116.9, -116.5, -116.4])
        np.testing.assert_allclose(made.points[:, 1], [33.5, 33.3, 33.9, 33.5, 33.4])
        assert made.owner.tolist() == [0, 1, 1]
        assert not made.points[:, 2].any()


def test_projected_traces_come_by_their_prj(tmp_path):
    to_utm = Transformer.from_crs("EPSG:4326", "EPSG:32611", always_xy=True)
    before = [feature["geometry"]["coordinates"] for feature in FEATURES]
    try:
        FEATURES[0]["geometry"]["coordinates"] = [list(to_utm.transform(*xy[:2])) for xy in before[0]]
        FEATURES[1]["geometry"]["coordinates"] = [[list(to_utm.transform(*xy)) for xy in line] for line in before[1]]
        path = shapefile_at(tmp_path / "utm", CRS(32611).to_wkt("WKT1_ESRI"))
    finally:
        for feature, coordinates in zip(FEATURES, before, strict=True):
            feature["geometry"]["coordinates"] = coordinates
    np.testing.assert_allclose(read_mapped_faults(path).points[0, :2], [-117.2, 33.5], atol=1e-6)
    (tmp_path / "utm.prj").unlink()
    with pytest.raises(InputError, match="does not say its coordinate system; give it, like crs='EPSG:26711'"):
        read_mapped_faults(path)


def test_degrees_without_a_system_are_taken_as_wgs84_and_told(tmp_path):
    made = read_mapped_faults(written(tmp_path / "a.txt", "-117 33\n-117.1 33.2\n"))
    assert made.names == ("trace 1",)
    assert "does not say its coordinates; taken as longitude and latitude (WGS84)" in made.notes[0]


def test_polygons_beside_lines_are_passed_over_and_told(tmp_path):
    polygon = {"type": "Polygon", "coordinates": [[[-117, 33], [-116, 33], [-116, 34], [-117, 33]]]}
    item = {"type": "GeometryCollection", "geometries": [polygon, FEATURES[0]["geometry"]]}
    made = read_mapped_faults(written(tmp_path / "a.json", json.dumps(item)))
    assert len(made) == 1
    assert "1 geometries that are no lines are passed over" in made.notes[0]
    with pytest.raises(InputError, match="has no lines"):
        read_mapped_faults(written(tmp_path / "b.json", json.dumps(polygon)))


def test_folders_and_archives_hold_the_same(tmp_path):
    folder = tmp_path / "surfaces"
    (folder / "below").mkdir(parents=True)
    names = {"one.ts": tsurf(name="one"), "below/two.ts": tsurf(name="two"), "readme.txt": "not a fault"}
    for name, text in names.items():
        written(folder / name, text)
    archive = tmp_path / "surfaces.tar.gz"
    with tarfile.open(archive, "w:gz") as into:
        for name, text in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            into.addfile(info, io.BytesIO(text.encode()))
    one, other = read_mapped_faults(folder, UTM), read_mapped_faults(archive, UTM)
    assert sorted(one.names) == sorted(other.names) == ["one", "two"]
    np.testing.assert_array_equal(np.sort(one.points, axis=0), np.sort(other.points, axis=0))


def test_the_upper_edge_of_a_surface_is_its_line_on_the_map(tmp_path):
    corners = np.array([[0.0, 0, 0], [4000, 0, 0], [4000, 2000, -3000], [0, 2000, -3000]])
    path = written(tmp_path / "a.ts", tsurf(corners, triangles=((1, 2, 3), (1, 3, 4))))
    lines = read_mapped_faults(path, "local").lines_km(None)
    assert lines.tolist() == [[[0.0, 0.0], [4.0, 0.0]]]


WRONG = {
    "cut short": (tsurf(end=""), "ends before END; it is cut short"),
    "missing vertex": (tsurf(triangles=((1, 2, 9),)), "line 16: triangle '1 2 9' names vertices that are not there"),
    "short triangle": (tsurf().replace("TRGL 1 2 3", "TRGL 1 2"), "triangle '1 2' names vertices"),
    "no triangle": (tsurf(triangles=()), "surface 'Black_Mountain' has no triangle"),
    "no number": (tsurf().replace("4041336.1", "north"), "vertex '1 508028.3 north -1445.7' is no number with three"),
    "short vertex": (tsurf().replace(" -1445.7", ""), "vertex '1 508028.3 4041336.1' is no number with three"),
    "not a number": (tsurf().replace("4041336.1", "nan"), "vertex 1 has coordinates that are no numbers"),
    "unit": (tsurf().replace('"m" "m" "m"', '"mi" "mi" "m"'), "units are m, km, ft"),
    "two begun": (tsurf(end="") + tsurf(), "another surface begins before END"),
    "too deep": (tsurf(CORNERS * [1.0, 1.0, 1000.0]), "km deep; look at its unit"),
    "another file": ("# nothing\n", "does not begin with GOCAD TSurf"),
    "empty": (" \n", "is empty"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_broken_surface_is_one_clear_line(kind, tmp_path):
    text, told = WRONG[kind]
    with pytest.raises(InputError) as error:
        read_mapped_faults(written(tmp_path / "a.ts", text), UTM)
    assert told in str(error.value)
    assert "a.ts" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "crs", "told"),
    [
        (tsurf(), None, "does not say its coordinate system; give it, like crs='EPSG:26711'"),
        (tsurf(system=SYSTEM.replace("Default", "Mine")), None, "coordinate system is 'Mine', which is not known"),
        (tsurf(), "EPSG:4326", r"are no degrees, longitude first \(EPSG:4326\)"),
        (tsurf(), "EPSG:99999", "crs='EPSG:99999' is not known"),
        (tsurf(), "UTM11", "crs='UTM11' is not known"),
        (tsurf(), "EPSG:27700", "far outside its area"),  # Britain
        (tsurf(), "EPSG:2056", "far outside its area"),  # Switzerland
        (tsurf(CORNERS * 1e9), UTM, "km deep"),
        (tsurf(CORNERS * [1e9, 1e9, 1.0]), UTM, "are nowhere on Earth|far outside"),
        (GMT, UTM, r"look like degrees \(EPSG:26711\)"),
        ("500000 3700000\n510000 3710000\n", None, "does not say its coordinate system"),
        (">\n33.5 -117.2\n33.3 -117.0\n", None, "does not say its coordinate system"),
    ],
)
def test_coordinates_are_never_guessed(text, crs, told, tmp_path):
    with pytest.raises(InputError, match=told):
        read_mapped_faults(written(tmp_path / "a", text), crs)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.gmt", "> one\n-117 33\nlost words\n", "line 3 is 'lost words', not longitude and latitude"),
        ("a.gmt", "> one\n-117 33\n> two\n-117 34\n", "holds no mapped faults"),
        ("a.gmt", "# Datum: WGS84\n>\n-117 nan\n-117 33\n", "coordinates that are no numbers"),
        ("a.json", '{"type": "LineString", "coordinates": [[-117', "is no whole GeoJSON"),
        ("a.json", '{"type": "LineString"}', "is no whole GeoJSON"),
        ("a.json", '{"type": "LineString", "coordinates": [[-117], [33]]}', "is no whole GeoJSON"),
        ("a.json", "[1, 2]", "is no whole GeoJSON"),
        ("a.json", '{"type": "FeatureCollection", "features": []}', "holds no mapped faults"),
        ("a.shp", b"\x00\x00\x27\x0a" + bytes(60), "is no whole Shapefile"),
        ("a.tar.gz", gzip.compress(b"x" * 2000)[:-20], "truncated or broken gzip"),
        ("a.zip", b"PK\x03\x04" + bytes(40), "damaged archive"),
        ("a.gmt", "", "is empty"),
    ],
)
def test_broken_traces_and_archives_are_one_clear_line(name, data, told, tmp_path):
    with pytest.raises(InputError, match=told) as error:
        read_mapped_faults(written(tmp_path / name, data))
    assert "\n" not in str(error.value)


def test_paths_without_faults_are_told(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        read_mapped_faults(tmp_path / "gone")
    with pytest.raises(InputError, match="holds no file of mapped faults"):
        read_mapped_faults(tmp_path)
    with pytest.raises(InputError, match="no mapped faults are given"):
        read_mapped_faults([])
    both = [written(tmp_path / "a.ts", tsurf()), written(tmp_path / "b.gmt", GMT)]
    with pytest.raises(InputError, match="surfaces and traces cannot be measured alike"):
        read_mapped_faults([both[1], *both[:1]], "local")


@pytest.mark.skipif(not CFM.exists(), reason="no ../shared/data/cfm7")
def test_traces_of_the_community_fault_model_lie_on_its_surfaces(tmp_path):
    traces = read_mapped_faults(CFM / "CFM7.0_traces.lonLat.gz")
    assert (traces.names[0], traces.notes) == ("BNRA-BMFZ-MULT-Black_Mountain_fault-CFM3", ())
    with tarfile.open(CFM / "cfm7_1000m_ts.tar.gz") as archive:
        archive.extract(f"{traces.names[0]}_1000m.ts", tmp_path, filter="data")
    surface, projection = read_mapped_faults(tmp_path, UTM), LocalProjection(-116.9, 36.4)
    edge = surface.lines_km(projection).reshape(-1, 2)
    own = traces.xyz_km(projection)[np.unique(traces.pieces[traces.owner == 0])]
    distance = np.linalg.norm(own[:, None, :2] - edge, axis=2).min(axis=1)
    assert np.median(distance) < 0.5  # km; another datum is 0.2 km off, another zone 500
