"""Stereonet: the poles of the planes in Schmidt's net, which keeps areas, on the lower hemisphere.

The pole of a plane is its normal, pointing down: it trends against the dip, strike - 90°, and plunges 90° - dip. A line
of plunge p lies at √2 sin((90° - p)/2) from the middle (Lambert's azimuthal projection; Phillips 1971), so the pole of
a horizontal plane is the middle, that of a vertical one on the rim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import fault_colours
from seisweave.report.figures import NAMED, _axes
from seisweave.report.network_figures.compass_circle import draw_circle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROOM = 0.11  # of the net's radius, between two numbers
_STEP = 30.0  # degrees between the lines of the net
_LARGEST, _SMALLEST = 220.0, 10.0  # areas of dots, points²


def plot_stereonet(network: FaultNetwork, ax: Axes | None = None) -> Axes:
    """Draw the pole of every fault, its area in proportion to its events, in the colour and with the number of the map.

    The smallest dots are drawn larger than their share, to be seen. The poles of a vertical plane are both ends of one
    line: one of them is drawn.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> axes = plot_stereonet(network)  # one fault, upright, from west to east: its pole is in the north or south
    >>> [round(abs(value)) for value in axes.collections[-1].get_offsets()[0]]
    [0, 1]
    """
    axes = _axes(ax)
    _draw_net(axes)
    draw_circle(axes, empty=not network.n_faults)
    axes.set_title("Poles of planes, lower hemisphere, equal area", loc="left", fontsize="medium")
    if not network.n_faults:
        return axes
    events, colours = network.events_per_fault, fault_colours(network)
    places = pole_places(network.planes.strike_deg, network.planes.dip_deg)
    size = np.clip(_LARGEST * events / max(1, events.max()), _SMALLEST, None)
    order = np.argsort(-events, kind="stable")  # small ones over large ones
    axes.scatter(
        *places[order].T,
        s=size[order],
        c=[colours[k] for k in order],
        alpha=0.75,
        linewidths=0.5,
        edgecolors="white",
        zorder=4,
        clip_on=False,
    )
    _write_numbers(axes, places[:NAMED], size, colours)
    axes.text(-1.25, -1.25, f"area: events, at most {events.max():,}", fontsize=8, color="0.35", va="bottom")
    return axes


def pole_places(strike_deg: Float[np.ndarray, " f"], dip_deg: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 2"]:
    """Where the poles of planes lie in the net of radius 1, east and north of its middle.

    >>> pole_places(np.array([0.0, 90.0]), np.array([90.0, 30.0])).round(3).tolist()
    [[-1.0, 0.0], [0.0, 0.366]]
    """
    return place_of_line(np.asarray(strike_deg) - 90.0, 90.0 - np.asarray(dip_deg))


def place_of_line(trend_deg: Float[np.ndarray, " m"], plunge_deg: Float[np.ndarray, " m"]) -> Float[np.ndarray, "m 2"]:
    """Where lines lie in the net, by the azimuth in which they go down, and how steeply.

    >>> place_of_line(np.array([45.0]), np.array([90.0])).tolist()
    [[0.0, 0.0]]
    """
    trend, away = np.radians(trend_deg), np.sqrt(2.0) * np.sin(0.5 * np.radians(90.0 - np.asarray(plunge_deg)))
    return np.stack([away * np.sin(trend), away * np.cos(trend)], axis=-1)


def _write_numbers(axes: Axes, places: np.ndarray, size: np.ndarray, colours: list[str]) -> None:
    """Write the numbers of the faults of most events beside their poles, but for those that would cover another."""
    from matplotlib.patheffects import withStroke

    written: list[np.ndarray] = []
    for number, place in enumerate(places):
        if any(np.linalg.norm(place - other) < _ROOM for other in written):
            continue
        written.append(place)
        beside = 0.5 * float(np.sqrt(size[number])) + 2.0  # points
        inward = -1.0 if place[0] > 0.9 else 1.0
        axes.annotate(
            str(number),
            (float(place[0]), float(place[1])),
            (inward * beside, 0.0),
            textcoords="offset points",
            ha="left" if inward > 0 else "right",
            va="center",
            fontsize=8,
            fontweight="bold",
            color=colours[number],
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
            zorder=6,
        )


def _draw_net(axes: Axes) -> None:
    """Great circles of planes that strike north, and small circles round the north, a line each `_STEP` degrees."""
    style = {"color": "0.85", "linewidth": 0.6, "zorder": 1}
    pitch = np.radians(np.linspace(0.0, 180.0, 91))
    for dip in np.radians(np.arange(-90.0 + _STEP, 90.0, _STEP)):
        across = np.sin(pitch)
        line = np.stack([across * np.sin(dip), np.cos(pitch), across * np.cos(dip)], axis=-1)
        axes.plot(*_places(line).T, **style)
    for cone in np.radians(np.arange(_STEP, 180.0, _STEP)):
        line = np.stack(
            [np.sin(cone) * np.cos(pitch), np.full_like(pitch, np.cos(cone)), np.sin(cone) * np.sin(pitch)], axis=-1
        )
        axes.plot(*_places(line).T, **style)


def _places(line: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 2"]:
    """Places of unit vectors (east, north, down)."""
    trend, plunge = np.degrees(np.arctan2(line[:, 0], line[:, 1])), np.degrees(np.arcsin(np.clip(line[:, 2], -1, 1)))
    return place_of_line(trend, plunge)
