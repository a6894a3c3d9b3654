"""netCDF-4 files of ours read back: what they declare is looked at before anything is loaded, and has one digest."""

from __future__ import annotations

import json
import math
import warnings
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.machine import check_memory

if TYPE_CHECKING:
    import h5py
    import xarray as xr

DIGEST = "values_sha256"  # the attribute that says what the file held when it was written
_DEFLATED = 1100  # what DEFLATE saves at most, as a factor
_SMALL = 1_000_000  # bytes nobody need justify
_COPIES = 3  # of all arrays, while a record is made of them
_FILTERS = {1, 2, 3}  # of HDF5: deflate, shuffle, checksum; others are programs of their own
_NOT_OURS = {"_FillValue"}  # attributes that xarray adds


def open_dataset(path: Path, *, decode: bool = False) -> xr.Dataset:
    """All that a netCDF-4 file holds, in memory; `decode` makes times of numbers that stand for times.

    Errors: ValueError for a file that declares more than it can hold, leads to other files, or is not what was written,
    InputError for more than this machine has memory for; OSError and what else HDF5 raises for one that is damaged.
    """
    import xarray as xr

    check_declared(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is not ours; it is refused for that
        with xr.open_dataset(path, engine="h5netcdf", decode_cf=decode, cache=False) as dataset:
            loaded = dataset.load()
    noted = loaded.attrs.pop(DIGEST, None)
    if noted is not None and noted != digest_of_dataset(loaded):
        raise ValueError("its values are not those that were written: it is damaged")
    return loaded


def title_of(path: Path) -> str | None:
    """The title that a netCDF-4 file bears, or None. Errors: as of `open_dataset`."""
    import h5py

    check_declared(path)
    with h5py.File(path, "r") as file:
        title = file.attrs.get("title")
    return None if title is None else str(title)


def digest_of_dataset(dataset: xr.Dataset) -> str:
    """SHA-256 over the names, dimensions, types and values of all variables, and over all attributes."""
    digest = sha256(_plain_text(dataset.attrs))
    for name in sorted(map(str, dataset.variables)):
        variable = dataset[name]
        values, kind = np.asarray(variable.values), str(variable.dtype)
        if values.dtype.kind in "OUST":
            data, kind = json.dumps([str(each) for each in values.ravel()]).encode(), "text"
        elif values.dtype.kind == "M":
            data, kind = values.astype("datetime64[us]").astype("<i8").tobytes(), "time"
        else:
            data, kind = (
                values.astype(values.dtype.newbyteorder("<")).tobytes(),
                values.dtype.str[1:],
            )
        told = [name, list(map(str, variable.dims)), list(values.shape), kind]
        for part in (json.dumps(told).encode(), _plain_text(variable.attrs), data):
            digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def check_declared(path: Path) -> None:
    """Refuse a file of arrays that it cannot hold, that stand in other files, or need another program.

    Errors: ValueError; InputError for more than this machine has memory for.
    """
    import h5py

    room = _DEFLATED * path.stat().st_size + _SMALL
    with h5py.File(path, "r") as file:
        total = _attributes_size(file)
        for name in map(str, file):
            if not isinstance(file.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"{name} leads elsewhere")
            array = file[name]
            if not isinstance(array, h5py.Dataset):
                raise ValueError(f"{name} is no array")
            _check_array(name, array)
            size = math.prod(array.shape) * array.dtype.itemsize
            if size > room:
                gigabytes = f"{size / 1e9:,.1f} GB in a file of {path.stat().st_size / 1e6:,.2f} MB"
                raise ValueError(f"{name} declares {gigabytes}, more than it can hold")
            total += size + _attributes_size(array)
    if total > room:
        raise ValueError(f"it declares {total / 1e9:,.1f} GB, more than a file of its size can hold")
    check_memory(_COPIES * total, f"reading {path}", "open it on a larger machine")


def _check_array(name: str, array: h5py.Dataset) -> None:
    import h5py

    if array.shape is None or array.is_virtual or array.external:
        raise ValueError(f"{name} stands in other files, or nowhere")
    if not (array.dtype.kind in "iufbS" or h5py.check_string_dtype(array.dtype)):
        raise ValueError(f"{name} holds {array.dtype}, which is neither numbers nor text")
    packed = array.id.get_create_plist()
    used = {packed.get_filter(number)[0] for number in range(packed.get_nfilters())}
    if not used <= _FILTERS:
        raise ValueError(f"{name} is packed by another program ({sorted(used - _FILTERS)})")


def _attributes_size(owner: Any) -> int:
    ids = [owner.attrs.get_id(name) for name in owner.attrs]
    return sum(math.prod(each.shape) * each.dtype.itemsize for each in ids if each.shape is not None)


def _plain_text(attributes: Any) -> bytes:
    """Attributes as text, the same before they are written and after they were read."""
    plain = {
        str(name): value if isinstance(value, str) else np.asarray(value).tolist()
        for name, value in attributes.items()
        if name not in _NOT_OURS
    }
    return json.dumps(plain, sort_keys=True, default=str).encode()
