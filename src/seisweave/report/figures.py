"""Figures of a fault network: a map and vertical sections.

A single-axes function takes the record and the events and gives the axes back; without `ax` it makes a figure
of its own, outside pyplot's state (`axes.figure.savefig(path)` writes it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.export import halo_outlines
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import BACKGROUND, HALO, PALETTE, event_colours, fault_colours
from seisweave.report.markup import count
from seisweave.report.sections import (
    across_azimuth,
    along_km,
    bounds_km,
    compass,
    depth_stretch,
    middle_km,
    principal_azimuth,
)
from seisweave.report.traces import COLOUR as MAPPED
from seisweave.report.traces import Traces, draw_traces

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 12  # the faults of most events, whose numbers are written on the figure


def network_figure(
    network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"], *, title: str = "", traces: Traces | None = None
) -> Figure:
    """Draw the map of a network and two sections through the whole of it, along and across its long axis.

    Every event is drawn in the colour of its fault, events of halos and background in greys; each fault is outlined by
    its plate, each halo by a dashed ellipse of two standard deviations. Where the network has no long axis, the
    sections run west-east and south-north. Mapped faults (`traces`) lie under the map.

    >>> import numpy as np, seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> figure = network_figure(sw.reconstruct_faults(xyz_km), xyz_km, title="One fault")
    >>> len(figure.axes), figure.get_suptitle()
    (3, 'One fault')
    """
    azimuth = principal_azimuth(network, xyz_km)
    figure, (map_axes, along, across) = _three_axes(network, xyz_km, azimuth)
    plot_map(network, xyz_km, map_axes, traces=traces)
    for letter, angle, axes in (("A", azimuth, along), ("B", across_azimuth(azimuth), across)):
        _section_line(map_axes, network, xyz_km, angle, letter)
        plot_section(network, xyz_km, angle, axes)
        axes.set_title(f"{letter}–{letter}′   {axes.get_title(loc='left')}", loc="left", fontsize="medium")
    map_axes.set_title("Map", loc="left", fontsize="medium")
    for axes in (map_axes, along, across):
        axes.set_anchor("NW")
    figure.suptitle(title or _headline(network), x=0.01, ha="left", fontsize="large", parse_math=False)
    figure.legend(
        handles=_legend(network, traces), loc="outside lower center", ncols=4, frameon=False, fontsize="small"
    )
    _take_out_spare_height(figure)
    return figure


def plot_map(
    network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"], ax: Axes | None = None, *, traces: Traces | None = None
) -> Axes:
    """Draw events and plates seen from above, in km east and north, over mapped faults.

    Errors: InputError for traces under a network in local km.

    >>> import numpy as np, seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> plot_map(sw.reconstruct_faults(xyz_km), xyz_km).get_ylabel()
    'y, north (km)'
    """
    axes = _axes(ax)
    _draw(axes, network, xyz_km, np.eye(3)[:2], np.zeros(2))
    _frame(axes, *(ends[:2] for ends in bounds_km(network, xyz_km)))
    draw_traces(axes, traces, network)
    axes.set_aspect("equal")
    axes.set(xlabel=_origin_label(network, 0), ylabel=_origin_label(network, 1))
    return axes


def plot_section(
    network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"], azimuth_deg: float, ax: Axes | None = None
) -> Axes:
    """Draw events and plates seen from the side, along an azimuth (degrees) to the right, depth downwards.

    Everything is projected, however far from the line. Depth is at true scale, except that a section more
    than six times as long as it is deep is stretched, and says so.

    >>> import numpy as np, seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> plot_section(sw.reconstruct_faults(xyz_km), xyz_km, 90.0).get_title(loc="left")
    'W to E'
    """
    axes, azimuth = _axes(ax), np.radians(azimuth_deg)
    across = np.array([[np.sin(azimuth), np.cos(azimuth), 0.0], [0.0, 0.0, 1.0]])
    origin = across @ [*middle_km(network, xyz_km), 0.0]
    _draw(axes, network, xyz_km, across, origin)
    low, high = _section_bounds(network, xyz_km, azimuth_deg)
    _frame(axes, low, high)
    stretch = depth_stretch(*(high - low))
    axes.invert_yaxis()
    axes.set_aspect(stretch)
    axes.set(xlabel=f"distance along azimuth {azimuth_deg:.0f}° (km)", ylabel="depth (km)")
    note = f" (depth stretched {stretch}×)" if stretch > 1 else ""
    axes.set_title(f"{compass(azimuth_deg + 180)} to {compass(azimuth_deg)}{note}", loc="left", fontsize="medium")
    return axes


def _draw(axes: Axes, network: FaultNetwork, xyz_km: np.ndarray, across: np.ndarray, origin: np.ndarray) -> None:
    """Events (halos and background first), plates over them, numbers of the faults of most events on top.

    Seen are the coordinates along the two unit vectors of `across`, from the origin.
    """
    from matplotlib.collections import PolyCollection

    def seen(points: np.ndarray) -> np.ndarray:
        return points @ across.T - origin

    colours = fault_colours(network)
    points, colour, free = seen(xyz_km), event_colours(colours, network), network.label < 0
    size = float(np.clip(6000.0 / max(1, len(points)), 0.25, 9.0))
    style: dict[str, Any] = {"linewidths": 0, "rasterized": True}
    axes.scatter(points[free, 0], points[free, 1], s=0.7 * size, c=colour[free], alpha=0.55, zorder=1, **style)
    axes.scatter(points[~free, 0], points[~free, 1], s=size, c=colour[~free], alpha=0.8, zorder=2, **style)
    plates = seen(network.planes.corners_km)
    width = float(np.clip(6.0 / np.sqrt(max(1, len(plates))), 0.5, 1.4))
    if len(plates):
        axes.add_collection(
            PolyCollection(list(plates), facecolors=colours, alpha=0.14 * width, zorder=3), autolim=False
        )
        outlines = PolyCollection(list(plates), facecolors="none", edgecolors=colours, linewidths=width, zorder=4)
        axes.add_collection(outlines, autolim=False)
    rings = PolyCollection(list(seen(halo_outlines(network, across))), facecolors="none", edgecolors=HALO, zorder=3)
    rings.set(linewidths=0.9, linestyles=[(0, (4, 3))])
    axes.add_collection(rings, autolim=False)
    _number(axes, seen(network.faults.plates.centre_km), colours)


def _number(axes: Axes, centres: np.ndarray, colours: list[str]) -> None:
    """Write the numbers of the faults of most events, leaving out those that would cover another."""
    from matplotlib.patheffects import withStroke

    room = 0.05 * np.ptp(centres, axis=0).max(initial=0.0) if len(centres) else 0.0
    written: list[np.ndarray] = []
    for number, (centre, colour) in enumerate(zip(centres[:NAMED], colours, strict=False)):
        if any(np.linalg.norm(centre - other) < room for other in written):
            continue
        written.append(centre)
        halo = [withStroke(linewidth=2.5, foreground="white")]
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "fontweight": "bold"}
        axes.text(
            centre[0],
            centre[1],
            str(number),
            color=colour,
            path_effects=halo,
            zorder=6,
            clip_on=True,
            **style,
        )


def _section_line(axes: Axes, network: FaultNetwork, xyz_km: np.ndarray, azimuth_deg: float, letter: str) -> None:
    """Draw on the map where a section runs, and its two ends."""
    low, high = _section_bounds(network, xyz_km, azimuth_deg)
    azimuth, middle = np.radians(azimuth_deg), middle_km(network, xyz_km)
    ends = middle + np.array([[low[0]], [high[0]]]) * np.array([np.sin(azimuth), np.cos(azimuth)])
    axes.plot(*ends.T, color="0.25", linewidth=0.8, linestyle=(0, (6, 4)), zorder=5, scalex=False, scaley=False)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "0.25", "linewidth": 0.6}
    (x_low, x_high), (y_low, y_high) = axes.get_xlim(), axes.get_ylim()
    for end, name in zip(ends, (letter, f"{letter}′"), strict=True):
        inside = np.clip(end, (x_low, y_low), (x_high, y_high))
        axes.text(inside[0], inside[1], name, fontsize=8, ha="center", va="center", bbox=box, zorder=7)


def _section_bounds(network: FaultNetwork, xyz_km: np.ndarray, azimuth_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest (distance, depth) in a section."""
    everything = np.concatenate([xyz_km, network.planes.corners_km.reshape(-1, 3)])
    along = along_km(everything, middle_km(network, xyz_km), azimuth_deg)
    low, high = bounds_km(network, xyz_km)
    return np.array([along.min(), low[2]]), np.array([along.max(), high[2]])


def _three_axes(network: FaultNetwork, xyz_km: np.ndarray, azimuth: float) -> tuple[Figure, list[Axes]]:
    """Map and sections: side by side, or the map on top where it is much wider than high."""
    low, high = bounds_km(network, xyz_km)
    east, north = np.maximum(high - low, 1e-9)[:2]
    spans = [np.subtract(*_section_bounds(network, xyz_km, a)[::-1]) for a in (azimuth, across_azimuth(azimuth))]
    (along, deep), (across, _) = np.maximum(spans, 1e-9)
    tall = deep * depth_stretch(along, deep)
    if east > 1.6 * north:
        map_high = float(np.clip(11.0 * north / east, 2.5, 6.8))
        deep_high = float(np.clip(10.0 * tall / (along + across), 1.3, 4.5))
        figure = _new_figure(12.0, map_high + deep_high + 2.2)
        grid = figure.add_gridspec(2, 2, height_ratios=(map_high, deep_high), width_ratios=(along, across))
        cells = grid[0, :], grid[1, 0], grid[1, 1]
    else:
        map_wide = float(np.clip(6.4 * east / north, 3.0, 5.6))
        map_high, deep_wide = float(np.clip(map_wide * north / east, 4.4, 6.4)), 11.0 - map_wide
        deep_high = float(np.clip(deep_wide * tall / along, 1.0, 0.6 * map_high))
        figure = _new_figure(12.0, map_high + 1.8)
        ratios = {"width_ratios": (map_wide, deep_wide), "height_ratios": (deep_high, map_high - deep_high)}
        grid = figure.add_gridspec(2, 2, **ratios)
        cells = grid[:, 0], grid[0, 1], grid[1, 1]
    return figure, [figure.add_subplot(cell) for cell in cells]


