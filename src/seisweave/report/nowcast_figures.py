"""Figures of a nowcast: how training went, a map and its reconstruction, the novelty series with alarms and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.nowcast.step_words import length_of
from seisweave.report.colours import PALETTE
from seisweave.report.figures import _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.nowcast.history import History
    from seisweave.nowcast.maps import MapOptions
    from seisweave.nowcast.region.model import Nowcasts

_BLUE, _ORANGE, _GREEN = PALETTE[:3]


def loss_figure(histories: Mapping[str, History]) -> Figure:
    """Draw the losses of each network against its epochs; a dot marks the weights that were kept."""
    figure = _new_figure(5.2 * max(1, len(histories)), 3.6)
    panels = np.atleast_1d(figure.subplots(1, max(1, len(histories))))
    for axes, (name, history) in zip(panels, histories.items(), strict=False):
        plot_losses(history, axes)
        axes.set_title(f"{name} network" if name == "temporal" else name, loc="left", fontsize="medium")
    return figure


def plot_losses(history: History, ax: Axes | None = None) -> Axes:
    """Draw training and validation loss."""
    axes = _new_figure(5.2, 3.6).subplots() if ax is None else ax
    number = [epoch.epoch for epoch in history.epochs]
    axes.plot(number, [epoch.training_loss for epoch in history.epochs], color=_BLUE, linewidth=1.2, label="training")
    axes.plot(number, [e.validation_loss for e in history.epochs], color=_ORANGE, linewidth=1.2, label="validation")
    best = history.best
    axes.plot([best.epoch], [best.validation_loss], "o", color=_ORANGE, markersize=5, label=f"kept: epoch {best.epoch}")
    axes.set(xlabel="epoch", ylabel="loss", yscale="log")
    _plain(axes)
    axes.legend(frameon=False, fontsize="small")
    return axes


def map_figure(
    original: Float[np.ndarray, "h w"],
    reconstructed: Float[np.ndarray, "h w"],
    options: MapOptions,
    *,
    title: str = "",
) -> Figure:
    """Draw a map and what the autoencoder makes of it, in the same colours, and the difference."""
    figure = _new_figure(12.0, 3.6)
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    west, _, south, north = options.edges
    extent = (west, west + options.side_deg * options.shape[1], south, north)
    top = max(float(original.max()), 1e-6)
    style = {"origin": "lower", "extent": extent, "interpolation": "nearest"}
    wanted = (
        ("original", original),
        ("reconstructed", reconstructed),
        ("original - reconstructed", original - reconstructed),
    )
    for axes, (name, values) in zip(panels, wanted, strict=True):
        apart = name.startswith("original -")
        limits = {"vmin": -top, "vmax": top, "cmap": "RdBu_r"} if apart else {"vmin": 0, "vmax": top, "cmap": "magma_r"}
        image = axes.imshow(values, **style, **limits)
        axes.set_title(name, loc="left", fontsize="medium")
        axes.set_xlabel("longitude (°)")
        axes.set_aspect(1.0 / np.cos(np.radians((south + north) / 2)))
        figure.colorbar(image, ax=axes, shrink=0.8, label=options.value.replace("_", " ") if axes is panels[-1] else "")
    panels[0].set_ylabel("latitude (°)")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large")
    return figure


def series_figure(
    nowcasts: Nowcasts, *, threshold: float, alarm_threshold: float, paper: bool, title: str = ""
) -> Figure:
    """Draw the novelty series, its nowcast, the alarms, and the extreme events that really came (paper, Figure 4).

    The stretch of 400 steps with most events is drawn again below, where single days can be seen.
    """
    figure = _new_figure(12.0, 6.4)
    whole, part = figure.subplots(2, 1)
    extreme = np.nan_to_num(nowcasts.largest, nan=-np.inf) >= threshold
    plot_series(nowcasts, whole, threshold=threshold, alarm_threshold=alarm_threshold, paper=paper)
    first = _busiest(extreme, 400)
    plot_series(
        nowcasts.take(slice(first, first + 400)),
        part,
        threshold=threshold,
        alarm_threshold=alarm_threshold,
        paper=paper,
    )
    figure.suptitle(title, x=0.01, ha="left", fontsize="large")
    handles, labels = whole.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize="small")
    return figure


def plot_series(
    nowcasts: Nowcasts, ax: Axes | None = None, *, threshold: float, alarm_threshold: float, paper: bool
) -> Axes:
    """Draw novelty, nowcast, alarms and events of some steps."""
    axes = _new_figure(12.0, 3.2).subplots() if ax is None else ax
    made_before = f"a {length_of(nowcasts.start[1] - nowcasts.start[0])}" if len(nowcasts) > 1 else "a step"
    time, truth = nowcasts.start, nowcasts.smoothed if paper else nowcasts.novelty
    axes.plot(time, truth, color="0.65", linewidth=0.8, label="novelty, smoothed" if paper else "novelty")
    axes.plot(time, nowcasts.nowcast_novelty, color=_BLUE, linewidth=0.9, label=f"nowcast, made {made_before} before")
    axes.axhline(alarm_threshold, color=_BLUE, linewidth=0.7, linestyle=(0, (5, 4)), label="threshold of an alarm")
    alarm = np.flatnonzero(nowcasts.alarm)
    axes.plot(time[alarm], nowcasts.nowcast_novelty[alarm], ".", color=_ORANGE, markersize=4, label="alarm")
    extreme = np.flatnonzero(np.nan_to_num(nowcasts.largest, nan=-np.inf) >= threshold)
    if not paper:
        axes.set_yscale("log")  # novelty is skewed, and its logarithm is what is nowcast
        axes.set_ylim(*_range(truth, nowcasts.nowcast_novelty))
    top = axes.get_ylim()[1]
    axes.plot(
        time[extreme], np.full(len(extreme), top), "v", color=_GREEN, markersize=6, label=f"M ≥ {threshold:g} came"
    )
    for day in time[extreme]:
        axes.axvline(day, color=_GREEN, linewidth=0.5, alpha=0.6, zorder=0)
    axes.set_ylabel("mean squared error of a map")
    axes.margins(x=0.01)
    _plain(axes)
    return axes


def chances_figure(nowcasts: Nowcasts, *, title: str = "", inches: tuple[float, float] = (12.0, 4.6)) -> Figure:
    """Draw the chance of an extreme event in each step, the alarms, and below them the largest event that came.

    >>> day = np.datetime64("2019-07-04", "us") + np.arange(3) * np.timedelta64(1, "D")
    >>> from seisweave.nowcast.region import Nowcasts
    >>> made = Nowcasts(day, *np.ones((3, 3)), np.array([False, True, True]), *np.full((3, 3), 0.1))
    >>> [axes.get_ylabel() for axes in chances_figure(made).axes]
    ['chance', 'largest magnitude']
    """
    figure = _new_figure(*inches)
    above, below = figure.subplots(2, 1, sharex=True)
    time, alarm = nowcasts.start.astype("datetime64[ms]").astype(object), np.flatnonzero(nowcasts.alarm)
    above.plot(time, nowcasts.probability, color=_BLUE, linewidth=0.9)
    above.plot(time[alarm], nowcasts.probability[alarm], ".", color=_ORANGE, markersize=4, label="alarm")
    above.set_ylabel("chance")
    above.legend(frameon=False, fontsize="small", loc="upper right")
    came = np.flatnonzero(np.isfinite(nowcasts.largest))
    below.plot(time[came], nowcasts.largest[came], ".", color=_GREEN, markersize=3)
    below.set_ylabel("largest magnitude")
    for axes in (above, below):
        axes.margins(x=0.01)
        _plain(axes)
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def _range(*series: np.ndarray) -> tuple[float, float]:
    """What a logarithmic axis has to hold, the quietest one in a hundred left out."""
    values = np.concatenate([part[~np.isnan(part)] for part in series])
    if not len(values):
        return 0.1, 1.0
    return max(float(np.quantile(values, 0.01)) / 1.5, 1e-12), max(float(values.max()) * 1.5, 1e-11)


def _busiest(extreme: np.ndarray, length: int) -> int:
    """First of the `length` steps that hold most extreme events, the latest of equals; a little before them."""
    if len(extreme) <= length:
        return 0
    total = np.concatenate([[0], np.cumsum(extreme)])
    held = total[length:] - total[:-length]
    return int(np.flatnonzero(held == held.max()).mean())


def _plain(axes: Axes) -> None:
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
