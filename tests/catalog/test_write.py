import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seisweave.catalog import Catalog, LocationUncertainty, read_catalog, write_catalog
from seisweave.catalog.tables.depths import _FILLERS
from seisweave.errors import InputError


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("errors", ["none", "sigma", "covariance", "mixture"])
def test_tables_read_back_identical(make_catalog, same_catalog, tmp_path, suffix, errors):
    catalog = make_catalog(60, errors=errors)
    written = write_catalog(catalog, tmp_path / f"catalog{suffix}")
    assert (written.n_events, written.left_out) == (60, ())
    again = read_catalog(written.path, strict=True)
    same_catalog(again, catalog)
    assert again.rejected.notes == ()
    if errors == "none":
        bare = replace(catalog, quality=None, event_type=None, n_phases=None)
        same_catalog(read_catalog(write_catalog(bare, tmp_path / f"bare{suffix}").path), bare)


def test_a_catalog_writes_itself(make_catalog, same_catalog, tmp_path):
    catalog = make_catalog(20)
    written = catalog.write(tmp_path / "catalog.csv")
    assert written == replace(write_catalog(catalog, tmp_path / "same.csv"), path=written.path)
    assert Path(written.path).read_bytes() == (tmp_path / "same.csv").read_bytes()
    same_catalog(read_catalog(written.path), catalog)
    with pytest.raises(InputError, match="overwrite it with force"):
        catalog.write(written.path)
    assert catalog.write(written.path, format="parquet", force=True).format == "parquet"


# a depth of 9999 in a table stands for none
depths = st.floats(allow_nan=False, allow_infinity=False).filter(lambda depth: abs(depth) not in _FILLERS)
names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1).filter(lambda s: s == s.strip())


@settings(max_examples=40)
@given(
    longitude=st.floats(-180, 180),
    latitude=st.floats(-90, 90),
    depth=depths | st.just(np.nan),
    magnitude=st.floats(-8.9, 10) | st.just(np.nan),
    time=st.integers(-(10**15), 10**15),
    name=names,
    sigma=st.floats(1e-300, 1e4),
)
def test_any_event_survives_a_table(tmp_path_factory, longitude, latitude, depth, magnitude, time, name, sigma):
    catalog = Catalog(
        times=np.array([time], "datetime64[us]"),
        longitude=np.array([longitude]),
        latitude=np.array([latitude]),
        depth_km=np.array([depth]),
        magnitude=np.array([magnitude]),
        ids=np.array([name]),
        uncertainty=LocationUncertainty(np.array([sigma]), np.array([sigma / 2])),
        event_type=np.array([name]),
    )
    folder = tmp_path_factory.mktemp("table")
    for suffix in (".csv", ".parquet"):
        again = read_catalog(write_catalog(catalog, folder / f"one{suffix}").path)
        for column in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids", "event_type"):
            np.testing.assert_array_equal(getattr(again, column), getattr(catalog, column))
        np.testing.assert_array_equal(again.uncertainty.vertical_km, catalog.uncertainty.vertical_km)


def test_quakeml_equals_obspys_own_reading_and_reads_back(obspy, make_catalog, same_catalog, tmp_path):
    whole = make_catalog(30)
    catalog = replace(whole, ids=np.char.add(whole.ids, "/ü ~"), quality=None)
    catalog = catalog[~np.isnat(catalog.times)]
    catalog = replace(catalog, depth_km=np.round(catalog.depth_km, 5), uncertainty=_rounded(catalog.uncertainty))
    written = write_catalog(catalog, tmp_path / "catalog.xml")
    assert written.left_out == ()
    again = read_catalog(written.path, strict=True)
    assert again.provenance.format == "quakeml"
    same_catalog(again, catalog)
    for i, event in enumerate(obspy.read_events(written.path)):
        origin = event.preferred_origin()
        assert origin.longitude == catalog.longitude[i]
        assert origin.latitude == catalog.latitude[i]
        assert origin.time == obspy.UTCDateTime(str(catalog.times[i]))
        if catalog.has_depth[i]:
            assert origin.depth == pytest.approx(catalog.depth_km[i] * 1000, abs=1e-6)
        assert (event.event_type or "") == catalog.event_type[i]
        if event.magnitudes:
            assert event.magnitudes[0].mag == catalog.magnitude[i]


def _rounded(errors):
    return LocationUncertainty(np.round(errors.horizontal_km, 6), np.round(errors.vertical_km, 6))


