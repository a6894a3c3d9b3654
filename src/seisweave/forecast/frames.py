"""Forecasts as tables in memory: xarray, pandas, and GeoPandas with cells on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.forecast import Forecast
from seisweave.forecast.gridded import GriddedRates, usual_step
from seisweave.geo_frames import cells, geo_frame

if TYPE_CHECKING:
    import geopandas as gpd

_DEGREES = {"longitude": {"units": "degrees_east"}, "latitude": {"units": "degrees_north"}}


def forecast_cells(forecast: Forecast, step_deg: float | None = None) -> xr.Dataset:
    """Share of a forecast in each cell, and that of a uniform one over the same volume; middles of cells, degrees.

    step_deg is the side of a cell, by default `usual_step`; longitudes run on across the date line. Errors: InputError
    for a step that is none.

    >>> from seisweave.forecast import Volume, uniform
    >>> made = forecast_cells(uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))), 0.5)
    >>> dict(made.sizes), round(float(made.share.sum()), 3), round(float(made.uniform.sum()), 3)
    ({'latitude': 6, 'longitude': 8}, 1.0, 1.0)
    """
    from seisweave.forecast.forecast import uniform

    step = usual_step(forecast.volume) if step_deg is None else float(step_deg)
    grid = CellGrid.over(forecast.volume.box, step)
    share, flat = cell_masses(forecast, grid), cell_masses(uniform(forecast.volume), grid)
    places = ("latitude", "longitude")
    return xr.Dataset(
        {"share": (places, share), "uniform": (places, flat)},
        {
            "latitude": ("latitude", grid.lat_edge[:-1] + 0.5 * np.diff(grid.lat_edge), _DEGREES["latitude"]),
            "longitude": ("longitude", grid.lon_edge[:-1] + 0.5 * np.diff(grid.lon_edge), _DEGREES["longitude"]),
        },
        {"name": forecast.name, "step_deg": step},
    )


def cell_table(made: xr.Dataset) -> pd.DataFrame:
    """One row a cell of `forecast_cells`, from the south-west."""
    half = 0.5 * float(made.attrs["step_deg"])
    south = np.round(np.repeat(made.latitude.to_numpy(), made.sizes["longitude"]) - half, 9)
    west = np.round(np.tile(made.longitude.to_numpy(), made.sizes["latitude"]) - half, 9)
    share, flat = made.share.to_numpy().ravel(), made.uniform.to_numpy().ravel()
    times = np.divide(share, flat, out=np.full(len(flat), np.nan), where=flat > 0.0)
    east, north = np.round(west + 2 * half, 9), np.round(south + 2 * half, 9)
    return pd.DataFrame(
        {"west": west, "south": south, "east": east, "north": north, "share": share, "times_uniform": times}
    )


def with_cells(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """A table with west, south, east and north as polygons. Errors: InputError without GeoPandas."""
    return geo_frame(table, cells(*(table[name].to_numpy(float) for name in ("west", "south", "east", "north"))))


def rates_table(rates: GriddedRates) -> pd.DataFrame:
    """One row a cell and magnitude bin, with its flag (1: it counts).

    >>> from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
    >>> law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    >>> flat = uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    >>> rates = grid_forecast(flat, law, expected=3.0, step_deg=0.5)
    >>> round(float(rates_table(rates).expected.sum()), 3)
    3.0
    """
    bins = len(rates.magnitude)
    west, south = np.repeat(rates.west, bins), np.repeat(rates.south, bins)
    return pd.DataFrame(
        {
            "west": west,
            "south": south,
            "east": np.round(west + rates.step_deg, 9),
            "north": np.round(south + rates.step_deg, 9),
            "magnitude": np.tile(rates.magnitude, len(rates.west)),
            "expected": rates.rate.ravel(),
            "flag": np.repeat(rates.flag, bins),
        }
    )


def rates_dataset(rates: GriddedRates) -> xr.Dataset:
    """Expected events over cell and magnitude (lower edges)."""
    top, bottom = rates.depth_km
    return xr.Dataset(
        {"expected": (("cell", "magnitude"), rates.rate), "flag": ("cell", rates.flag)},
        {"west": ("cell", rates.west), "south": ("cell", rates.south), "magnitude": rates.magnitude},
        {"name": rates.name, "step_deg": rates.step_deg, "top_km": top, "bottom_km": bottom},
    )
