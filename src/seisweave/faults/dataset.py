"""The fields of a fault network as an xarray Dataset, and back: every array is what its rule says, or it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.atomize import Atomized
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.options import FaultOptions
from seisweave.faults.plates import Plates
from seisweave.faults.register import from_dataset as register_from_dataset
from seisweave.faults.register import to_variables as register_variables
from seisweave.faults.sureness import from_dataset, to_variables
from seisweave.gaussians.mixture import Mixture
from seisweave.stored_arrays import (
    LARGEST,
    LEAST,
    Rule,
    arrays_of,
    check_shares,
    json_of,
    number_of,
    text_of,
    whole_of,
)
from seisweave.stored_json import record_of, value_of

if TYPE_CHECKING:
    import xarray as xr

_UNITS = {
    "mean": "km",
    "covariance": "km2",
    "box_centre": "km",
    "box_axes": "1",
    "box_half": "km",
    "gain": "1",
    "fault_centre": "km",
    "fault_length": "km",
    "fault_width": "km",
    "fault_sigma": "km",
    "halo_mean": "km",
    "halo_covariance": "km2",
    "error": "km",
}
_AREA = LARGEST**2
_COVARIANCE: dict[str, Any] = {"low": -_AREA, "high": _AREA, "form": "covariance"}
_MIXTURE = {  # variable of a field of Mixture: what it must be
    "weight": Rule(("segment",), 0.0, 1.0),
    "mean": Rule(("segment", "axis"), source="mean_km"),
    "covariance": Rule(("segment", "axis", "axis2"), **_COVARIANCE, source="covariance_km2"),
    "box_weight": Rule(("background",), 0.0, 1.0),
    "box_centre": Rule(("background", "axis"), source="box_centre_km"),
    "box_axes": Rule(("background", "axis2", "axis"), form="axes"),
    "box_half": Rule(("background", "axis2"), LEAST, source="box_half_km"),
}
_PLATES = {  # the same of Plates
    "fault_weight": Rule(("fault",), 0.0, 1.0, source="weight"),
    "fault_centre": Rule(("fault", "axis"), source="centre_km"),
    "fault_axes": Rule(("fault", "axis2", "axis"), form="axes", source="axes"),
    "fault_length": Rule(("fault",), LEAST, source="length_km"),
    "fault_width": Rule(("fault",), LEAST, source="width_km"),
    "fault_sigma": Rule(("fault",), 0.0, source="sigma_km"),
}
_FAULTS = {  # of Faults
    "fault_of_event": Rule(("event",), -1, whole=True, below="fault"),
    "halo_of_event": Rule(("event",), -1, whole=True, below="halo"),
    "probability": Rule(("event",), 0.0, 1.0),
    "fault_of_segment": Rule(("segment",), -1, whole=True, below="fault"),
    "link": Rule(("link", "end"), 0, whole=True, below="fault", source="links"),
    "system": Rule(("fault",), 0, whole=True, below="fault"),
    "halo_weight": Rule(("halo",), 0.0, 1.0),
    "halo_mean": Rule(("halo", "axis"), source="halo_mean_km"),
    "halo_covariance": Rule(("halo", "axis", "axis2"), **_COVARIANCE, source="halo_covariance_km2"),
    "error": Rule(("error_class",), 0.0, source="error_km"),
    "error_share": Rule(("error_class",), 0.0, 1.0),
}
_HISTORY = {  # and of MergeHistory
    "merge_stage": Rule(("merge",), -1, whole=True, source="stage"),
    "merge_subset": Rule(("merge",), -1, whole=True, source="subset"),
    "merge_first": Rule(("merge",), -1, whole=True, source="first"),
    "merge_second": Rule(("merge",), -1, whole=True, source="second"),
    "merge_merged": Rule(("merge",), -1, whole=True, source="merged"),
    "merge_gain": Rule(("merge",), -1e300, 1e300, source="gain"),
}
_EVENTS = {"part": Rule(("event",), 0, whole=True), "responsibility": Rule(("event",), 0.0, 1.0)}


def to_dataset(network: Any) -> xr.Dataset:
    """A `FaultNetwork` as variables with their units; everything but arrays is in the attributes."""
    import xarray as xr

    variables = {}
    for record, table in ((network.mixture, _MIXTURE), (network.faults.plates, _PLATES), (network.faults, _FAULTS)):
        variables |= {
            name: (rule.dims, getattr(record, rule.source or name), {"units": _UNITS.get(name, "1")})
            for name, rule in table.items()
        }
    both = (("segment", network.segment_planes), ("fault", network.planes))
    for dim, planes in both:
        before = "fault_" if dim == "fault" else ""
        variables[f"{before}strike"] = ((dim,), planes.strike_deg, {"units": "degree"})
        variables[f"{before}dip"] = ((dim,), planes.dip_deg, {"units": "degree"})
    for name in ("length", "width", "thickness"):
        variables[name] = (("segment",), getattr(network.segment_planes, f"{name}_km"), {"units": "km"})
    variables["n_events"] = (("segment",), network.events_per_segment, {"units": "1"})
    variables["fault_n_events"] = (("fault",), network.events_per_fault, {"units": "1"})
    variables["part"] = (
        ("event",),
        network.part,
        {"long_name": "most likely part: segments first, then backgrounds"},
    )
    variables["responsibility"] = (("event",), network.responsibility, {"units": "1"})
    for name, rule in _HISTORY.items():
        variables[name] = (rule.dims, getattr(network.history, rule.source), {"units": "1"})
    variables |= to_variables(network.sureness) | register_variables(network.register)
    projection = None if network.projection is None else asdict(network.projection)
    attributes = {
        "title": "seisweave fault network",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down",
        "bic": network.bic,
        "log_likelihood": network.log_likelihood,
        "n_proto": network.n_proto,
        "errors": network.faults.errors,
        "roughness_km": network.faults.roughness_km,
        "plates_log_likelihood": network.faults.log_likelihood,
        "plates_bic": network.faults.bic,
        "options": json.dumps(asdict(network.options)),
        "atomized": json.dumps(asdict(network.atomized)),
        "min_sigma_km": network.min_sigma_km,
        "projection": json.dumps(projection),
        "input_sha256": network.input_sha256,
        "version": network.version,
    }
    coordinates = {"axis": ["x_km", "y_km", "depth_km"], "axis2": ["x_km", "y_km", "depth_km"]}
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def fields_of(dataset: xr.Dataset) -> dict[str, Any]:
    """The fields of a `FaultNetwork` by name: undoes `to_dataset`. Errors: ValueError for what cannot be one."""
    attributes = dataset.attrs
    if "fault_of_event" not in dataset:
        raise ValueError("one of an earlier version, whose faults had no plates")
    options = record_of(
        FaultOptions, {"atomize": "cut"} | json_of(attributes, "options")
    )  # older ones had the cut only
    projection = json_of(attributes, "projection")
    atomized = json_of(attributes, "atomized") if "atomized" in attributes else {}
    least = {"min_sigma_km": options.min_sigma_km} | attributes  # which older ones had in the options alone
    mixture = Mixture(**_fields(dataset, _MIXTURE))
    if mixture.n_gaussians + mixture.n_boxes:
        check_shares("weights of segments and backgrounds", mixture.weight, mixture.box_weight)
    return {
        "mixture": mixture,
        **_of_events(dataset, mixture.n_gaussians + mixture.n_boxes),
        "bic": number_of(attributes, "bic"),
        "log_likelihood": number_of(attributes, "log_likelihood"),
        "n_proto": whole_of(attributes, "n_proto"),
        "history": MergeHistory(**_fields(dataset, _HISTORY)),
        "faults": _faults_of(dataset),
        "options": options,
        "atomized": record_of(Atomized, atomized),
        "sureness": from_dataset(dataset),
        "register": register_from_dataset(dataset),
        "min_sigma_km": float(number_of(least, "min_sigma_km", 0.0, LARGEST)),
        "projection": None if projection is None else record_of(LocalProjection, projection),
        "input_sha256": text_of(attributes, "input_sha256"),
        "version": text_of(attributes, "version"),
    }


def _faults_of(dataset: xr.Dataset) -> Faults:
    attributes = dataset.attrs
    plates = Plates(**_fields(dataset, _PLATES))
    made = _fields(dataset, _FAULTS)
    if len(plates) or len(made["halo_weight"]):
        check_shares("weights of faults and halos", plates.weight, made["halo_weight"])
    if len(plates):
        check_shares("shares of errors", made["error_share"])
        if plates.sigma_km.min() == 0.0 == made["error_km"].min():
            raise ValueError("a fault of no thickness beside errors of none")
    return Faults(
        plates=plates,
        **made,
        errors=value_of(Literal["catalog", "estimated"], text_of(attributes, "errors"), "errors"),
        roughness_km=float(number_of(attributes, "roughness_km", 0.0, LARGEST)),
        log_likelihood=number_of(attributes, "plates_log_likelihood"),
        bic=number_of(attributes, "plates_bic"),
    )


def _of_events(dataset: xr.Dataset, n_parts: int) -> dict[str, np.ndarray]:
    made = arrays_of(dataset, _EVENTS)
    if not len(made["part"]) or made["part"].max() >= max(n_parts, 1):
        raise ValueError(f"part numbers more than the {n_parts} segments and backgrounds, or no event")
    return made


def _fields(dataset: xr.Dataset, rules: Mapping[str, Rule]) -> dict[str, np.ndarray]:
    return {rules[name].source or name: values for name, values in arrays_of(dataset, rules).items()}
