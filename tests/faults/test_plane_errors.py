"""Standard errors of planes: what repeated draws of the same Gaussian scatter by, and what planted faults cover."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.by_hand import one_fault_a_segment
from tests.faults.test_export import _network

from seisweave.faults.plane_errors import NOTHING_DEG, plate_errors, segment_errors
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.gaussians.orientation import fault_planes, strike_axes
from seisweave.synthetic import PlantedOptions, plant_faults

STRIKE, DIP, TURN, SIDES = 40.0, 60.0, 25.0, np.array([9.0, 5.0, 1.0])  # standard deviations: 2.6, 1.4, 0.3 km


def one_segment(n):
    """A network of one turned Gaussian that holds all of n events."""
    network, covariance = _network(None, n_segments=2), turned_plate()
    mixture = replace(
        network.mixture,
        weight=np.ones(1),
        mean_km=np.zeros((1, 3)),
        covariance_km2=covariance[None],
        box_weight=np.zeros(0),
        box_centre_km=np.zeros((0, 3)),
        box_axes=np.zeros((0, 3, 3)),
        box_half_km=np.zeros((0, 3)),
    )
    part = np.zeros(n, int)
    own = {"part": part, "responsibility": np.ones(n), "faults": one_fault_a_segment(mixture, part)}
    return replace(network, mixture=mixture, **own)


def errors_of(network):
    return segment_errors(network.segment_planes, network.mixture.weight * network.n_events)


def turned_plate():
    (along,), (down,) = strike_axes(np.array([STRIKE]), np.array([DIP]))
    cos, sin = np.cos(np.radians(TURN)), np.sin(np.radians(TURN))
    axes = np.stack([cos * along + sin * down, cos * down - sin * along, np.cross(along, down)])
    return (axes.T * SIDES**2 / 12.0) @ axes


def test_gaussians_scatter_by_as_much_as_said():
    n, rng = 150, np.random.default_rng(1)
    root = np.linalg.cholesky(turned_plate())
    covariances = np.array([np.cov(root @ rng.standard_normal((3, n)), bias=True) for _ in range(800)])
    drawn, said = fault_planes(np.zeros((800, 3)), covariances), errors_of(one_segment(n))
    off = {name: getattr(drawn, name) for name in ("strike_deg", "dip_deg", "length_km", "width_km")}
    for name, values in off.items():
        assert values.std() == pytest.approx(getattr(said, name)[0], rel=0.1), name


def test_errors_shrink_with_the_root_of_the_number_of_events():
    few, many = errors_of(one_segment(50)), errors_of(one_segment(5000))
    for name in ("strike_deg", "dip_deg", "length_km", "width_km"):
        assert getattr(few, name)[0] == pytest.approx(10.0 * getattr(many, name)[0])


def test_a_direction_that_nothing_tells_is_any():
    network = one_segment(40)
    round_one = replace(network.mixture, covariance_km2=np.eye(3)[None])
    errors = errors_of(replace(network, mixture=round_one))
    assert errors.strike_deg[0] == errors.dip_deg[0] == pytest.approx(NOTHING_DEG)
    flat = replace(network.mixture, covariance_km2=np.diag([9.0, 4.0, 0.01])[None])
    errors = errors_of(replace(network, mixture=flat))
    assert errors.strike_deg[0] == pytest.approx(NOTHING_DEG)
    assert errors.dip_deg[0] < 2.0


def test_no_faults_have_no_errors():
    network = one_segment(40)
    none = replace(network.mixture, weight=np.zeros(0), mean_km=np.zeros((0, 3)), covariance_km2=np.zeros((0, 3, 3)))
    bare = replace(network, mixture=none, faults=one_fault_a_segment(none, network.part))
    assert plate_errors(bare.faults).tilt.shape == errors_of(bare).tilt.shape == (0, 2)


@pytest.fixture(scope="module")
def pulls():
    """Errors over standard errors of strike, dip, length and width of planted faults that are found (rows)."""
    rows = []
    for seed in range(8):
        planted = plant_faults(
            PlantedOptions(n_faults=5, spacing=2.0, geometry_seed=5, location_error_km=0.2, seed=seed)
        )
        network = reconstruct_faults(planted.xyz_km, jobs=1)
        errors, planes, truth = plate_errors(network.faults), network.planes, planted.faults
        for f in range(network.n_faults):
            k = np.bincount(planted.fault[network.label == f] + 1)[1:].argmax()
            both = (network.label == f) & (planted.fault == k)
            if both.sum() < 0.8 * ((network.label == f) | (planted.fault == k)).sum():
                continue
            strike, dip = nearest(planes.strike_deg[f], planes.dip_deg[f], truth.strike_deg[k], truth.dip_deg[k])
            sides = planes.length_km[f] - truth.length_km[k], planes.width_km[f] - truth.width_km[k]
            said = [getattr(errors, name)[f] for name in ("strike_deg", "dip_deg", "length_km", "width_km")]
            rows.append(np.array([strike, dip, *sides]) / said)
    return np.array(rows)


def nearest(strike, dip, other_strike, other_dip):
    """Differences of strike and dip of two planes, of which one may dip to the other side."""
    ways = ((strike, dip - other_dip), (strike + 180.0, 180.0 - dip - other_dip))
    off = [((s - other_strike + 180.0) % 360.0 - 180.0, d) for s, d in ways]
    return min(off, key=lambda each: abs(each[0]) + abs(each[1]))


@pytest.mark.slow_without_compiler
def test_planted_faults_lie_within_their_errors(pulls):
    """Nine in ten within 1.645 standard errors, where all is as assumed; fewer, for events are given to faults, too."""
    assert len(pulls) >= 35
    covered = (np.abs(pulls) < 1.645).mean(axis=0)
    assert (covered > 0.65).all()
    assert covered.mean() > 0.75
    assert (covered < 0.99).all(), "and are not said to be larger than they are"
    assert ((np.sqrt((pulls**2).mean(axis=0)) > 0.6) & (np.sqrt((pulls**2).mean(axis=0)) < 1.8)).all()
