"""Figures of the nowcast by place: the map of the days ahead, and how chances compare with what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure
from seisweave.report.words import small_chance_words, two_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.evaluation import Molchan, ReliabilityTable
    from seisweave.nowcast.place.nowcaster import PlaceNowcast


def place_figure(nowcast: PlaceNowcast, magnitude: float | None = None) -> Figure:
    """Draw the chances of a day in each cell, and how many times the long-term chance that is.

    `magnitude` is one of the nowcast's thresholds, the highest by default.
    """
    k = len(nowcast.magnitudes) - 1 if magnitude is None else nowcast.magnitudes.index(magnitude)
    figure = _new_figure(12.0, 4.6)
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    chance, usual = nowcast.probability[k], nowcast.long_term[k]
    plot_cells(nowcast, chance, left, label="chance", factor=False)
    plot_cells(nowcast, chance / usual, right, label="times the long-term chance", factor=True)
    left.set_title("chance in each cell", loc="left", fontsize="medium")
    right.set_title("against the cell's long-term chance", loc="left", fontsize="medium")
    left.set_ylabel("latitude (°)")
    anywhere, usually = (part[k] for part in nowcast.anywhere())
    figure.suptitle(
        f"{nowcast.when}: an event of M ≥ {nowcast.magnitudes[k]:g}, anywhere {small_chance_words(anywhere)}"
        f" (long-term {small_chance_words(usually)})",
        x=0.01,
        ha="left",
        fontsize="large",
    )
    return figure


def plot_cells(
    nowcast: PlaceNowcast, values: Float[np.ndarray, "rows columns"], ax: Axes, *, label: str, factor: bool
) -> Axes:
    """Draw one value a cell in logarithmic colours, with the figures of the five highest cells written in."""
    from matplotlib.colors import LogNorm

    half = 0.5 * abs(float(nowcast.latitude[1] - nowcast.latitude[0])) if len(nowcast.latitude) > 1 else 0.25
    longitude, latitude = nowcast.longitude, nowcast.latitude
    edges = longitude[0] - half, longitude[-1] + half, latitude[0] - half, latitude[-1] + half
    extent = (float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3]))
    most, least = float(values.max()), float(values.min())
    top = 10.0 ** max(abs(float(np.log10(most))), abs(float(np.log10(least))), 0.5)
    norm = LogNorm(1.0 / top, top) if factor else LogNorm(max(most * 1e-4, least), most * 1.0001)
    colours = "RdBu_r" if factor else "magma_r"
    image = ax.imshow(values, colours, norm, origin="lower", extent=extent, interpolation="nearest")
    for flat in np.argsort(values, axis=None)[::-1][:5].tolist():
        row, column = divmod(flat, values.shape[1])
        value = float(values[row, column])
        text, level = f"{two_digits(value)}×" if factor else small_chance_words(value), float(norm(value))
        dark = abs(level - 0.5) > 0.3 if factor else level > 0.55
        ax.text(
            float(longitude[column]),
            float(latitude[row]),
            text,
            ha="center",
            va="center",
            fontsize=6.5,
            color="white" if dark else "black",
        )
    ax.set_xlabel("longitude (°)")
    ax.set_aspect(1.0 / np.cos(np.radians(float(np.mean(latitude)))))
    ax.figure.colorbar(image, ax=ax, shrink=0.85, label=label)
    return ax


def place_scores_figure(
    reliability: Mapping[str, ReliabilityTable], diagrams: Mapping[str, Molchan], *, title: str = ""
) -> Figure:
    """Draw what came of the chances given (left), and the share of events that alarms miss (right)."""
    figure = _new_figure(11.0, 4.6)
    left, right = figure.subplots(1, 2)
    for colour, (name, table) in zip(PALETTE, reliability.items(), strict=False):
        error = np.abs(np.stack([table.observed - table.low, table.high - table.observed]))
        shown = table.observed > 0
        left.errorbar(
            table.forecast[shown],
            table.observed[shown],
            error[:, shown],
            fmt="o-",
            color=colour,
            markersize=4,
            linewidth=1,
            label=name,
        )
    for colour, (name, diagram) in zip(PALETTE, diagrams.items(), strict=False):
        right.plot(100 * diagram.coverage, 100 * diagram.missed, color=colour, linewidth=1.4, label=name)
    ends = np.array(left.get_xlim())
    left.plot(ends, ends, color="0.6", linewidth=0.8, linestyle=(0, (5, 4)), zorder=0)
    left.set(xscale="log", yscale="log", xlabel="chance that was given", ylabel="share in which the event came")
    right.set(xscale="log", xlabel="cell-days covered by alarms (%)", ylabel="events missed (%)", xlim=(0.01, 100))
    right.axhline(50, color="0.6", linewidth=0.8, linestyle=(0, (5, 4)), zorder=0)
    for axes in (left, right):
        axes.grid(color="0.92", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize="small")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large")
    return figure
