"""A network that holds its events, with times and magnitudes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.by_hand import one_fault_a_segment
from tests.report.conftest import _rows, planted_network

from seisweave.faults.export import events_table
from seisweave.faults.network import FaultNetwork
from seisweave.faults.plates import Plates


@pytest.fixture(scope="module")
def network() -> FaultNetwork:
    """Six faults, 600 events an hour apart; magnitudes from 2 to 5."""
    made, xyz_km = planted_network()
    rows = _rows(made, "ci").assign(magnitude=np.linspace(2.0, 5.0, made.n_events))
    return replace(made, source=events_table(made, rows, xyz_km))


def without_faults(network: FaultNetwork) -> FaultNetwork:
    """The same events, on no fault."""
    mixture = replace(network.mixture, weight=np.zeros(0), mean_km=np.zeros((0, 3)), covariance_km2=np.zeros((0, 3, 3)))
    part = np.zeros(network.n_events, dtype=np.intp)
    return replace(network, mixture=mixture, part=part, faults=one_fault_a_segment(mixture, part))


def with_planes(network: FaultNetwork, strike_deg, dip_deg, **sides) -> FaultNetwork:
    """The network with the plates of its faults turned to these strikes and dips, and of these sides."""
    strike, dip = np.radians(np.asarray(strike_deg, float)), np.radians(np.asarray(dip_deg, float))
    along = np.stack([np.sin(strike), np.cos(strike), np.zeros(len(strike))], axis=1)
    down = np.stack([np.cos(strike) * np.cos(dip), -np.sin(strike) * np.cos(dip), np.sin(dip)], axis=1)
    plates = network.faults.plates
    turned = Plates(
        weight=plates.weight,
        centre_km=plates.centre_km,
        axes=np.stack([along, down, np.cross(along, down)], axis=1),
        **{name: np.asarray(sides.get(name, getattr(plates, name)), float) for name in _SIDES},
    )
    return replace(network, faults=replace(network.faults, plates=turned))


_SIDES = ("length_km", "width_km", "sigma_km")