def test_what_quakeml_cannot_hold_is_named(obspy, make_catalog, tmp_path):
    catalog = make_catalog(10, errors="covariance")
    catalog = catalog[~np.isnat(catalog.times)]
    strange = replace(catalog, event_type=np.full(len(catalog), "kaboom"))
    left_out = write_catalog(strange, tmp_path / "catalog.xml").left_out
    assert left_out == (
        "event type 'kaboom'",
        "uncertainty (covariance; its 1-sigma errors are kept)",
        "quality",
    )
    short = replace(catalog, event_type=np.full(len(catalog), "qb"))
    write_catalog(short, tmp_path / "short.xml")
    assert set(read_catalog(tmp_path / "short.xml").event_type) == {"quarry blast"}


@pytest.mark.filterwarnings("ignore")  # ObsPy warns of what its own formats leave out
@pytest.mark.parametrize("name", ["QUAKEML", "SC3ML", "NORDIC", "ZMAP"])
def test_obspys_example_events_in_its_formats(obspy, tmp_path, name):
    events, path = obspy.read_events(), tmp_path / "events.out"
    for event in events:
        event.preferred_origin_id = event.origins[0].resource_id
    events.write(str(path), format=name)
    theirs = obspy.read_events(str(path))
    catalog = read_catalog(path)
    assert catalog.provenance.format == ("zmap" if name == "ZMAP" else "quakeml")
    assert len(catalog) == len(theirs) == 3
    origins = [event.preferred_origin() or event.origins[0] for event in theirs]
    np.testing.assert_allclose(catalog.longitude, [origin.longitude for origin in origins])
    np.testing.assert_allclose(catalog.latitude, [origin.latitude for origin in origins])
    np.testing.assert_allclose(catalog.depth_km, [origin.depth / 1e3 for origin in origins])


def test_csep_reads_back_and_in_pycsep(make_catalog, tmp_path):
    catalog = make_catalog(30)
    catalog = catalog[~np.isnat(catalog.times) & catalog.has_depth & ~np.isnan(catalog.magnitude)]
    written = write_catalog(catalog, tmp_path / "catalog.dat", format="csep")
    assert written.left_out == ("uncertainty", "quality", "event_type", "n_phases")
    again = read_catalog(written.path, strict=True)
    assert again.provenance.format == "csep_csv"
    for column in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids"):
        np.testing.assert_array_equal(getattr(again, column), getattr(catalog, column))
    csep = pytest.importorskip("csep", reason="pyCSEP is an extra")
    theirs = csep.load_catalog(written.path, type="csep-csv")
    np.testing.assert_array_equal(theirs.get_longitudes(), catalog.longitude)
    np.testing.assert_array_equal(theirs.get_magnitudes(), catalog.magnitude)


@pytest.mark.parametrize("format", ["csep", "quakeml"])
def test_formats_that_need_a_time_refuse_events_without(obspy, make_catalog, tmp_path, format):
    with pytest.raises(InputError, match="1 events have no time"):
        write_catalog(make_catalog(10), tmp_path / "catalog.dat", format=format)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_unless_forced(make_catalog, tmp_path):
    path = tmp_path / "catalog.csv"
    write_catalog(make_catalog(3, errors="none"), path)
    with pytest.raises(InputError, match="overwrite it with force"):
        write_catalog(make_catalog(5, errors="none"), path)
    assert len(read_catalog(path)) == 3
    write_catalog(make_catalog(5, errors="none"), path, force=True)
    assert len(read_catalog(path)) == 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["catalog.csv"]


def test_a_failure_leaves_nothing_behind(make_catalog, tmp_path):
    path = tmp_path / "catalog.csv"
    path.write_text("precious")
    broken = replace(make_catalog(3, errors="none"), quality=np.array(["A\nB", "", ""]))
    with pytest.raises(InputError, match="line breaks"):
        write_catalog(broken, path, force=True)
    assert path.read_text() == "precious"
    assert [entry.name for entry in tmp_path.iterdir()] == ["catalog.csv"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("catalog.xyz", "no known suffix"),
        ("nowhere/catalog.csv", "cannot be written"),
        (".", "no known suffix"),
    ],
)
def test_places_that_cannot_be_written(make_catalog, tmp_path, name, words):
    with pytest.raises(InputError, match=words):
        write_catalog(make_catalog(3), tmp_path / name)


def test_files_get_the_usual_permissions(make_catalog, tmp_path):
    written = write_catalog(make_catalog(3, errors="none"), tmp_path / "catalog.csv")
    usual = subprocess.run(["touch", str(tmp_path / "other")], check=True) and (tmp_path / "other").stat().st_mode
    assert Path(written.path).stat().st_mode == usual
