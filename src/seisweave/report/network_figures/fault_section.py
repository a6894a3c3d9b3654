"""Section along one fault: its plate and its events in the plate's own coordinates, coloured by time.

Local coordinates have their zero in the middle of the plate: u along strike (horizontal, towards the strike by the
right-hand rule), v down the dip. A plate's axes are unit vectors at right angles, so u and v are true distances in its
plane; how far an event lies off it is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.faults.network import FaultNetwork
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import fault_colours
from seisweave.report.figures import _new_figure
from seisweave.report.network_figures.events_of_fault import EventsOfFault, events_of_fault
from seisweave.report.sections import compass

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_TIMES = "viridis"
_AIR, _STAR = "#8c6d46", "#d02020"
_BAR_AT, _BAR = 0.65, 0.1  # inches: the colour bar, from the edge of the section


def plot_fault_section(
    network: FaultNetwork, fault: int, ax: Axes | None = None, *, events: pd.DataFrame | None = None
) -> Axes:
    """Draw the events of one fault on its plate, seen from its hanging wall: strike to the right, dip downwards.

    Colours tell the time, areas the magnitude, where the events have them; the largest is a star. The frame is the
    plate, the brown line the surface, where the plate reaches it.

    Arguments:
        network: whose fault it is.
        fault: its number, as in `faults.csv`.
        ax: where to draw; a colour bar is drawn beside it.
        events: the network's own events (`events.parquet`), unless it holds them.

    Errors: InputError for a fault that there is none of, and a network without its events.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> plot_fault_section(network, 0).get_ylabel()
    'down dip (km)'
    """
    held = events_of_fault(network, fault, events)
    places = on_plate_km(network, fault, held.xyz_km)
    axes = _new_figure(8.0, 5.0).subplots() if ax is None else ax
    planes = network.planes
    half = 0.5 * np.array([planes.length_km[fault], planes.width_km[fault]])
    frame = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * half
    colour = fault_colours(network)[fault]
    axes.fill(*frame.T, facecolor=colour, alpha=0.07, zorder=1)
    axes.plot(*frame.T, color=colour, linewidth=1.4, zorder=4.5)
    _draw_events(axes, held, places)
    everything = np.concatenate([places, frame])
    low, high = everything.min(axis=0), everything.max(axis=0)
    air = 0.04 * np.maximum(high - low, 1e-3)
    axes.set(xlim=(low[0] - air[0], high[0] + air[0]), ylim=(high[1] + air[1], low[1] - air[1]), aspect="equal")
    strike, dip = float(planes.strike_deg[fault]), float(planes.dip_deg[fault])
    axes.set(xlabel=f"along strike, towards {strike:.0f}° ({compass(strike)}) (km)", ylabel="down dip (km)")
    told = f"Fault {fault}: strike {strike:.0f}°, dip {dip:.0f}°{_largest(held)}"
    axes.set_title(told, loc="left", fontsize="medium")
    _add_depths(axes, network, fault)
    return _plain(axes)


def on_plate_km(network: FaultNetwork, fault: int, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 2"]:
    """Distances along strike and down dip from the middle of a fault's plate, km."""
    return (xyz_km - network.faults.plates.centre_km[fault]) @ _axes_of(network, fault).T


def _axes_of(network: FaultNetwork, fault: int) -> Float[np.ndarray, "2 3"]:
    """The plate's unit vectors along its strike and down its dip; the record's may point the other way."""
    along, down = network.faults.plates.axes[fault, :2]
    strike = np.radians(network.planes.strike_deg[fault])
    along = along if along @ [np.sin(strike), np.cos(strike), 0.0] >= 0.0 else -along
    return np.stack([along, down if down[2] >= 0.0 else -down])


def _draw_events(axes: Axes, held: EventsOfFault, places: np.ndarray) -> None:
    """Dots by time, a star for the largest, in grey those of no known time; the bar that tells the colours."""
    size = _areas(held.magnitude, len(places))
    style: dict[str, Any] = {"linewidths": 0, "alpha": 0.85, "rasterized": True}
    dated = held.dated
    if dated.any():
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

        assert held.time is not None
        number = date2num(held.time[dated].astype("datetime64[ms]"))
        drawn = axes.scatter(*places[dated].T, s=size[dated], c=number, cmap=_TIMES, zorder=4, **style)
        figure = axes.get_figure()
        if figure is not None and np.ptp(number) > 0.0:
            locator = AutoDateLocator(minticks=3, maxticks=7)
            bar = figure.colorbar(drawn, cax=_room_for_bar(axes), ticks=locator, format=ConciseDateFormatter(locator))
            bar.ax.tick_params(labelsize=8)
            bar.outline.set_visible(False)  # pyright: ignore[reportCallIssue]
    axes.scatter(*places[~dated].T, s=size[~dated], c="0.45", zorder=3, **style)
    if held.magnitude is not None and held.measured.any():
        largest = places[int(np.nanargmax(held.magnitude))]
        axes.plot(*largest, "*", color=_STAR, markersize=13, markeredgecolor="white", zorder=5)


def _room_for_bar(axes: Axes) -> Axes:
    """Narrow axes to the right, behind the depths, as high as the section, whose shape is not known yet."""
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    figure = axes.get_figure()
    assert figure is not None, "axes that are drawn in have a figure"
    edge: Any = axes.transAxes
    inches = figure.dpi_scale_trans + ScaledTranslation(1.0, 0.0, edge)
    return axes.inset_axes((_BAR_AT, 0.0, _BAR, 1.0), transform=blended_transform_factory(inches, axes.transAxes))


def _largest(held: EventsOfFault) -> str:
    if held.magnitude is None or not held.measured.any():
        return ""
    return f"; star: M {np.nanmax(held.magnitude):.1f}"


def _areas(magnitude: Float[np.ndarray, " m"] | None, n: int) -> Float[np.ndarray, " m"]:
    """Areas of the dots, points²: each magnitude above the median three times as large; alike without magnitudes."""
    usual = float(np.clip(4000.0 / max(1, n), 3.0, 16.0))
    if magnitude is None or not np.isfinite(magnitude).any():
        return np.full(n, usual)
    above = np.clip(np.nan_to_num(magnitude - np.nanmedian(magnitude), nan=0.0), -9.0, 9.0)
    return np.clip(usual * 3.0**above, 0.5 * usual, 250.0)


def _add_depths(axes: Axes, network: FaultNetwork, fault: int) -> None:
    """The depth on the right, and the surface where it is seen; of a plate that lies flat there is neither."""
    down = float(_axes_of(network, fault)[1, 2])
    middle = float(network.faults.plates.centre_km[fault, 2])
    if down < 0.05:
        return

    def to_depth(v: Any) -> Any:
        return middle + down * v

    def from_depth(depth: Any) -> Any:
        return (depth - middle) / down

    second = axes.secondary_yaxis("right", functions=(to_depth, from_depth))
    second.set_ylabel("depth (km)")
    second.tick_params(length=0.0)
    second.spines["right"].set_visible(False)
    if -middle / down > min(axes.get_ylim()):
        axes.axhline(-middle / down, color=_AIR, linewidth=1.4, zorder=2)
