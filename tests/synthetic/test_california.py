import dataclasses

import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.synthetic import AftershockOptions, CaliforniaOptions, southern_california_like
from seisweave.synthetic.california import (
    HIGH_KM,
    LOW_KM,
)
from seisweave.synthetic.families import _reflected, _steps
from seisweave.synthetic.location_errors import HORIZONTAL_KM, QUALITIES, VERTICAL_KM


@pytest.fixture(scope="module")
def made():
    return southern_california_like(seed=1, n_events=6000)


@pytest.fixture(scope="module")
def large():
    return southern_california_like(seed=2, n_events=60_000)


@pytest.mark.parametrize("n", [1, 2, 13, 999])
def test_exactly_as_many_events_as_asked(n):
    made = southern_california_like(seed=5, n_events=n)
    assert len(made) == len(made.catalog) == len(made.true_xyz_km) == len(made.parent) == n


def test_events_are_sorted_and_within_the_span(made):
    times = made.catalog.times
    assert np.all(np.diff(times) >= np.timedelta64(0, "s"))
    assert times[0] >= np.datetime64("2010-01-01")
    assert times[-1] < np.datetime64("2020-01-02")
    assert np.ptp(times) > np.timedelta64(3600, "D")


def test_events_lie_on_the_fault_their_label_names(made):
    on = made.fault >= 0
    local = made.faults.local(made.fault[on], made.true_xyz_km[on])
    half = np.column_stack([made.faults.length_km, made.faults.width_km])[made.fault[on]] / 2
    assert np.all(np.abs(local[:, :2]) <= half + 1e-9)
    assert np.std(local[:, 2]) == pytest.approx(0.15, rel=0.05)
    wrong = made.faults.local((made.fault[on] + 1) % len(made.faults), made.true_xyz_km[on])
    assert np.mean(np.abs(wrong[:, 2]) > 5) > 0.8


def test_planted_planes_are_recovered_from_true_positions(large):
    for k in range(len(large.faults)):
        points = large.true_xyz_km[large.fault == k]
        normal = np.linalg.eigh(np.cov(points.T))[1][:, 0]
        assert len(points) > 100
        assert abs(normal @ large.faults.axes[k, 2]) > np.cos(np.radians(1.0))


def test_catalog_rows_are_the_located_true_positions(made):
    found = made.catalog.xyz_km(made.projection)
    errors = made.catalog.uncertainty.sigmas_km()
    sigma = np.column_stack([errors["horizontal_km"], errors["horizontal_km"], errors["vertical_km"]])
    for k in range(3):
        assert stats.kstest((found - made.true_xyz_km)[:, k] / sigma[:, k], "norm").pvalue > 0.001


def test_stated_errors_are_the_real_ones_in_every_quality(large):
    moved = large.catalog.xyz_km(large.projection) - large.true_xyz_km
    errors = large.catalog.uncertainty.sigmas_km()
    for k, letter in enumerate(QUALITIES):
        rows = large.catalog.quality == letter
        horizontal, vertical = errors["horizontal_km"][rows], errors["vertical_km"][rows]
        assert np.std(moved[rows, 0]) == pytest.approx(np.sqrt(np.mean(horizontal**2)), rel=0.06)
        assert np.std(moved[rows, 1]) == pytest.approx(np.sqrt(np.mean(horizontal**2)), rel=0.06)
        assert np.std(moved[rows, 2]) == pytest.approx(np.sqrt(np.mean(vertical**2)), rel=0.06)
        assert np.median(horizontal) == pytest.approx(HORIZONTAL_KM[k], rel=0.05)
        assert np.median(vertical) == pytest.approx(VERTICAL_KM[k], rel=0.05)
    share = [np.mean(large.catalog.quality == letter) for letter in QUALITIES]
    np.testing.assert_allclose(share, [0.5, 0.3, 0.15, 0.05], atol=0.01)


