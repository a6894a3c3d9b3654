"""The figure of a table: a panel a column, a line a model; ours with its spread, the published figure beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.evaluation import ReliabilityTable

_BLUE, _ORANGE = PALETTE[:2]
_RED = "#b00020"
_LEAST_WIDTH = 10.0  # for a title and a stamp in one line
_WIDE = 100.0  # ratio of values from which an axis is logarithmic
_SHARED_OUT = ", shared out"
_BY_CELL = " by cell"
_NEURONS = ("neuron by cell", "one neuron")
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
    figure = _new_figure(max(3.4 + 2.0 * len(columns), _LEAST_WIDTH), 1.8 + 0.27 * len(values))
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


def several_figure(
    values: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]],
    columns: Mapping[str, str],
    published: Mapping[str, Mapping[str, float | None]],
    *,
    stamp: str = "",
) -> Figure:
    """Draw several tables of the same rows in one: a colour a table, a dot a seed, a bar at their mean."""
    rows = list(next(iter(values.values())))
    figure = _new_figure(max(3.4 + 2.0 * len(columns), _LEAST_WIDTH), 1.8 + 0.3 * len(rows))
    panels = np.atleast_1d(figure.subplots(1, len(columns), sharey=True))
    for (column, title), axes in zip(columns.items(), panels, strict=True):
        for number, (name, table) in enumerate(values.items()):
            beside = (number - (len(values) - 1) / 2) * 0.7 / len(values)
            color = PALETTE[number % len(PALETTE)]
            for k, row in enumerate(rows):
                seeds = np.maximum(np.asarray(table[row].get(column, ()), float), _FLOOR)
                axes.plot(seeds, np.full(len(seeds), k + beside), "o", color=color, markersize=3, alpha=0.6)
                if len(seeds):
                    axes.plot([seeds.mean()], [k + beside], "|", color=color, markersize=7, markeredgewidth=1.8)
            axes.plot([], [], "o", color=color, markersize=4, label=name)
        printed = [(published[row][column], k) for k, row in enumerate(rows) if published.get(row, {}).get(column)]
        places = zip(*printed, strict=True) if printed else ([], [])
        axes.plot(*places, "kD", markersize=5, fillstyle="none", label="printed in the paper")
        axes.set_title(title, loc="left", fontsize="medium")
        _plain(axes)
    panels[0].set_yticks(range(len(rows)), rows)
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    if stamp:
        figure.suptitle(stamp, x=0.01, ha="left", color=_RED, fontweight="bold", fontsize="medium")
    handles, labels = panels[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize="small")
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
    if known and min(known) > 0 and max(known) > _WIDE * min(known):
        axes.set_xscale("log")
    axes.plot([], [], "o", color=_BLUE, markersize=3.5, alpha=0.5, label="a seed")
    axes.plot([], [], "|", color=_BLUE, markersize=11, markeredgewidth=2, label="mean of the seeds")
    axes.plot([], [], "D", color=_ORANGE, markersize=5, fillstyle="none", label="printed in the paper")
    _plain(axes)
    return axes


def gains_figure(
    rows: Sequence[Mapping[str, Any]], *, title: str = "", before: str = "yesterday's number of events"
) -> Figure:
    """Draw nats per positive over Poisson, a panel a target: a dot a seed, its 95 % interval, a line at the neuron.

    Targets by cell stand below the others; a model of the region is shared out among cells there. `before` is what the
    neuron knows.
    """
    rows = [{**row, "model": row["model"].removesuffix(_SHARED_OUT)} for row in rows]
    groups = [[row for row in rows if (_BY_CELL in row["target"]) is by_cell] for by_cell in (False, True)]
    groups = [group for group in groups if group]
    targets = [list(dict.fromkeys(row["target"] for row in group)) for group in groups]
    models = [list(dict.fromkeys(row["model"] for row in group)) for group in groups]
    widest = max(map(len, targets))
    figure = _new_figure(3.4 + 2.6 * widest, 0.9 + sum(0.7 + 0.27 * len(names) for names in models))
    heights = [len(names) for names in models]
    panels = figure.subplots(len(groups), widest, sharey="row", squeeze=False, height_ratios=heights)
    for group, wanted, names, line in zip(groups, targets, models, panels, strict=True):
        for target, axes in zip(wanted, line, strict=False):
            here = [row for row in group if row["target"] == target]
            _plot_gains(here, names, axes)
            axes.set_title(f"{target}\n{here[0]['positives']} positives", loc="left", fontsize="medium")
        for axes in line[len(wanted) :]:
            axes.set_visible(False)
        line[0].set_yticks(range(len(names)), names)
        line[0].set_ylim(len(names) - 0.5, -0.5)
    figure.suptitle(title, x=0.01, ha="left", fontsize="large")
    figure.supxlabel(
        f"nats per positive over Poisson; the line is one neuron on {before} (by cell: of the cell)", fontsize=9
    )
    return figure


def _plot_gains(rows: Sequence[Mapping[str, Any]], models: Sequence[str], axes: Axes) -> None:
    neuron = next((name for name in _NEURONS if any(row["model"] == name for row in rows)), "")
    for row in rows:
        k = models.index(row["model"])
        if "gain_low" in row:
            axes.plot([row["gain_low"], row["gain_high"]], [k, k], color=_BLUE, linewidth=1.0, alpha=0.4)
        axes.plot([row["gain"]], [k], "o", color=_BLUE, markersize=4)
        if row["model"] == neuron:
            axes.axvline(row["gain"], color=_ORANGE, linewidth=0.9)
    axes.axvline(0.0, color="0.4", linewidth=0.8)
    _plain(axes)


def reliability_figure(tables: Mapping[str, Mapping[str, ReliabilityTable]]) -> Figure:
    """Draw the share of steps where the event came against its chance, a panel a target, a line a model."""
    figure = _new_figure(3.8 * max(1, len(tables)), 4.4)
    panels = np.atleast_1d(figure.subplots(1, max(1, len(tables))))
    for (target, models), axes in zip(tables.items(), panels, strict=False):
        for k, (name, table) in enumerate(models.items()):
            style = {"color": PALETTE[k % len(PALETTE)], "linewidth": 1.2, "marker": "os^vDPX*"[(k // 8) % 8]}
            axes.plot(table.forecast, table.observed, markersize=3.5, label=name, **style)
        axes.plot([1e-4, 1], [1e-4, 1], color="0.5", linewidth=0.8)
        least = min((float(table.forecast.min()) for table in models.values()), default=1e-3) / 3
        axes.set(xscale="log", yscale="log", xlabel="chance", xlim=(least, 1), ylim=(least, 1))
        axes.set_title(target, loc="left", fontsize="medium")
        _plain(axes)
    panels[0].set_ylabel("share of steps where it came")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6, frameon=False, fontsize="x-small")
    return figure


def _plain(axes: Axes) -> None:
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
