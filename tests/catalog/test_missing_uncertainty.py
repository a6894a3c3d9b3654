"""Location errors where there are none: stated, counted, or refused in one line."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import LocationUncertainty
from seisweave.catalog.missing_uncertainty import QUALITY_SIGMA_KM, MissingUncertainty, fill_uncertainty
from seisweave.errors import InputError


@pytest.fixture
def uncertain(make_catalog):
    """Four events: known, fixed depth, nothing, vertical error alone."""
    errors = LocationUncertainty(np.array([0.3, 0.4, np.nan, np.nan]), np.array([0.6, np.nan, np.nan, 1.0]))
    return replace(make_catalog(4), uncertainty=errors, quality=np.array(["A", "B", "C", "d"]))


def test_fixed_depths_and_quality_classes_give_the_stated_errors(uncertain):
    filled = fill_uncertainty(uncertain, MissingUncertainty("quality", fixed_depth_sigma_km=4.0))
    assert filled.uncertainty.horizontal_km.tolist() == [0.3, 0.4, QUALITY_SIGMA_KM["C"][0], QUALITY_SIGMA_KM["D"][0]]
    assert filled.uncertainty.vertical_km.tolist() == [0.6, 4.0, QUALITY_SIGMA_KM["C"][1], QUALITY_SIGMA_KM["D"][1]]
    assert [line.split(":")[0] for line in filled.history] == [
        "1 events with a fixed depth",
        "2 events without a location error",
    ]


def test_two_lengths_or_leaving_out(uncertain):
    assert fill_uncertainty(uncertain, MissingUncertainty("1.5,3")).uncertainty.horizontal_km[2:].tolist() == [1.5, 1.5]
    left = fill_uncertainty(uncertain, MissingUncertainty("leave-out"))
    assert left.ids.tolist() == uncertain.ids[:2].tolist()
    assert "left out" in left.history[-1]


def test_missing_errors_are_refused_in_one_line(uncertain):
    with pytest.raises(InputError, match=r"2 of 4 events have no location error.*--missing-uncertainty"):
        fill_uncertainty(uncertain)
    unlisted = fill_uncertainty(
        replace(uncertain, quality=np.array(["A", "B", "Z", ""])), MissingUncertainty("quality")
    )
    assert unlisted.uncertainty.horizontal_km[2:].tolist() == [QUALITY_SIGMA_KM["D"][0]] * 2
    nameless = replace(uncertain, quality=np.array(["A", "B", "C", "?"]))
    lettered = fill_uncertainty(nameless, MissingUncertainty("quality-or-leave-out"))
    assert lettered.ids.tolist() == uncertain.ids[:3].tolist()
    assert "1 events with neither a location error nor a quality of A, B, C, D, Z: left out" in lettered.history
    with pytest.raises(InputError, match=r"1 events have neither .* \('\?'\)"):
        fill_uncertainty(nameless, MissingUncertainty("quality"))
    with pytest.raises(InputError, match="none of 4"):
        fill_uncertainty(replace(uncertain, uncertainty=None), MissingUncertainty("leave-out"))
    for words in ("perhaps", "1,-2", "nan,1", "1"):
        with pytest.raises(InputError, match="choose refuse, leave-out, quality"):
            MissingUncertainty(words)


def test_covariances_and_mixtures_are_filled_too(make_catalog):
    covariance = np.tile(np.diag([1.0, 4.0, 0.0]), (4, 1, 1))
    covariance[:, 0, 2] = covariance[:, 2, 0] = 0.5
    covariance[1] = np.nan
    catalog = replace(make_catalog(4), uncertainty=LocationUncertainty(covariance_km2=covariance))
    filled = fill_uncertainty(catalog, MissingUncertainty("1,2"))
    np.testing.assert_array_equal(filled.uncertainty.covariance_km2[0], np.diag([1.0, 4.0, 25.0]))
    np.testing.assert_array_equal(filled.uncertainty.covariance_km2[1], np.diag([1.0, 1.0, 4.0]))
    mixture = LocationUncertainty(
        covariance_km2=np.tile(np.eye(3), (3, 1, 1)),
        offsets=np.array([0, 2, 2, 3, 3]),
        weight=np.array([0.25, 0.75, 1.0]),
        mean_offset_km=np.ones((3, 3)),
    )
    filled = fill_uncertainty(replace(catalog, uncertainty=mixture), MissingUncertainty("1,2")).uncertainty
    assert filled.offsets.tolist() == [0, 2, 3, 4, 5]
    assert filled.weight.tolist() == [0.25, 0.75, 1.0, 1.0, 1.0]
    assert filled.mean_offset_km[:, 0].tolist() == [1, 1, 0, 1, 0]
    assert filled.complete().all()
