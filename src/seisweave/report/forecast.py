"""Figures of forecasts: the map of one, scores against magnitude as in Figure 12 of the paper, and who gains where.

Source: Kamer, Ouillon & Sornette (2020), Figure 12 (nats lost per target event against the magnitude cut-off).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.evaluation.spatial import SpatialGain, SpatialScore
from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.forecast import Forecast
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _axes, _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = "os^Dvp*X"
_DECADES = 4.0  # of density shown on a map
_HOPELESS = -1.0  # nats gained; a forecast as bad is left out, so that it does not hide how the others differ


def forecast_figure(forecast: Forecast, *, title: str = "") -> Figure:
    """Draw the map of a forecast."""
    figure = _new_figure(8.0, _map_height(forecast))
    plot_forecast(forecast, figure.subplots())
    figure.suptitle(title or _told(forecast), x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def plot_forecast(forecast: Forecast, ax: Axes | None = None, *, cells: int = 150) -> Axes:
    """Draw how much of a forecast lies in each cell seen from above, as a multiple of a uniform forecast."""
    from matplotlib.colors import LogNorm

    axes = _axes(ax)
    west, east, south, north = forecast.volume.box
    step = (east - west) / cells
    rows = max(1, round((north - south) / step))
    grid = CellGrid(np.linspace(west, east, cells + 1), np.linspace(south, north, rows + 1))
    gain = cell_masses(forecast, grid) * (cells * rows)
    top = 10.0 ** np.ceil(np.log10(max(gain.max(), 10.0)))
    norm = LogNorm(top / 10.0**_DECADES, top)
    image = axes.pcolormesh(
        grid.lon_edge, grid.lat_edge, np.maximum(gain, norm.vmin or 0.0), norm=norm, cmap="magma_r", rasterized=True
    )
    _bar(image, axes, "density, as a multiple of a uniform one")
    _map_frame(axes, forecast)
    return axes


def scores_figure(
    scores: Mapping[str, Sequence[SpatialScore]],
    gains: Mapping[str, Sequence[SpatialGain]] | None = None,
    *,
    reference: str = "",
    title: str = "",
) -> Figure:
    """Draw nats lost per event against the magnitude cut-off and, where given, the gains over a reference beside it."""
    figure = _new_figure(14.0 if gains else 7.0, 6.6)
    panels = np.atleast_1d(figure.subplots(1, 2 if gains else 1))
    plot_scores(scores, panels[0])
    if gains:
        plot_gains(gains, panels[1], order=list(scores), reference=reference)
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    handles, labels = panels[0].get_legend_handles_labels()
    columns = min(4, len(labels))
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize="small")
    return figure


def plot_scores(scores: Mapping[str, Sequence[SpatialScore]], ax: Axes | None = None) -> Axes:
    """Draw nats lost per target event against the magnitude cut-off, with 95 % intervals; lower is better."""
    axes = _axes(ax)
    for k, (name, row) in enumerate(scores.items()):
        cutoff = np.array([score.min_magnitude for score in row])
        bounds = np.array([(score.low, score.high) for score in row])
        _points(axes, k, len(scores), cutoff, np.array([score.nll for score in row]), bounds, name)
    _limit(axes, np.array([score.nll for row in scores.values() for score in row]))
    first = next(iter(scores.values()))
    _magnitude_axis(axes, {score.min_magnitude: score.n_events for score in first})
    axes.set_ylabel("nats lost per target event (lower is better)")
    return axes


def plot_gains(
    gains: Mapping[str, Sequence[SpatialGain]],
    ax: Axes | None = None,
    *,
    order: Sequence[str] = (),
    reference: str = "",
) -> Axes:
    """Draw nats gained per event over a reference against the magnitude cut-off, with 95 % intervals."""
    axes = _axes(ax)
    names = list(order) or list(gains)
    shown = np.array([gain.gain for row in gains.values() for gain in row])
    least = _HOPELESS if (shown > _HOPELESS).any() else -np.inf
    for name, row in gains.items():
        cutoff = np.array([gain.min_magnitude for gain in row])
        value = np.array([gain.gain for gain in row])
        bounds = np.array([(gain.low, gain.high) for gain in row])
        near = value > least
        _points(axes, names.index(name), len(names), cutoff[near], value[near], bounds[near], name)
    axes.axhline(0.0, color="0.4", linewidth=0.8)
    _limit(axes, np.append(shown[shown > least], 0.0))
    first = next(iter(gains.values()))
    _magnitude_axis(axes, {gain.min_magnitude: gain.n_events for gain in first})
    axes.set_ylabel(f"nats gained per event over {reference}")
    return axes


def gain_map(
    forecast: Forecast,
    longitude: Float[np.ndarray, " n"],
    latitude: Float[np.ndarray, " n"],
    gain: Float[np.ndarray, " n"],
    *,
    title: str = "",
) -> Figure:
    """Draw which target events gain (purple) and lose (orange) over a reference, largest changes on top."""
    figure = _new_figure(8.0, _map_height(forecast))
    axes = figure.subplots()
    plot_event_gains(forecast.volume.eastings(longitude), latitude, gain, axes)
    _map_frame(axes, forecast)
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def plot_event_gains(
    x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], gain: Float[np.ndarray, " n"], ax: Axes
) -> None:
    """Draw which events gain (purple) and lose (orange), largest changes on top."""
    limit = float(np.clip(np.percentile(np.abs(gain), 95) if len(gain) else 1.0, 0.1, 10.0))
    rank = np.argsort(np.abs(gain), kind="stable")
    style: dict[str, Any] = {"cmap": "PuOr", "vmin": -limit, "vmax": limit, "linewidths": 0.3, "edgecolors": "0.35"}
    dots = ax.scatter(x[rank], y[rank], c=gain[rank], s=14, **style)
    _bar(dots, ax, "nats gained", extend="both")


def _bar(drawn: Any, axes: Axes, label: str, **style: Any) -> None:
    axes.get_figure().colorbar(drawn, ax=axes, label=label, shrink=0.8, pad=0.02, **style)  # type: ignore[union-attr]


def _points(
    axes: Axes, k: int, total: int, cutoff: np.ndarray, value: np.ndarray, bounds: np.ndarray, name: str
) -> None:
    """One forecast's line, a little beside the others so that intervals stay apart; infinite ends are left out."""
    colour = BACKGROUND if name == "uniform" else PALETTE[k % len(PALETTE)]
    beside = 0.3 / max(total, 6) * (k - 0.5 * (total - 1))
    shown = np.isfinite(value)
    error = np.abs(bounds - value[:, None])
    error = np.where(np.isfinite(error), error, 0.0)
    axes.errorbar(
        cutoff[shown] + beside,
        value[shown],
        yerr=error[shown].T,
        color=colour,
        marker=MARKERS[k % len(MARKERS)],
        markersize=5,
        linewidth=1.4,
        elinewidth=0.9,
        capsize=2,
        linestyle="-" if k < len(PALETTE) else "--",
        label=name,
    )


