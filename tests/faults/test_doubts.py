"""Where a network stands on doubtful ground it says so, with the number and what to do."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.test_network import hand_made

from seisweave.faults.atomize import Atomized
from seisweave.faults.doubts import doubts_of, start_of
from seisweave.faults.reconstruct import reconstruct_faults


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))


@pytest.fixture(scope="module")
def network(points):
    return reconstruct_faults(points)


def test_good_data_raise_no_doubt(points, network):
    assert doubts_of(network, points) == []


def test_a_floor_above_the_distances_is_told(points, network):
    places = points[np.arange(400) % 200]  # the same place twice says nothing
    assert doubts_of(replace(network, min_sigma_km=0.05), places) == []
    (told,) = doubts_of(replace(network, min_sigma_km=1.0), places)
    assert "closer to another one than the smallest σ of a fault, 1 km" in told
    assert doubts_of(replace(network, min_sigma_km=1.0)) == [], "nothing is known without the events"
    assert doubts_of(replace(network, min_sigma_km=0.0), points) == [], "the published program has no floor"


@pytest.mark.parametrize(("by", "advice"), [("cut", "try atomize=branch"), ("branch", "whether the densest fault")])
def test_unlike_densities_are_told(by, advice, network):
    (told,) = doubts_of(replace(network, atomized=Atomized(by, {}, 0.36)))
    assert "leaves 36 % of the places" in told
    assert advice in told
    assert doubts_of(replace(network, atomized=Atomized(by, {}, 0.2))) == []


def test_how_a_network_began_is_told(network):
    both = Atomized("branch", {"cut": network.bic + 10.0, "branch": network.bic}, 0.3)
    told = start_of(replace(network, atomized=both, min_sigma_km=0.0003))
    assert told == (
        f"proto-faults by branch (BIC {network.bic:,.1f}; by one cut of the tree {network.bic + 10.0:,.1f}),"
        " smallest σ 0.3 m"
    )
    assert start_of(replace(network, atomized=Atomized(), min_sigma_km=0.0)) == "proto-faults by one cut of the tree"


def network_of(n_faults, n_halos, n_background):
    network = hand_made(3, 1, n_faults + n_halos + n_background, n_halos=1)
    none = np.full(n_faults + n_halos + n_background, -1)
    fault, halo = none.copy(), none.copy()
    fault[:n_faults], halo[n_faults : n_faults + n_halos] = 0, 0
    faults = replace(network.faults, fault_of_event=fault, halo_of_event=halo)
    return replace(network, faults=faults, atomized=Atomized())


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((6, 2, 2), []),
        ((5, 0, 5), []),
        ((5, 5, 0), []),
        ((2, 2, 6), ["60.0% of the events are background"]),
        ((2, 6, 2), ["60.0% of the events are in halos"]),
        ((0, 0, 10), ["100.0% of the events are background"]),
    ],
)
def test_more_than_half_in_background_or_halos_is_told(events, says):
    doubts = doubts_of(network_of(*events))
    assert len(doubts) == len(says)
    for doubt, beginning in zip(doubts, says, strict=True):
        assert doubt.startswith(beginning)
        assert "\n" not in doubt
