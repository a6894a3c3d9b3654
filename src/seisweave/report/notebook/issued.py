"""How a forecast on record looks: chances by window and magnitude beside the long-term ones, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.issued.record import IssuedForecast
from seisweave.report.figures import _new_figure
from seisweave.report.markup import number
from seisweave.report.notebook.look import Look, chance, few

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def issued_figure(
    issued: IssuedForecast, *, days: float | None = None, magnitude: float | None = None, title: str = ""
) -> Figure:
    """Draw the chances of one window and magnitude by cell, by default of the first of each.

    Errors: InputError for a window or a magnitude that the forecast does not have.

    >>> from seisweave.issued.example import example_issued
    >>> issued_figure(example_issued(), days=7.0, magnitude=3.0).get_suptitle()
    'etas: M ≥ 3 in 7 days from 2019-07-06T04:00:00 UTC: 99.8 % (long-term 47 %)'
    """
    from matplotlib.colors import LogNorm

    days = float(issued.horizon_days[0]) if days is None else days
    magnitude = float(issued.magnitudes[0]) if magnitude is None else magnitude
    h, m = issued.row(days, magnitude)
    value = np.where(issued.inside, issued.cell_chance[h, m], np.nan)
    most = float(np.nanmax(value, initial=0.0)) or 1e-12
    figure = _new_figure(7.0, 5.4)
    axes = figure.subplots()
    norm = LogNorm(most * 1e-4, most * 1.0001)
    image = axes.pcolormesh(
        issued.lon_edges, issued.lat_edges, np.maximum(value, most * 1e-4), norm=norm, cmap="magma_r"
    )
    axes.set_aspect(1.0 / max(float(np.cos(np.radians(issued.lat_edges.mean()))), 0.05))
    axes.set(xlabel="longitude (°)", ylabel="latitude (°)")
    figure.colorbar(image, ax=axes, shrink=0.85, label="chance in a cell")
    usual = chance(float(issued.long_term_chance[h, m]))
    window = f"{days:g} days" if days != 1.0 else "a day"
    told = (
        f"{issued.name}: M ≥ {magnitude:g} in {window} from {str(issued.now)[:19]} UTC:"
        f" {chance(float(issued.chance[h, m]))} (long-term {usual})"
    )
    figure.suptitle(title or told, x=0.01, ha="left", fontsize="medium", parse_math=False)
    return figure


def _line(issued: IssuedForecast) -> list[str]:
    days = f"{few(issued.horizon_days)} days" if issued.horizon_days.tolist() != [1.0] else "1 day"
    magnitudes = f"M ≥ {few(issued.magnitudes)}"
    return [issued.name, f"from {str(issued.now)[:19]} UTC", days, magnitudes, f"{int(issued.inside.sum()):,} cells"]


def _rows(issued: IssuedForecast) -> list[list[str]]:
    rows = []
    for h, days in enumerate(issued.horizon_days.tolist()):
        for m, magnitude in enumerate(issued.magnitudes.tolist()):
            told = [chance(float(each[h, m])) for each in (issued.chance, issued.long_term_chance)]
            rows.append([f"{days:g} d, M ≥ {magnitude:g}", *told, number(float(issued.expected[h, m]))])
    return rows


ISSUED = Look(
    line=_line,
    rows=_rows,
    figure=issued_figure,
    alt="Map of the chances by cell, of the shortest window and the smallest magnitude",
    heads=("window", "chance", "long-term", "events expected"),
)
