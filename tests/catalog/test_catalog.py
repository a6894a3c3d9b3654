import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import Catalog, LocalProjection, LocationUncertainty
from seisweave.errors import InputError


def test_importing_the_record_is_light():
    code = "import sys, seisweave.catalog; print([m for m in ('pandas', 'pyproj', 'obspy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_arrays_are_copied_and_read_only(make_catalog):
    longitude = np.array([10.0, 11.0])
    catalog = replace(make_catalog(2, errors="none"), longitude=longitude)
    longitude[0] = 99.0
    assert catalog.longitude[0] == 10.0
    for name in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids", "quality", "n_phases"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(catalog, name)[0] = getattr(catalog, name)[1]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("longitude", np.array([190.0, 0.0]), "longitude must be within -180..180"),
        ("longitude", np.array([np.nan, 0.0]), "longitude must be"),
        ("latitude", np.array([-117.0, 34.0]), "exchange"),
        ("latitude", np.array([34.0]), "differ in length"),
        ("depth_km", np.array([np.inf, 1.0]), "infinite"),
        ("ids", np.array(["a", "a"]), "'a' occurs 2 times"),
        ("magnitude", np.array(["x", "y"]), "magnitude cannot be read"),
        ("magnitude", np.zeros((2, 2)), "shape"),
    ],
)
def test_a_catalog_refuses_what_is_no_catalog(make_catalog, field, value, words, without_type_checks):
    with pytest.raises(InputError, match=words):
        replace(make_catalog(2, errors="none"), **{field: value})


@pytest.mark.parametrize("errors", ["none", "sigma", "covariance", "mixture"])
def test_taking_events_takes_all_their_columns(make_catalog, errors):
    catalog = make_catalog(30, errors=errors)
    rows = np.array([7, 3, 29, 0])
    some = catalog[rows]
    for name in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids", "quality", "event_type"):
        np.testing.assert_array_equal(getattr(some, name), getattr(catalog, name)[rows])
    if errors != "none":
        np.testing.assert_array_equal(some.uncertainty.covariances_km2(), catalog.uncertainty.covariances_km2()[rows])
    mask = np.isin(np.arange(30), rows)
    assert set(catalog[mask].ids) == set(some.ids)
    assert catalog[5].ids.tolist() == [catalog.ids[5]]
    assert len(catalog[:4]) == 4
    assert len(catalog[np.zeros(30, bool)]) == 0


def test_events_without_depth_are_left_out_on_request_and_counted(make_catalog):
    catalog = make_catalog(30)
    assert catalog.with_depth().has_depth.all()
    assert catalog.with_depth().history == ("1 of 30 events left out: their depth is unknown",)
    assert catalog.with_depth().with_depth().history == catalog.with_depth().history


@pytest.mark.parametrize("errors", ["none", "sigma", "covariance", "mixture"])
def test_pandas_and_back_is_identical(make_catalog, same_catalog, errors):
    catalog = make_catalog(25, errors=errors)
    same_catalog(Catalog.from_pandas(catalog.to_pandas()), catalog)


def test_a_frame_without_coordinates_or_with_words_is_refused(make_catalog):
    frame = make_catalog(5).to_pandas()
    with pytest.raises(InputError, match="no column for latitude"):
        Catalog.from_pandas(frame.drop(columns="latitude"))
    with pytest.raises(InputError, match="depth_km is not numeric"):
        Catalog.from_pandas(frame.assign(depth_km="deep"))
    with pytest.raises(InputError, match="time cannot be read"):
        Catalog.from_pandas(frame.assign(time="yesterday or so"))


def test_local_coordinates_keep_unknown_depth_and_distances(make_catalog):
    catalog = make_catalog(30)
    xyz = catalog.xyz_km()
    assert np.isnan(xyz[:, 2]).sum() == 1
    chosen = LocalProjection(-116.0, 34.0)
    shifted = catalog.xyz_km(chosen)
    before = np.hypot(*(xyz[1:, :2] - xyz[:-1, :2]).T)
    after = np.hypot(*(shifted[1:, :2] - shifted[:-1, :2]).T)
    np.testing.assert_allclose(after, before, rtol=3e-4)
    np.testing.assert_array_equal(shifted[:, 2], catalog.depth_km)


def test_errors_of_unequal_length_are_refused(make_catalog):
    with pytest.raises(InputError, match="differ in length"):
        replace(make_catalog(4), uncertainty=LocationUncertainty(np.ones(3), np.ones(3)))
