"""Forecasts on disk: one netCDF-4 file with every part, which reads back identical."""

from __future__ import annotations

from pathlib import Path

from seisweave.forecast.dataset import fields_of
from seisweave.forecast.forecast import Forecast
from seisweave.storage import read_record


def write_forecast(forecast: Forecast, path: str | Path) -> Path:
    """Save a forecast as netCDF-4: the same as `forecast.write(path)`.

    >>> from tempfile import mkdtemp
    >>> from seisweave.forecast import Volume, uniform
    >>> box = uniform(Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0)))
    >>> write_forecast(box, Path(mkdtemp()) / "forecast.nc").name
    'forecast.nc'
    """
    return forecast.write(path)


def open_forecast(path: str | Path) -> Forecast:
    """Read a forecast saved by `Forecast.write`, or that of a result folder.

    Errors: InputError for a path without a forecast, or a file that does not hold one.

    >>> from tempfile import mkdtemp
    >>> from seisweave.forecast import Volume, uniform
    >>> box = uniform(Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0)))
    >>> again = open_forecast(box.write(Path(mkdtemp()) / "forecast.nc"))
    >>> again.name, again.volume == box.volume
    ('uniform', True)
    """
    return read_record(path, lambda dataset: Forecast(**fields_of(dataset)), "forecast", ("forecast.nc", "forecast"))
