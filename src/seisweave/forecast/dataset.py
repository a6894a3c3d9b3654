"""The fields of a forecast as an xarray Dataset, and back: every part with its arrays, which read back identical."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.faults.plates import Plates
from seisweave.forecast.gaussian_parts import Boxes, Gaussians
from seisweave.forecast.kernels import TOLERANCE, Kernels
from seisweave.forecast.plate_parts import PlateParts
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume

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
    "plates": {
        "weight": (("plate",), "1"),
        "centre_km": (("plate", "axis"), "km"),
        "axes": (("plate", "axis2", "axis"), "1"),
        "length_km": (("plate",), "km"),
        "width_km": (("plate",), "km"),
        "sigma_km": (("plate",), "km"),
        "error_km": (("error_class",), "km"),
        "error_share": (("error_class",), "1"),
    },
    "uniform": {},
}
_KINDS = {Kernels: "kernels", Gaussians: "gaussians", Boxes: "boxes", PlateParts: "plates", Uniform: "uniform"}


def to_dataset(
    *, name: str, volume: Volume, parts: Sequence[object], weight: np.ndarray, mass: np.ndarray, told: Mapping[str, Any]
) -> xr.Dataset:
    """The fields of a `Forecast`: variables `part0_weight`, ...; everything but arrays is in the attributes."""
    import xarray as xr

    variables, kinds = {}, []
    for i, part in enumerate(parts):
        kind = _KINDS[type(part)]
        kinds.append(kind)
        sources = part, getattr(part, "mixture", None), getattr(part, "plates", None)
        for array, (dims, units) in _DIMS[kind].items():
            own = tuple(dim if dim.startswith("axis") else f"{dim}{i}" for dim in dims)
            variables[f"part{i}_{array}"] = (
                own,
                next(getattr(s, array) for s in sources if hasattr(s, array)),
                {"units": units},
            )
    variables["part_weight"] = (("part",), weight, {"units": "1", "long_name": "share of the events"})
    variables["part_mass"] = (("part",), mass, {"units": "1", "long_name": "integral over the volume"})
    attributes = {
        "title": "seisweave forecast",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down, about the middle of the volume",
        "name": name,
        "volume": json.dumps([*volume.box, *volume.depth_km]),
        **({"flat": 1} if volume.flat else {}),
        "parts": json.dumps(kinds),
        "tolerance": json.dumps([getattr(part, "tolerance", None) for part in parts]),
        "told": json.dumps(dict(told)),
    }
    return xr.Dataset(variables, attrs=attributes)


def fields_of(dataset: xr.Dataset) -> dict[str, Any]:
    """The fields of a `Forecast` by name: undoes `to_dataset`."""
    attributes = dataset.attrs
    numbers = json.loads(attributes["volume"])
    volume = Volume(tuple(numbers[:4]), tuple(numbers[4:]), flat=bool(attributes.get("flat", 0)))
    kinds, tolerances = json.loads(attributes["parts"]), json.loads(attributes["tolerance"])
    return {
        "name": str(attributes["name"]),
        "volume": volume,
        "parts": tuple(_part(dataset, i, kind, volume, tolerances[i]) for i, kind in enumerate(kinds)),
        "weight": dataset["part_weight"].values,
        "mass": dataset["part_mass"].values,
        "told": json.loads(attributes["told"]),
    }


def _part(dataset: xr.Dataset, i: int, kind: str, volume: Volume, tolerance: float | None) -> object:
    arrays = {name: np.ascontiguousarray(dataset[f"part{i}_{name}"].values) for name in _DIMS[kind]}
    if kind == "kernels":
        return Kernels(arrays["xyz_km"], arrays["sigma_km"], arrays["weight"], float(tolerance or TOLERANCE))
    if kind == "gaussians":
        return Gaussians(*arrays.values())
    if kind == "boxes":
        return Boxes.of(*arrays.values())
    if kind == "plates":
        *plates, error_km, error_share = arrays.values()
        return PlateParts(Plates(*plates), error_km, error_share)
    return Uniform(volume)
