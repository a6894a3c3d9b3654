"""Figures of ETAS: where the background lies, whether the model describes the events, where it gains over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.etas import Aftershocks, EtasEvents, Residuals

_BLUE, _RED = PALETTE[0], PALETTE[1]


def etas_figure(
    events: EtasEvents,
    probability: Float[np.ndarray, " m"],
    rescaled: Residuals,
    followed: Aftershocks,
    *,
    title: str = "",
) -> Figure:
    """Draw background and triggered targets on a map, residuals with their band, aftershocks by time and distance.

    >>> from seisweave.etas import EtasEvents, EtasOptions, aftershocks, fit_events, residuals
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> model = fit_events(events, EtasOptions("standard"))
    >>> chance = model.background_probability(events)
    >>> len(etas_figure(events, chance, residuals(model, events), aftershocks(model, events)).axes)
    5
    """
    figure = _new_figure(12.0, 8.4)
    (place, time), (omori, distance) = figure.subplots(2, 2)
    plot_background(events, probability, place)
    plot_residuals(rescaled, time)
    share = f", of {followed.n_targets:,} events" if followed.n_targets < len(events.targets) else ""
    _plot_bins(omori, followed.days, followed.found_by_days, followed.expected_by_days)
    omori.set(xlabel="days after the event that triggered", ylabel="triggered events a day")
    omori.set_title(f"aftershocks by time{share}", loc="left", fontsize="medium")
    _plot_bins(distance, followed.km, followed.found_by_km, followed.expected_by_km)
    distance.set(xlabel="km from the event that triggered", ylabel="triggered events a km")
    distance.set_title(f"aftershocks by distance{share}", loc="left", fontsize="medium")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def plot_background(events: EtasEvents, probability: Float[np.ndarray, " m"], ax: Axes) -> Axes:
    """Draw the targets in the colour of the chance that nothing triggered them, the likeliest on top."""
    x, y, magnitude = (axis[events.targets] for axis in (events.x_km, events.y_km, events.magnitude))
    order = np.argsort(probability, kind="stable")
    size = np.clip(3.0 * 4.0 ** (magnitude - events.min_magnitude - 1.0), 1.0, 60.0)
    dots = ax.scatter(
        x[order], y[order], s=size[order], c=probability[order], cmap="cividis", vmin=0.0, vmax=1.0, linewidths=0.0
    )
    ax.set_aspect("equal")
    ax.set(xlabel="east (km)", ylabel="north (km)")
    expected = f"{probability.sum():,.0f} of {len(probability):,}"
    ax.set_title(f"background: {expected} events", loc="left", fontsize="medium")
    ax.figure.colorbar(dots, ax=ax, shrink=0.85, label="chance of being background")
    return ax


def plot_residuals(rescaled: Residuals, ax: Axes) -> Axes:
    """Draw how many more events came than were expected, in time, with the band of 95 in 100 right models."""
    days = rescaled.t_days.astype("float64") * 86_400e6
    time = np.datetime64("1970-01-01", "us") + days.astype(np.int64).astype("timedelta64[us]")
    ax.axhspan(-rescaled.band, rescaled.band, color=BACKGROUND, alpha=0.25, linewidth=0.0)
    ax.axhline(0.0, color=BACKGROUND, linewidth=0.8)
    ax.step(time, rescaled.excess, where="post", color=_BLUE, linewidth=1.0)
    ax.set(xlabel="year", ylabel="events more than expected")
    inside = "within" if rescaled.largest <= rescaled.band else "beyond"
    ax.set_title(
        f"residuals: at most {rescaled.largest:,.0f}, {inside} the band of {rescaled.band:,.0f}",
        loc="left",
        fontsize="medium",
    )
    return ax


def _plot_bins(
    ax: Axes, edges: Float[np.ndarray, " k"], found: Float[np.ndarray, " k+1"], expected: Float[np.ndarray, " k+1"]
) -> None:
    """Densities in the bins that have two edges, on logarithmic axes."""
    width, middle = np.diff(edges), np.sqrt(edges[1:] * edges[:-1])
    shown = (found[1:-1] > 0.0) & (expected[1:-1] > 0.0)
    ax.plot(middle, np.where(expected[1:-1] > 1e-3, expected[1:-1], np.nan) / width, color=_RED, label="expected")
    ax.plot(middle[shown], (found[1:-1] / width)[shown], "o", color=_BLUE, markersize=4.0, label="in the catalog")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.legend(frameon=False, fontsize="small")


def etas_gain_map(events: EtasEvents, gain: Float[np.ndarray, " m"], *, title: str = "") -> Figure:
    """Draw which targets gain (purple) and lose (orange) over a reference, the largest changes on top.

    >>> from seisweave.etas import EtasEvents
    >>> two = EtasEvents(np.array([0.5, 3.0]), np.zeros(2), np.array([1.0, 2.0]), np.array([3.1, 2.6]), 0.0, 9.0, 100.0, 2.5)
    >>> len(etas_gain_map(two, np.array([0.4, -0.1])).axes)
    2
    """  # noqa: E501
    figure = _new_figure(8.0, 6.4)
    axes = figure.subplots()
    limit = float(np.clip(np.percentile(np.abs(gain), 95) if len(gain) else 1.0, 0.1, 10.0))
    order, at = np.argsort(np.abs(gain), kind="stable"), events.targets
    dots = axes.scatter(
        events.x_km[at][order], events.y_km[at][order], c=gain[order], s=14, cmap="PuOr", vmin=-limit, vmax=limit,
        linewidths=0.3, edgecolors="0.35",
    )  # fmt: skip
    figure.colorbar(dots, ax=axes, label="nats gained", shrink=0.8, pad=0.02, extend="both")
    axes.set_aspect("equal")
    axes.set(xlabel="east (km)", ylabel="north (km)")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure
