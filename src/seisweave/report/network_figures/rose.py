"""Rose of strikes: how much of a network strikes which way.

A strike and its opposite are one direction (axial data; Mardia & Jupp 2000, section 1.1), so each petal is drawn to
both sides. The *area* of a petal is in proportion to its share: a rose whose radii were shares would make the largest
look larger than it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import PALETTE
from seisweave.report.figures import _axes
from seisweave.report.network_figures.compass_circle import draw_circle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

By = Literal["length", "events", "number"]
_BIN = 10.0  # degrees


def plot_rose(network: FaultNetwork, ax: Axes | None = None, *, by: By = "length") -> Axes:
    """Draw the strikes of the faults in bins of ten degrees, weighted by length, by events, or one like the other.

    The rim is the largest share, and says so.

    Errors: InputError for another weight.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> axes = plot_rose(network, by="events")  # one fault, from west to east
    >>> sorted(petal.theta1 for petal in axes.patches)[0] % 180.0 in (0.0, 170.0)
    True
    """
    axes = _axes(ax)
    share = axial_shares(network.planes.strike_deg, _weights(network, by))
    most = float(share.max())
    draw_circle(axes, empty=most == 0.0)
    words = {"length": "length", "events": "events", "number": "number of faults"}[by]
    axes.set_title(f"Strikes, by {words}", loc="left", fontsize="medium")
    if most > 0.0:
        _draw_petals(axes, np.sqrt(share / most))
        _draw_rings(axes)
        axes.text(-1.25, -1.25, f"area: share; the rim is {most:.0%}", fontsize=8, color="0.35", va="bottom")
    return axes


def axial_shares(
    strike_deg: Float[np.ndarray, " f"], weight: Float[np.ndarray, " f"], bin_deg: float = _BIN
) -> Float[np.ndarray, " b"]:
    """Share of the weight whose strike, modulo 180°, lies in each bin from 0°, bin_deg, 2 bin_deg, ... on.

    >>> axial_shares(np.array([5.0, 185.0, 359.9, 90.0]), np.array([1.0, 1.0, 1.0, 5.0]), 45.0).tolist()
    [0.25, 0.0, 0.625, 0.125]
    """
    bins = round(180.0 / bin_deg)
    number = np.minimum((np.mod(strike_deg, 180.0) / bin_deg).astype(int), bins - 1)
    total = np.bincount(number, weights=weight, minlength=bins)
    return total / max(total.sum(), 1e-300)


def _weights(network: FaultNetwork, by: str) -> Float[np.ndarray, " f"]:
    weights = {
        "length": network.planes.length_km,
        "events": network.events_per_fault.astype(float),
        "number": np.ones(network.n_faults),
    }
    if by not in weights:
        raise InputError(f"a rose by {by!r}; choose length, events or number")
    return weights[by]


def _draw_petals(axes: Axes, radius: Float[np.ndarray, " b"]) -> None:
    from matplotlib.patches import Wedge

    for number, long in enumerate(radius):
        for turn in (0.0, 180.0):
            start = number * _BIN + turn  # azimuth; matplotlib counts from east, against the clock
            if long > 0.0:
                petal = Wedge((0.0, 0.0), long, 90.0 - start - _BIN, 90.0 - start, zorder=2)
                petal.set(facecolor=PALETTE[0], edgecolor="white", linewidth=0.6, alpha=0.85)
                axes.add_patch(petal)


def _draw_rings(axes: Axes) -> None:
    """Where a petal has a quarter and a half of the largest share."""
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    for part in (0.25, 0.5):
        axes.plot(*np.sqrt(part) * np.stack([np.sin(angle), np.cos(angle)]), color="0.8", linewidth=0.6, zorder=1)
