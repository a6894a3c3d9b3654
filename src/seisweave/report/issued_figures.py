"""Maps of what a forecast on record says: the chance in each cell now, and in the long term."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.issued import IssuedForecast
from seisweave.report.figures import _new_figure
from seisweave.report.linked.geography import world_outlines
from seisweave.report.traces import stretches_within
from seisweave.report.words import event_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DECADES = 4.0  # of chance that are told apart
_WIDE = 11.0  # inches


def issued_figure(made: IssuedForecast, h: int = 0, m: int = 0) -> Figure:
    """Draw the chances by cell of one window and magnitude (their places), on one scale of colours, over coasts.

    Cells outside the region, and chances that are not known, are left white.

    >>> from seisweave.issued.example import example_issued
    >>> figure = issued_figure(example_issued())
    >>> [axes.get_title(loc="left") for axes in figure.axes[:2]]
    ['Now', 'Long term']
    """
    from matplotlib.colors import LogNorm

    drawn = [made.cell_chance[h, m], made.long_term_cell_chance()[h, m]]
    top = max(float(np.nanmax(np.where(made.inside, each, np.nan))) for each in drawn)
    top = top if top > 0.0 else 1.0
    norm = LogNorm(top / 10.0**_DECADES, top)
    west, east, south, north = made.lon_edges[0], made.lon_edges[-1], made.lat_edges[0], made.lat_edges[-1]
    stretch = 1.0 / max(0.05, np.cos(np.radians(0.5 * (south + north))))
    high = float(np.clip(0.42 * _WIDE * stretch * (north - south) / (east - west), 2.0, 7.0))
    figure = _new_figure(_WIDE, high + 1.2)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, title, chance in zip(panels, ("Now", "Long term"), drawn, strict=True):
        known = np.where(made.inside & np.isfinite(chance), np.maximum(chance, norm.vmin or 0.0), np.nan)
        image = axes.pcolormesh(made.lon_edges, made.lat_edges, known, norm=norm, cmap="magma_r", rasterized=True)
        _outlines(axes, np.array([west, south]), np.array([east, north]))
        axes.set(xlim=(west, east), ylim=(south, north), xlabel="longitude (°)", aspect=stretch)
        axes.set_title(title, loc="left", fontsize="medium")
    panels[0].set_ylabel("latitude (°)")
    figure.colorbar(image, ax=panels, label="chance in a cell", shrink=0.8, pad=0.02, extend="min")
    what = event_words(float(made.magnitudes[m]), float(made.horizon_days[h]))
    figure.suptitle(f"{what}, by {made.model}", x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def _outlines(axes: Axes, low: Float[np.ndarray, " 2"], high: Float[np.ndarray, " 2"]) -> None:
    """Coasts and borders within a frame of degrees."""
    world = world_outlines()
    for lines, colour, style in ((world.coasts, "0.25", "-"), (world.borders, "0.5", ":")):
        for stretch in _within(lines, low, high):
            axes.plot(stretch[:, 0], stretch[:, 1], linewidth=0.8, color=colour, linestyle=style)


def _within(
    lines: Iterable[Float[np.ndarray, "_ 2"]], low: Float[np.ndarray, " 2"], high: Float[np.ndarray, " 2"]
) -> Iterable[Float[np.ndarray, "_ 2"]]:
    """The stretches of lines that may come into the frame, by the branch of longitudes nearest to its middle."""
    middle = 0.5 * (low[0] + high[0])
    for line in lines:
        place = np.column_stack([middle + np.mod(line[:, 0] - middle + 180.0, 360.0) - 180.0, line[:, 1]])
        yield from stretches_within(place, np.abs(np.diff(place[:, 0])) > 180.0, low, high)
