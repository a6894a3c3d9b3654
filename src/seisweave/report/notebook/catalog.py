"""How a catalog looks: what it spans, its largest events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.report.catalog_figures import catalog_figure, plot_magnitudes
from seisweave.report.figures import _new_figure
from seisweave.report.markup import count, number
from seisweave.report.notebook.look import MOST_ROWS, Look, range_of, span_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_DRAWN = 20_000


def _line(catalog: Catalog) -> list[str]:
    magnitudes, depths = range_of(catalog.magnitude, ".1f"), range_of(catalog.depth_km, ".1f")
    parts = [count(len(catalog), "event"), span_of(catalog.times) if len(catalog) else ""]
    parts += [f"M {magnitudes}" if magnitudes else "", f"depths {depths} km" if depths else ""]
    return [*filter(None, parts), *filter(None, [Path(catalog.provenance.source).name])]


def _rows(catalog: Catalog) -> list[list[str]]:
    known = np.flatnonzero(np.isfinite(catalog.magnitude))
    largest = known[np.argsort(-catalog.magnitude[known], kind="stable")][:MOST_ROWS]
    return [
        [
            str(catalog.ids[k]),
            number(None) if np.isnat(catalog.times[k]) else str(catalog.times[k])[:19],
            number(float(catalog.magnitude[k]), 1),
            number(float(catalog.longitude[k]), 3),
            number(float(catalog.latitude[k]), 3),
            number(float(catalog.depth_km[k]), 1),
        ]
        for k in largest.tolist()
    ]


def _small(catalog: Catalog) -> Figure | None:
    """Magnitudes in time: the largest events always, of the others as many as can be told apart."""
    drawn = np.flatnonzero(~np.isnat(catalog.times) & np.isfinite(catalog.magnitude))
    if not len(drawn):
        return None
    if len(drawn) > _MOST_DRAWN:
        drawn = np.sort(drawn[np.argsort(-catalog.magnitude[drawn], kind="stable")[:_MOST_DRAWN]])
    figure = _new_figure(6.0, 2.6)
    plot_magnitudes(catalog.take(drawn), figure.subplots())
    return figure


CATALOG = Look(
    line=_line,
    rows=_rows,
    figure=catalog_figure,
    small=_small,
    alt=f"Magnitudes in time, of at most the {_MOST_DRAWN:,} largest events",
    heads=("largest events", "time (UTC)", "magnitude", "longitude", "latitude", "depth (km)"),
)
