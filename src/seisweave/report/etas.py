"""Figures of ETAS: where the background lies, whether the model describes the events, where it gains over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.etas.forms import meaning_of
from seisweave.report.colours import BACKGROUND, PALETTE
from seisweave.report.figures import _new_figure
from seisweave.report.forecast import plot_event_gains

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from seisweave.etas import Aftershocks, EtasBacktest, EtasEvents, EtasForecast, EtasModel, Residuals
    from seisweave.forecast import GriddedRates

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


def parameters_figure(model: EtasModel, *, title: str = "") -> Figure:
    """Draw the parameters of a model with the limits that hold them in 95 of 100 cases; many are logarithms.

    >>> from seisweave.etas import EtasEvents, EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> model = fit_events(events, EtasOptions("standard"))
    >>> len(parameters_figure(model).axes[0].get_yticklabels())
    9
    """
    names = model.form.parameters()
    value, error = np.array([model.value[name] for name in names]), np.array([model.error[name] for name in names])
    figure = _new_figure(6.0, 1.2 + 0.24 * len(names))
    axes = figure.subplots()
    place = np.arange(len(names))
    axes.axvline(0.0, color=BACKGROUND, linewidth=0.8)
    axes.errorbar(value, place, xerr=1.96 * np.nan_to_num(error), fmt="o", color=_BLUE, markersize=4.0, elinewidth=1.2)
    axes.set_yticks(place, [f"log {name}" if meaning_of(name)[1] else name for name in names], fontsize="small")
    axes.invert_yaxis()
    axes.set_xlabel("value, and 1.96 standard errors")
    axes.grid(color="0.92", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
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
    at = events.targets
    plot_event_gains(events.x_km[at], events.y_km[at], gain, axes)
    axes.set_aspect("equal")
    axes.set(xlabel="east (km)", ylabel="north (km)")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def etas_forecast_figure(forecast: EtasForecast, rates: GriddedRates, *, title: str = "") -> Figure:
    """Draw where events are expected, how many there may be, and the chance of one of each magnitude or more.

    >>> from seisweave.etas import EtasOptions, SimulateOptions, cells_in, expected_rates, fit_etas, forecast_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> made = forecast_etas(model, catalog, None, 30.0, SimulateOptions(100))
    >>> len(etas_forecast_figure(made, expected_rates(made.catalogs, cells_in(model.domain, 0.2))).axes)
    4
    """
    figure = _new_figure(13.0, 4.4)
    place, number, chance = figure.subplots(1, 3, width_ratios=[1.5, 1.0, 1.0])
    _plot_cells(rates, place)
    numbers = forecast.catalogs.numbers
    most = int(np.quantile(numbers, 0.999)) + 1
    together = -(-(most + 1) // 40)  # numbers a bar
    number.hist(numbers, bins=(np.arange(0, most + together + 1, together) - 0.5).tolist(), color=_BLUE)
    low, high = np.quantile(numbers, [0.025, 0.975])
    number.set(xlabel="events in the region", ylabel="catalogs")
    number.set_title(f"{numbers.mean():.3g} expected, 95 %: {low:.0f} to {high:.0f}", loc="left", fontsize="medium")
    told = [(magnitude, forecast.chance_of(magnitude)) for magnitude in forecast.magnitudes.tolist()]
    some = np.array([each for each in told if each[1] > 0.0]).reshape(-1, 2)
    chance.plot(*some.T, "o-", color=_RED, markersize=4.0)
    chance.set_yscale("log")
    chance.set(xlabel="magnitude", ylabel="chance of one or more")
    chance.set_title(f"of {forecast.catalogs.n_catalogs:,} catalogs", loc="left", fontsize="medium")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


def _plot_cells(rates: GriddedRates, ax: Axes) -> None:
    """Expected numbers by cell, on a logarithmic scale."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import LogNorm

    total, step = rates.rate.sum(axis=1), rates.step_deg
    corner = np.array([[0.0, 0.0], [step, 0.0], [step, step], [0.0, step]])
    squares = np.stack([rates.west, rates.south], axis=1)[:, None] + corner
    shown = total > 0.0
    top = float(total.max()) if shown.any() else 1.0
    norm = LogNorm(max(top * 1e-4, float(total[shown].min()) if shown.any() else 1e-4), top * 1.0001)
    ax.add_collection(PolyCollection(list(squares[~shown]), facecolors="0.95", edgecolors="none"))
    cells = PolyCollection(list(squares[shown]), array=total[shown], cmap="magma_r", norm=norm, edgecolors="face")
    ax.add_collection(cells)
    ax.autoscale()
    ax.set_aspect(1.0 / np.cos(np.radians(float(rates.south.mean()))))
    ax.set(xlabel="longitude (°)", ylabel="latitude (°)")
    ax.set_title("where", loc="left", fontsize="medium")
    ax.figure.colorbar(cells, ax=ax, shrink=0.85, label="events expected in a cell")


def etas_backtest_figure(tested: EtasBacktest, *, title: str = "") -> Figure:
    """Draw numbers that came beside those expected, and the quantiles of each test beside uniform ones.

    >>> from seisweave.etas import ConsistencyTest, EtasBacktest
    >>> quiet = ConsistencyTest.of("N", 0.0, np.array([0.0, 0.0, 1.0]))
    >>> some = EtasBacktest(np.array([18000.0]), np.array([0]), np.array([0.33]), {"N": [quiet]}, 0)
    >>> len(etas_backtest_figure(some).axes)
    2
    """
    from matplotlib.dates import ConciseDateFormatter

    figure = _new_figure(12.0, 4.6)
    number, quantiles = figure.subplots(1, 2)
    day = (tested.t_days * 86_400e6).astype(np.int64).astype("timedelta64[us]")
    time = np.datetime64("1970-01-01", "us") + day
    number.plot(time, tested.expected, color=_RED, linewidth=1.0, label="expected")
    number.plot(time, tested.n_came, "o", color=_BLUE, markersize=3.0, label="came")
    number.set_yscale("symlog", linthresh=1.0)
    number.set(xlabel="issued", ylabel="events")
    number.legend(frameon=False, fontsize="small")
    number.xaxis.set_major_formatter(ConciseDateFormatter(number.xaxis.get_major_locator()))
    quantiles.plot([0, 1], [0, 1], color=BACKGROUND, linewidth=0.8)
    for colour, (name, tests) in zip(PALETTE, tested.tests.items(), strict=False):
        known = np.sort([each.at_most for each in tests if each.status != "not-valid"])
        if len(known):
            share = np.arange(1, len(known) + 1) / len(known)
            label = f"{name}: {tested.pass_rate(name):.1%} of {len(known)} pass"
            quantiles.step(known, share, where="post", color=colour, linewidth=1.2, label=label)
    quantiles.set(
        xlabel="share of catalogs at or below what came", ylabel="share of forecasts", xlim=(0, 1), ylim=(0, 1)
    )
    quantiles.legend(frameon=False, fontsize="small")
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure
