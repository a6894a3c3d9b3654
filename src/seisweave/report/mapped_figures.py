"""Figure of a network beside mapped faults: a map by agreement, and the shares that agree against chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.faults.mapped.chance import Share
from seisweave.faults.mapped.compare import MappedComparison
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _frame, _new_figure, _origin_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"agrees": PALETTE[0], "at an angle": PALETTE[4], "no map": PALETTE[1]}


def mapped_figure(made: MappedComparison, *, title: str = "") -> Figure:
    """Draw a map of faults and mapped faults, and how much agrees against chance.

    >>> import numpy as np, seisweave as sw
    >>> from seisweave.faults.mapped import MappedFaults, MappedOptions, compare_with_mapped
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3)))
    >>> line = np.array([[1.0, -9.0, 0.0], [1.0, 9.0, 0.0]])
    >>> mapped = MappedFaults("traces", ("line",), line, np.array([[0, 1, 1]]), np.array([0]), local=True)
    >>> figure = mapped_figure(compare_with_mapped(network, mapped, MappedOptions(draws=5)))
    >>> len(figure.axes)
    3
    """
    figure = _new_figure(11.5, 7.0)
    grid = figure.add_gridspec(2, 2, width_ratios=(2.2, 1.0))
    plot_agreement(made, figure.add_subplot(grid[:, 0]))
    level, drawn = made.options.level, made.chance_table()
    _plot_chance(level, made.share, drawn["share"].to_numpy(), figure.add_subplot(grid[0, 1]))
    _plot_chance("their events", made.event_share, drawn["event_share"].to_numpy(), figure.add_subplot(grid[1, 1]))
    within = f"within {made.options.near_km:g} km and {made.options.parallel_deg:g}°"
    told = f"{made.agrees.sum():,} of {len(made.n_events):,} {level} lie {within} of mapped faults ({made.mapped.kind})"
    figure.suptitle(title or told, x=0.01, ha="left", fontsize="large")
    return figure


def plot_agreement(made: MappedComparison, ax: Axes | None = None) -> Axes:
    """Draw plates seen from above, coloured by whether they agree, over traces or upper edges of mapped faults.

    Arguments:
        made: the comparison.
        ax: axes to draw on; a figure of its own where not given.
    """
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.lines import Line2D

    axes = _new_figure(7.0, 6.5).subplots() if ax is None else ax
    lines = list(made.mapped.lines_km(made.network.projection))
    axes.add_collection(LineCollection(lines, colors="black", linewidths=0.5, alpha=0.7), autolim=False)
    corners = made.corners_km[..., :2]
    verdict = made.table()["verdict"].to_numpy(str)
    handles = [Line2D([], [], color="black", linewidth=0.8, label=f"mapped faults, {made.mapped.kind}")]
    for name, colour in _COLOURS.items():
        own = verdict == name
        plates = PolyCollection(list(corners[own]), facecolors=f"{colour}55", edgecolors=colour, linewidths=0.8)
        axes.add_collection(plates, autolim=False)
        handles.append(Line2D([], [], color=colour, linewidth=3, label=f"{name}: {own.sum():,}"))
    everything = corners.reshape(-1, 2)
    _frame(axes, everything.min(axis=0), everything.max(axis=0))
    axes.set_aspect("equal")
    axes.set(xlabel=_origin_label(made.network, 0), ylabel=_origin_label(made.network, 1))
    axes.legend(handles=handles, frameon=True, fontsize="small", loc="best")
    return axes


def _plot_chance(what: str, share: Share, drawn: np.ndarray, axes: Axes) -> None:
    """Shares of the draws, and the network's own."""
    top = max(0.02, 1.08 * max(share.found, float(drawn.max())))
    axes.hist(100.0 * drawn, bins=40, range=(0.0, 100.0 * top), color=BACKGROUND, label="by chance")
    axes.axvline(100.0 * share.found, color=PALETTE[0], linewidth=1.6, label=f"the network: {share.found:.1%}")
    axes.set_title(
        f"{what}: chance {share.chance:.1%} ({share.chance_low:.1%} to {share.chance_high:.1%})",
        loc="left",
        fontsize="medium",
    )
    axes.set(xlabel="share that agrees (%)", ylabel="draws")
    axes.legend(frameon=False, fontsize="small")
    _plain(axes)
