"""Figures of a catalog: magnitudes in time, depths, and how many events of each magnitude there are.

Each takes the record and gives the axes back, as the figures of a network do.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.completeness import Completeness, estimate_completeness
from seisweave.catalog.gutenberg_richter import binned
from seisweave.errors import InputError
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure
from seisweave.storage import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _ORANGE = PALETTE[:2]


def catalog_figure(catalog: Catalog, completeness: Completeness | None = None, *, title: str = "") -> Figure:
    """Draw a catalog: magnitudes and depths in time, numbers by magnitude with their law, numbers by depth.

    `completeness` is estimated where it is not given; of fewer than 50 magnitudes no law is drawn.

    >>> from seisweave.synthetic import southern_california_like
    >>> figure = catalog_figure(southern_california_like(n_events=200).catalog, title="Two hundred events")
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['magnitude', 'depth (km)', 'events', 'depth (km)']
    """
    figure = _new_figure(11.0, 8.0)
    grid = figure.add_gridspec(3, 2, height_ratios=(1.0, 1.0, 1.5), width_ratios=(1.6, 1.0))
    first = plot_magnitudes(catalog, figure.add_subplot(grid[0, :]), completeness)
    plot_depths_in_time(catalog, figure.add_subplot(grid[1, :], sharex=first))
    plot_numbers(catalog, figure.add_subplot(grid[2, 0]), completeness)
    plot_depths(catalog, figure.add_subplot(grid[2, 1]))
    named = title or f"{Path(catalog.provenance.source).name or 'catalog'}: {len(catalog):,} events"
    figure.suptitle(named, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def write_catalog_figure(catalog: Catalog, path: str | Path, completeness: Completeness | None = None) -> Path:
    """Write `catalog_figure` to a .png or .svg file, which appears whole or not at all.

    Errors: InputError for another suffix, and a place that cannot be written.

    >>> from tempfile import mkdtemp
    >>> from seisweave.synthetic import southern_california_like
    >>> write_catalog_figure(southern_california_like(n_events=60).catalog, Path(mkdtemp()) / "sixty.png").name
    'sixty.png'
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise InputError(f"{path}: a figure is a .png or .svg file; give another name")
    figure = catalog_figure(catalog, completeness)
    metadata = {"Date": None} if kind == "svg" else None
    try:
        write_whole(path, partial(figure.savefig, format=kind, metadata=metadata))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}; choose another folder") from None
    return path


def plot_magnitudes(catalog: Catalog, ax: Axes | None = None, completeness: Completeness | None = None) -> Axes:
    """Draw magnitudes in time; a line is the magnitude of completeness."""
    axes = _new_figure(9.0, 3.0).subplots() if ax is None else ax
    known = ~np.isnat(catalog.times) & ~np.isnan(catalog.magnitude)
    _points(axes, catalog.times[known], catalog.magnitude[known])
    if completeness is not None:
        axes.axhline(completeness.mc, color=_ORANGE, linewidth=0.9, label=f"Mc {completeness.mc:g}")
        axes.legend(frameon=False, fontsize="small", loc="upper right")
    axes.set_ylabel("magnitude")
    return _plain(axes)


def plot_depths_in_time(catalog: Catalog, ax: Axes | None = None) -> Axes:
    """Draw depths in time, downwards."""
    axes = _new_figure(9.0, 3.0).subplots() if ax is None else ax
    known = ~np.isnat(catalog.times) & catalog.has_depth
    _points(axes, catalog.times[known], catalog.depth_km[known])
    axes.invert_yaxis()
    axes.set_ylabel("depth (km)")
    return _plain(axes)


def plot_numbers(catalog: Catalog, ax: Axes | None = None, completeness: Completeness | None = None) -> Axes:
    """Draw how many events there are in each bin of magnitude, and from it on, with the Gutenberg-Richter law."""
    axes = _new_figure(6.0, 4.5).subplots() if ax is None else ax
    axes.set(xlabel="magnitude", ylabel="events")
    magnitude = catalog.magnitude[~np.isnan(catalog.magnitude)]
    if not len(magnitude):
        return _plain(axes)
    groups = binned(magnitude)
    number, count = np.unique(groups.number, return_counts=True)
    value = groups.origin + groups.width * number
    above = count[::-1].cumsum()[::-1]
    axes.plot(value, above, "o", color=_BLUE, markersize=3.5, label="of this magnitude or above")
    axes.plot(value, count, "s", color=BACKGROUND, markersize=3, label=f"within {groups.width:g}")
    found = completeness or (estimate_completeness(catalog) if len(magnitude) >= 50 else None)
    if found is not None:
        axes.axvline(found.mc, color=_ORANGE, linewidth=0.8, linestyle=(0, (4, 3)))
    if found is not None and found.b is not None:
        ends = np.array([found.mc, value.max()])
        law = found.b.n * 10.0 ** (-found.b.value * (ends - found.mc))
        axes.plot(ends, law, color=_ORANGE, label=f"Mc {found.mc:g}, b {found.b.value:.2f} ± {found.b.error:.2f}")
    axes.set_yscale("log")
    axes.legend(frameon=False, fontsize="small")
    return _plain(axes)


def plot_depths(catalog: Catalog, ax: Axes | None = None) -> Axes:
    """Draw how many events there are at each depth, downwards."""
    axes = _new_figure(4.0, 4.5).subplots() if ax is None else ax
    depth_km = catalog.depth_km[catalog.has_depth]
    if len(depth_km):
        axes.hist(depth_km, bins=60, orientation="horizontal", color=_BLUE)
    axes.invert_yaxis()
    axes.set(xlabel="events", ylabel="depth (km)")
    return _plain(axes)


def _points(axes: Axes, time: np.ndarray, value: np.ndarray) -> None:
    size = float(np.clip(12000.0 / max(1, len(value)), 0.5, 9.0))
    axes.scatter(
        time.astype("datetime64[ms]").astype(object), value, s=size, c=_BLUE, linewidths=0, alpha=0.6, rasterized=True
    )
    axes.margins(x=0.01)


def _plain(axes: Axes) -> Axes:
    """A faint grid, no box around."""
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return axes
