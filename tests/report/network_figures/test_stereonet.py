import numpy as np
import pytest
from tests.report.network_figures.conftest import with_planes, without_faults

from seisweave.report.network_figures import plot_stereonet
from seisweave.report.network_figures.stereonet import place_of_line, pole_places


@pytest.mark.parametrize(
    ("strike_deg", "dip_deg", "place"),
    [
        (0.0, 90.0, (-1.0, 0.0)),  # upright, northwards: its pole lies in the west, on the rim
        (90.0, 30.0, (0.0, 0.366025)),  # dips 30° south: trend 0°, plunge 60°, √2 sin 15°
        (45.0, 60.0, (-0.5, 0.5)),  # dips south-east: trend 315°, √2 sin 30° = 0.7071
        (200.0, 0.0, (0.0, 0.0)),  # level: straight down
        (270.0, 90.0, (0.0, -1.0)),
    ],
)
def test_poles_worked_by_hand(strike_deg, dip_deg, place):
    assert pole_places(np.array([strike_deg]), np.array([dip_deg]))[0] == pytest.approx(place, abs=1e-6)


def test_dots_are_the_normals_of_the_plates(network):
    """By Lambert's projection of a unit vector: √(1 - z) away, towards where it points."""
    axes = plot_stereonet(network)
    drawn = axes.collections[-1].get_offsets()
    normal = network.faults.plates.axes[:, 2]
    normal = np.where(normal[:, 2:] < 0, -normal, normal)
    level = np.linalg.norm(normal[:, :2], axis=1, keepdims=True)
    expected = np.sqrt(1.0 - normal[:, 2:]) * normal[:, :2] / level
    order = np.argsort(-network.events_per_fault, kind="stable")
    upright = normal[order, 2] < 1e-9  # of which either end may be drawn
    apart = np.abs(drawn - expected[order]).max(axis=1)
    assert upright.sum() == 1
    assert (apart[~upright] < 1e-9).all()
    assert np.abs(drawn[upright] + expected[order][upright]).max() < 1e-6 or (apart[upright] < 1e-6).all()


def test_areas_are_kept():
    """Directions spread evenly over the hemisphere are spread evenly over the net."""
    z = np.random.default_rng(0).uniform(0.0, 1.0, 4000)
    away2 = (place_of_line(np.zeros(4000), np.degrees(np.arcsin(z))) ** 2).sum(axis=1)
    share = np.histogram(away2, 10, (0.0, 1.0))[0] / 4000
    assert share == pytest.approx(0.1, abs=0.02)


def test_dots_are_as_large_as_their_events(network):
    axes = plot_stereonet(network)
    events = np.sort(network.events_per_fault)[::-1]
    sizes = axes.collections[-1].get_sizes()
    assert sizes / sizes[0] == pytest.approx(events / events[0])
    assert f"at most {events[0]:,}" in axes.texts[-1].get_text()


def test_faults_that_lie_on_each_other_share_a_number(network):
    same = with_planes(network, np.full(6, 30.0), np.full(6, 60.0))
    numbers = [words.get_text() for words in plot_stereonet(same).texts if words.get_text().isdigit()]
    assert numbers == ["0"]
    apart = with_planes(network, np.arange(0.0, 360.0, 60.0), np.full(6, 80.0))
    numbers = [words.get_text() for words in plot_stereonet(apart).texts if words.get_text().isdigit()]
    assert numbers == list("012345")


def test_the_net_ends_at_its_rim(network):
    lines = np.concatenate([line.get_xydata() for line in plot_stereonet(network).lines])
    assert np.hypot(*lines.T).max() == pytest.approx(1.0)


def test_a_network_without_faults_says_so(network):
    axes = plot_stereonet(without_faults(network))
    assert "no faults" in [words.get_text() for words in axes.texts]
    assert len(axes.collections) == 0
