"""Completeness and b-value against catalogs whose law is known, and against published figures."""

import numpy as np
import pytest
from scipy.special import ndtr

from seisweave.catalog import Catalog, b_positive, b_value, estimate_completeness
from seisweave.catalog.completeness import CompletenessOptions, goodness_of_fit
from seisweave.catalog.gutenberg_richter import bin_width, binned
from seisweave.errors import InputError

# the two examples of SeismoStats' manual (user/estimate_b.md, user/estimate_mc.md)
MANUAL_B = np.array([0, 0, 1, 1, 1, 2, 3, 2, 3, 5, 6, 7.0])
MANUAL_MC = (
    "2.3 1.2 1.5 1.2 1.7 1.1 1.2 1.5 1.8 1.6 1.2 1.5 1.2 1.7 1.6 1.1 1.1 1.2 2.0 1.1 1.2 1.1 1.2 1.6 1.9 1.3 1.7 1.3"
    " 1.0 1.2 1.7 1.3 1.3 1.1 1.5 1.4"
)


def catalog_of(magnitude, times=None):
    n = len(magnitude)
    hours = np.arange(n) * np.timedelta64(3600, "s")
    return Catalog(
        times=np.datetime64("2000-01-01", "us") + hours if times is None else times,
        longitude=np.full(n, 13.0),
        latitude=np.full(n, 42.0),
        depth_km=np.full(n, 8.0),
        magnitude=np.asarray(magnitude, float),
        ids=np.arange(n).astype(str),
    )


def gutenberg_richter(rng, n, b=1.0, mc=2.0, width=0.1):
    """Magnitudes complete from mc on, rounded to a width."""
    above = rng.exponential(1.0 / (b * np.log(10.0)), n)
    return np.round((above + mc - width / 2) / width) * width


def fading(rng, n, b, mean, spread, width=0.1):
    """Magnitudes that are detected with a chance that grows as a normal distribution does."""
    many = mean - 5 * spread + rng.exponential(1.0 / (b * np.log(10.0)), int(5 * n * 10 ** (5 * b * spread)))
    seen = many[rng.random(len(many)) < ndtr((many - mean) / spread)]
    assert len(seen) >= n
    return np.round(seen[:n] / width) * width


def test_published_figures():
    assert round(b_value(MANUAL_B, 1.0, 1.0).value, 3) == 0.169
    assert round(b_positive(MANUAL_B, 1.0, 1.0).value, 3) == 0.845
    magnitude = np.array(MANUAL_MC.split(), float)
    found = estimate_completeness(catalog_of(np.tile(magnitude, 2)))
    assert found.maximum_curvature.value == found.mc == 1.4


def test_a_b_value_by_hand():
    """Mean 2.1 bins above the first of ten events: p = 1 + 1/2.1, the error of Tinti & Mulargia's equation."""
    found = b_value(MANUAL_B, 1.0, 1.0)
    p = 1 + 1 / 2.1
    assert found.error == pytest.approx((p - 1) / (np.log(10) * np.sqrt(10 * p)))
    assert found.n == 10


@pytest.mark.parametrize(("b", "width"), [(1.0, 0.1), (0.7, 0.01), (1.5, 0.5)])
def test_b_is_unbiased_and_its_error_true(b, width):
    """300 catalogs of 500 events: the mean within a bias of some 1/n, 95 % intervals hold the truth in 92..98 %."""
    rng = np.random.default_rng(1)
    for estimate in (b_value, b_positive):
        found = [estimate(gutenberg_richter(rng, 500, b, width=width), 2.0, width) for _ in range(300)]
        value, error = np.array([(each.value, each.error) for each in found]).T
        assert abs(value.mean() / b - 1) < 0.007 + 2.5 / np.mean([each.n for each in found])
        assert abs(error.mean() / value.std() - 1) < 0.12
        assert 0.92 < (abs(value - b) < 1.96 * error).mean() < 0.98


def test_a_catalog_that_ends_sharply_is_found_to_the_bin():
    rng = np.random.default_rng(2)
    for mc in (0.4, 2.0, 4.5):
        found = estimate_completeness(catalog_of(gutenberg_richter(rng, 4000, 1.1, mc)))
        assert found.mc == pytest.approx(mc + 0.2)
        assert found.goodness_of_fit_95.value == pytest.approx(mc)
        assert found.goodness_of_fit_90.value <= found.goodness_of_fit_95.value
        assert abs(found.b.value - 1.1) < 3 * found.b.error
        assert found.b_interval.low < 1.1 < found.b_interval.high
        assert found.doubt == ""


def test_the_interval_of_mc_holds_what_many_events_give():
    """Bootstrap intervals of 80 catalogs hold the value of a catalog two hundred times as large."""
    rng = np.random.default_rng(3)
    truth = estimate_completeness(catalog_of(fading(rng, 200_000, 1.0, 1.0, 0.1))).mc
    options = CompletenessOptions(resamples=60)
    catalogs = fading(rng, 80 * 1000, 1.0, 1.0, 0.1).reshape(80, 1000)
    found = [estimate_completeness(catalog_of(each), options).maximum_curvature for each in catalogs]
    assert np.mean([each.low - 1e-9 <= truth <= each.high + 1e-9 for each in found]) > 0.92


