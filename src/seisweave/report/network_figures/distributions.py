"""How long, how steep and how thick the faults of a network are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import PALETTE
from seisweave.report.figures import _axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Of = Literal["length", "width", "thickness", "dip"]
_WORDS = {"length": "length (km)", "width": "width (km)", "thickness": "thickness (km)", "dip": "dip (°)"}
_WIDE = 5.0  # ratio of the largest to the smallest from which an axis is logarithmic
_DIP_BIN = 10.0  # degrees


def plot_distribution(network: FaultNetwork, of: Of = "length", ax: Axes | None = None) -> Axes:
    """Draw how many faults have which length, width, thickness or dip; a tick on the axis is a fault.

    Thickness is √12 σ, freed of location errors as the plates are. Sides are in logarithmic bins where the largest is
    more than five times the smallest. A line marks the median.

    Errors: InputError for another quantity.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> plot_distribution(network, "dip").get_xlabel()
    'dip (°)'
    """
    if of not in _WORDS:
        raise InputError(f"a distribution of {of!r}; choose {', '.join(_WORDS)}")
    axes = _axes(ax)
    values = getattr(network.planes, f"{of}_deg" if of == "dip" else f"{of}_km")
    axes.set(xlabel=_WORDS[of], ylabel="faults")
    axes.set_title(of.capitalize(), loc="left", fontsize="medium")
    if not len(values):
        axes.text(0.5, 0.5, "no faults", ha="center", va="center", color="0.4", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return _plain(axes)
    edges = bin_edges(values, of)
    axes.hist(values, edges.tolist(), color=PALETTE[0], edgecolor="white", linewidth=0.6)
    axes.plot(
        values, np.zeros(len(values)), "|", color="0.2", markersize=9, markeredgewidth=0.6, alpha=0.7, clip_on=False
    )
    middle = float(np.median(values))
    unit = "°" if of == "dip" else " km"
    label = f"median {middle:.0f}{unit}" if of == "dip" else f"median {middle:.2g}{unit}"
    axes.axvline(middle, color=PALETTE[1], linewidth=1.2, linestyle=(0, (4, 3)), label=label, clip_on=False)
    axes.legend(frameon=False, fontsize="small", borderaxespad=0.2, loc="upper left" if of == "dip" else "upper right")
    axes.set_ylim(0.0, 1.2 * axes.dataLim.y1)
    _set_ticks(axes, edges, of)
    return _plain(axes)


def bin_edges(values: Float[np.ndarray, " f"], of: Of) -> Float[np.ndarray, " e"]:
    """Edges of the bins: dips by ten degrees; sides about √f of them, even, or even in the logarithm.

    >>> bin_edges(np.array([2.0, 3.0, 4.0, 6.0]), "length").tolist()
    [2.0, 4.0, 6.0]
    >>> bin_edges(np.array([1.0, 3.0, 4.0, 100.0]), "length").tolist()
    [1.0, 10.0, 100.0]
    """
    if of == "dip":
        return np.arange(0.0, 90.0 + _DIP_BIN, _DIP_BIN)
    low, high = float(values.min()), float(values.max())
    bins = int(np.clip(np.ceil(np.sqrt(len(values))), 1, 20))
    if high - low <= 1e-6 * high:
        return np.array([0.95, 1.05]) * middle if (middle := 0.5 * (low + high)) > 0.0 else np.array([0.0, 1.0])
    if low > 0.0 and high > _WIDE * low:
        edges = np.geomspace(low, high, bins + 1)
        edges[[0, -1]] = low, high  # to the last bit, so that the ends are inside
        return edges
    return np.linspace(low, high, bins + 1)


def _set_ticks(axes: Axes, edges: np.ndarray, of: str) -> None:
    """Ticks that can be read: whole numbers of faults, dips by 30°, and 1, 2, 5 on logarithmic axes."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    if of == "dip":
        axes.set(xlim=(0.0, 90.0), xticks=range(0, 91, 30))
    elif len(edges) > 2 and not np.allclose(np.diff(edges), edges[1] - edges[0]):
        axes.set_xscale("log")
        decades = np.log10(edges[-1] / edges[0])
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if decades < 2.5 else (1.0,)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        if len(edges) == 2:
            axes.set_xlim(0.0, edges.sum())
