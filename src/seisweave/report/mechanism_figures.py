"""Figures of focal mechanisms beside a network: misfits and their controls, preferred planes on the map, rakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.faults.mechanisms.compare import MechanismComparison
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import BACKGROUND, HALO, PALETTE, fault_colours
from seisweave.report.figures import NAMED, _new_figure, _origin_label
from seisweave.report.markup import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _ORANGE = PALETTE[:2]
_TICK = 0.012  # half the length of a tick of strike, of the width of the map


def mechanisms_figure(found: MechanismComparison, *, title: str = "") -> Figure:
    """Draw the misfits with their controls, the rakes on each fault, and a map of the preferred planes.

    >>> from seisweave.faults.mechanisms import Mechanisms, compare_mechanisms
    >>> import seisweave as sw
    >>> from seisweave.catalog.nodal_planes import NodalPlanes
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))
    >>> catalog = sw.Catalog(times=np.datetime64("2020-01-01") + np.arange(200), depth_km=xyz_km[:, 2],
    ...     longitude=xyz_km[:, 0] / 111.2, latitude=xyz_km[:, 1] / 111.2, magnitude=np.full(200, 2.0),
    ...     ids=np.arange(200).astype(str))
    >>> one = Mechanisms(NodalPlanes(np.array([90.0]), np.array([88.0]), np.array([2.0])), ids=np.array(["7"]))
    >>> figure = mechanisms_figure(compare_mechanisms(sw.reconstruct_faults(catalog), one))
    >>> [axes.get_xlabel() for axes in figure.axes[:2]]
    ['misfit of the better plane (degrees)', 'fault']
    """
    figure = _new_figure(12.0, 6.5)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.0, 1.2))
    plot_misfits(found, figure.add_subplot(grid[0, 0]))
    plot_rakes(found, figure.add_subplot(grid[1, 0]))
    plot_preferred_planes(found, figure.add_subplot(grid[:, 1]))
    told = f"{count(found.misfit.n_mechanisms, 'mechanism')} on {count(found.misfit.n_faults, 'fault')}"
    figure.suptitle(title or f"{told}: misfit {found.misfit.observed}", x=0.01, ha="left", fontsize="large")
    return figure


def plot_misfits(found: MechanismComparison, ax: Axes | None = None) -> Axes:
    """Draw how many mechanisms have which misfit, and the mean beside those of shuffled faults and random planes."""
    axes = _new_figure(6.0, 3.5).subplots() if ax is None else ax
    better = np.min(found.misfit_deg[found.used], axis=1)
    height, _, _ = axes.hist(better, bins=18, range=(0.0, 90.0), color=_BLUE, alpha=0.5)
    top = float(np.max(height))
    for k, (name, colour) in enumerate((("observed", _BLUE), ("shuffled", _ORANGE), ("random", BACKGROUND))):
        spread = getattr(found.misfit, name)
        level = top * (1.08 + 0.09 * k)
        axes.plot([spread.low, spread.high], [level, level], color=colour, linewidth=2.0)
        axes.plot(spread.value, level, "o", color=colour, markersize=5, label=f"mean, {name}: {spread}")
    axes.legend(frameon=False, fontsize="small", loc="upper right")
    axes.set(
        xlabel="misfit of the better plane (degrees)", ylabel="mechanisms", xlim=(0.0, 90.0), ylim=(0.0, 2.0 * top)
    )
    return _plain(axes)


def plot_rakes(found: MechanismComparison, ax: Axes | None = None) -> Axes:
    """Draw the slip of the preferred planes in the plates of the faults that hold most mechanisms."""
    axes = _new_figure(6.0, 3.5).subplots() if ax is None else ax
    table, colours = found.by_fault().nlargest(NAMED, "n_mechanisms"), fault_colours(found.network)
    for k, (fault, mean) in enumerate(zip(table["fault"].tolist(), table["mean_rake_deg"].tolist(), strict=True)):
        rake = found.rake_on_fault_deg[found.on_faults.fault == fault]
        spread = np.linspace(-0.25, 0.25, len(rake)) if len(rake) > 1 else np.zeros(1)
        axes.scatter(k + spread, rake, s=8, c=colours[fault], linewidths=0)
        axes.plot(k, mean, "_", color="black", markersize=16)
    axes.set(xlabel="fault", ylabel="rake on the fault (degrees)", ylim=(-185.0, 185.0), yticks=range(-180, 181, 90))
    axes.set_xticks(range(len(table)), [str(fault) for fault in table["fault"]])
    return _plain(axes)


def plot_preferred_planes(found: MechanismComparison, ax: Axes | None = None) -> Axes:
    """Draw the strike of each preferred plane where its event is, in the colour of its fault, over the plates."""
    from matplotlib.collections import LineCollection, PolyCollection

    axes = _new_figure(6.0, 6.0).subplots() if ax is None else ax
    colours, network = np.array(fault_colours(found.network)), found.network
    held = np.unique(found.on_faults.fault[found.used])
    plates = network.planes.corners_km[held][:, :, :2]
    axes.add_collection(PolyCollection(list(plates), facecolors="none", edgecolors=colours[held], linewidths=0.9))
    shown = found.used & np.isfinite(found.on_faults.xyz_km[:, :2]).all(axis=1)
    place, strike = found.on_faults.xyz_km[shown, :2], np.radians(found.preferred.strike_deg[shown])
    everything = np.concatenate([plates.reshape(-1, 2), place])
    half = _TICK * float(np.ptp(everything, axis=0).max())
    along = half * np.stack([np.sin(strike), np.cos(strike)], axis=1)
    ticks = np.stack([place - along, place + along], axis=1)
    axes.add_collection(LineCollection(list(ticks), colors=colours[found.on_faults.fault[shown]], linewidths=1.2))
    off = ~found.used & np.isfinite(found.on_faults.xyz_km[:, :2]).all(axis=1)
    axes.scatter(*found.on_faults.xyz_km[off, :2].T, s=4, c=HALO, linewidths=0, label="on no fault")
    axes.update_datalim(everything)
    axes.autoscale_view()
    axes.set_aspect("equal", adjustable="datalim")
    axes.set(xlabel=_origin_label(network, 0), ylabel=_origin_label(network, 1))
    if off.any():
        axes.legend(frameon=False, fontsize="small")
    return _plain(axes)
