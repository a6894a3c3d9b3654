import numpy as np
import pytest
from tests.report.network_figures.conftest import with_planes, without_faults

from seisweave.errors import InputError
from seisweave.report.network_figures import plot_rose
from seisweave.report.network_figures.rose import axial_shares


def test_bins_worked_by_hand():
    strike, weight = np.array([0.0, 9.99, 10.0, 175.0, 355.0, 180.0]), np.array([1.0, 1.0, 2.0, 3.0, 2.0, 1.0])
    share = axial_shares(strike, weight)
    assert len(share) == 18
    assert share[[0, 1, 17]].tolist() == [0.3, 0.2, 0.5]
    assert share.sum() == pytest.approx(1.0)


def test_a_strike_and_its_opposite_are_one():
    strike, weight = np.random.default_rng(0).uniform(0, 360, 50), np.ones(50)
    assert np.array_equal(axial_shares(strike, weight), axial_shares((strike + 180.0) % 360.0, weight))
    assert axial_shares(np.array([np.nextafter(360.0, 0.0)]), np.ones(1))[-1] == 1.0


def petals(axes):
    """Middle azimuth of each petal, and its radius."""
    return {(90.0 - 0.5 * (p.theta1 + p.theta2)) % 360.0: p.r for p in axes.patches}


def test_petals_point_where_faults_strike_and_have_their_areas(network):
    turned = with_planes(
        network,
        strike_deg=[42.0, 47.0, 222.0, 91.0, 278.0, 300.0],
        dip_deg=[90.0, 60.0, 45.0, 80.0, 30.0, 70.0],
        length_km=[2.0, 3.0, 5.0, 2.0, 2.5, 2.5],
    )
    drawn = petals(plot_rose(turned, by="length"))
    assert sorted(drawn) == [45.0, 95.0, 125.0, 225.0, 275.0, 305.0]
    assert drawn[45.0] == drawn[225.0] == 1.0
    assert drawn[95.0] ** 2 == pytest.approx(4.5 / 10.0)
    assert drawn[305.0] ** 2 == pytest.approx(2.5 / 10.0)


def test_weights(network, without_type_checks):
    turned = with_planes(network, [5.0, 15.0, 15.0, 15.0, 15.0, 15.0], np.full(6, 80.0))
    events = turned.events_per_fault
    by_events, by_number = petals(plot_rose(turned, by="events")), petals(plot_rose(turned, by="number"))
    assert (by_events[5.0] / by_events[15.0]) ** 2 == pytest.approx(events[0] / events[1:].sum())
    assert (by_number[5.0] / by_number[15.0]) ** 2 == pytest.approx(1.0 / 5.0)
    with pytest.raises(InputError, match=r"length.*events.*number"):
        plot_rose(turned, by="moment")


def test_a_network_without_faults_says_so(network):
    axes = plot_rose(without_faults(network))
    assert "no faults" in [words.get_text() for words in axes.texts]
    assert len(axes.patches) == 0
