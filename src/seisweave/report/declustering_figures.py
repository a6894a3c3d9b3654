"""Figures of a declustered catalog: how evenly events come, where they are, and what told them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.catalog.region import around, span_of
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _ORANGE = PALETTE[:2]
_MOST_POINTS = 50_000  # of the map, of each kind


def declustering_figure(found: Declustered, *, title: str = "") -> Figure:
    """Draw cumulative numbers before and after, a map of both, and what the method told events apart by.

    >>> from seisweave.catalog import decluster
    >>> from seisweave.synthetic import etas_world
    >>> figure = declustering_figure(decluster(etas_world(seed=1).catalog))
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['', 'longitude (degrees)', 'log10 eta to the nearest earlier event']
    """
    figure = _new_figure(11.0, 8.0)
    grid = figure.add_gridspec(2, 2, height_ratios=(1.0, 1.3))
    plot_cumulative(found, figure.add_subplot(grid[0, :]))
    plot_epicentres(found, figure.add_subplot(grid[1, 0]))
    _plot_what_told(found, figure.add_subplot(grid[1, 1]))
    kept = f"{int(found.is_background.sum()):,} of {len(found):,} events"
    figure.suptitle(title or f"{found.options.method}: {kept} are background", x=0.01, ha="left", fontsize="large")
    return figure


def plot_cumulative(found: Declustered, ax: Axes | None = None) -> Axes:
    """Draw the share of the events that have come by each time, before and after; a Poisson process is straight."""
    axes = _new_figure(9.0, 3.5).subplots() if ax is None else ax
    for catalog, name, colour in (
        (found.catalog, "all events", BACKGROUND),
        (found.background, "declustered", _BLUE),
    ):
        times, share = _steps(catalog)
        axes.plot(times.astype("datetime64[ms]").astype(object), share, color=colour, label=f"{name}, {len(catalog):,}")
    ends = found.catalog.times[[0, -1]].astype("datetime64[ms]").astype(object)
    axes.plot(ends, [0.0, 1.0], color=_ORANGE, linewidth=0.8, linestyle=(0, (4, 3)), label="constant rate")
    axes.legend(frameon=False, fontsize="small", loc="upper left")
    axes.set_ylabel("share of events so far")
    return _plain(axes)


def plot_epicentres(found: Declustered, ax: Axes | None = None) -> Axes:
    """Draw epicentres: what is kept over what was removed; of very many every k-th."""
    axes = _new_figure(6.0, 5.0).subplots() if ax is None else ax
    west, east = span_of(found.catalog.longitude)
    middle = west + 0.5 * ((east - west) % 360.0)
    for kept, name, colour in ((False, "removed", BACKGROUND), (True, "background", _BLUE)):
        one = found.catalog.take(found.is_background == kept)
        if not len(one):
            continue
        some = slice(None, None, max(1, -(-len(one) // _MOST_POINTS)))
        size = float(np.clip(12_000.0 / max(1, len(found)), 0.3, 9.0))
        axes.scatter(
            around(one.longitude[some], middle),
            one.latitude[some],
            s=size,
            c=colour,
            linewidths=0,
            label=name,
            rasterized=True,
        )
    axes.set_aspect(1.0 / max(0.1, float(np.cos(np.radians(found.catalog.latitude.mean())))))
    axes.set(xlabel="longitude (degrees)", ylabel="latitude (degrees)")
    axes.legend(frameon=False, fontsize="small", markerscale=3.0)
    return _plain(axes)


def plot_neighbours(found: Declustered, ax: Axes | None = None) -> Axes:
    """Draw how many events are how far from their nearest earlier neighbour, and the threshold."""
    axes = _new_figure(5.0, 4.0).subplots() if ax is None else ax
    distance = np.array([]) if found.log_distance is None else found.log_distance
    count, edges, _ = axes.hist(distance[np.isfinite(distance)], bins=60, color=_BLUE)
    known, width = float(np.sum(count)), float(edges[1] - edges[0])
    x = np.linspace(edges[0], edges[-1], 300)
    for side in ("near", "far"):
        if f"mean_{side}" in found.found:
            weight, mean, sd = (found.found[f"{name}_{side}"] for name in ("weight", "mean", "sd"))
            density = weight / sd / np.sqrt(2.0 * np.pi) * np.exp(-0.5 * ((x - mean) / sd) ** 2)
            axes.plot(x, known * width * density, color="0.2", linewidth=0.9)
    if "threshold" in found.found:
        threshold = found.found["threshold"]
        axes.axvline(threshold, color=_ORANGE, linestyle=(0, (4, 3)), label=f"threshold {threshold:.2f}")
        axes.legend(frameon=False, fontsize="small")
    axes.set(xlabel="log10 eta to the nearest earlier event", ylabel="events")
    return _plain(axes)


def _plot_what_told(found: Declustered, axes: Axes) -> Axes:
    """Distances of neighbours, or else background probabilities, or else numbers by magnitude."""
    if found.log_distance is not None:
        return plot_neighbours(found, axes)
    if found.background_probability is not None:
        axes.hist(found.background_probability, bins=40, range=(0.0, 1.0), color=_BLUE)
        axes.set(xlabel="background probability", ylabel="events")
        return _plain(axes)
    for catalog, name, colour in (
        (found.catalog, "all events", BACKGROUND),
        (found.background, "declustered", _BLUE),
    ):
        magnitude = np.sort(catalog.magnitude)
        axes.plot(magnitude, np.arange(len(magnitude), 0, -1), color=colour, label=name)
    axes.set_yscale("log")
    axes.set(xlabel="magnitude", ylabel="events of it or above")
    axes.legend(frameon=False, fontsize="small")
    return _plain(axes)


def _steps(catalog: Catalog) -> tuple[np.ndarray, np.ndarray]:
    """Times, and the share of the events that have come by each; of very many every k-th."""
    share = np.arange(1, len(catalog) + 1) / len(catalog)
    some = slice(None, None, max(1, len(catalog) // 5000))
    return catalog.times[some], share[some]
