"""How spatial forecasts look: what they are made of, and their map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.forecast.forecast import Forecast
from seisweave.forecast.gridded import GriddedRates
from seisweave.report.etas import _plot_cells
from seisweave.report.figures import _new_figure
from seisweave.report.forecast import forecast_figure, plot_forecast
from seisweave.report.markup import count, number
from seisweave.report.notebook.look import MOST_ROWS, Look, few

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CELLS = 60  # across the small map


def _line(forecast: Forecast) -> list[str]:
    parts = count(len(forecast.parts), "part")
    return [forecast.name, forecast.volume.describe(), parts, f"{forecast.uniform_share:.1%} uniform"]


def _rows(forecast: Forecast) -> list[list[str]]:
    shares = zip(forecast.parts, forecast.weight.tolist(), strict=True)
    rows = [[f"part {k}: {type(part).__name__.lower()}", f"{share:.1%}"] for k, (part, share) in enumerate(shares)]
    told = [[name, number(value) if isinstance(value, int | float) else str(value)] for name, value in _told(forecast)]
    return [*rows[:MOST_ROWS], *told]


def _told(forecast: Forecast) -> list[tuple[str, object]]:
    """What is told of how it came about, plain values first of all."""
    return [(str(name), value) for name, value in forecast.told.items() if isinstance(value, str | int | float)]


def _small(forecast: Forecast) -> Figure:
    figure = _new_figure(6.0, 4.4)
    plot_forecast(forecast, figure.subplots(), cells=_CELLS)
    return figure


def _gridded_line(rates: GriddedRates) -> list[str]:
    top, bottom = rates.depth_km
    cells = f"{count(len(rates.west), 'cell')} of {rates.step_deg:g}°"
    numbers = f"{number(rates.expected)} events expected of M ≥ {rates.magnitude[0]:g}"
    return [rates.name, cells, f"depths {top:g} to {bottom:g} km", numbers]


def _gridded_rows(rates: GriddedRates) -> list[list[str]]:
    above = rates.rate[rates.flag == 1].sum(axis=0)[::-1].cumsum()[::-1]
    chosen = np.unique(np.linspace(0, len(above) - 1, min(MOST_ROWS, len(above))).round().astype(int))
    return [[f"M ≥ {rates.magnitude[k]:g}", number(float(above[k]))] for k in chosen.tolist()]


def _gridded_figure(rates: GriddedRates, *, title: str = "") -> Figure:
    figure = _new_figure(7.0, 5.4)
    _plot_cells(rates, figure.subplots())
    named = title or f"{rates.name}: events of M ≥ {few(rates.magnitude[:1])}"
    figure.suptitle(named, x=0.01, ha="left", fontsize="large", parse_math=False)
    return figure


FORECAST = Look(
    line=_line,
    rows=_rows,
    figure=forecast_figure,
    small=_small,
    alt="Map of the density, as a multiple of a uniform one",
    heads=("", "share of the events"),
)
GRIDDED = Look(
    line=_gridded_line,
    rows=_gridded_rows,
    figure=_gridded_figure,
    alt="Map of expected numbers by cell",
    heads=("magnitude", "events expected"),
)
