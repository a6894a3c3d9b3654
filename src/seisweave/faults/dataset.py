"""The fields of a fault network as an xarray Dataset, and back: every array is what its rule says, or it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.activity import activity_from, activity_of, activity_variables
from seisweave.faults.atomize import Atomized
from seisweave.faults.background_shapes.stored import shape_variables, shapes_in
from seisweave.faults.cf import CONVENTIONS, described, places
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.options import FaultOptions
from seisweave.faults.plane_columns import plate_columns, segment_columns, segment_kinds
from seisweave.faults.plates import Plates
from seisweave.faults.register import from_dataset as register_from_dataset
from seisweave.faults.register import to_variables as register_variables
from seisweave.faults.stored_variable import Variable
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
_BARE = ("strike", "dip", "length", "width", "thickness")  # of segments, as older files have them
_EVENTS = {"part": Rule(("event",), 0, whole=True), "responsibility": Rule(("event",), 0.0, 1.0)}


def to_dataset(network: Any) -> xr.Dataset:
    """A `FaultNetwork` as variables that say what they are (see `cf`); everything but arrays is in the attributes."""
    import xarray as xr

    variables = _fields_as_variables(network) | _geometry(network)
    variables |= activity_variables(activity_of(network)) | to_variables(network.sureness)
    shapes = shape_variables(network.mixture)
    variables |= {name: Variable(dims, values) for name, (dims, values, _) in shapes.items()}
    variables |= register_variables(network.register)
    projection = None if network.projection is None else asdict(network.projection)
    attributes = {
        "title": "seisweave fault network",
        "Conventions": CONVENTIONS,
        "history": f"made by seisweave {network.version}".rstrip(),
        "local_coordinates": "x_km east, y_km north, depth_km positive down",
        "bic": network.bic,
        "log_likelihood": network.log_likelihood,
        "n_proto": network.n_proto,
        "errors": network.faults.errors,
        "roughness_km": network.faults.roughness_km,
        "plates_log_likelihood": network.faults.log_likelihood,
        "plates_bic": network.faults.bic,
        "options": json.dumps(_options(network.options)),
        "atomized": json.dumps(asdict(network.atomized)),
        "min_sigma_km": network.min_sigma_km,
        "projection": json.dumps(projection),
        "input_sha256": network.input_sha256,
        "version": network.version,
    }
    return xr.Dataset(described(variables, network.projection), attrs=attributes)


def _fields_as_variables(network: Any) -> dict[str, Variable]:
    """What `fields_of` reads back."""
    records = (
        (network.mixture, _MIXTURE),
        (network.faults.plates, _PLATES),
        (network.faults, _FAULTS),
        (network, _EVENTS),
        (network.history, _HISTORY),
    )
    return {
        name: Variable(rule.dims, getattr(record, rule.source or name))
        for record, table in records
        for name, rule in table.items()
    }


def _geometry(network: Any) -> dict[str, Variable]:
    """What follows from the fields: orientation, sides, depths, errors, places of centres and corners."""
    variables = {"axis_name": Variable(("axis",), np.array(["x_km", "y_km", "depth_km"]))}
    for part, columns in (("fault", plate_columns(network)), ("segment", segment_columns(network))):
        bare = _BARE if part == "segment" else ()
        for column, values in columns.items():
            name = column.removesuffix("_deg").removesuffix("_km")
            variables[name if name in bare else f"{part}_{name}"] = Variable((part,), values)
    variables["n_events"] = Variable(("segment",), network.events_per_segment)
    variables["segment_kind"] = Variable(("segment",), segment_kinds(network))
    variables["fault_n_events"] = Variable(("fault",), network.events_per_fault)
    variables["halo_n_events"] = Variable(("halo",), network.faults.events_per_halo)
    located = (
        ("fault", network.faults.plates.centre_km),
        ("fault", network.planes.corners_km),
        ("segment", network.mixture.mean_km),
        ("segment", network.segment_planes.corners_km),
        ("halo", network.faults.halo_mean_km),
    )
    for part, local_km in located:
        degrees = None if network.projection is None else network.to_geographic(local_km.reshape(-1, 3))
        variables |= places(part, local_km, degrees)
    return variables


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
    made = _fields(dataset, _MIXTURE)
    mixture = Mixture(**made, shapes=shapes_in(dataset, made))
    if mixture.n_gaussians + mixture.n_boxes:
        check_shares("weights of segments and backgrounds", mixture.weight, mixture.box_weight)
    events, faults = _of_events(dataset, mixture.n_gaussians + mixture.n_boxes), _faults_of(dataset)
    return {
        "mixture": mixture,
        **events,
        "bic": number_of(attributes, "bic"),
        "log_likelihood": number_of(attributes, "log_likelihood"),
        "n_proto": whole_of(attributes, "n_proto"),
        "history": MergeHistory(**_fields(dataset, _HISTORY)),
        "faults": faults,
        "options": options,
        "atomized": record_of(Atomized, atomized),
        "sureness": from_dataset(dataset),
        "activity": activity_from(dataset, _events_of_parts(events["part"], faults, mixture.n_gaussians)),
        "register": register_from_dataset(dataset),
        "min_sigma_km": float(number_of(least, "min_sigma_km", 0.0, LARGEST)),
        "projection": None if projection is None else record_of(LocalProjection, projection),
        "input_sha256": text_of(attributes, "input_sha256"),
        "version": text_of(attributes, "version"),
    }


def _options(options: FaultOptions) -> dict[str, Any]:
    """Options by name; a background that is a box goes without saying, as in files of earlier versions."""
    return {name: value for name, value in asdict(options).items() if (name, value) != ("background", "box")}


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


def _events_of_parts(part: np.ndarray, faults: Faults, g: int) -> dict[str, np.ndarray]:
    segments = np.bincount(part, minlength=g)[:g]
    return {"faults": faults.events_per_fault, "segments": segments, "halos": faults.events_per_halo}


def _fields(dataset: xr.Dataset, rules: Mapping[str, Rule]) -> dict[str, np.ndarray]:
    return {rules[name].source or name: values for name, values in arrays_of(dataset, rules).items()}
