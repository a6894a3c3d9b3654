"""The figure of a sensitivity analysis: how well planted faults are found again, against their density.

In the form of Figure 5 of Kamer, Ouillon & Sornette (2020): one panel for faults that are rectangles, one for
Gaussians; lines for each criterion and share of background. Their figure plots the adjusted Rand index although
their text defines the plain one; here the adjusted one is drawn strong, the plain one thin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHAPES = {"rectangle": "a   rectangular faults", "gaussian": "b   Gaussian faults"}
COLOURS = {"global": ("#8ec5e8", "#2f8fd0", "#00456e"), "local": ("#f5bd8f", "#e0782f", "#8f3a00")}
MARKERS = {"global": "o", "local": "s"}


@dataclass(frozen=True)
class SensitivityRow:
    """One planted set reconstructed with one criterion; `seconds` is the time of the reconstruction.

    What the paper calls faults, and n_faults counts, are the segments of the network.
    """

    shape: str
    density_per_km2: float
    noise_share: float
    n_events: int
    criterion: str
    n_faults: int
    adjusted_rand: float
    rand: float
    bic: float
    seconds: float


def sensitivity_figure(rows: Sequence[SensitivityRow], *, title: str = "") -> Figure:
    """Draw the index against density: two panels, a line for each criterion and noise share.

    Strong lines with marks are the adjusted Rand index, thin dashed ones of the same colour the plain one.
    """
    figure = _new_figure(11.0, 5.4)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for shape, axes in zip(SHAPES, panels, strict=True):
        plot_sensitivity([row for row in rows if row.shape == shape], axes)
        axes.set_title(SHAPES[shape], loc="left", fontsize="medium")
    panels[0].set_ylabel("index (1: every event where it belongs)")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    handles = _legend(panels[0])
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles) // 2, frameon=False, fontsize="small")
    return figure


def plot_sensitivity(rows: Sequence[SensitivityRow], ax: Axes | None = None) -> Axes:
    """Draw the lines of one panel."""
    axes = _new_figure(6.0, 5.0).subplots() if ax is None else ax
    shares = sorted({row.noise_share for row in rows})
    for criterion, (tint, share) in product(COLOURS, enumerate(shares)):
        line = [row for row in rows if row.criterion == criterion and row.noise_share == share]
        _draw(axes, line, COLOURS[criterion][tint % 3], f"{criterion}, {share:.0%} background")
    axes.set_xlabel("points per km² of fault")
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _draw(axes: Axes, rows: Sequence[SensitivityRow], colour: str, label: str) -> None:
    """Draw both indices of one criterion at one noise share."""
    rows = sorted(rows, key=lambda row: row.density_per_km2)
    if not rows:
        return
    density = [row.density_per_km2 for row in rows]
    plain, adjusted = [row.rand for row in rows], [row.adjusted_rand for row in rows]
    axes.plot(density, plain, color=colour, linewidth=0.7, linestyle="--")
    mark = MARKERS[rows[0].criterion]
    style = {"marker": mark, "markersize": 4.5, "markerfacecolor": "white" if mark == "s" else colour}
    axes.plot(density, adjusted, color=colour, linewidth=1.6, label=label, **style)


def _legend(axes: Axes) -> list:
    """What the lines are: two rows, one a criterion, filled column by column."""
    from matplotlib.lines import Line2D

    lines = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
    strong = Line2D([], [], color="0.3", linewidth=1.6, label="adjusted Rand index")
    thin = Line2D([], [], color="0.3", linewidth=0.7, linestyle="--", label="Rand index")
    half = len(lines) // 2
    return [handle for pair in zip(lines[:half], lines[half:], strict=True) for handle in pair] + [strong, thin]
