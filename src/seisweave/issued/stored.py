"""Forecasts on record as netCDF-4 files: written once, never replaced, read with their digests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.instants import time_of
from seisweave.errors import InputError
from seisweave.issued.rules import RULES
from seisweave.storage import make_folder, write_dataset
from seisweave.stored_arrays import Rule, arrays_of, json_of, text_of, whole_of

if TYPE_CHECKING:
    import xarray as xr

TITLE = "seisweave issued forecast"
_FORMAT = 1
_TEXTS = ("model", "model_digest", "version", "long_term")
_OF_THE_MAKING = ("issued", "version")  # what a forecast that is made again may differ in
_UNITS = {"horizon_days": "days", "lon_edges": "degrees_east", "lat_edges": "degrees_north"}
_PACKED = {name: {"zlib": True} for name, rule in RULES.items() if "row" in rule.dims}


def write_fields(made: Mapping[str, Any], folder: Path) -> Path:
    """Write the fields of a forecast below a folder; see `IssuedForecast.write`."""
    path = folder / str(made["now"])[:7] / name_of(made)
    try:
        make_folder(path.parent)
        return write_dataset(_to_dataset(made), path, _PACKED, replace=False)
    except FileExistsError:
        raise InputError(f"{path}: has been issued already; what is on record is never written again") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); give another folder") from None


def name_of(made: Mapping[str, Any]) -> str:
    """The name of a forecast's file, of its fields.

    >>> from seisweave.issued.example import example_issued
    >>> name_of(vars(example_issued()))[:22]
    '20190706T040000Z-etas-'
    """
    whole, _, part = str(made["now"].astype("datetime64[us]")).partition(".")
    instant = whole.replace("-", "").replace(":", "") + (f".{part}" if int(part or 0) else "")
    return f"{instant}Z-{made['model']}-{digest_of_fields(made)[:12]}.nc"


def digest_of_fields(made: Mapping[str, Any]) -> str:
    """SHA-256 of all of a forecast but when, and by which version, it was made."""
    from seisweave.stored_netcdf import digest_of_dataset

    dataset = _to_dataset(made)
    dataset.attrs = {name: value for name, value in dataset.attrs.items() if name not in _OF_THE_MAKING}
    return digest_of_dataset(dataset)


def _to_dataset(made: Mapping[str, Any]) -> xr.Dataset:
    import xarray as xr

    arrays: dict[str, Any] = {}
    for name, rule in RULES.items():
        arrays[name] = (rule.dims, np.ascontiguousarray(made[name], np.float64), {"units": _UNITS.get(name, "1")})
    arrays["inside"] = (("row", "column"), made["inside"].astype(np.int8), {"units": "1"})
    attrs = {"title": TITLE, "format": _FORMAT, **{name: made[name] for name in _TEXTS}}
    attrs |= {name: str(made[name]) for name in ("now", "issued")}
    attrs |= {"inputs": json.dumps(dict(made["inputs"]), sort_keys=True), "notes": json.dumps(list(made["notes"]))}
    return xr.Dataset(arrays, attrs={**attrs, "pseudo_prospective": int(made["pseudo_prospective"])})


def fields_of(dataset: xr.Dataset) -> dict[str, Any]:
    """The fields of a forecast from its dataset. Errors: ValueError for what is none."""
    attrs = dataset.attrs
    if text_of(attrs, "title") != TITLE or whole_of(attrs, "format", 1) != _FORMAT:
        raise ValueError(f"it is a {str(attrs['title'])[:60]!r}")
    values: dict[str, Any] = dict(arrays_of(dataset, {**RULES, "inside": Rule(("row", "column"), 0, 1, whole=True)}))
    values["inside"] = values["inside"].astype(bool)
    values |= {name: text_of(attrs, name) for name in _TEXTS}
    values |= {name: time_of(name, attrs[name]) for name in ("now", "issued")}
    values |= {"inputs": json_of(attrs, "inputs"), "notes": json_of(attrs, "notes")}
    if not isinstance(values["inputs"], dict) or not isinstance(values["notes"], list):
        raise ValueError("inputs or notes are none")
    return {**values, "notes": tuple(values["notes"]), "pseudo_prospective": _flag(attrs, "pseudo_prospective")}


def _flag(attrs: Mapping[Any, Any], name: str) -> bool:
    value = whole_of(attrs, name)
    if value > 1:
        raise ValueError(f"{name} is {value}, neither 0 nor 1")
    return bool(value)
