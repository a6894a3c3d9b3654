from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from tests.report.network_figures.conftest import with_planes, without_faults

from seisweave.errors import InputError
from seisweave.report.network_figures import plot_fault_section
from seisweave.report.network_figures.events_of_fault import events_of_fault
from seisweave.report.network_figures.fault_section import on_plate_km

ROOT = np.sqrt(3.0) / 2.0


@pytest.fixture
def leaning(network):
    """Fault 0 strikes north and dips 30° east."""
    return with_planes(network, [0.0, 330.0, 315.0, 60.0, 350.0, 10.0], [30.0, 80.0, 60.0, 85.0, 70.0, 45.0])


@pytest.mark.parametrize(
    ("offset_km", "place"),
    [
        ((0.0, 3.0, 0.0), (3.0, 0.0)),  # north: along strike
        ((2.0 * ROOT, 0.0, 1.0), (0.0, 2.0)),  # east and down: down dip
        ((-2.0 * ROOT, -4.0, -1.0), (-4.0, -2.0)),
        ((0.5, 1.0, -ROOT), (1.0, 0.0)),  # off the plane: not seen
    ],
)
def test_coordinates_worked_by_hand(leaning, offset_km, place):
    centre = leaning.faults.plates.centre_km[0]
    assert on_plate_km(leaning, 0, centre + np.array([offset_km]))[0] == pytest.approx(place, abs=1e-12)


@pytest.mark.parametrize("signs", [(1, -1), (-1, 1), (-1, -1)])
def test_the_way_a_plate_keeps_its_axes_does_not_matter(leaning, signs):
    plates = leaning.faults.plates
    turned = plates.axes * np.array([*signs, 1.0])[:, None]
    other = replace(leaning, faults=replace(leaning.faults, plates=replace(plates, axes=turned)))
    points = plates.centre_km[0] + np.random.default_rng(0).normal(size=(20, 3))
    assert np.allclose(on_plate_km(other, 0, points), on_plate_km(leaning, 0, points))


def test_events_of_the_fault_are_drawn_where_they_are_coloured_by_time(network):
    axes = plot_fault_section(network, 2)
    mine = network.source[network.label == 2]
    dated, undated = axes.collections
    assert np.allclose(dated.get_offsets(), on_plate_km(network, 2, mine[["x_km", "y_km", "depth_km"]].to_numpy()))
    assert np.allclose(dated.get_array(), date2num(mine["time"].dt.tz_localize(None).to_numpy()))
    assert len(undated.get_offsets()) == 0
    sizes = dated.get_sizes()
    assert (np.diff(sizes[np.argsort(mine["magnitude"])]) >= 0).all()
    star = axes.lines[-1].get_xydata()[0]
    assert star == pytest.approx(dated.get_offsets()[int(mine["magnitude"].argmax())])
    assert axes.yaxis_inverted()
    assert not axes.xaxis_inverted()
    assert axes.get_aspect() == 1.0


def test_the_frame_is_the_plate(network):
    frame = plot_fault_section(network, 1).lines[0].get_xydata()
    corners = on_plate_km(network, 1, network.planes.corners_km[1])
    assert np.allclose(frame[:4], corners)


def test_depths_on_the_right_are_depths(leaning):
    axes = plot_fault_section(leaning, 0)
    (right,) = [child for child in axes.child_axes if child.get_ylabel() == "depth (km)"]
    axes.get_figure().canvas.draw()
    middle, down = leaning.faults.plates.centre_km[0, 2], np.sin(np.radians(30.0))
    assert right.get_ylim() == pytest.approx([middle + down * v for v in axes.get_ylim()])


def lowered(network, km):
    """The network and its events so much deeper."""
    plates = network.faults.plates
    deeper = replace(plates, centre_km=plates.centre_km + np.array([0.0, 0.0, km]))
    events = network.source.assign(depth_km=network.source["depth_km"] + km)
    return replace(network, faults=replace(network.faults, plates=deeper), source=events)


def test_the_surface_is_drawn_where_it_is_seen(network):
    shallow, deep = lowered(network, -6.0), lowered(network, 40.0)
    levels = [
        [line.get_ydata()[0] for line in plot_fault_section(made, 0).lines if line.get_color() == "#8c6d46"]
        for made in (shallow, deep)
    ]
    assert levels[0] == pytest.approx([-shallow.faults.plates.centre_km[0, 2]])  # fault 0 is upright
    assert levels[1] == []


def test_events_without_time_or_magnitude_are_grey_and_alike(network):
    bare = network.source.drop(columns=["time", "magnitude"])
    dots = plot_fault_section(network, 0, events=bare).collections
    assert [len(drawn.get_offsets()) for drawn in dots] == [network.events_per_fault[0]]
    assert len(np.unique(dots[0].get_sizes())) == 1
    some = network.source.assign(time=network.source["time"].where(network.source.index % 2 == 0))
    dated, undated = plot_fault_section(network, 0, events=some).collections
    assert len(dated.get_offsets()) + len(undated.get_offsets()) == network.events_per_fault[0]
    assert min(len(dated.get_offsets()), len(undated.get_offsets())) > 10


def test_a_fault_of_one_event_at_one_time(network):
    only = np.flatnonzero(network.label == 0)[0]
    label = np.where(np.arange(network.n_events) == only, 0, np.maximum(network.label, 1))
    lone = replace(network, faults=replace(network.faults, fault_of_event=label))
    axes = plot_fault_section(lone, 0)
    axes.get_figure().canvas.draw()
    assert len(axes.collections[0].get_offsets()) == 1


def test_times_of_another_zone_are_taken_as_utc(network):
    there = network.source.assign(time=network.source["time"].dt.tz_convert("America/Los_Angeles"))
    assert np.array_equal(events_of_fault(network, 0, there).time, events_of_fault(network, 0).time)


def test_what_is_not_there_is_one_clear_line(network):
    for fault in (-1, 6):
        with pytest.raises(InputError, match="numbered from 0 to 5"):
            plot_fault_section(network, fault)
    with pytest.raises(InputError, match="it has no faults"):
        plot_fault_section(without_faults(network), 0)
    with pytest.raises(InputError, match="does not hold its events"):
        plot_fault_section(replace(network, source=None), 0)
    with pytest.raises(InputError, match="give that of its own events"):
        plot_fault_section(network, 0, events=network.source.head(10))
    with pytest.raises(InputError, match="with x_km, y_km, depth_km"):
        plot_fault_section(network, 0, events=pd.DataFrame({"fault": network.label}))
