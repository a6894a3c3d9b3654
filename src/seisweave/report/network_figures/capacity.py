"""The holding capacity: how many clusters of the Ward tree can carry a Gaussian, at every cut.

After Figure 2b of Kamer, Ouillon & Sornette (2020); section 3.1 (ii).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.faults.atomize import MIN_POINTS, clusters_that_hold
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_CORNERS = 4000  # of the line


def plot_capacity(
    linkage: Float[np.ndarray, "m 4"], ax: Axes | None = None, *, label: str = "", colour: str = PALETTE[0]
) -> Axes:
    """Draw the number of clusters of four points or more against the number of all clusters, for every cut.

    A dot is the cut at the holding capacity.

    Arguments:
        linkage: SciPy's linkage array of a Ward tree, as `ward_linkage` gives it.
        ax: where to draw, perhaps beside the curve of another tree.
        label: written before the numbers of the cut.
        colour: of the curve.

    >>> from seisweave.faults import ward_linkage
    >>> points = np.random.default_rng(0).normal(size=(12, 3)) + np.repeat([[0, 0, 0], [9, 0, 0]], 6, axis=0)
    >>> plot_capacity(ward_linkage(points)).texts[0].get_text()
    '2 of 5 clusters'
    """
    axes = _new_figure(6.0, 4.0).subplots() if ax is None else ax
    held = clusters_that_hold(linkage)
    n = len(held)
    at = int(held.argmax())
    shown = np.unique(np.concatenate([_some(n), [at]]))
    axes.plot(n - shown, held[shown], color=colour, linewidth=1.3, drawstyle="steps-mid" if n < 200 else "default")
    words = f"{held[at]:,} of {n - at:,} clusters"
    axes.plot([n - at], [held[at]], "o", color=colour, markersize=6)
    told, below = f"{label}: {words}" if label else words, 0.97 - 0.08 * len(axes.texts)
    axes.text(0.98, below, told, color=colour, fontsize="small", ha="right", va="top", transform=axes.transAxes)
    axes.set(xlabel="clusters at the cut", ylabel=f"clusters of {MIN_POINTS} events or more")
    axes.set_xlim(left=0.0)
    axes.set_ylim(0.0, 1.12 * max(1.0, float(axes.dataLim.y1)))
    axes.set_title("Holding capacity", loc="left", fontsize="medium")
    return _plain(axes)


def _some(n: int) -> np.ndarray:
    """Numbers of merges 0 .. n - 1, of very many every k-th and the last."""
    return np.append(np.arange(0, n, max(1, n // _MOST_CORNERS)), n - 1)
