"""The fields of a forecast as an xarray Dataset, and back: every part with its arrays, which read back identical."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.faults.background_shapes.stored import shape_variables, shapes_in
from seisweave.faults.plates import Plates
from seisweave.forecast.gaussian_parts import Boxes, Gaussians
from seisweave.forecast.kernels import TOLERANCE, Kernels
from seisweave.forecast.plate_parts import PlateParts
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume
from seisweave.stored_arrays import LARGEST, LEAST, Rule, arrays_of, check_whole, json_of, number_of, text_of
from seisweave.stored_json import value_of

if TYPE_CHECKING:
    import xarray as xr

_SQUARE = LARGEST**2
_WEIGHT: dict[str, Any] = {"low": 1e-300, "high": 1.0 + 1e-6}
_ARRAYS = {  # kind: variables with what they must be, and their units
    "kernels": {
        "xyz_km": (Rule(("kernel", "axis")), "km"),
        "sigma_km": (Rule(("kernel",), LEAST), "km"),
        "weight": (Rule(("kernel",), **_WEIGHT), "1"),
    },
    "gaussians": {
        "weight": (Rule(("gaussian",), **_WEIGHT), "1"),
        "mean_km": (Rule(("gaussian", "axis")), "km"),
        "covariance_km2": (Rule(("gaussian", "axis", "axis2"), -_SQUARE, _SQUARE, form="covariance"), "km2"),
    },
    "boxes": {
        "box_weight": (Rule(("box",), **_WEIGHT), "1"),
        "box_centre_km": (Rule(("box", "axis")), "km"),
        "box_axes": (Rule(("box", "axis2", "axis"), form="moved axes"), "1"),
        "box_half_km": (Rule(("box", "axis2"), LEAST), "km"),
    },
    "plates": {
        "weight": (Rule(("plate",), **_WEIGHT), "1"),
        "centre_km": (Rule(("plate", "axis")), "km"),
        "axes": (Rule(("plate", "axis2", "axis"), form="moved axes"), "1"),
        "length_km": (Rule(("plate",), LEAST), "km"),
        "width_km": (Rule(("plate",), LEAST), "km"),
        "sigma_km": (Rule(("plate",), LEAST), "km"),
        "error_km": (Rule(("error_class",), 0.0), "km"),
        "error_share": (Rule(("error_class",), 0.0, 1.0 + 1e-6), "1"),
    },
    "uniform": {},
}
_PLACES, _MOST_KERNELS, _MOST_GAUSSIANS = 512, 20_000, 2000  # for a look at the masses of parts, in no time
_WHOLE = {"part_weight": Rule(("part",), 0.0, 1.0 + 1e-6), "part_mass": Rule(("part",), 1e-300, 1.01)}
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
        for array, (rule, units) in _ARRAYS[kind].items():
            variables[f"part{i}_{array}"] = (
                _own(rule, i).dims,
                next(getattr(s, array) for s in sources if hasattr(s, array)),
                {"units": units},
            )
        if isinstance(part, Boxes):
            variables |= shape_variables(part.mixture, prefix=f"part{i}_", suffix=str(i))
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
    """The fields of a `Forecast` by name: undoes `to_dataset`. Errors: ValueError for what cannot be one."""
    attributes = dataset.attrs
    numbers = value_of(tuple[float, ...], json_of(attributes, "volume"), "volume")
    flat = bool(number_of(attributes, "flat", 0, 1)) if "flat" in attributes else False
    volume = Volume(tuple(numbers[:4]), tuple(numbers[4:]), flat=flat)
    kinds = value_of(tuple[str, ...], json_of(attributes, "parts"), "parts")
    tolerances = value_of(tuple[float | None, ...], json_of(attributes, "tolerance"), "tolerance")
    whole = arrays_of(dataset, _WHOLE)
    if not len(kinds) == len(tolerances) == len(whole["part_weight"]):
        raise ValueError(f"{len(kinds)} parts with {len(whole['part_weight'])} weights")
    check_whole("weights of the parts", whole["part_weight"])
    parts = tuple(_part(dataset, i, kind, volume, tolerances[i]) for i, kind in enumerate(kinds))
    for part, mass in zip(parts, whole["part_mass"], strict=True):
        if not _has_mass(part, volume, float(mass)):
            raise ValueError("its volume is not that which the masses of its parts say")
    return {
        "name": text_of(attributes, "name"),
        "volume": volume,
        "parts": parts,
        "weight": whole["part_weight"],
        "mass": whole["part_mass"],
        "told": value_of(Mapping[str, Any], json_of(attributes, "told"), "told"),
    }


def _part(dataset: xr.Dataset, i: int, kind: str, volume: Volume, tolerance: float | None) -> object:
    rules = {f"part{i}_{name}": _own(rule, i) for name, (rule, _) in _ARRAYS[kind].items()}
    arrays = dict(zip(_ARRAYS[kind], arrays_of(dataset, rules).values(), strict=True))
    for name in arrays:
        if name in ("weight", "box_weight", "error_share"):
            check_whole(f"{name} of part {i}", arrays[name])
    if kind == "kernels":
        return Kernels(arrays["xyz_km"], arrays["sigma_km"], arrays["weight"], float(tolerance or TOLERANCE))
    if kind == "gaussians":
        np.linalg.cholesky(arrays["covariance_km2"])  # a density needs a positive definite one
        return Gaussians(*arrays.values())
    if kind == "boxes":
        shapes = shapes_in(dataset, arrays, prefix=f"part{i}_", suffix=str(i))
        return Boxes.of(*arrays.values(), shapes=shapes)
    if kind == "plates":
        *plates, error_km, error_share = arrays.values()
        return PlateParts(Plates(*plates), error_km, error_share)
    return Uniform(volume)


def _has_mass(part: object, volume: Volume, told: float) -> bool:
    """Whether a part has the mass in a volume that is told; true of one for which to know takes long."""
    if isinstance(part, Boxes):
        return abs(part.mass(volume, _PLACES) - told) <= 0.05
    if isinstance(part, Kernels) and len(part) <= _MOST_KERNELS:
        return abs(part.mass(volume) - told) <= 1e-3 * told
    if isinstance(part, Gaussians) and len(part.weight) <= _MOST_GAUSSIANS:
        return abs(part.mass(volume) - told) <= 1e-3 * told
    return True


def _own(rule: Rule, i: int) -> Rule:
    """The rule of a variable of part i, which has dimensions of its own but for the axes."""
    return replace(rule, dims=tuple(dim if dim.startswith("axis") else f"{dim}{i}" for dim in rule.dims))
