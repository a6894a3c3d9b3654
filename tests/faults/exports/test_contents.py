"""What exports hold beside corners: folders, times and colours of KML; data of VTK; layers, surfaces, segments."""

import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from tests.faults.exports.networks import ABOVE, N_HALOS, PLACES, network_at
from tests.faults.exports.readers import local_km, polydata

from seisweave.errors import InputError
from seisweave.faults.exports import ExportOptions, export_network
from seisweave.faults.exports.formats import FORMATS
from seisweave.faults.exports.tsurf import crs_name, epsg_of

KML = "{http://www.opengis.net/kml/2.2}"
PLACE = PLACES["California"]


@pytest.fixture(scope="module")
def network():
    return network_at(PLACE)


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    made = tmp_path_factory.mktemp("contents")
    export_network(network, list(FORMATS), made)
    return made


def test_kml_has_folders_times_and_colours(network, folder):
    document = ET.parse(folder / "network.kml").getroot().find(f"{KML}Document")
    faults, outlines, halos = document.findall(f"{KML}Folder")
    systems = faults.findall(f"{KML}Folder")
    assert [each.findtext(f"{KML}name").split(":")[0] for each in systems] == ["System 0", "System 1", "System 2"]
    numbers = [[mark.findtext(f"{KML}name") for mark in each.findall(f"{KML}Placemark")] for each in systems]
    assert numbers == [["fault 0", "fault 1"], ["fault 2", "fault 3"], ["fault 4", "fault 5"]]
    assert len(outlines.findall(f"{KML}Placemark")) == ABOVE
    assert len(halos.findall(f"{KML}Placemark")) == N_HALOS
    styles = {each.get("id"): each.findtext(f"{KML}PolyStyle/{KML}color") for each in document.findall(f"{KML}Style")}
    times, events = network.source["time"], network.faults
    for mark in document.iter(f"{KML}Placemark"):
        kind, number = mark.findtext(f"{KML}name").split()
        own = (events.fault_of_event if kind == "fault" else events.halo_of_event) == int(number)
        begin, end = (pd.Timestamp(mark.findtext(f"{KML}TimeSpan/{KML}{name}")) for name in ("begin", "end"))
        assert begin.tz_localize(None) == times[own].min().floor("s")
        assert end.tz_localize(None) == times[own].max().floor("s")
        assert mark.findtext(f"{KML}styleUrl")[1:] in styles
        assert mark.findtext(f"{KML}description").startswith("<table><tr>")
    assert styles["fault0"] == styles["fault1"] != styles["fault2"]  # systems


def test_kml_coloured_by_strike(network, tmp_path):
    export_network(network, ["kml"], tmp_path / "a.kml", ExportOptions(colours="strike"))
    styles = ET.parse(tmp_path / "a.kml").getroot().iter(f"{KML}Style")
    colours = [each.findtext(f"{KML}PolyStyle/{KML}color") for each in styles]
    assert len(set(colours[:ABOVE])) == ABOVE


def test_networks_without_events_have_no_times(network, tmp_path):
    bare = replace(network, source=None)
    export_network(bare, ["kml", "vtp", "gpkg", "gmt"], tmp_path)
    assert "TimeSpan" not in (tmp_path / "network.kml").read_text()
    assert not (tmp_path / "events.vtp").exists()
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "network.gpkg")] == ["faults", "planes", "halos"]


def test_networks_without_halos(network, tmp_path):
    faults = network.faults
    none = {"halo_weight": np.zeros(0), "halo_mean_km": np.zeros((0, 3)), "halo_covariance_km2": np.zeros((0, 3, 3))}
    label = np.full(network.n_events, -1)
    bare = replace(network, faults=replace(faults, **none, halo_of_event=label))
    export_network(bare, ["kml", "vtp", "gpkg"], tmp_path)
    assert "Halos" not in (tmp_path / "network.kml").read_text()
    assert not (tmp_path / "halos.vtp").exists()


def test_vtk_holds_all_three_and_their_data(network, folder):
    blocks = ET.parse(folder / "network.vtm").getroot().findall("vtkMultiBlockDataSet/DataSet")
    assert [(each.get("name"), each.get("file")) for each in blocks] == [
        (name, f"{name}.vtp") for name in ("faults", "halos", "events")
    ]
    _, polygons, data = polydata(folder / "faults.vtp")
    assert len(polygons) == ABOVE
    assert np.allclose(data["strike_deg"], network.planes.strike_deg[:ABOVE])
    assert np.array_equal(data["n_events"], network.events_per_fault[:ABOVE])
    points, polygons, data = polydata(folder / "halos.vtp")
    for k in range(N_HALOS):
        own = np.unique(np.concatenate([each for each, halo in zip(polygons, data["halo"], strict=True) if halo == k]))
        from_middle = points[own] - network.faults.halo_mean_km[k]
        inverse = np.linalg.inv(network.faults.halo_covariance_km2[k])
        assert np.allclose(np.einsum("mi,ij,mj->m", from_middle, inverse, from_middle), 4.0)  # two sigma
    points, polygons, data = polydata(folder / "events.vtp")
    assert np.array_equal(points, network.source[["x_km", "y_km", "depth_km"]].to_numpy())
    assert len(polygons) == network.n_events
    assert np.array_equal(data["magnitude"], network.source["magnitude"])
    assert data["time_year"][network.source["time"].argmin()] == 1990.0
    assert 'a <strange> & "named" column' in data