def test_no_error_leaves_events_where_they_were():
    made = southern_california_like(1, 300, CaliforniaOptions(error_scale=0.0))
    np.testing.assert_allclose(made.catalog.xyz_km(made.projection), made.true_xyz_km, atol=1e-6)


def test_b_value_by_maximum_likelihood(large):
    magnitude = large.catalog.magnitude[large.catalog.event_type == "eq"]
    estimate = np.log10(np.e) / np.mean(magnitude - 2.0)
    assert abs(estimate - 1.0) < 4 / np.sqrt(len(magnitude))


def test_background_is_uniform_in_space_and_time(large):
    rows = (large.fault == -1) & (large.catalog.event_type == "eq")
    assert np.mean(rows) == pytest.approx(0.08, abs=1e-4)
    for k in range(3):
        law = stats.uniform(LOW_KM[k], HIGH_KM[k] - LOW_KM[k])
        assert stats.kstest(large.true_xyz_km[rows, k], law.cdf).pvalue > 0.001
    days = (large.catalog.times[rows] - np.datetime64("2010-01-01")) / np.timedelta64(1, "D")
    assert stats.kstest(days, stats.uniform(0, 3652.5).cdf).pvalue > 0.001
    assert np.all(large.parent[rows] == -1)


def test_blasts_are_shallow_in_working_hours_and_few(large):
    blasts = large.catalog.event_type == "qb"
    hours = (large.catalog.times - large.catalog.times.astype("datetime64[D]")) / np.timedelta64(1, "h")
    assert np.mean(blasts) == pytest.approx(0.01, abs=1e-4)
    assert np.all(hours[blasts] >= 18)
    assert np.mean(hours[~blasts] >= 18) < 0.35
    assert np.all(large.true_xyz_km[blasts, 2] <= 0.3)
    assert np.all(large.fault[blasts] == -1)


def test_parents_precede_their_children_on_the_same_fault_and_near(made):
    children = np.flatnonzero(made.parent >= 0)
    parent = made.parent[children]
    assert 0.2 < len(children) / len(made) < 0.6
    assert np.all(parent < children)
    np.testing.assert_array_equal(made.fault[children], made.fault[parent])
    distance = np.linalg.norm(made.true_xyz_km[children] - made.true_xyz_km[parent], axis=1)
    assert np.median(distance) < 2.0
    # a shuffled family tree would be far apart
    same_fault_anyhow = np.random.default_rng(0).permutation(children)
    far = np.linalg.norm(made.true_xyz_km[children] - made.true_xyz_km[same_fault_anyhow], axis=1)
    assert np.median(far) > 50


def test_aftershocks_cluster_in_time_and_a_catalog_without_them_is_poisson(made):
    alone = CaliforniaOptions(aftershocks=AftershockOptions(branching_ratio=0.0), blast_share=0.0)
    poisson = southern_california_like(1, 6000, alone)

    def variation(catalog):
        waits = np.diff(catalog.times) / np.timedelta64(1, "s")
        return np.std(waits) / np.mean(waits)

    assert variation(poisson.catalog) == pytest.approx(1.0, abs=0.05)
    assert variation(made.catalog) > 1.15


def test_sequences_follow_the_largest_event():
    sharp = CaliforniaOptions(aftershocks=AftershockOptions(branching_ratio=0.7, omori_p=1.4))
    made = southern_california_like(4, 20_000, sharp)
    early = made.catalog.times < np.datetime64("2019-01-01")
    main = int(np.argmax(np.where(early, made.catalog.magnitude, 0)))
    days = (made.catalog.times - made.catalog.times[main]) / np.timedelta64(1, "D")
    near = (made.fault == made.fault[main]) & (np.arange(len(made)) != main)
    after, before = np.sum(near & (days > 0) & (days < 10)), np.sum(near & (days < 0) & (days > -10))
    assert after > 10 * max(before, 1)


