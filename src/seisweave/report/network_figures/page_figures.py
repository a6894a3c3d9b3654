"""The network figures as a page puts them together: all faults; one fault; how the network was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.faults.merge_gains import merge_gains
from seisweave.faults.network import FaultNetwork
from seisweave.faults.ward import ward_linkage
from seisweave.report.figures import _new_figure
from seisweave.report.network_figures.capacity import plot_capacity
from seisweave.report.network_figures.distributions import plot_distribution
from seisweave.report.network_figures.events_of_fault import events_of_fault
from seisweave.report.network_figures.fault_section import on_plate_km, plot_fault_section
from seisweave.report.network_figures.gain_matrix import plot_gain_matrix
from seisweave.report.network_figures.magnitude_time import plot_magnitude_time
from seisweave.report.network_figures.rose import plot_rose
from seisweave.report.network_figures.stereonet import plot_stereonet
from seisweave.report.network_figures.tails import has_tails, plot_tails

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_EVENTS = 20_000  # whose Ward tree is built again for a page
_MOST_DENSITIES = 100_000_000  # that the matrix of gains may take: about two seconds
_WIDE = 12.0  # inches


def orientation_figure(network: FaultNetwork) -> Figure:
    """Poles, strikes by length and by events, lengths, dips, thicknesses."""
    figure = _new_figure(_WIDE, 7.6)
    grid = figure.add_gridspec(2, 3, height_ratios=(4.2, 3.0))
    plot_stereonet(network, figure.add_subplot(grid[0, 0]))
    plot_rose(network, figure.add_subplot(grid[0, 1]), by="length")
    plot_rose(network, figure.add_subplot(grid[0, 2]), by="events")
    plot_distribution(network, "length", figure.add_subplot(grid[1, 0]))
    plot_distribution(network, "dip", figure.add_subplot(grid[1, 1]))
    plot_distribution(network, "thickness", figure.add_subplot(grid[1, 2]))
    return figure


def fault_figure(network: FaultNetwork, fault: int, events: pd.DataFrame) -> Figure:
    """The section along one fault, and beside it its magnitudes in time; its density along strike where it has none.

    Errors: InputError for a fault that there is none of.
    """
    held = events_of_fault(network, fault, events)
    planes = network.planes
    reach = np.abs(on_plate_km(network, fault, held.xyz_km)).max(axis=0, initial=0.0)
    long, deep = 2.0 * np.maximum(reach, 0.5 * np.array([planes.length_km[fault], planes.width_km[fault]]))
    high = float(np.clip(5.4 * deep / max(long, 1e-9) + 0.9, 2.6, 4.4))
    figure = _new_figure(_WIDE, high)
    figure.set_layout_engine("constrained", w_pad=0.1)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0))
    plot_fault_section(network, fault, left, events=events)
    if (held.dated & held.measured).any():
        plot_magnitude_time(network, fault, right, events=events)
    elif has_tails(network, fault):
        plot_tails(network, fault, right, events=events)
    else:
        right.set_axis_off()
    return figure


def making_figure(network: FaultNetwork, events: pd.DataFrame, xyz_km: Float[np.ndarray, "n 3"]) -> Figure | None:
    """Holding capacity, gains between the segments, tails of the fault of most segments: those that can be drawn.

    The capacity is that of the whole tree, so it is left out where subsets had trees of their own, as it is for very
    many events; gains are left out where there are too many, or a segment is singular. None where nothing is left.
    """
    capacity = network.options.subsets == 1 and network.n_events <= _MOST_EVENTS
    many = _segments(network)
    tails = many.max(initial=0) > 1 and has_tails(network, int(many.argmax()))
    chosen = ((_capacity, capacity), (_gains, _has_gains(network)), (_tails, tails))
    drawers = [draw for draw, wanted in chosen if wanted]
    if not drawers:
        return None
    figure = _new_figure(_WIDE, 3.9)
    for axes in (panels := figure.subplots(1, 3)):
        axes.set_axis_off()
    for draw, axes in zip(drawers, panels, strict=False):
        axes.set_axis_on()
        draw(network, events, xyz_km, axes)
    return figure


def _capacity(_: FaultNetwork, __: pd.DataFrame, xyz_km: np.ndarray, axes: Axes) -> None:
    plot_capacity(ward_linkage(xyz_km), axes)


def _gains(network: FaultNetwork, _: pd.DataFrame, xyz_km: np.ndarray, axes: Axes) -> None:
    plot_gain_matrix(merge_gains(network.mixture, xyz_km), axes)


def _tails(network: FaultNetwork, events: pd.DataFrame, _: np.ndarray, axes: Axes) -> None:
    plot_tails(network, int(_segments(network).argmax()), axes, events=events)


def _has_gains(network: FaultNetwork) -> bool:
    """Whether there are pairs, not too many for the events, of segments that have weight and are not singular."""
    mixture, few = network.mixture, network.n_events * network.n_segments**2 // 2 <= _MOST_DENSITIES
    regular = bool((np.linalg.det(mixture.covariance_km2) > 0.0).all() and (mixture.weight > 0.0).all())
    return few and regular and network.n_segments > 1


def _segments(network: FaultNetwork) -> np.ndarray:
    """How many segments each fault has."""
    return np.bincount(network.faults.fault_of_segment + 1, minlength=network.n_faults + 1)[1:]
