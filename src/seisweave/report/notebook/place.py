"""How the nowcast by place looks: where the chances are, beside the long-term ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.report.figures import _new_figure
from seisweave.report.markup import count
from seisweave.report.notebook.look import Look, chance, few
from seisweave.report.notebook.region import few_names
from seisweave.report.place import place_figure, plot_cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from seisweave.nowcast.place.nowcast import PlaceNowcast
    from seisweave.nowcast.place.nowcaster import PlaceNowcaster


def _line(nowcaster: PlaceNowcaster) -> list[str]:
    rows, columns = nowcaster.options.maps.shape
    days = count(nowcaster.options.days, "day")
    return [
        f"M ≥ {few(nowcaster.options.thresholds)} in {days}",
        f"{rows} × {columns} cells of {nowcaster.options.maps.side_deg:g}°",
        f"fitted to {nowcaster.first} to {nowcaster.known_until}",
    ]


def _rows(nowcaster: PlaceNowcaster) -> list[list[str]]:
    anywhere = 1.0 - np.prod(1.0 - nowcaster.long_term, axis=(1, 2))
    thresholds = zip(nowcaster.options.thresholds, anywhere.tolist(), strict=True)
    told = [[f"M ≥ {magnitude:g}, long-term, anywhere", chance(usual)] for magnitude, usual in thresholds]
    told.append(["starts from", "rates of ETAS" if nowcaster.etas is not None else nowcaster.network_options.rates])
    channels = few_names([each.name for each in nowcaster.channels])
    return [*told, *([["channels", channels]] if channels else []), ["updates", str(nowcaster.updates)]]


def _figure(nowcaster: PlaceNowcaster, *, magnitude: float | None = None) -> Figure:
    """The long-term chance of each cell, of the lowest magnitude by default."""
    from seisweave.nowcast.place.nowcast import PlaceNowcast

    magnitudes, usual, maps = nowcaster.options.thresholds, nowcaster.long_term, nowcaster.options.maps
    west, _, south, _ = maps.edges
    rows, columns = maps.shape
    latitude = south + maps.side_deg * (np.arange(rows) + 0.5)
    longitude = west + maps.side_deg * (np.arange(columns) + 0.5)
    day = np.datetime64(nowcaster.known_until, "D")
    cells = PlaceNowcast(day, nowcaster.options.days, magnitudes, usual, usual, latitude, longitude)
    k = 0 if magnitude is None else _place_of(magnitude, magnitudes)
    figure = _new_figure(7.0, 5.0)
    axes = figure.subplots()
    plot_cells(cells, usual[k], axes, label="long-term chance", factor=False)
    axes.set_title(f"M ≥ {magnitudes[k]:g} in {count(cells.days, 'day')}", loc="left", fontsize="medium")
    axes.set_ylabel("latitude (°)")
    return figure


def _made_line(made: PlaceNowcast) -> list[str]:
    rows, columns = len(made.latitude), len(made.longitude)
    return [made.when, f"M ≥ {few(made.magnitudes)}", f"{rows} × {columns} cells"]


def _made_rows(made: PlaceNowcast) -> list[list[str]]:
    rows = []
    told = zip(made.magnitudes, *(part.tolist() for part in made.anywhere()), made.likeliest(), strict=True)
    for magnitude, now, usual, cell in told:
        place = f"{cell.longitude:g}, {cell.latitude:g}: {chance(cell.probability)}"
        rows.append([f"M ≥ {magnitude:g}", chance(now), chance(usual), place])
    return rows


def _made_figure(made: PlaceNowcast, *, magnitude: float | None = None) -> Figure:
    return place_figure(made, None if magnitude is None else made.magnitudes[_place_of(magnitude, made.magnitudes)])


def _place_of(magnitude: float, known: tuple[float, ...]) -> int:
    from seisweave.errors import InputError

    if float(magnitude) not in known:
        raise InputError(f"magnitude is {magnitude:g}; give one of {', '.join(f'{each:g}' for each in known)}")
    return known.index(float(magnitude))


NOWCASTER = Look(line=_line, rows=_rows, figure=_figure, alt="Map of long-term chances, of the lowest magnitude")
NOWCAST = Look(
    line=_made_line,
    rows=_made_rows,
    figure=_made_figure,
    alt="Maps of the highest magnitude's chances by cell, and against the long-term ones",
    heads=("magnitude", "chance anywhere", "long-term", "likeliest cell"),
)
