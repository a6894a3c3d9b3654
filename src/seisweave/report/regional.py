"""Networks of a whole region side by side, seen from above: segments coloured by strike over the hypocentres.

In the form of Figure 11 of Kamer, Ouillon & Sornette (2020), whose faults are the segments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.faults.network import FaultNetwork
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STRIKES = "twilight_shifted"
_MARGIN_KM = 15.0


def networks_figure(
    networks: Sequence[FaultNetwork],
    xyz_km: Float[np.ndarray, "n 3"],
    *,
    thick_km: float,
    traces: Sequence[Float[np.ndarray, "p 2"]] = (),
    marks: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Draw four networks of the same hypocentres, each with its criterion, subsets, segments and background.

    Arguments:
        networks: four, drawn row by row.
        xyz_km: hypocentres, km east, north and down in the networks' projection.
        thick_km: segments thicker than that are outlined only.
        traces: mapped faults, lines of km east and north, drawn in black.
        marks: places that are pointed at, km east and north, by name.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    figure = _new_figure(15.0, 13.4)
    low, high = np.quantile(xyz_km[:, :2], [0.001, 0.999], axis=0)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for axes, network, letter in zip(panels.flat, networks, "abcd", strict=True):
        plot_network(network, xyz_km, thick_km=thick_km, traces=traces, ax=axes)
        found = f"{network.n_segments:,} segments, background {network.mixture.box_weight.sum():.1%}"
        options = network.options
        axes.set_title(f"({letter}) {options.criterion}, {options.subsets} subsets: {found}", loc="left")
        axes.set(xlim=(low[0] - _MARGIN_KM, high[0] + _MARGIN_KM), ylim=(low[1] - _MARGIN_KM, high[1] + _MARGIN_KM))
        axes.set_aspect("equal")
        for name, place in (marks or {}).items():
            arrow = {"arrowstyle": "->"}
            axes.annotate(name, place, (-62, -30), textcoords="offset points", arrowprops=arrow)
    for axes in panels[1]:
        axes.set_xlabel("km east")
    for axes in panels[:, 0]:
        axes.set_ylabel("km north")
    scale = ScalarMappable(Normalize(0.0, 180.0), _STRIKES)
    bar = figure.colorbar(scale, ax=panels, location="bottom", shrink=0.4, aspect=40, ticks=range(0, 181, 45))
    bar.set_label("strike (°, modulo 180)")
    return figure


def plot_network(
    network: FaultNetwork,
    xyz_km: Float[np.ndarray, "n 3"],
    *,
    thick_km: float,
    traces: Sequence[Float[np.ndarray, "p 2"]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the segments of one network. Arguments as of `networks_figure`."""
    from matplotlib import colormaps
    from matplotlib.collections import LineCollection, PolyCollection

    axes = _new_figure(7.0, 6.0).subplots() if ax is None else ax
    axes.scatter(*xyz_km[:, :2].T, s=0.08, color="0.75", linewidths=0, rasterized=True)
    axes.add_collection(LineCollection(list(traces), colors="black", linewidths=0.35, alpha=0.6))
    planes = network.segment_planes
    colours = colormaps[_STRIKES](planes.strike_deg % 180.0 / 180.0)
    plates, thick = planes.corners_km[..., :2], planes.thickness_km > thick_km
    axes.add_collection(PolyCollection(list(plates[thick]), facecolors="none", edgecolors="0.6", linewidths=0.6))
    style = {"facecolors": colours[~thick], "edgecolors": colours[~thick], "linewidths": 0.9, "alpha": 0.75}
    axes.add_collection(PolyCollection(list(plates[~thick]), **style))
    axes.spines[["top", "right"]].set_visible(False)
    return axes
