from dataclasses import replace

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.report.network_figures import plot_boxcar_tails, plot_tails
from seisweave.report.network_figures.fault_section import on_plate_km
from seisweave.report.network_figures.tails import along_strike, two_boxcars


def curves(axes):
    """The two curves: of several Gaussians, and of the one."""
    return [line.get_xydata() for line in axes.lines]


@pytest.mark.parametrize("gap", [0.0, 0.5, 2.0])
def test_moments_are_those_of_two_boxcars(gap):
    """Drawn evenly from both boxcars: their mean and variance, and those of each."""
    x = np.random.default_rng(0).uniform(0.0, 1.0, 200_000)
    right = x + 0.5 * gap
    pair = two_boxcars(gap)
    assert pair.centre[1] == pytest.approx(right.mean(), abs=0.005)
    assert pair.variance[1] == pytest.approx(right.var(), abs=0.002)
    both = np.concatenate([right, -right])
    assert pair.merged.variance[0] == pytest.approx(both.var(), rel=0.01)


def test_the_merged_one_has_denser_tails_the_more_the_farther_apart():
    """Section 4.1 of the paper, Figure 7b."""
    ratio = []
    for gap in (0.0, 1.0):
        pair = two_boxcars(gap)
        beyond = np.array([1.5 + 0.5 * gap])  # half a boxcar beyond the end
        ratio.append(float(pair.merged.density(beyond)[0] / pair.density(beyond)[0]))
    assert 1.0 < ratio[0] < ratio[1]


def test_what_is_drawn_integrates_to_one():
    for points in curves(plot_boxcar_tails(1.0)):
        assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(InputError, match="give 0 or more"):
        plot_boxcar_tails(-0.1)


def merged_fault(network):
    """All segments on fault 0."""
    return replace(network, faults=replace(network.faults, fault_of_segment=np.zeros(6, int)))


def test_segments_along_strike_are_what_is_drawn_from_them(network):
    joined = merged_fault(network)
    line = along_strike(joined, 0)
    inside = network.mixture.sample(60_000, seed=3)
    points = on_plate_km(joined, 0, inside[0][inside[1] < 6])[:, 0]
    one = line.merged
    assert one.weight[0] == pytest.approx(1.0)
    assert one.centre[0] == pytest.approx(points.mean(), abs=0.15)
    assert np.sqrt(one.variance[0]) == pytest.approx(points.std(), rel=0.02)
    edges = np.linspace(*np.quantile(points, [0.05, 0.95]), 12)
    drawn = np.histogram(points, edges)[0] / len(points)
    fine = np.linspace(edges[0], edges[-1], 11 * 2000 + 1)
    held = np.diff(np.interp(edges, fine, np.cumsum(line.density(fine)) * (fine[1] - fine[0])))
    assert held == pytest.approx(drawn, abs=0.006)


def test_a_fault_of_one_segment_is_merged_with_nothing(network):
    assert [line.get_label() for line in plot_tails(network, 3).lines] == ["its one segment"]
    axes = plot_tails(merged_fault(network), 0)
    assert [line.get_label() for line in axes.lines] == ["its segments", "merged"]
    assert "6 segments" in axes.get_title(loc="left")
    plate = axes.collections[0].get_paths()[0].vertices
    half = 0.5 * network.planes.length_km[0]
    assert (plate[:, 0].min(), plate[:, 0].max()) == pytest.approx((-half, half))
    assert plate[:, 1].max() == pytest.approx(0.5 / half)


def test_a_fault_without_a_segment_is_one_clear_line(network):
    with pytest.raises(InputError, match="fault 3 has no segments with weight"):
        plot_tails(merged_fault(network), 3)
