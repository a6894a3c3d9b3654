import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tests.faults.by_hand import one_fault_a_segment

from seisweave.faults.network import FaultNetwork
from seisweave.gaussians.mixture import Mixture, no_boxes
from seisweave.report import network_figure, plot_map, plot_section
from seisweave.report.colours import PALETTE, fault_colours
from seisweave.report.sections import across_azimuth, compass, depth_stretch, principal_azimuth


def outlines(axes: Axes) -> int:
    """Faults drawn: paths of the collection of unfilled outlines."""
    return max(len(drawn.get_paths()) for drawn in axes.collections if len(drawn.get_facecolor()) == 0)


def faultless(network: FaultNetwork) -> FaultNetwork:
    mixture = replace(network.mixture, weight=np.zeros(0), mean_km=np.zeros((0, 3)), covariance_km2=np.zeros((0, 3, 3)))
    part = np.zeros(network.n_events, dtype=np.intp)
    return replace(network, mixture=mixture, part=part, faults=one_fault_a_segment(mixture, part))


def test_map_draws_every_fault_and_event(planted):
    network, xyz = planted
    axes = plot_map(network, xyz)
    assert outlines(axes) == network.n_faults
    background, faults = (drawn.get_offsets() for drawn in axes.collections[:2])
    assert len(background) == (network.label < 0).sum()
    assert len(background) + len(faults) == network.n_events
    assert axes.get_aspect() == 1.0
    assert "116.500° W" in axes.get_xlabel()
    assert "34.200° N" in axes.get_ylabel()


def test_local_km_has_no_centre(planted):
    axes = plot_map(replace(planted[0], projection=None), planted[1])
    assert "°" not in axes.get_xlabel() + axes.get_ylabel()


def test_section_turns_depth_down_and_draws_into_the_axes_given(planted):
    network, xyz = planted
    given = Figure().subplots()
    axes = plot_section(network, xyz, 60.0, given)
    assert axes is given
    assert axes.yaxis_inverted()
    assert not axes.xaxis_inverted()
    assert outlines(axes) == network.n_faults
    assert axes.get_title(loc="left") == "WSW to ENE"


def test_sections_at_right_angles_are_the_coordinates(planted):
    network, xyz = planted
    east, north = (plot_section(network, xyz, azimuth) for azimuth in (90.0, 0.0))
    for axes, column in ((east, 0), (north, 1)):
        drawn = np.concatenate([c.get_offsets() for c in axes.collections[:2]])
        expected = np.concatenate([xyz[network.label < 0], xyz[network.label >= 0]])
        assert np.allclose(np.diff(drawn[:, 0]), np.diff(expected[:, column]))
        assert np.allclose(drawn[:, 1], expected[:, 2])


def test_network_figure_is_a_map_and_two_sections(planted, tmp_path):
    network, xyz = planted
    figure = network_figure(network, xyz)
    names = [axes.get_title(loc="left")[:3] for axes in figure.axes]
    assert names == ["Map", "A–A", "B–B"]
    assert [axes.yaxis_inverted() for axes in figure.axes] == [False, True, True]
    assert all(outlines(axes) == network.n_faults for axes in figure.axes)
    title = figure.get_suptitle()
    for words in ("600 events", "6 faults with", "background", "4,321.5"):
        assert words in title
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(labels) == 4
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


@pytest.mark.parametrize("turn", [(0, 1), (1, 0)], ids=["tall", "wide"])
def test_both_layouts_have_readable_proportions(planted, turn):
    network, xyz = planted
    swap = np.eye(3)[[*turn, 2]]
    mixture = replace(
        network.mixture,
        mean_km=network.mixture.mean_km @ swap.T,
        covariance_km2=swap @ network.mixture.covariance_km2 @ swap.T,
    )
    faults = one_fault_a_segment(mixture, network.part)
    figure = network_figure(replace(network, mixture=mixture, faults=faults), xyz @ swap.T)
    figure.canvas.draw()
    for axes in figure.axes:
        box = axes.get_window_extent()
        assert min(box.width, box.height) > 0.8 * figure.dpi


def test_figures_without_faults_or_without_background(planted):
    network, xyz = planted
    assert "0 faults" in network_figure(faultless(network), xyz).get_suptitle()
    mixture = Mixture(network.mixture.weight, network.mixture.mean_km, network.mixture.covariance_km2, **no_boxes())
    part = np.minimum(network.part, network.n_faults - 1)
    faults = one_fault_a_segment(mixture, part)
    figure = network_figure(replace(network, mixture=mixture, part=part, faults=faults), xyz)
    assert len(figure.legends[0].get_texts()) == 3


def test_halos_are_dashed_and_in_the_legend(with_halos):
    network, xyz = with_halos
    figure = network_figure(network, xyz)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "halo: two σ, no plane" in labels
    dashed = [c for c in figure.axes[0].collections if len(c.get_paths()) == 2 and c.get_linestyle()[0][1]]
    assert len(dashed) == 1
    assert "2 halos" in figure.get_suptitle()


def test_a_title_with_dollars_is_no_formula(planted):
    network_figure(*planted, title="$x_ & $").canvas.draw()


def test_principal_azimuth_is_that_of_the_long_axis(planted):
    network, _ = planted
    rng = np.random.default_rng(1)
    along, aside = rng.normal(0, 20, network.n_events), rng.normal(0, 2, network.n_events)
    for azimuth in (0.5, 45.0, 120.0, 179.0):
        east, north = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
        xyz = np.stack([along * east + aside * north, along * north - aside * east, aside], axis=1)
        found = principal_azimuth(network, xyz)
        assert abs((found - azimuth + 90) % 180 - 90) < 1.0
    round_map = rng.normal(size=(network.n_events, 3))
    assert principal_azimuth(network, round_map) == 90.0


def test_sections_never_run_westwards():
    azimuths = np.linspace(0, 179.9, 50)
    assert all(0 <= across_azimuth(a) < 180 for a in azimuths)
    assert [compass(a) for a in (0.0, 22.0, 90.0, 225.0, 359.0)] == ["N", "NNE", "E", "SW", "N"]


def test_depth_is_stretched_only_where_a_section_is_flat():
    assert [depth_stretch(length, 20.0) for length in (10.0, 110.0, 130.0, 600.0, 1e9)] == [1, 1, 2, 5, 50]


def test_neighbours_differ_in_colour(planted):
    network, _ = planted
    assert fault_colours(network) == list(PALETTE[:6])
    rng = np.random.default_rng(0)
    n = 60
    mixture = Mixture(
        np.full(n, 1 / n),
        rng.uniform(-50, 50, (n, 3)),
        np.repeat(0.01 * np.eye(3)[None], n, axis=0),
        **no_boxes(),
    )
    faults = one_fault_a_segment(mixture, network.part)
    colours = np.array(fault_colours(replace(network, mixture=mixture, faults=faults)))
    apart = np.linalg.norm(mixture.mean_km[:, None] - mixture.mean_km, axis=2) + 1e9 * np.eye(n)
    assert (colours != colours[apart.argmin(axis=1)]).mean() > 0.95
    assert len(set(colours)) == len(PALETTE)


def test_import_loads_no_plotting_library():
    code = "import sys, seisweave.report; print(any(m in sys.modules for m in ('matplotlib',)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