def _take_out_spare_height(figure: Figure) -> None:
    """Lower the figure by the empty band between its axes, whose shapes are fixed, and the legend below."""
    layout = figure.get_layout_engine()
    assert layout is not None, "figures of ours are laid out"
    for _ in range(2):  # the layout settles again after the first time
        layout.execute(figure)
        boxes = [axes.get_tightbbox() for axes in figure.axes]
        lowest = min(box.y0 for box in boxes if box is not None)
        spare = (lowest - figure.legends[0].get_window_extent().y1) / figure.dpi - 0.15
        if spare > 0.1:
            wide, high = figure.get_size_inches()
            figure.set_size_inches(wide, high - spare)


def _new_figure(wide: float, high: float) -> Figure:
    """Make a figure on the Agg canvas, unknown to pyplot."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise InputError("figures need matplotlib; install it with: pip install 'seisweave[report]'") from None
    figure = Figure(figsize=(wide, high), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _axes(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure."""
    return _new_figure(7.0, 6.0).subplots() if ax is None else ax


def _frame(axes: Axes, low: np.ndarray, high: np.ndarray) -> None:
    """Limits with a little air, a faint grid, no box around."""
    air = 0.04 * np.maximum(high - low, 1e-3)
    (x_low, y_low), (x_high, y_high) = low - air, high + air
    axes.set(xlim=(x_low, x_high), ylim=(y_low, y_high))
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _origin_label(network: FaultNetwork, axis: int) -> str:
    """`km east of 116.44° W`, or `x, km east` where the input was local km."""
    direction = ("east", "north")[axis]
    if network.projection is None:
        return f"{'xy'[axis]}, {direction} (km)"
    degrees = (network.projection.longitude, network.projection.latitude)[axis]
    side = ("EW", "NS")[axis][int(degrees < 0)]
    return f"km {direction} of {abs(degrees):.3f}° {side}"


def _headline(network: FaultNetwork) -> str:
    halo, label = network.faults.halo_of_event >= 0, network.label
    parts = [f"{network.n_events:,} events", f"{count(network.n_faults, 'fault')} with {(label >= 0).mean():.1%}"]
    parts += [f"{count(network.faults.n_halos, 'halo')} with {halo.mean():.1%}"] if network.faults.n_halos else []
    return " · ".join([*parts, f"background {((label < 0) & ~halo).mean():.1%}", f"BIC of segments {network.bic:,.1f}"])


def _legend(network: FaultNetwork, traces: Traces | None) -> list:
    """Say what a dot, an outline, a number and a dashed line stand for."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def dot(colour: str, label: str) -> Line2D:
        return Line2D([], [], linestyle="none", marker="o", markersize=5, markeredgewidth=0, color=colour, label=label)

    handles: list = []
    if network.n_faults:
        handles.append(dot(PALETTE[0], "event, in the colour of its fault"))
        numbered = "numbered" if network.n_faults <= NAMED else f"the {NAMED} of most events numbered"
        plate = f"fault: its plate, {numbered}"
        handles.append(Patch(facecolor=PALETTE[0] + "24", edgecolor=PALETTE[0], label=plate))
    if network.faults.n_halos:
        handles.append(dot(HALO, "event of a halo"))
        handles.append(Line2D([], [], color=HALO, linewidth=0.9, linestyle=(0, (4, 3)), label="halo: two σ, no plane"))
    if ((network.label < 0) & (network.faults.halo_of_event < 0)).any():
        handles.append(dot(BACKGROUND, "event of the background"))
    handles.append(Line2D([], [], color="0.25", linewidth=0.8, linestyle=(0, (6, 4)), label="line of a section"))
    if traces is not None:
        handles.append(Line2D([], [], color=MAPPED, linewidth=1.2, label="mapped fault"))
    return handles
