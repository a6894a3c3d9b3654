"""Tables of pandas, columns of points in metres, types of magnitudes, letters of other networks, what looks wrong."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seisweave.catalog import Catalog, read_catalog, read_local_xyz
from seisweave.catalog.missing_uncertainty import MissingUncertainty, fill_uncertainty
from seisweave.errors import InputError

ROW = "2010-03-14T01:02:03,60.0,25,10,4\n2010-03-15T01:02:04,60.1,25.2,11,4.1\n2010-03-16T01:02:05,60.2,25.1,12,4.2\n"


def comcat_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": pd.to_datetime(["2020-01-01T10:00:00.123Z", "2020-01-02T11:00:00Z"], format="ISO8601"),
            "latitude": [34.0, 35.0],
            "longitude": [-117.0, -118.0],
            "depth": [5, np.nan],
            "mag": [3.2, None],
            "magType": ["ml", None],
            "id": ["a", "b"],
            "horizontalError": [0.2, 0.3],
            "depthError": [31.61, 0.5],
            "type": ["earthquake", "quarry blast"],
        }
    )


def test_a_frame_of_comcat_keeps_its_depths_and_magnitudes(tmp_path, same_catalog):
    frame = comcat_frame()
    catalog = Catalog.from_pandas(frame)
    np.testing.assert_array_equal(catalog.depth_km, [5, np.nan])
    np.testing.assert_array_equal(catalog.magnitude, [3.2, np.nan])
    assert catalog.magnitude_type.tolist() == ["ml", ""]
    assert catalog.event_type.tolist() == ["earthquake", "quarry blast"]
    assert "depths are fixed" in "; ".join(catalog.rejected.notes)
    path = tmp_path / "same.csv"
    frame.to_csv(path, index=False)
    same_catalog(catalog, read_catalog(path))
    same_catalog(catalog, Catalog.from_pandas(frame.set_index("time")))


def test_a_frame_of_other_names_has_the_notes_of_a_file():
    frame = pd.DataFrame({"Date": ["2010-03-14"], "Lat": [35.0], "Lon": [25.0], "depth (m)": [1200.0], "Mw": [5]})
    catalog = Catalog.from_pandas(frame)
    assert (catalog.depth_km.tolist(), catalog.magnitude_type.tolist()) == ([1.2], ["Mw"])
    assert "dates only" in "; ".join(catalog.rejected.notes)
    with pytest.raises(InputError, match="no column for longitude"):
        Catalog.from_pandas(frame.drop(columns="Lon"))
    with pytest.raises(InputError, match="no day found"):
        Catalog.from_pandas(pd.DataFrame({"year": [2010], "month": [3], "xday": [3], "lat": [1.0], "lon": [2.0]}))


def test_columns_that_are_not_needed_never_hinder(tmp_path):
    frame = comcat_frame().assign(geometry=[b"\x01\xff", b"\x02\xfe"], tags=[["a"], ["b", "c"]])
    path = tmp_path / "geo.parquet"
    frame.to_parquet(path)
    catalog = read_catalog(path)
    assert catalog.depth_km[0] == 5
    assert "geometry, tags" in "; ".join(catalog.rejected.notes)
    assert Catalog.from_pandas(frame).ids.tolist() == ["a", "b"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xml"])
def test_types_of_magnitudes_are_written_and_read_back(tmp_path, make_catalog, suffix):
    if suffix == ".xml":
        pytest.importorskip("obspy")
    catalog = make_catalog(12)[~np.isnat(make_catalog(12).times)]
    scale = np.where(np.isnan(catalog.magnitude), "", np.resize(["Mw", "ML", "mb"], len(catalog)))
    catalog = replace(catalog, magnitude_type=scale)
    path = tmp_path / f"typed{suffix}"
    catalog.write(path)
    assert read_catalog(path).magnitude_type.tolist() == scale.tolist()
    assert catalog.take(slice(2, 5)).magnitude_type.tolist() == scale[2:5].tolist()
    large = catalog.select(min_magnitude=1.5)
    assert large.magnitude_type.tolist() == scale[catalog.magnitude >= 1.5].tolist()


def test_comcat_and_southern_california_keep_the_types_of_magnitudes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "time,lat,lon,depth,mag,magtype,et,gt,q,nph,evid\n2010-03-14T01:02:03,34,-117,5,2.1,l,eq,l,A,20,7\n"
    )
    assert read_catalog(path).magnitude_type.tolist() == ["l"]
    path.write_text(
        "#EventID|Time|Latitude|Longitude|Depth/km|Author|MagType|Magnitude\n1|2010-03-14T01:02:03|34|-117|5|X|Mw|5.1\n"
    )
    assert read_catalog(path).magnitude_type.tolist() == ["Mw"]


@pytest.mark.parametrize("header", ["x_m,y_m,z_m", "X [m];Y [m];Z [m]", "Easting (m),Northing (m),Depth (m)"])
def test_local_points_in_metres_by_their_names(tmp_path, header):
    path = tmp_path / "points.csv"
    sign = ";" if ";" in header else ","
    path.write_text(f"{header}\n{sign.join(['100', '200', '300'])}\n")
    points = read_local_xyz(path)
    np.testing.assert_allclose(points.xyz_km, [[0.1, 0.2, 0.3]])
    assert points.rejected.notes == ()


def test_local_points_without_a_unit_are_told_or_read_in_metres(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("X,Y,Z\n-900,0,10\n900,100,20\n")
    points = read_local_xyz(path)
    assert "box of 1,800 x 100 x 10 km, which is wider than any fault system" in points.rejected.notes[0]
    np.testing.assert_allclose(read_local_xyz(path, unit="m").xyz_km, points.xyz_km / 1000)
    with pytest.raises(InputError, match="choose km or m"):
        read_local_xyz(path, unit="ft")
    path.write_text("1 2 3\n4 5 6\n")
    assert list(read_local_xyz(path, unit="m").rows) == ["x_m", "y_m", "depth_m"]
    path.write_text("x_m,y_m,depth\n1,2,3\n4,5,6\n")
    assert "depth: no unit in the name, taken as m" in read_local_xyz(path).rejected.notes[0]


def test_letters_of_another_network_need_its_table(make_catalog):
    elsewhere = replace(make_catalog(6, centre=(13.0, 42.0)), uncertainty=None, quality=np.array(list("ABABAB")))
    with pytest.raises(InputError, match="outside Southern California"):
        fill_uncertainty(elsewhere, MissingUncertainty("quality"))
    filled = fill_uncertainty(elsewhere, MissingUncertainty("A=0.3/0.6,B=1/2"))
    assert filled.uncertainty.horizontal_km.tolist() == [0.3, 1.0] * 3
    with pytest.raises(InputError, match="letter=horizontal/vertical"):
        MissingUncertainty("A=0.3")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2010-03-14T01:02:03,60,25,2010,4\n2010-03-15T01:02:03,60.1,25,2011,4\n", "are they years"),
        (ROW.replace(",4.1\n", ",41\n"), "1 magnitudes are not within"),
        (ROW.replace(",10,", ",0,").replace(",11,", ",0,").replace(",12,", ",0,"), "all depths are 0"),
        (ROW.replace("T01:02:03", "T00:00").replace("T01:02:04", "T00:00").replace("T01:02:05", "T00:00"), "midnight"),
        (ROW.replace("60.1,25.2", "60.0,25").replace("60.2,25.1", "60.0,25"), "all 3 events are at"),
        (ROW.replace("60.1,25.2", "61,26").replace("60.2,25.1", "62,27"), "whole degrees"),
        (ROW.replace("60.1,25.2,11", "60.001,25.001,411").replace("60.2,25.1,12", "60.002,25.002,612")
         .replace("25,10", "25,310"), "in metres"),
    ],
)  # fmt: skip
def test_what_looks_wrong_is_told_and_unchanged(tmp_path, rows, words):
    path = tmp_path / "odd.csv"
    path.write_text("time,latitude,longitude,depth,mag\n" + rows)
    catalog = read_catalog(path)
    assert words in "; ".join(catalog.rejected.notes)
    assert len(catalog) == rows.count("\n")


def test_nothing_is_told_of_a_plain_table(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("time,latitude,longitude,depth,mag\n" + ROW)
    catalog = read_catalog(path)
    assert catalog.rejected.notes == ()
    assert "depth_km=depth" in catalog.provenance.used
    assert catalog.provenance.unused == ()
