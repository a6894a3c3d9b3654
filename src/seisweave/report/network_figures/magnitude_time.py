"""Magnitudes of the events of one fault in time, and how many have come so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import fault_colours
from seisweave.report.figures import _new_figure
from seisweave.report.markup import count
from seisweave.report.network_figures.events_of_fault import events_of_fault

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_magnitude_time(
    network: FaultNetwork, fault: int, ax: Axes | None = None, *, events: pd.DataFrame | None = None
) -> Axes:
    """Draw the magnitude of each event of a fault against its time; a grey line counts the events so far.

    Arguments:
        network: whose fault it is.
        fault: its number, as in `faults.csv`.
        ax: where to draw; the axis of the count, on the right, is beside it.
        events: the network's own events (`events.parquet`), unless it holds them.

    Errors: InputError for a fault that there is none of, a network without its events, events without times or
    magnitudes.

    >>> from seisweave.synthetic import southern_california_like
    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(southern_california_like(n_events=300).catalog.select(event_type="eq"))
    >>> plot_magnitude_time(network, 0).get_ylabel()
    'magnitude'
    """
    held = events_of_fault(network, fault, events)
    if held.time is None or held.magnitude is None:
        missing = "time" if held.time is None else "magnitude"
        raise InputError(f"the network's events have no {missing}; give a catalog with times and magnitudes")
    axes = _new_figure(8.0, 3.0).subplots() if ax is None else ax
    known = held.dated & held.measured
    order = np.argsort(held.time[known], kind="stable")
    time = held.time[known][order].astype("datetime64[ms]").astype(object)
    size = float(np.clip(4000.0 / max(1, len(time)), 2.0, 14.0))
    colour = fault_colours(network)[fault]
    counted = axes.twinx()
    counted.step(time, np.arange(1, len(time) + 1), where="post", color="0.7", linewidth=1.2, zorder=1)
    axes.set_zorder(counted.get_zorder() + 1)
    axes.patch.set_visible(False)
    axes.scatter(
        time, held.magnitude[known][order], s=size, c=colour, alpha=0.8, linewidths=0, rasterized=True, zorder=3
    )
    counted.set_ylabel("events so far", color="0.45")
    counted.set_ylim(bottom=0.0)
    counted.tick_params(axis="y", colors="0.45", length=0.0)
    counted.spines[["top", "left", "right"]].set_visible(False)
    axes.set_ylabel("magnitude")
    left_out = len(known) - int(known.sum())
    note = f", {left_out:,} without time or magnitude left out" if left_out else ""
    axes.set_title(f"Fault {fault}: {count(int(known.sum()), 'event')}{note}", loc="left", fontsize="medium")
    _set_dates(axes)
    return _plain(axes)


def _set_dates(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
