"""Where a network stands on doubtful ground it says so, with the number and what to do."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.faults.atomize import Atomized
from seisweave.faults.doubts import start_of, warnings_of
from seisweave.faults.reconstruct import reconstruct_faults


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))


@pytest.fixture(scope="module")
def network(points):
    return reconstruct_faults(points)


def test_good_data_raise_no_doubt(points, network):
    assert warnings_of(network, points) == []


def test_much_background_is_told(network):
    box = np.full(network.n_backgrounds or 1, 0.6 / (network.n_backgrounds or 1))
    (told,) = warnings_of(replace(network, mixture=replace(network.mixture, box_weight=box, **boxes(len(box)))))
    assert told.startswith("60 % of the events are background")


def boxes(n):
    return {
        "box_centre_km": np.zeros((n, 3)),
        "box_axes": np.tile(np.eye(3), (n, 1, 1)),
        "box_half_km": np.ones((n, 3)),
    }


def test_a_floor_above_the_distances_is_told(points, network):
    places = points[np.arange(400) % 200]  # the same place twice says nothing
    assert warnings_of(replace(network, min_sigma_km=0.05), places) == []
    (told,) = warnings_of(replace(network, min_sigma_km=1.0), places)
    assert "closer to another one than the smallest σ of a fault, 1 km" in told
    assert warnings_of(replace(network, min_sigma_km=1.0)) == [], "nothing is known without the events"
    assert warnings_of(replace(network, min_sigma_km=0.0), points) == [], "the published program has no floor"


@pytest.mark.parametrize(("by", "advice"), [("cut", "try atomize=branch"), ("branch", "whether the densest fault")])
def test_unlike_densities_are_told(by, advice, network):
    (told,) = warnings_of(replace(network, atomized=Atomized(by, {}, 0.36)))
    assert "leaves 36 % of the places" in told
    assert advice in told
    assert warnings_of(replace(network, atomized=Atomized(by, {}, 0.2))) == []


def test_how_a_network_began_is_told(network):
    both = Atomized("branch", {"cut": network.bic + 10.0, "branch": network.bic}, 0.3)
    told = start_of(replace(network, atomized=both, min_sigma_km=0.0003))
    assert told == (
        f"proto-faults by branch (BIC {network.bic:,.1f}; by one cut of the tree {network.bic + 10.0:,.1f}),"
        " smallest σ 0.3 m"
    )
    assert start_of(replace(network, atomized=Atomized(), min_sigma_km=0.0)) == "proto-faults by one cut of the tree"