def _magnitude_axis(axes: Axes, events: Mapping[float, int]) -> None:
    axes.set_xticks(list(events), [f"{cutoff:g}\n{n:,}" for cutoff, n in events.items()])
    axes.set_xlabel("magnitude cut-off, and how many target events are at or above it")
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _limit(axes: Axes, values: np.ndarray) -> None:
    """Show all values, and as much of their intervals as leaves the values apart."""
    values = values[np.isfinite(values)]
    if len(values):
        spread = max(float(np.ptp(values)), 0.4)
        axes.set_ylim(values.min() - 0.25 * spread, values.max() + 0.25 * spread)


def _map_height(forecast: Forecast) -> float:
    """Height of a figure 8 inches wide that a map and its bar fill."""
    west, east, south, north = forecast.volume.box
    return float(np.clip(1.2 + 6.2 * (north - south) / ((east - west) * _squeeze(forecast)), 2.5, 12.0))


def _squeeze(forecast: Forecast) -> float:
    """How long a degree of longitude is, as a share of one of latitude."""
    return max(float(np.cos(np.radians(0.5 * sum(forecast.volume.box[2:])))), 0.05)


def _map_frame(axes: Axes, forecast: Forecast) -> None:
    west, east, south, north = forecast.volume.box
    axes.set(xlim=(west, east), ylim=(south, north), xlabel="longitude (°)", ylabel="latitude (°)")
    axes.set_aspect(1.0 / _squeeze(forecast))
    if east > 180.0:
        axes.xaxis.set_major_formatter(lambda degrees, _: f"{(degrees + 180.0) % 360.0 - 180.0:g}")
    axes.spines[["top", "right"]].set_visible(False)


def _told(forecast: Forecast) -> str:
    top, bottom = forecast.volume.depth_km
    depths = "depths unknown" if forecast.volume.flat else f"depths {top:g} to {bottom:g} km"
    return f"{forecast.name} · {forecast.uniform_share:.1%} uniform · {depths}"
