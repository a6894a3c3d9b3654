"""The figure of a table: a panel a column, a line a model; ours with its spread, the published figure beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _ORANGE = PALETTE[:2]
_RED = "#b00020"
_FLOOR = -1.0  # scores below are drawn at the edge, with their value


def table_figure(
    values: Mapping[str, Mapping[str, Sequence[float]]],
    columns: Mapping[str, str],
    published: Mapping[str, Mapping[str, float | None]],
    *,
    title: str = "",
    stamp: str = "",
) -> Figure:
    """Draw every cell: a dot a seed, a bar at their mean, a hollow diamond for the published figure.

    `values` holds the seeds' scores by row and column, `columns` the titles of the columns. A `stamp` is written where
    nobody can miss it.
    """
    figure = _new_figure(3.4 + 2.0 * len(columns), 1.8 + 0.27 * len(values))
    panels = np.atleast_1d(figure.subplots(1, len(columns), sharey=True))
    for (column, name), axes in zip(columns.items(), panels, strict=True):
        rows = [values[row].get(column, ()) for row in values]
        printed = [published.get(row, {}).get(column) for row in values]
        plot_column(rows, printed, axes)
        axes.set_title(name, loc="left", fontsize="medium")
    panels[0].set_yticks(range(len(values)), list(values))
    panels[0].set_ylim(len(values) - 0.5, -0.5)
    figure.suptitle(title, x=0.01, ha="left", fontsize="large")
    if stamp:
        figure.text(0.995, 0.995, stamp, ha="right", va="top", color=_RED, fontweight="bold", fontsize="medium")
    handles, labels = panels[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize="small")
    return figure


def plot_column(rows: Sequence[Sequence[float]], published: Sequence[float | None], ax: Axes | None = None) -> Axes:
    """Draw one column; rows from top to bottom."""
    axes = _new_figure(4.0, 5.0).subplots() if ax is None else ax
    known = [value for row in rows for value in row] + [value for value in published if value is not None]
    low = max(min([*known, 0.0]), _FLOOR)
    for k, (row, printed) in enumerate(zip(rows, published, strict=True)):
        if len(row):
            shown = np.maximum(np.asarray(row, float), low)
            axes.plot(shown, np.full(len(shown), k), "o", color=_BLUE, markersize=3.5, alpha=0.5)
            axes.plot([shown.mean()], [k], "|", color=_BLUE, markersize=11, markeredgewidth=2)
            if min(row) < low:
                axes.annotate(f"{np.mean(row):.2f}", (low, k), fontsize="x-small", ha="left", va="bottom")
        if printed is not None:
            axes.plot([max(printed, low)], [k], "D", color=_ORANGE, markersize=5, fillstyle="none")
            if printed < low:
                axes.annotate(f" {printed:.2f}", (low, k), fontsize="x-small", ha="left", va="bottom", color=_ORANGE)
    axes.plot([], [], "o", color=_BLUE, markersize=3.5, alpha=0.5, label="a seed")
    axes.plot([], [], "|", color=_BLUE, markersize=11, markeredgewidth=2, label="mean of the seeds")
    axes.plot([], [], "D", color=_ORANGE, markersize=5, fillstyle="none", label="printed in the paper")
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes
