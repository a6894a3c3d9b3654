"""Errors of location as plates want them."""

import numpy as np
import pytest

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.faults.location_errors import KNOWN_SHARE, catalog_errors, estimated_errors, known_errors


def catalog_of(uncertainty, quality=None):
    n = 40 if uncertainty is None else len(uncertainty)
    return Catalog(
        times=np.datetime64("2020-01-01", "us") + np.arange(n) * np.timedelta64(1, "h"),
        longitude=np.linspace(-117, -116, n),
        latitude=np.linspace(33, 34, n),
        depth_km=np.full(n, 8.0),
        magnitude=np.full(n, 2.0),
        ids=np.array([f"e{k}" for k in range(n)]),
        uncertainty=uncertainty,
        quality=quality,
    )


def sigmas(unknown=(), fixed_depth=()):
    """Errors of forty events, worse with their number."""
    horizontal, vertical = np.linspace(0.1, 0.5, 40), np.linspace(0.2, 1.0, 40)
    horizontal[list(unknown)] = np.nan
    vertical[[*unknown, *fixed_depth]] = np.nan
    return LocationUncertainty(horizontal, vertical)


def test_a_catalog_without_errors_has_none():
    assert catalog_errors(catalog_of(None)) is None
    assert catalog_errors(catalog_of(sigmas(range(40)))) is None


def test_errors_are_the_squares_of_the_catalogs():
    covariance = catalog_errors(catalog_of(sigmas()))
    horizontal, vertical = np.linspace(0.1, 0.5, 40) ** 2, np.linspace(0.2, 1.0, 40) ** 2
    nothing = np.zeros(40)
    np.testing.assert_allclose(covariance.T, [horizontal, nothing, nothing, horizontal, nothing, vertical])


def test_too_few_known_errors_count_as_none():
    fewest = int(np.ceil(KNOWN_SHARE * 40))
    assert catalog_errors(catalog_of(sigmas(range(40 - fewest)))) is not None
    assert catalog_errors(catalog_of(sigmas(range(41 - fewest)))) is None


@pytest.mark.parametrize("which", ["unknown", "fixed_depth"])
def test_events_without_errors_get_the_median_of_their_quality(which):
    quality = np.repeat(["A", "B"], 20)
    covariance = catalog_errors(catalog_of(sigmas(**{which: [3, 39]}), quality))
    known = np.delete(np.arange(40), [3, 39])
    for event, like in ((3, known[known < 20]), (39, known[known >= 20])):
        horizontal, vertical = (
            np.median(np.linspace(0.1, 0.5, 40)[like] ** 2),
            np.median(np.linspace(0.2, 1, 40)[like] ** 2),
        )
        np.testing.assert_allclose(covariance[event], [horizontal, 0, 0, horizontal, 0, vertical])
    assert np.isfinite(covariance).all()


@pytest.mark.parametrize("quality", [None, np.repeat(["A", "D"], [38, 2])], ids=["no quality", "a quality never known"])
def test_events_with_nobody_like_them_get_the_median_of_all(quality):
    covariance = catalog_errors(catalog_of(sigmas([38, 39]), quality))
    np.testing.assert_allclose(covariance[[38, 39], 5], np.median(np.linspace(0.2, 1.0, 40)[:38] ** 2))


def test_full_covariances_are_kept_and_those_filled_in_have_no_direction():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(40, 3, 3))
    full = root @ root.transpose(0, 2, 1)
    full[5] = np.nan
    before = full.copy()
    covariance = catalog_errors(catalog_of(LocationUncertainty(covariance_km2=full)))
    known = np.delete(np.arange(40), 5)
    upper = full[:, [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
    np.testing.assert_array_equal(covariance[known], upper[known])
    np.testing.assert_allclose(covariance[5], np.median(upper[known], axis=0) * [1, 0, 0, 1, 0, 1])
    np.testing.assert_array_equal(full, before)


def test_known_errors_are_one_class_and_estimated_ones_go_with_the_thinnest_segments():
    known = known_errors(np.ones((7, 6)))
    assert (known.origin, known.scale.tolist(), known.share.tolist()) == ("catalog", [1.0], [1.0])
    one, other = estimated_errors(7, 0.3), estimated_errors(7, 0.6)
    assert one.origin == "estimated"
    np.testing.assert_allclose(other.scale, 2 * one.scale)
    np.testing.assert_allclose(one.share.sum(), 1.0)
    assert (np.diff(one.scale) > 0).all()
    assert one.covariance.shape == (7, 6)