def test_slow_fading_is_told():
    """Where detection fades over a whole unit, maximum curvature lies too low, and the b-values differ."""
    rng = np.random.default_rng(4)
    found = estimate_completeness(catalog_of(fading(rng, 8000, 1.0, 1.0, 0.4)))
    assert found.b.value < 0.92
    assert "may not be complete" in found.doubt


def test_b_positive_stands_what_large_events_hide():
    """After each event above 4, nothing below the last one but 0.7 is seen: b falls, b-positive does not."""
    rng = np.random.default_rng(5)
    magnitude, kept, level = gutenberg_richter(rng, 30_000, 1.0, 2.0), [], 2.0
    for each in magnitude:
        level = max(2.0, level - 0.02)
        if each >= level:
            kept.append(each)
            level = max(level, each - 0.7)
    kept = np.array(kept)
    assert b_value(kept, 2.0).value < 0.9
    assert abs(b_positive(kept, 2.0).value - 1.0) < 0.04


@pytest.mark.parametrize(
    ("magnitude", "width"),
    [
        ([2.0, 2.1, 3.4, 5.6], 0.1),
        ([2.05, *np.arange(2.05, 4.0, 0.1)], 0.1),
        ([1.25, 2.5, 3.75], 0.25),
        ([2.01, 2.1, 3.45], 0.01),
        ([2.123, 2.1, 3.45], 0.001),
        ([1, 2, 5], 1.0),
        (np.array([2.3, 4.1, 1.7], np.float32), 0.1),
        ([np.nan, 2.1, 2.2], 0.1),
        ([-0.3, -1.2, 0.4], 0.1),
        (np.sqrt(np.arange(2, 90, 3)), 0.0),
        ([], 0.0),
    ],
)
def test_the_width_of_the_data(magnitude, width):
    assert bin_width(np.array(magnitude, float)) == width


def test_bins_hold_what_a_selection_from_their_magnitude_on_holds():
    rng = np.random.default_rng(6)
    for magnitude in (gutenberg_richter(rng, 2000, width=w) for w in (0.1, 0.01, 0.05, 0.001)):
        found = estimate_completeness(catalog_of(magnitude))
        groups = binned(magnitude)
        assert found.b.n == (magnitude >= found.mc - 1e-9).sum()
        assert (groups.origin + groups.number * groups.width <= magnitude + 1e-9).all()
        assert (groups.origin + (groups.number + 1) * groups.width > magnitude + 1e-9).all()


def test_the_order_of_rows_changes_nothing_but_ties():
    rng = np.random.default_rng(7)
    catalog = catalog_of(gutenberg_richter(rng, 500))
    shuffled = catalog[rng.permutation(500)]
    assert estimate_completeness(shuffled) == estimate_completeness(catalog)
    assert estimate_completeness(catalog, CompletenessOptions(seed=2)).b == estimate_completeness(catalog).b


def test_unknown_magnitudes_and_fillers_count_for_nothing():
    rng = np.random.default_rng(8)
    magnitude = gutenberg_richter(rng, 300)
    catalog = estimate_completeness(catalog_of(magnitude))
    spoiled = np.concatenate([[np.nan, 999.0, -9.99], magnitude])
    times = np.concatenate([catalog_of(magnitude[:3]).times, catalog_of(magnitude).times])
    assert estimate_completeness(catalog_of(spoiled, times)) == catalog


def test_events_without_time_leave_b_positive_unknown():
    magnitude = gutenberg_richter(np.random.default_rng(9), 200)
    found = estimate_completeness(catalog_of(magnitude, np.full(200, np.datetime64("NaT", "us"))))
    assert found.b_positive is None
    assert found.b is not None


def test_too_few_and_all_alike():
    with pytest.raises(InputError, match="49 events have a magnitude"):
        estimate_completeness(catalog_of(np.full(49, 2.0)))
    found = estimate_completeness(catalog_of(np.full(60, 2.0)))
    assert (found.mc, found.b, found.b_interval, found.goodness_of_fit_95) == (2.2, None, None, None)
    with pytest.raises(InputError, match="too few magnitudes at or above 3"):
        b_value(np.full(60, 2.0), 3.0)
    for wrong in ({"bin_width": 0.0}, {"correction": -1.0}, {"resamples": 3}):
        with pytest.raises(InputError, match="give"):
            CompletenessOptions(**wrong)


def test_a_law_of_its_own_fits_itself():
    counts = np.round(1e7 * 0.1 ** (0.1 * np.arange(40)))[None].astype(int)
    fit = goodness_of_fit(counts)
    assert fit[0, 0] > 99.9
    assert np.isnan(fit[0, -1])
