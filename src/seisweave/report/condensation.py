"""Figure of a condensed catalog: before and after on the map, and how the weight is shared out.

After Figures 8 to 10 of Kamer, Ouillon & Sornette (2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.condensation.condensed import CondensedCatalog

_ELLIPSES = 4000  # more are a smear: then the centres are drawn alone


def condensation_figure(condensed: CondensedCatalog) -> Figure:
    """Before, with weight, holding events, each on the same map; below how many Gaussians carry how much."""
    low, high = _frame_km(condensed)
    east, north = np.maximum(high - low, 1e-6)
    wide = 13.0
    map_high = float(np.clip(wide / 3 * north / east, 2.2, 6.5))
    figure = _new_figure(wide, map_high + 3.6)
    grid = figure.add_gridspec(2, 3, height_ratios=(map_high, 2.8))
    rows = (np.arange(len(condensed.gaussians)), np.flatnonzero(condensed.weighted), condensed.holding)
    sizes = (condensed.gaussians.weight, condensed.weight, np.bincount(condensed.chosen, minlength=len(rows[0])))
    words = (f"{condensed.n_events:,} events: {{:,}} Gaussians", "{:,} keep weight", "{:,} hold events")
    for k, (row, size, word) in enumerate(zip(rows, sizes, words, strict=True)):
        axes = figure.add_subplot(grid[0, k])
        plot_gaussians(condensed, row, size[row], axes)
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), title=f"({'abc'[k]}) {word.format(len(row))}")
    plot_weights(condensed, figure.add_subplot(grid[1, :2]))
    plot_sizes(condensed, figure.add_subplot(grid[1, 2]))
    return figure


def plot_gaussians(condensed: CondensedCatalog, rows: np.ndarray, weight: np.ndarray, axes: Axes) -> Axes:
    """Centres from above, their area in proportion to a weight; few of them with their 1 σ ellipses."""
    from matplotlib.collections import EllipseCollection

    mean = condensed.gaussians.mean_km[rows, :2]
    order = np.argsort(weight, kind="stable")
    scale = float(np.clip(1.5e4 / condensed.n_events, 0.05, 4.0))  # the same in all maps: so much ink, moved
    if len(rows) <= _ELLIPSES:
        values, vectors = np.linalg.eigh(condensed.gaussians.covariance_km2[rows][:, :2, :2])
        sides = 2.0 * np.sqrt(np.maximum(values, 0.0))
        angle = np.degrees(np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1]))
        ellipses = EllipseCollection(
            sides[:, 1], sides[:, 0], angle, units="xy", offsets=mean, offset_transform=axes.transData
        )
        ellipses.set(facecolors="none", edgecolors="0.72", linewidths=0.35, zorder=1)
        axes.add_collection(ellipses, autolim=False)
    area = scale * np.clip(weight[order], 0.05, 100.0)
    axes.scatter(*mean[order].T, s=area, color=PALETTE[0], alpha=0.6, linewidths=0, zorder=2, rasterized=True)
    axes.set(aspect="equal", xlabel="km east", ylabel="km north")
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def plot_weights(condensed: CondensedCatalog, axes: Axes) -> Axes:
    """Share of the weight in the heaviest Gaussians: before, after, and by whole events (Figure 9)."""
    held = condensed.events_held.astype(float)
    lines = (
        (condensed.gaussians.weight, "0.6", "before"),
        (condensed.weight, PALETTE[0], "condensed"),
        (held, PALETTE[1], "events assigned whole"),
    )
    for weight, colour, label in lines:
        falling = np.sort(weight[weight > 0])[::-1]
        steps = np.unique(np.geomspace(1, len(falling), 400).astype(int))
        share = np.cumsum(falling)[steps - 1] / falling.sum()
        axes.plot(steps, 100.0 * share, color=colour, label=f"{label} ({len(falling):,})", linewidth=1.6)
    axes.set(xscale="log", ylim=(0, 102), xlabel="heaviest Gaussians", ylabel="% of the weight", title="(d) weight")
    axes.legend(frameon=False, loc="upper left")
    axes.grid(color="0.92", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def plot_sizes(condensed: CondensedCatalog, axes: Axes) -> Axes:
    """How wide the Gaussians are that the weight lies on: before and after."""
    size = np.sqrt(np.trace(condensed.gaussians.covariance_km2, axis1=1, axis2=2))
    size = np.maximum(size, 1e-3)
    edges = np.geomspace(size.min() * 0.99, size.max() * 1.01, 41)
    for weight, colour, label in (
        (condensed.gaussians.weight, "0.6", "before"),
        (condensed.weight, PALETTE[0], "condensed"),
    ):
        axes.hist(size, edges, weights=weight, histtype="step", color=colour, label=label, linewidth=1.6)
    axes.set(
        xscale="log", xlabel="size of a Gaussian, √trace (km)", ylabel="weight (events)", title="(e) where it lies"
    )
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _frame_km(condensed: CondensedCatalog) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the map: all centres but a few far outliers, with a little air."""
    mean = condensed.gaussians.mean_km[:, :2]
    low, high = np.percentile(mean, [0.1, 99.9], axis=0)
    air = 0.05 * np.maximum(high - low, 1.0)
    return low - air, high + air
