"""Forecasts on record as tables in memory: pandas, xarray, and GeoPandas with cells on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from seisweave.geo_frames import cells, geo_frame
from seisweave.issued.record import IssuedForecast

if TYPE_CHECKING:
    import geopandas as gpd


def issued_table(made: IssuedForecast) -> pd.DataFrame:
    """One row a window and magnitude, the shortest window and the smallest magnitude first.

    >>> from seisweave.issued.example import example_issued
    >>> issued_table(example_issued()).loc[:, :"expected"].round(3).iloc[0].to_dict()
    {'days': 1.0, 'magnitude': 3.0, 'chance': 0.6, 'expected': 0.916}
    """
    columns = {
        "days": np.repeat(made.horizon_days, len(made.magnitudes)),
        "magnitude": np.tile(made.magnitudes, len(made.horizon_days)),
        "chance": made.chance.ravel(),
        "expected": made.expected.ravel(),
    }
    columns |= {f"q{level:g}": made.quantiles[..., k].ravel() for k, level in enumerate(made.levels)}
    usual = {"long_term_chance": made.long_term_chance, "long_term_expected": made.long_term_expected}
    return pd.DataFrame(columns | {name: value.ravel() for name, value in usual.items()})


def issued_dataset(made: IssuedForecast) -> xr.Dataset:
    """All that is said, over days, magnitude, level, latitude and longitude (middles of cells, degrees).

    >>> from seisweave.issued.example import example_issued
    >>> float(issued_dataset(example_issued()).chance.sel(days=1.0, magnitude=3.0))
    0.6
    """
    window, cell = ("days", "magnitude"), ("days", "magnitude", "latitude", "longitude")
    whole = ("chance", "expected", "long_term_chance", "long_term_expected")
    values = {name: (window, getattr(made, name)) for name in whole}
    by_cell = {name: getattr(made, name) for name in ("cell_chance", "cell_expected", "long_term_cell_expected")}
    values |= {name: (cell, value) for name, value in by_cell.items()}
    values |= {"long_term_cell_chance": (cell, made.long_term_cell_chance()), "inside": (cell[2:], made.inside)}
    values |= {"quantiles": ((*window, "level"), made.quantiles)}
    where = {
        "days": made.horizon_days,
        "magnitude": made.magnitudes,
        "level": made.levels,
        "latitude": 0.5 * (made.lat_edges[1:] + made.lat_edges[:-1]),
        "longitude": 0.5 * (made.lon_edges[1:] + made.lon_edges[:-1]),
    }
    told = {"model": made.model, "now": str(made.now), "issued": str(made.issued), "long_term": made.long_term}
    return xr.Dataset(values, where, told | {"pseudo_prospective": int(made.pseudo_prospective)})


def issued_cells(made: IssuedForecast) -> gpd.GeoDataFrame:
    """One row a cell of the region, window and magnitude: chance, the long-term one, and the cell as a polygon.

    Cells beyond 180 degrees are turned back; one that crosses the date line runs on. Errors: InputError without
    GeoPandas.
    """
    y, x = np.nonzero(made.inside)
    rows, magnitudes = len(y), len(made.magnitudes)
    windows = len(made.horizon_days)
    squares = cells(*made.sides)
    table = pd.DataFrame(
        {
            "days": np.repeat(made.horizon_days, magnitudes * rows),
            "magnitude": np.tile(np.repeat(made.magnitudes, rows), windows),
            "chance": made.cell_chance[:, :, y, x].ravel(),
            "long_term_chance": made.long_term_cell_chance()[:, :, y, x].ravel(),
            "expected": made.cell_expected[:, :, y, x].ravel(),
        }
    )
    return geo_frame(table, np.tile(squares, windows * magnitudes))
