import numpy as np
import pytest
from matplotlib.dates import date2num

from seisweave.errors import InputError
from seisweave.report.network_figures import plot_magnitude_time


def counted(axes):
    """The line of the count, in the axes beside."""
    (other,) = [each for each in axes.get_figure().axes if each is not axes]
    return other.lines[0]


def test_every_event_is_drawn_and_counted(network):
    axes = plot_magnitude_time(network, 1)
    mine = network.source[network.label == 1].sort_values("time")
    drawn = axes.collections[0].get_offsets()
    assert np.allclose(drawn[:, 0], date2num(mine["time"].dt.tz_localize(None).to_numpy()))
    assert np.allclose(drawn[:, 1], mine["magnitude"])
    assert counted(axes).get_ydata().tolist() == list(range(1, len(mine) + 1))
    assert f"{len(mine)} events" in axes.get_title(loc="left")


def test_the_order_of_the_table_does_not_matter(network):
    dates = network.source["time"].to_numpy()[::-1]
    backwards = network.source.assign(time=dates, magnitude=network.source["magnitude"].to_numpy()[::-1])
    line = counted(plot_magnitude_time(network, 0, events=backwards))
    assert (np.diff(date2num(line.get_xdata())) >= 0).all()


def test_events_of_unknown_time_or_magnitude_are_left_out_and_told(network):
    mine = np.flatnonzero(network.label == 0)
    events = network.source.copy()
    events.loc[mine[:3], "magnitude"] = np.nan
    events.loc[mine[2:5], "time"] = None
    axes = plot_magnitude_time(network, 0, events=events)
    assert len(axes.collections[0].get_offsets()) == len(mine) - 5
    assert "5 without time or magnitude left out" in axes.get_title(loc="left")


@pytest.mark.parametrize("column", ["time", "magnitude"])
def test_events_without_either_are_one_clear_line(network, column):
    with pytest.raises(InputError, match=f"have no {column}"):
        plot_magnitude_time(network, 0, events=network.source.drop(columns=column))
