"""The section of the page that unfolds: which figures it has, of what networks."""

import base64
import gzip
import re
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.image import imread
from tests.report.conftest import write_result
from tests.report.network_figures.conftest import without_faults

from seisweave.report.network_figures.page_figures import fault_figure, making_figure
from seisweave.report.network_section import LARGEST, orientation_section
from seisweave.report.results.network import open_network_result


@pytest.fixture(scope="module")
def opened(result):
    return open_network_result(result)


def test_all_faults_the_largest_and_the_making_are_drawn(opened):
    section = orientation_section(opened)
    assert section.startswith("<details><summary>Orientation and size</summary>")
    assert section.count("<figure>") == section.count("<figcaption") == 1 + LARGEST + 1
    images = re.findall(r'<img alt="([^"]+)" src="data:image/png;base64,([^"]+)">', section)
    assert "6 faults" in images[0][0]
    assert [f"fault {k} with its {opened.network.events_per_fault[k]} events" in images[k + 1][0] for k in range(4)]
    for _, encoded in images:
        picture = imread(BytesIO(base64.b64decode(encoded)))
        assert abs(picture.shape[1] - 1200) <= 1
        assert 200 < picture.shape[0] < 900
        assert (picture[..., :3] < 0.99).any(axis=2).mean() > 0.01  # something is drawn
    places = re.findall(r'data-save="([^"]+)" data-name="landers-[^"]+\.svg"', section)
    assert places == [f"result-1-{what}.svg" for what in ("orientation", *(f"fault-{k}" for k in range(4)), "making")]
    for place in places:
        inside = re.search(rf'<script type="application/base64" id="{re.escape(place)}">([^<]*)</script>', section)
        ElementTree.fromstring(gzip.decompress(base64.b64decode(inside[1])))
    assert len(section) < 1_200_000


@pytest.fixture
def no_svg(monkeypatch):
    monkeypatch.setattr("seisweave.report.drawn.as_svg", lambda figure: b"")


def words(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


def test_one_fault_has_times_where_there_are_some(opened):
    titles = words(fault_figure(opened.network, 1, opened.events))
    assert titles[0].startswith("Fault 1: strike")
    assert titles[1] == f"Fault 1: {opened.network.events_per_fault[1]} events"
    assert "along its strike" in words(fault_figure(opened.network, 1, opened.events.drop(columns="magnitude")))[1]


def drawn(network, opened):
    figure = making_figure(network, opened.events, opened.xyz_km)
    return [] if figure is None else [title.split(":")[0] for title in words(figure) if title]


def test_what_is_not_known_of_the_making_is_not_drawn(opened, monkeypatch):
    network = opened.network  # made in two subsets, of segments that are a fault each
    assert drawn(network, opened) == ["Gains"]
    whole = replace(network, options=replace(network.options, subsets=1))
    assert drawn(whole, opened) == ["Holding capacity", "Gains"]
    joined = replace(network.faults, fault_of_segment=np.array([0, 1, 1, 2, 3, 4]))
    assert drawn(replace(whole, faults=joined), opened) == ["Holding capacity", "Gains", "Fault 1 along its strike"]
    monkeypatch.setattr("seisweave.report.network_figures.page_figures._MOST_EVENTS", 100)
    monkeypatch.setattr("seisweave.report.network_figures.page_figures._MOST_DENSITIES", 100)
    assert drawn(whole, opened) == []


@pytest.mark.usefixtures("no_network_figures")
def test_sections_of_few_faults_and_of_none(planted, opened, tmp_path):
    empty = replace(opened, network=without_faults(opened.network))
    assert orientation_section(empty).count("<figure>") == 2
    assert "0 faults" in orientation_section(empty)
    parted = write_result(tmp_path / "subsets", *planted)
    assert "in 2 subsets with trees of their own" in orientation_section(open_network_result(parted))


@pytest.mark.usefixtures("no_svg")
@pytest.mark.parametrize(
    ("plates", "gaussians"),
    [
        ({"length_km": np.zeros(6), "width_km": np.zeros(6), "sigma_km": np.zeros(6)}, {}),
        ({"length_km": np.array([0.0, 1e-9, 1.0, 2.0, 1e3, 1e9])}, {"weight": np.zeros(6)}),
        ({"axes": np.tile(np.eye(3), (6, 1, 1))}, {"covariance_km2": np.zeros((6, 3, 3))}),  # they lie flat
    ],
)
def test_what_a_stranger_may_write_is_drawn_all_the_same(opened, plates, gaussians):
    network, one_fault = opened.network, np.zeros(6, int)
    faults = replace(network.faults, plates=replace(network.faults.plates, **plates), fault_of_segment=one_fault)
    options, mixture = replace(network.options, subsets=1), replace(network.mixture, **gaussians)
    strange = replace(network, faults=faults, mixture=mixture, options=options)
    times = opened.events["time"].where(np.arange(600) % 3 > 0)
    events = opened.events.assign(time=times, magnitude=np.linspace(-1e9, 1e9, 600))
    assert orientation_section(replace(opened, network=strange, events=events)).count("<figure>") == 6


@pytest.mark.usefixtures("no_svg")
def test_a_network_without_faults_is_drawn(opened):
    network = without_faults(replace(opened.network, options=replace(opened.network.options, subsets=1)))
    section = orientation_section(replace(opened, network=network))
    assert section.count("<figure>") == 2