def test_seed_decides():
    one, same, other = (southern_california_like(seed, 400) for seed in (7, 7, 8))
    for name in ("times", "longitude", "depth_km", "magnitude", "quality"):
        np.testing.assert_array_equal(getattr(one.catalog, name), getattr(same.catalog, name))
    np.testing.assert_array_equal(one.fault, same.fault)
    assert not np.any(one.faults.centre_km[:, :2] == other.faults.centre_km[:, :2])
    assert not np.any(one.catalog.longitude == other.catalog.longitude)


@pytest.mark.parametrize("seed", range(8))
def test_network_is_like_that_of_southern_california(seed):
    faults = southern_california_like(seed, 10).faults
    assert np.all((faults.length_km >= 15) & (faults.length_km <= 120))
    assert np.all((faults.dip_deg > 25) & (faults.dip_deg <= 90))
    half_height = faults.width_km * np.sin(np.radians(faults.dip_deg)) / 2
    assert np.all(faults.centre_km[:, 2] - half_height > -1e-9)
    assert np.all(faults.centre_km[:, 2] + half_height < 20 + 1e-9)
    half_length = faults.axes[:, 0] * faults.length_km[:, None] / 2
    ends = np.stack([faults.centre_km - half_length, faults.centre_km + half_length])
    assert np.all((ends >= LOW_KM - 12) & (ends <= HIGH_KM + 12))
    north_west = (faults.strike_deg > 285) & (faults.strike_deg < 345) & (faults.dip_deg > 65)
    assert np.sum(faults.length_km[north_west]) > 0.5 * np.sum(faults.length_km)
    assert np.sum(faults.dip_deg < 65) >= 4


def test_catalog_lies_in_southern_california(made):
    inside = (np.abs(made.catalog.longitude + 117) < 2.1) & (np.abs(made.catalog.latitude - 34) < 1.6)
    assert np.mean(inside) > 0.995
    assert np.mean(made.catalog.depth_km < 0) < 0.03
    assert made.catalog.ids[0] == "syn0000001"


@pytest.mark.parametrize(("magnitude", "d"), [(2.0, 0.527), (6.5, 12.92)])
def test_distance_from_parent_to_child(magnitude, d):
    steps = _steps(np.full(20_000, magnitude), np.random.default_rng(6))
    r = np.hypot(*steps.T)
    assert stats.kstest(r, lambda r: 1 - (1 + (r / d) ** 2) ** -1.5).pvalue > 0.01
    assert stats.kstest(np.arctan2(*steps.T), stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 0.01


def test_reflection_by_hand():
    offset = np.array([0.0, 4.0, 6.0, 11.0, 16.0, -6.0, -26.0])
    np.testing.assert_allclose(_reflected(offset, np.full(7, 10.0)), [0, 4, 4, -1, -4, -4, -4], atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": "yesterday"}, "start is 'yesterday'"),
        ({"start": "NaT"}, "start is 'NaT'"),
        ({"years": 0.0}, "years is 0.0"),
        ({"background_share": 0.9, "blast_share": 0.2}, "background_share 0.9 and blast_share 0.2"),
        ({"off_plane_km": -1.0}, "off_plane_km is -1.0"),
        ({"error_scale": float("inf")}, "error_scale is inf"),
    ],
)
def test_bad_options_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        CaliforniaOptions(**wrong)


@pytest.mark.parametrize(("seed", "n", "message"), [(1, 0, "n_events is 0"), (-1, 5, "seed is -1")])
def test_bad_arguments_are_refused(seed, n, message):
    with pytest.raises(InputError, match=message):
        southern_california_like(seed, n)


def test_only_background_and_blasts():
    made = southern_california_like(1, 40, CaliforniaOptions(background_share=0.5, blast_share=0.5))
    assert np.all(made.fault == -1)


def test_every_option_is_explained():
    assert all(option.metadata["help"].endswith(".") for option in dataclasses.fields(CaliforniaOptions))
