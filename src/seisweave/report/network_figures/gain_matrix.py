"""The matrix of gains: what each merge of two Gaussians would bring.

After Figure 3b of Kamer, Ouillon & Sornette (2020); the gains are those of eq. 3, see `seisweave.faults.merge_gains`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINEAR = 10.0  # gains between -10 and 10 are drawn to scale, others by their logarithm


def plot_gain_matrix(gain: Float[np.ndarray, "g g"], ax: Axes | None = None, *, what: str = "segment") -> Axes:
    """Draw the gain in BIC of every merge: brown what would be gained, blue what would be lost, in powers of ten.

    Arguments:
        gain: gain of merging the i-th and the j-th; NaN where there is none (the diagonal) is grey.
        ax: where to draw; a colour bar is drawn beside it.
        what: what is merged, for the labels: a "segment", a "proto-fault".

    >>> from seisweave.faults.merge_gains import merge_gains
    >>> import seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> points = np.concatenate([rng.normal((x, 0, 8), (0.2, 5.0, 3.0), (200, 3)) for x in (0.0, 10.0)])
    >>> plot_gain_matrix(merge_gains(sw.reconstruct_faults(points).mixture, points)).get_title(loc="left")
    'Gains: no merge would gain'
    """
    from matplotlib.colors import SymLogNorm

    axes = _new_figure(6.0, 5.0).subplots() if ax is None else ax
    if not len(gain):
        axes.text(0.5, 0.5, f"no {what}s", ha="center", va="center", color="0.4", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return axes
    known = np.isfinite(gain)
    most = max(float(np.abs(gain[known]).max(initial=0.0)), _LINEAR)
    axes.set_facecolor("0.85")
    norm = SymLogNorm(_LINEAR, vmin=-most, vmax=most, base=10)
    drawn = axes.imshow(gain, cmap="BrBG_r", norm=norm, interpolation="nearest", origin="upper")
    figure = axes.get_figure()
    if figure is not None:
        bar = figure.colorbar(drawn, ax=axes, pad=0.02, ticks=_ticks(most))
        bar.set_label("gain in BIC of the merge")
        bar.outline.set_visible(False)  # pyright: ignore[reportCallIssue]
        bar.ax.tick_params(labelsize=8)
    axes.set(xlabel=f"{what}, heaviest first", ylabel=what)
    gaining = int((gain[np.triu(known, 1)] > 0.0).sum())
    told = f"{gaining:,} merges would gain" if gaining > 1 else f"{'one' if gaining else 'no'} merge would gain"
    axes.set_title(f"Gains: {told}", loc="left", fontsize="medium")
    _set_whole_ticks(axes)
    return axes


def _ticks(most: float) -> list[float]:
    """Powers of ten to both sides, at most four of them, and zero."""
    highest = int(np.floor(np.log10(most)))
    step = max(1, -(-highest // 4))
    powers = [10.0**power for power in range(highest, 0, -step)]
    return [*(-power for power in powers), 0.0, *powers]


def _set_whole_ticks(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
