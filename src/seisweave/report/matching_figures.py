"""A figure of two networks: both on one map, what became of each fault in colours, and how alike the faults are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.faults.common_events import moved_km
from seisweave.faults.matching import NetworkMatch
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure, _origin_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KIND_COLOURS = {
    "same": PALETTE[0],
    "split": PALETTE[4],
    "merged": PALETTE[3],
    "changed": PALETTE[5],
    "vanished": PALETTE[1],
    "appeared": PALETTE[2],
}


def matching_figure(match: NetworkMatch, *, title: str = "") -> Figure:
    """Draw both networks on one map, and the Jaccard index of the faults of the first by their size.

    >>> import seisweave as sw
    >>> from seisweave.faults.matching import match_networks
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(xyz_km)
    >>> figure = matching_figure(match_networks(network, network))
    >>> figure.get_suptitle()
    'same 1; adjusted Rand 1.000'
    """
    figure = _new_figure(12.0, 6.5)
    left, right = figure.subplots(1, 2, width_ratios=(1.7, 1.0))
    plot_kinds(match, left)
    plot_likeness(match, right)
    figure.suptitle(title or _headline(match), x=0.01, ha="left", fontsize="large")
    return figure


def plot_kinds(match: NetworkMatch, ax: Axes | None = None) -> Axes:
    """Draw the plates of the first network dashed, those of the second solid, in the colour of their kind."""
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D

    axes = _new_figure(7.0, 6.0).subplots() if ax is None else ax
    second = moved_km(match.second.planes.corners_km, match.second.projection, match.first.projection)
    networks = (match.first.planes.corners_km, match.kind_first), (second, match.kind_second)
    for is_second, (corners, kinds) in enumerate(networks):
        colours = [KIND_COLOURS[str(kind)] for kind in kinds]
        drawn = PolyCollection(list(corners[:, :, :2]), facecolors="none", edgecolors=colours, linewidths=1.1)
        if is_second:
            drawn.set_facecolor([f"{colour}22" for colour in colours])
        else:
            drawn.set_linestyle((0, (4, 3)))
        axes.add_collection(drawn)
    everything = [corners[:, :, :2].reshape(-1, 2) for corners, _ in networks]
    axes.update_datalim(np.concatenate(everything))
    axes.autoscale_view()
    axes.set_aspect("equal", adjustable="datalim")
    there = {str(kind) for kind in (*match.kind_first, *match.kind_second)}
    handles = [Line2D([], [], color=colour, label=kind) for kind, colour in KIND_COLOURS.items() if kind in there]
    handles += [Line2D([], [], color=BACKGROUND, linestyle=(0, (4, 3)), label="first network")]
    handles += [Line2D([], [], color=BACKGROUND, label="second network")]
    axes.legend(handles=handles, frameon=False, fontsize="small")
    axes.set(xlabel=_origin_label(match.first, 0), ylabel=_origin_label(match.first, 1))
    return _plain(axes)


def plot_likeness(match: NetworkMatch, ax: Axes | None = None) -> Axes:
    """Draw how alike each fault of the first network and its counterpart are, by the number of its events."""
    axes = _new_figure(5.0, 5.0).subplots() if ax is None else ax
    table = match.table()
    table = table[table["network"] == "first"]
    jaccard = table["jaccard"].astype(float).fillna(0.0)
    axes.scatter(table["n_events"], jaccard, s=18, c=[KIND_COLOURS[kind] for kind in table["kind"]], linewidths=0)
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter("")
    axes.set(
        xlabel="events of the fault, first network", ylabel="Jaccard index with its counterpart", ylim=(-0.03, 1.03)
    )
    return _plain(axes)


def _headline(match: NetworkMatch) -> str:
    counts = match.counts()
    gone = {"vanished": counts["first"]["vanished"]}
    kinds = ", ".join(f"{kind} {n}" for kind, n in (counts["second"] | gone).items() if n)
    rand = match.adjusted_rand
    return f"{kinds}; " + ("no common events" if rand is None else f"adjusted Rand {rand:.3f}")