def test_years_with_decimals():
    from seisweave.faults.exports.vtp import decimal_years

    times = pd.Series(pd.to_datetime(["2020-07-02T00:00", None, "2019-07-02T12:00", "1969-01-01T00:00"]))
    assert decimal_years(times)[[0, 2, 3]].tolist() == [2020.5, 2019.5, 1969.0]
    assert np.isnan(decimal_years(times)[1])


def test_a_geopackage_has_four_layers(network, folder):
    layers = dict(pyogrio.list_layers(folder / "network.gpkg"))
    assert layers == {"faults": "Polygon", "planes": "Polygon Z", "halos": "Polygon", "events": "Point Z"}
    events = pyogrio.read_dataframe(folder / "network.gpkg", layer="events")
    at = local_km(PLACE, events.geometry.x, events.geometry.y, -events.geometry.z / 1000)
    assert np.abs(at - network.source[["x_km", "y_km", "depth_km"]].to_numpy()).max() < 1e-3
    outlines = pyogrio.read_dataframe(folder / "network.gpkg", layer="faults")
    assert (shapely.area(outlines.geometry.array) > 0).all()
    assert outlines.geometry.is_valid.all()
    assert str(outlines["first_time"].dtype).startswith("datetime64")
    with sqlite3.connect(folder / "network.gpkg") as base:
        assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
    base.close()


def test_equal_networks_are_equal_files(network, folder, tmp_path):
    """Also those in which libraries note when they were written."""
    export_network(network, list(FORMATS), tmp_path)
    names = [path.name for path in folder.iterdir() if path.name != "exports.json"]
    assert [name for name in names if (folder / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def test_gmt_segments_bear_their_strike(network, folder):
    lines = [line for line in (folder / "faults.gmt").read_text().splitlines() if line.startswith(">")]
    values = [float(re.match(r'> -Z(\S+) -L"fault \d, dip \d+, \d+ events"$', line).group(1)) for line in lines]
    assert np.allclose(values, network.planes.strike_deg[:ABOVE], atol=1e-3)


def test_tsurf_names_its_map(folder):
    text = (folder / "faults.ts").read_text()
    assert text.count("GOCAD TSurf 1") == text.count("\nEND\n") == ABOVE
    assert text.count('NAME "WGS 84 / UTM zone 11N"') == ABOVE


@pytest.mark.parametrize(("longitude", "latitude"), [(-117, 34), (179.98, -18), (-180, 1), (180, 0), (0, 85), (9, -85)])
def test_names_of_maps_are_those_of_their_codes(longitude, latitude):
    from pyproj import CRS

    from seisweave.catalog.projection import LocalProjection

    place = LocalProjection(float(longitude), float(latitude))
    assert CRS.from_epsg(epsg_of(place)).name == crs_name(place)
    assert CRS.from_user_input(crs_name(place)).to_epsg() == epsg_of(place)


def test_geojson_and_csv_are_those_of_the_result_folder(network, folder):
    from seisweave.faults.export import faults_geojson, faults_table

    assert json.loads((folder / "faults.geojson").read_text()) == json.loads(json.dumps(faults_geojson(network)))
    assert list(pd.read_csv(folder / "faults.csv")) == list(faults_table(network))


def test_files_appear_whole_or_not_at_all(network, tmp_path, monkeypatch):
    path = tmp_path / "a.kml"
    export_network(network, ["kml"], path)
    before = path.read_bytes()

    def fail(faults, made):
        made.write_text("half of it")
        raise OSError("disk full")

    monkeypatch.setattr("seisweave.faults.exports.kml.write", fail)
    with pytest.raises(OSError, match="disk full"):
        export_network(network, ["kml"], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("formats", "name", "said"),
    [
        (["srcmod"], "a.fsp", "format 'srcmod' is not known; give one of kml, vtp, tsurf, nrml, gmt, gpkg,"),
        (["kml"], "a.gpkg", "give a name in .kml, or a folder"),
        (["kml", "gmt"], "a.kml", "several formats make a folder"),
        (["kml"], "nowhere", "no such folder"),
        (["kml"], "nowhere/a.kml", "nowhere/a.kml"),
    ],
)
def test_what_cannot_be_written_is_refused(network, tmp_path, formats, name, said):
    with pytest.raises((InputError, OSError), match=said):
        export_network(network, formats, tmp_path / name)


def test_networks_without_faults_in_the_ground(network, tmp_path):
    plates = network.faults.plates
    up = replace(plates, centre_km=plates.centre_km - [0.0, 0.0, 100.0])
    with pytest.raises(InputError, match="none of 7 faults reaches below sea level"):
        export_network(replace(network, faults=replace(network.faults, plates=up)), ["csv"], tmp_path)


@pytest.mark.parametrize(("name", "library"), [("gpkg", "pyogrio"), ("vtp", "pyevtk")])
def test_missing_libraries_are_named(network, tmp_path, monkeypatch, name, library):
    from seisweave.faults.exports import formats

    monkeypatch.setattr(formats, "find_spec", lambda module: None if module == library else object())
    with pytest.raises(InputError, match=rf"^{name} needs {library}; install with: pip install 'seisweave\[export\]'$"):
        export_network(network, [name], tmp_path)
