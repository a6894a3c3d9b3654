"""What the variables of a network's netCDF file mean, as the CF conventions want it told (CF-1.8).

Centres of faults, segments and halos are auxiliary coordinates in local km (grid mapping `crs`, azimuthal equidistant)
and in degrees (`wgs84`); corners of plates, in order around them, are the bounds of these (CF-1.8, sections 5.6, 7.1).
Whole numbers are of 32 bits, as CF-1.8 knows no longer ones (section 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.faults.activity import SECONDS
from seisweave.faults.plane_columns import KINDS
from seisweave.faults.stored_variable import Variable

if TYPE_CHECKING:
    from seisweave.catalog.projection import LocalProjection

CONVENTIONS = "CF-1.8"
_GRIDS = "crs: {part}_x {part}_y wgs84: {part}_latitude {part}_longitude"
_PARTS = ("fault", "segment", "halo")
_ANGLE, _KM, _NONE = "degree", "km", "1"
_MEANINGS = {  # variable without the part it is of: units and long name
    "weight": (_NONE, "share of the events"),
    "mean": (_KM, "centre of the Gaussian"),
    "covariance": ("km2", "covariance of the Gaussian"),
    "box_weight": (_NONE, "share of the events in each uniform background"),
    "box_centre": (_KM, "centre of each uniform background"),
    "box_axes": (_NONE, "unit axes of each uniform background, a row each"),
    "box_half": (_KM, "half sides of each uniform background along its axes"),
    "centre": (_KM, "centre of the plate"),
    "background_shape": (_NONE, "shape of each uniform background"),
    "background_parameters": (_NONE, "number of parameters of each uniform background"),
    "background_corner": (_KM, "corners of the tetrahedra of backgrounds"),
    "corner_of": (_NONE, "background of each corner"),
    "tetrahedron": (_NONE, "corners of each tetrahedron of the backgrounds"),
    "axes": (_NONE, "unit vectors along the length, along the width and across the plate, a row each"),
    "strike": (_ANGLE, "strike from the local y axis, by the right-hand rule"),
    "strike_true": (_ANGLE, "strike from true north at the centre, by the right-hand rule"),
    "dip": (_ANGLE, "dip"),
    "turn": (_ANGLE, "pitch of the length: from the strike, down the dip"),
    "length": (_KM, "side nearer to the strike"),
    "width": (_KM, "side nearer to the dip"),
    "thickness": (_KM, "thickness: square root of 12 times the standard deviation across"),
    "sigma": (_KM, "standard deviation of hypocentres across, freed of location errors"),
    "top": (_KM, "depth of the top, at the surface or below"),
    "bottom": (_KM, "depth of the bottom"),
    "planarity": (_NONE, "planarity: 1 - 2 c / (a + b) of the principal variances a, b, c (Jurkevics 1988)"),
    "strike_error": (_ANGLE, "standard error of the strike, given the events"),
    "dip_error": (_ANGLE, "standard error of the dip, given the events"),
    "length_error": (_KM, "standard error of the length, given the events"),
    "width_error": (_KM, "standard error of the width, given the events"),
    "first_time": (SECONDS, "time of the first event"),
    "last_time": (SECONDS, "time of the last event"),
    "largest_magnitude": (_NONE, "largest magnitude of the events"),
    "n_events": (_NONE, "number of events"),
    "number": (_NONE, "lasting number"),
    "kind": (_NONE, "what most events lie on"),
    "x": (_KM, "east of the centre of the region"),
    "y": (_KM, "north of the centre of the region"),
    "longitude": ("degrees_east", "longitude"),
    "latitude": ("degrees_north", "latitude"),
    "depth": (_KM, "depth"),
    "fault_of_event": (_NONE, "fault of each event, -1 where it is on none"),
    "halo_of_event": (_NONE, "halo of each event, -1 where it is in none"),
    "probability": (_NONE, "probability of the fault, halo or background that an event is given to"),
    "fault_of_segment": (_NONE, "fault that most events of a segment lie on, -1 for none"),
    "link": (_NONE, "pairs of faults that meet"),
    "system": (_NONE, "system of faults that meet"),
    "error": (_KM, "standard error of location of each class of events"),
    "error_share": (_NONE, "share of the events in each class of errors"),
    "part": (_NONE, "most likely part of each event: segments first, then backgrounds"),
    "responsibility": (_NONE, "probability of the most likely part of each event"),
    "merge_stage": (_NONE, "stage of each merge"),
    "merge_subset": (_NONE, "subset of each merge, -1 for the whole"),
    "merge_first": (_NONE, "first Gaussian of each merge"),
    "merge_second": (_NONE, "second Gaussian of each merge, -1 where one was dropped"),
    "merge_merged": (_NONE, "number of the merged Gaussian, -1 where one was dropped"),
    "merge_gain": (_NONE, "gain in the half form of the BIC of each merge"),
    "sure_comes_back": (_NONE, "share of the resamples in which it comes back"),
    "sure_jaccard": (_NONE, "mean Jaccard index with the best match in a resample"),
    "sure_together": (_NONE, "probability that two of its events are together again"),
    "sure_agreement": (_NONE, "adjusted Rand index of the faults with those of each resample"),
    "sure_segment_agreement": (_NONE, "adjusted Rand index of the segments with those of each resample"),
    "sure_n_faults": (_NONE, "number of faults of each resample"),
    "axis_name": (None, "axes of local coordinates: x east, y north, depth downwards"),
}
_STANDARD = {
    **{name: name for name in ("longitude", "latitude", "depth")},
    **{name: f"projection_{name}_coordinate" for name in "xy"},
    **dict.fromkeys(("first_time", "last_time"), "time"),
}
_FLAGS = {"kind": {"flag_values": np.arange(len(KINDS), dtype=np.int32), "flag_meanings": " ".join(KINDS)}}


def described(variables: Mapping[str, Variable], projection: LocalProjection | None) -> dict[str, Any]:
    """The same variables as xarray takes them, each with units, names, coordinates, grid mapping and bounds."""
    made = {name: _described(name, variable, variables, projection) for name, variable in variables.items()}
    if projection is not None:
        made |= {name: ((), np.int32(0), told) for name, told in _grids(projection).items()}
    return made


def places(part: str, local_km: np.ndarray, degrees: tuple[np.ndarray, np.ndarray] | None) -> dict[str, Variable]:
    """Coordinates of the centres (m, 3) of a part, or of the corners (m, 4, 3) of its plates."""
    corner = "_corner" if local_km.ndim == 3 else ""
    dims = (part, "corner") if corner else (part,)
    made = dict(zip("xy", (local_km[..., 0], local_km[..., 1]), strict=True)) | {"depth": local_km[..., 2]}
    if degrees is not None:
        shape = local_km.shape[:-1]
        made |= {"longitude": degrees[0].reshape(shape), "latitude": degrees[1].reshape(shape)}
    return {f"{part}{corner}_{name}": Variable(dims, values) for name, values in made.items()}


def _described(
    name: str, variable: Variable, among: Mapping[str, Variable], projection: LocalProjection | None
) -> tuple[tuple[str, ...], Any, dict[str, Any], dict[str, Any]]:
    values = np.asarray(variable.values)
    values = values.astype(np.int32) if values.dtype.kind in "iu" else values
    part = variable.dims[0] if variable.dims and variable.dims[0] in _PARTS else ""
    if "_corner_" in name:  # bounds say nothing of their own
        return variable.dims, values, {}, {"_FillValue": None}
    short = name.removeprefix(f"{part}_") if part and name not in _MEANINGS else name
    units, long_name = _meaning(name, short, part)
    attributes: dict[str, Any] = {} if units is None else {"units": units}
    attributes |= {"long_name": long_name} | _FLAGS.get(short, {}) | dict(variable.attributes)
    if units == SECONDS:
        attributes["calendar"] = "proleptic_gregorian"
    if short in _STANDARD and name != short and (projection is not None or short not in "xy"):
        attributes["standard_name"] = _STANDARD[short]
    if short == "depth":
        attributes["positive"] = "down"
    if f"{part}_corner_{short}" in among:
        attributes["bounds"] = f"{part}_corner_{short}"
    coordinates = _coordinates(part, among) if part else []
    if name in coordinates:
        return variable.dims, values, attributes, {"_FillValue": None}
    if coordinates:
        attributes["coordinates"] = " ".join(coordinates)
        attributes |= {} if projection is None else {"grid_mapping": _GRIDS.format(part=part)}
    return variable.dims, values, attributes, {}


def _meaning(name: str, short: str, part: str) -> tuple[str | None, str]:
    for known in (name, short, name.replace("sure_segment_", "sure_")):
        if known in _MEANINGS:
            units, meaning = _MEANINGS[known]
            return units, f"{part}: {meaning}" if part else meaning
    units, meaning = _MEANINGS[name.removeprefix("sure_")]
    return units, f"{part}: 5th and 95th percentile over resamples of its {meaning}"


def _coordinates(part: str, among: Mapping[str, Variable]) -> list[str]:
    names = ("longitude", "latitude", "depth", "x", "y")
    return [f"{part}_{name}" for name in names if f"{part}_{name}" in among]


def _grids(projection: LocalProjection) -> dict[str, dict[str, Any]]:
    """Attributes of the grid mappings, with the same as WKT: azimuthal equidistant about the centre, and degrees."""
    from pyproj import CRS

    return {"crs": CRS(projection.crs).to_cf(), "wgs84": CRS("EPSG:4326").to_cf()}
