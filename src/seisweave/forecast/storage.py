"""Forecasts on disk: one netCDF-4 file with every part, which reads back identical."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.forecast.forecast import Forecast, Part
from seisweave.forecast.gaussian_parts import Boxes, Gaussians
from seisweave.forecast.kernels import TOLERANCE, Kernels
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume
from seisweave.storage import read_record, write_dataset

if TYPE_CHECKING:
    import xarray as xr

_DIMS = {  # kind: variables with their dimensions and units
    "kernels": {
        "xyz_km": (("kernel", "axis"), "km"),
        "sigma_km": (("kernel",), "km"),
        "weight": (("kernel",), "1"),
    },
    "gaussians": {
        "weight": (("gaussian",), "1"),
        "mean_km": (("gaussian", "axis"), "km"),
        "covariance_km2": (("gaussian", "axis", "axis2"), "km2"),
    },
    "boxes": {
        "box_weight": (("box",), "1"),
        "box_centre_km": (("box", "axis"), "km"),
        "box_axes": (("box", "axis2", "axis"), "1"),
        "box_half_km": (("box", "axis2"), "km"),
    },
    "uniform": {},
}
_KINDS = {Kernels: "kernels", Gaussians: "gaussians", Boxes: "boxes", Uniform: "uniform"}


def write_forecast(forecast: Forecast, path: str | Path) -> Path:
    """Save a forecast as netCDF-4; the file appears whole or not at all."""
    return write_dataset(to_dataset(forecast), path)


def open_forecast(path: str | Path) -> Forecast:
    """Read a forecast saved by `write_forecast`, or that of a result folder.

    Errors: InputError for a path without a forecast, or a file that is none.

    >>> from tempfile import mkdtemp
    >>> from seisweave.forecast import Volume, uniform
    >>> box = uniform(Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0)))
    >>> again = open_forecast(write_forecast(box, Path(mkdtemp()) / "forecast.nc"))
    >>> again.name, again.volume == box.volume
    ('uniform', True)
    """
    return read_record(path, _from_dataset, "forecast", ("forecast.nc", "forecast"))


def to_dataset(forecast: Forecast) -> xr.Dataset:
    """The forecast as an xarray Dataset: variables `part0_weight`, ...; what is no array is in the attributes."""
    import xarray as xr

    variables, kinds = {}, []
    for i, part in enumerate(forecast.parts):
        kind = _KINDS[type(part)]
        kinds.append(kind)
        source = part.mixture if isinstance(part, Boxes) else part
        for name, (dims, units) in _DIMS[kind].items():
            own = tuple(dim if dim.startswith("axis") else f"{dim}{i}" for dim in dims)
            variables[f"part{i}_{name}"] = (own, getattr(source, name), {"units": units})
    variables["part_weight"] = (("part",), forecast.weight, {"units": "1", "long_name": "share of the events"})
    variables["part_mass"] = (("part",), forecast.mass, {"units": "1", "long_name": "integral over the volume"})
    attributes = {
        "title": "seisweave forecast",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down, about the middle of the volume",
        "name": forecast.name,
        "volume": json.dumps([*forecast.volume.box, *forecast.volume.depth_km]),
        "parts": json.dumps(kinds),
        "tolerance": json.dumps([getattr(part, "tolerance", None) for part in forecast.parts]),
        "told": json.dumps(dict(forecast.told)),
    }
    return xr.Dataset(variables, attrs=attributes)


def _from_dataset(dataset: xr.Dataset) -> Forecast:
    attributes = dataset.attrs
    volume = Volume.of(tuple(json.loads(attributes["volume"])))
    kinds, tolerances = json.loads(attributes["parts"]), json.loads(attributes["tolerance"])
    parts = [_part(dataset, i, kind, volume, tolerances[i]) for i, kind in enumerate(kinds)]
    weight, mass = dataset["part_weight"].values, dataset["part_mass"].values
    return Forecast(str(attributes["name"]), volume, tuple(parts), weight, mass, json.loads(attributes["told"]))


def _part(dataset: xr.Dataset, i: int, kind: str, volume: Volume, tolerance: float | None) -> Part:
    arrays = {name: np.ascontiguousarray(dataset[f"part{i}_{name}"].values) for name in _DIMS[kind]}
    if kind == "kernels":
        return Kernels(arrays["xyz_km"], arrays["sigma_km"], arrays["weight"], float(tolerance or TOLERANCE))
    if kind == "gaussians":
        return Gaussians(*arrays.values())
    if kind == "boxes":
        return Boxes.of(*arrays.values())
    return Uniform(volume)
