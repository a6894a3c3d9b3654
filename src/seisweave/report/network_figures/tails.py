"""Heavy tails: what a Gaussian that stands for several puts beyond their ends.

After Figure 7 of Kamer, Ouillon & Sornette (2020), section 4.1, which looks at two boxcars on a line, each approximated
by the Gaussian of its mean and variance, and at the one Gaussian of both. Its tails are denser than theirs, the more so
the farther they lie apart: why merged faults take events from the background, and what plates are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.report.catalog_figures import _plain
from seisweave.report.colours import BACKGROUND, PALETTE, fault_colours
from seisweave.report.figures import _new_figure
from seisweave.report.markup import count
from seisweave.report.network_figures.events_of_fault import events_of_fault
from seisweave.report.network_figures.fault_section import on_plate_km

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_DEEP = 1e-4  # of the highest density: the lowest that is drawn
_BINS = 30


@dataclass(frozen=True, eq=False)
class OnLine:
    """Gaussians on a line: weights, centres and variances.

    >>> two = OnLine(np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([0.25, 0.25]))
    >>> two.merged.centre.tolist(), two.merged.variance.tolist()
    ([0.0], [1.25])
    """

    weight: Float[np.ndarray, " k"]
    centre: Float[np.ndarray, " k"]
    variance: Float[np.ndarray, " k"]

    @property
    def merged(self) -> OnLine:
        """The one Gaussian with the weight, mean and variance of all."""
        whole = self.weight.sum()
        mean = self.weight @ self.centre / whole
        variance = self.weight @ (self.variance + (self.centre - mean) ** 2) / whole
        return OnLine(np.array([whole]), np.array([mean]), np.array([variance]))

    def density(self, place: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """Their density together at places."""
        distance2 = (place[:, None] - self.centre) ** 2 / self.variance
        return (self.weight * np.exp(-0.5 * distance2) / np.sqrt(2.0 * np.pi * self.variance)).sum(axis=1)


def plot_boxcar_tails(gap: float, ax: Axes | None = None) -> Axes:
    """Draw two boxcars of length one with a gap between, the two Gaussians that stand for them, and the one of both.

    Errors: InputError for a gap below zero.

    >>> axes = plot_boxcar_tails(1.0)
    >>> [line.get_label() for line in axes.lines]
    ['two Gaussians', 'merged']
    """
    if not gap >= 0.0:
        raise InputError(f"a gap of {gap:g} lengths; give 0 or more")
    axes = _new_figure(6.0, 3.6).subplots() if ax is None else ax
    pair = two_boxcars(gap)
    label = "boxcars"
    for centre in pair.centre:
        axes.fill_between([centre - 0.5, centre + 0.5], 1e-9, 0.5, color=BACKGROUND, alpha=0.3, lw=0, label=label)
        label = "_"
    _draw_gaussians(axes, pair, "two Gaussians")
    axes.set(xlabel="distance, in lengths of a boxcar", ylabel="density (1/length)")
    axes.set_title(f"Two boxcars, {gap:g} apart", loc="left", fontsize="medium")
    return axes


def two_boxcars(gap: float) -> OnLine:
    """The two Gaussians with the means and variances of two boxcars of length one and weight one half."""
    middle = 0.5 * (1.0 + gap)
    return OnLine(np.full(2, 0.5), np.array([-middle, middle]), np.full(2, 1.0 / 12.0))


def plot_tails(
    network: FaultNetwork, fault: int, ax: Axes | None = None, *, events: pd.DataFrame | None = None
) -> Axes:
    """Draw the density along the strike of one fault: of its segments, of the one Gaussian of all, of plate and events.

    The one Gaussian has the mean and the variance of the segments. All integrate to one. Segments are seen from the
    side: their density is that along strike, whatever the depth.

    Errors: InputError for a fault that there is none of, or without a segment, and a network without its events.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> plot_tails(network, 0).get_title(loc="left")
    'Fault 0 along its strike: 1 segment'
    """
    held = events_of_fault(network, fault, events)
    segments = along_strike(network, fault)
    axes = _new_figure(7.0, 3.6).subplots() if ax is None else ax
    half = 0.5 * float(network.planes.length_km[fault])
    places = on_plate_km(network, fault, held.xyz_km)[:, 0]
    colour = fault_colours(network)[fault]
    if half > 0.0:
        axes.fill_between([-half, half], 1e-9, 0.5 / half, color=colour, alpha=0.2, lw=0, label="plate")
    if len(places):
        axes.hist(places, _BINS, density=True, histtype="step", color=BACKGROUND, linewidth=0.9, label="its events")
    _draw_gaussians(axes, segments, "its segments" if len(segments.weight) > 1 else "its one segment")
    axes.set(xlabel="along strike (km)", ylabel="density (1/km)")
    many = count(len(segments.weight), "segment")
    axes.set_title(f"Fault {fault} along its strike: {many}", loc="left", fontsize="medium")
    return axes


def along_strike(network: FaultNetwork, fault: int) -> OnLine:
    """The segments of a fault along its strike, km from the middle of its plate; their weights sum to one.

    Errors: InputError where no segment lies on it, or one has no weight or no extent along strike.
    """
    if not has_tails(network, fault):
        raise InputError(f"fault {fault} has no segments with weight and extent along strike; give another fault")
    return _along_strike(network, fault)


def has_tails(network: FaultNetwork, fault: int) -> bool:
    """Whether there are segments on a fault, all with weight and extent along its strike."""
    line = _along_strike(network, fault)
    return len(line.weight) > 0 and bool((line.weight > 0.0).all() and (line.variance > 0.0).all())


def _along_strike(network: FaultNetwork, fault: int) -> OnLine:
    mine = np.flatnonzero(network.faults.fault_of_segment == fault)
    mixture, weight = network.mixture, network.mixture.weight[mine]
    unit = on_plate_km(network, fault, network.faults.plates.centre_km[fault] + np.eye(3))[:, 0]
    variance = np.einsum("a,kab,b->k", unit, mixture.covariance_km2[mine], unit)
    return OnLine(
        weight / max(weight.sum(), 1e-300), on_plate_km(network, fault, mixture.mean_km[mine])[:, 0], variance
    )


def _draw_gaussians(axes: Axes, gaussians: OnLine, named: str) -> None:
    """The sum of weighted Gaussians, and the one with their moments, in logarithms; what it has more is shaded."""
    one, centre = gaussians.merged, gaussians.centre
    reach = 4.0 * np.sqrt(np.append(gaussians.variance, one.variance))
    middles = np.append(centre, one.centre)
    low, high = float((middles - reach).min()), float((middles + reach).max())
    place = np.linspace(low, high, 800)
    apart, merged = gaussians.density(place), one.density(place)
    axes.plot(place, apart, color=PALETTE[0], linewidth=1.4, label=named)
    if len(centre) > 1:
        axes.plot(place, merged, color=PALETTE[1], linewidth=1.4, label="merged")
    outside = (place < centre.min()) | (place > centre.max())
    axes.fill_between(place, apart, merged, where=(merged > apart) & outside, color=PALETTE[1], alpha=0.18, linewidth=0)
    top = float(max(apart.max(), merged.max()))
    axes.set(yscale="log", ylim=(_DEEP * top, 16.0 * top), xlim=(low, high))
    axes.legend(frameon=False, fontsize="small", ncols=2, loc="upper left", borderaxespad=0.2)
    _plain(axes)
