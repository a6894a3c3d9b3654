"""Errors of origins at 1 sigma: each confidence by its own dimension, and of contradicting ones the plausible."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chi2

from seisweave.catalog.origin_errors import origin_errors


def size(uncertainty=None, level=None):
    return SimpleNamespace(uncertainty=uncertainty, confidence_level=level)


def origin(depth=None, depth_level=None, north=None, east=None, latitude=0.0, **stated):
    """An origin with the names ObsPy gives its parts; lengths in metres, as there."""
    names = ("horizontal_uncertainty", "max_horizontal_uncertainty", "min_horizontal_uncertainty")
    names = (*names, "azimuth_max_horizontal_uncertainty", "confidence_level", "preferred_description")
    uncertainty = SimpleNamespace(
        **{name: stated.get(name) for name in names}, confidence_ellipsoid=stated.get("solid")
    )
    return SimpleNamespace(
        latitude=latitude,
        depth_errors=size(depth, depth_level),
        latitude_errors=size(north),
        longitude_errors=size(east),
        origin_uncertainty=uncertainty if stated else None,
    )


def ellipse(major, minor, azimuth=0.0, level=None, **more):
    return dict(
        max_horizontal_uncertainty=major,
        min_horizontal_uncertainty=minor,
        azimuth_max_horizontal_uncertainty=azimuth,
        confidence_level=level,
        **more,
    )


def solid(major, minor, intermediate):
    names = ("major_axis_azimuth", "major_axis_plunge", "major_axis_rotation")
    axes = {"major": major, "minor": minor, "intermediate": intermediate}
    return SimpleNamespace(
        **{f"semi_{name}_axis_length": length for name, length in axes.items()}, **dict.fromkeys(names, 0.0)
    )


def variances(*origins, **options):
    errors, notes = origin_errors(list(origins), **options)
    return np.diagonal(errors.covariances_km2(), axis1=1, axis2=2), notes


@pytest.mark.parametrize("percent", [39.35, 50.0, 90.0, 95.0, 99.0])
@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_every_confidence_becomes_one_sigma_by_its_own_dimension(percent, unit):
    level = percent / unit
    one, two, three = (np.sqrt(chi2.ppf(percent / 100, d)) for d in (1, 2, 3))
    flat = origin(4000.0 * one, level, **ellipse(2000.0 * two, 1000.0 * two, 90.0, level))
    full = origin(solid=solid(3000.0 * three, 1000.0 * three, 2000.0 * three), confidence_level=level)
    round_ = origin(4000.0 * one, level, horizontal_uncertainty=1500.0 * two, confidence_level=level)
    squares, notes = variances(flat, full, round_)
    np.testing.assert_allclose(squares, [[4, 1, 16], [1, 9, 4], [2.25, 2.25, 16]], rtol=1e-6)
    assert notes == ()


def test_68_percent_of_a_circle_or_a_depth_is_one_sigma():
    squares, _ = variances(origin(500.0, 68.3, horizontal_uncertainty=300.0, confidence_level=68.0))
    np.testing.assert_allclose(squares, [[0.09, 0.09, 0.25]])


def test_a_format_can_have_a_confidence_of_its_own():
    squares, _ = variances(origin(1645.0, **ellipse(2146.0, 2146.0)), unstated_percent=90.0)
    np.testing.assert_allclose(squares, [[1.0, 1.0, 1.0]], rtol=1e-3)


def test_the_preferred_description_is_followed():
    both = dict(ellipse(400.0, 200.0), horizontal_uncertainty=350.0, solid=solid(500.0, 500.0, 500.0))
    for description, expected in (
        (None, [0.25, 0.25, 0.25]),
        ("confidence ellipsoid", [0.25, 0.25, 0.25]),
        ("uncertainty ellipse", [0.04, 0.16, 0.36]),
        ("horizontal uncertainty", [0.1225, 0.1225, 0.36]),
    ):
        squares, notes = variances(origin(600.0, preferred_description=description, **both))
        np.testing.assert_allclose(squares[0], expected)
        assert notes == ()


@pytest.mark.parametrize(
    ("wrong", "scale"), [("solid", 1000.0), ("solid", 1e-3), ("ellipse", 1000.0), ("circle", 1000.0), ("circle", 1e-3)]
)
@pytest.mark.parametrize("preferred", [None, "confidence ellipsoid", "horizontal uncertainty"])
def test_of_contradicting_errors_the_plausible_ones_are_taken_and_told(wrong, scale, preferred):
    factor = {name: scale if name == wrong else 1.0 for name in ("solid", "ellipse", "circle")}
    stated = dict(
        ellipse(320.0 * factor["ellipse"], 250.0 * factor["ellipse"]),
        horizontal_uncertainty=300.0 * factor["circle"],
        solid=solid(*(np.array([330.0, 240.0, 300.0]) * factor["solid"])),
        preferred_description=preferred,
    )
    given = [origin(400.0, **stated), origin(400.0, **dict(ellipse(320.0, 250.0)))]
    errors, notes = origin_errors(given)
    assert 0.2 < errors.sigmas_km()["horizontal_km"][0] < 0.4
    assert 0.2 < errors.sigmas_km()["vertical_km"][0] < 0.5
    assert len(notes) == 1
    assert "1 origins state errors that contradict each other" in notes[0]


def test_kilometres_where_degrees_belong_are_told_by_their_size():
    rng = np.random.default_rng(1)
    sigma = rng.uniform(0.1, 2.0, 40)
    in_km = [origin(2000.0 * s, north=s, east=s, horizontal_uncertainty=1000.0 * s) for s in sigma]
    alone = [origin(2000.0 * s, north=s, east=s) for s in sigma]
    for given in (in_km, alone):
        errors, notes = origin_errors(given)
        np.testing.assert_allclose(errors.sigmas_km()["horizontal_km"], sigma, rtol=1e-6)
        assert ["errors of latitude and longitude are read as km" in note for note in notes] == [True]
    in_degrees = [origin(2000.0 * s, north=s / 111.195, east=s / 111.195) for s in sigma]
    errors, notes = origin_errors(in_degrees)
    np.testing.assert_allclose(errors.sigmas_km()["horizontal_km"], sigma, rtol=1e-6)
    assert notes == ()
    errors, notes = origin_errors(alone, in_degrees=True)  # a reader that turned them into degrees itself
    np.testing.assert_allclose(errors.sigmas_km()["horizontal_km"], 111.195 * sigma, rtol=1e-6)


def test_large_errors_in_degrees_stay_degrees_where_the_depth_is_as_badly_known():
    errors, notes = origin_errors([origin(30_000.0, north=0.3, east=0.2) for _ in range(5)])
    np.testing.assert_allclose(errors.sigmas_km()["horizontal_km"], 0.3 * 111.195)
    assert notes == ()


def test_what_is_not_stated_is_unknown():
    assert origin_errors([origin(), origin()]) == (None, ())
    errors, _ = origin_errors([origin(0.0, horizontal_uncertainty=500.0), origin(700.0), origin(np.nan)])
    np.testing.assert_array_equal(errors.horizontal_km, [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(errors.vertical_km, [np.nan, 0.7, np.nan])
