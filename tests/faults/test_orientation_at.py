"""How planes lie at a place, on networks whose truth is planted."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.by_hand import one_fault_a_segment
from tests.report.conftest import planted_network

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.geometry import true_strikes

STRIKES, DIPS = [330.0, 330.0, 315.0, 60.0, 350.0, 10.0], [90.0, 80.0, 60.0, 85.0, 70.0, 45.0]


@pytest.fixture(scope="module")
def network():
    return planted_network(600)[0]


@pytest.fixture(scope="module", params=["faults", "segments"])
def of(request):
    return request.param


def apart(strike, dip, other_strike, other_dip):
    """Angle between planes, degrees."""
    one, two = (
        np.array([np.sin(d) * np.cos(s), -np.sin(d) * np.sin(s), -np.cos(d)])
        for s, d in (np.radians([strike, dip]), np.radians([other_strike, other_dip]))
    )
    return np.degrees(np.arccos(min(1.0, abs(one @ two))))


def test_at_the_middle_of_a_planted_fault_is_its_plane(network, of):
    there = network.orientation_at_km(network.mixture.mean_km, of=of)
    assert there.most_likely.tolist() == list(range(6))
    for k in range(6):
        assert apart(there.strike_deg[k], there.dip_deg[k], STRIKES[k], DIPS[k]) < 1.0
        assert there.probability[k, k] > 0.97
    assert (there.spread_deg < 8.0).all()


def test_shares_sum_to_one_wherever_there_is_any_density(network, of):
    places = np.random.default_rng(1).uniform((-30, -30, 0), (30, 30, 20), (200, 3))
    there = network.orientation_at_km(places, of=of)
    assert np.allclose(there.probability.sum(axis=1) + there.halo + there.background, 1.0)
    assert ((there.spread_deg >= 0.0) & (there.spread_deg <= 54.8))[~np.isnan(there.spread_deg)].all()


def test_segments_are_what_the_mixture_says(network):
    places = np.random.default_rng(1).uniform((-20, -30, 0), (20, 30, 20), (50, 3))
    there = network.orientation_at_km(places, of="segments")
    inside = network.mixture.box_densities(places)[:, 0] > 0.0
    assert inside.sum() > 40
    shares = network.responsibilities(places)
    assert np.allclose(there.probability[inside], shares[inside, :6])
    assert np.allclose(there.background[inside], shares[inside, 6])


def test_far_from_everything_all_is_background(network, of):
    there = network.orientation_at_km(np.array([[500.0, 0, 8], [0, 0, 400]]), of=of)
    assert np.allclose(there.background, 1.0)
    assert (there.probability < 1e-12).all()


def test_between_two_faults_poles_are_averaged_as_axes(network):
    """Poles 20° to both sides of north: strikes of 70° and 290° (110° turned round) are no 180° on the mean."""
    mixture = replace(
        network.mixture,
        weight=np.array([0.4, 0.4]),
        mean_km=np.array([[0.0, 0, 8]] * 2),
        covariance_km2=np.array([upright(70.0), upright(110.0)]),
        box_weight=np.array([0.2]),
    )
    part = np.repeat([0, 1, 2], [240, 240, 120])
    both = replace(network, mixture=mixture, part=part, faults=one_fault_a_segment(mixture, part))
    for of in ("faults", "segments"):
        there = both.orientation_at_km(np.array([[0.0, 0, 8]]), of=of)
        assert there.strike_deg[0] % 180 == pytest.approx(90.0, abs=1e-6)
        assert there.dip_deg[0] == pytest.approx(90.0, abs=1e-6)
        assert there.spread_deg[0] == pytest.approx(20.0, abs=0.4), "the angle between the mean and either pole"
        assert np.allclose(there.probability[0], there.probability[0, 0])


def upright(strike):
    angle = np.radians(strike)
    axes = np.array([[np.sin(angle), np.cos(angle), 0], [0, 0, 1], [np.cos(angle), -np.sin(angle), 0]])
    return (axes.T * [9.0, 4.0, 0.01]) @ axes


def test_fewer_events_spread_more(network):
    place = network.mixture.mean_km[:1]
    part = network.part[::6]
    own = {"part": part, "responsibility": network.responsibility[::6]}
    few = replace(network, **own, faults=one_fault_a_segment(network.mixture, part))
    assert (few.orientation_at_km(place).spread_deg > network.orientation_at_km(place).spread_deg + 1e-3).all()


def test_halos_have_no_plane(of):
    network = planted_network(600, n_halos=2)[0]
    there = network.orientation_at_km(network.mixture.mean_km[4:], of=of)
    assert (there.halo > 0.9).all()
    assert (there.probability.sum(axis=1) < 0.1).all()


def test_in_degrees_strikes_are_from_true_north(network):
    away = replace(network, projection=LocalProjection(-112.5, 34.2))
    moved = replace(away.mixture, mean_km=away.mixture.mean_km - np.array([300.0, 0.0, 0.0]))
    places = moved.mean_km[:3]
    away = replace(away, mixture=moved, faults=one_fault_a_segment(moved, network.part))
    longitude, latitude = away.to_geographic(places)
    there = away.orientation_at(longitude, latitude, places[:, 2])
    local = away.orientation_at_km(places)
    turned = (there.strike_deg - local.strike_deg + 180.0) % 360.0 - 180.0
    assert np.allclose(turned, (true_strikes(away.projection, places, np.zeros(3)) + 180.0) % 360.0 - 180.0)
    assert (np.abs(turned) > 1.5).all()
    assert np.allclose(there.probability, local.probability, atol=1e-6)
    assert np.allclose((there.plane_strike_deg - local.plane_strike_deg - turned[:, None] + 180) % 360, 180.0)


def test_one_place_may_be_three_numbers(network):
    longitude, latitude = network.to_geographic(network.mixture.mean_km[:1])
    there = network.orientation_at(float(longitude[0]), float(latitude[0]), [5.0, 8.0])
    assert there.strike_deg.shape == (2,)
    assert there.probability.shape == (2, network.n_faults)


def test_without_faults_there_is_no_strike(network):
    mixture = replace(network.mixture, weight=np.zeros(0), mean_km=np.zeros((0, 3)), covariance_km2=np.zeros((0, 3, 3)))
    part = np.zeros(600, int)
    bare = replace(network, mixture=mixture, part=part, faults=one_fault_a_segment(mixture, part))
    for of in ("faults", "segments"):
        there = bare.orientation_at_km(np.array([[0.0, 0, 8]]), of=of)
        assert np.isnan([there.strike_deg[0], there.dip_deg[0], there.spread_deg[0]]).all()
        assert there.background.tolist() == [1.0]
        assert there.most_likely.tolist() == [-1]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ((0.0, 91.0, 8.0), "not on Earth"),
        ((np.nan, 30.0, 8.0), "not on Earth"),
        (("here", 30.0, 8.0), "no numbers"),
        (([1.0, 2.0], [3.0, 4.0, 5.0], 8.0), "as many of each"),
    ],
)
def test_places_that_are_none(place, said, network):
    with pytest.raises(InputError, match=said):
        network.orientation_at(*place)


@pytest.mark.slow_without_compiler
def test_another_level_is_refused_in_one_line(network):
    with pytest.raises(InputError, match="choose faults or segments"):
        network.orientation_at_km(np.zeros((1, 3)), of="halos")


def test_other_questions_are_refused_in_one_line(network):
    with pytest.raises(InputError, match="not finite"):
        network.orientation_at_km(np.full((1, 3), np.nan))
    with pytest.raises(InputError, match="orientation_at_km"):
        replace(network, projection=None).orientation_at(0.0, 0.0, 8.0)
