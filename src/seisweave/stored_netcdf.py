"""netCDF-4 files of ours read back: what they declare is looked at before anything is loaded, and has one digest."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.machine import check_memory
from seisweave.stored_heaps import check_heaps, check_texts
from seisweave.stored_superblock import check_superblock

if TYPE_CHECKING:
    import h5py
    import xarray as xr

DIGEST = "values_sha256"  # the attribute that says what the file held when it was written
_DEFLATED = 1100  # what DEFLATE saves at most, as a factor
_SMALL = 1_000_000  # bytes nobody need justify
_COPIES = 3  # of all arrays, while a record is made of them
_MOST_AXES = 32  # of an array of HDF5
_FILTERS = {1, 2, 3}  # of HDF5: deflate, shuffle, checksum; others are programs of their own
_BARE = "This is a netCDF dimension but not a netCDF variable"
_OF_HDF5 = {  # attributes of the format
    *("CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST", "DIMENSION_LABELS"),
    *("_Netcdf4Dimid", "_Netcdf4Coordinates", "_NCProperties", "_nc3_strict"),
}
_NOT_OURS = {"_FillValue"}  # attributes that xarray adds


def open_dataset(path: Path) -> xr.Dataset:
    """All that a netCDF-4 file of ours holds, in memory, as it stands there.

    It is read by h5py, which takes a tenth of the time of xarray and follows nothing that leads elsewhere.

    Errors: ValueError for a file that declares more than it can hold, leads to other files, or is not what was written,
    InputError for more than this machine has memory for; OSError and what else HDF5 raises for one that is damaged.
    """
    return undamaged(_read(path))


def open_decoded(path: Path) -> xr.Dataset:
    """The same with times made of numbers that stand for times, as xarray makes them. Errors: as of `open_dataset`."""
    import xarray as xr

    raw = _read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is not ours; it is refused for that
        return undamaged(xr.decode_cf(raw).load())


def _read(path: Path) -> xr.Dataset:
    import xarray as xr

    with _opened(path) as file:
        arrays: dict[str, Any] = {name: file[name] for name in map(str, file)}
        scales = [name for name, each in arrays.items() if _is_scale(each)]
        numbered = {_plain(arrays[name].attrs.get("_Netcdf4Dimid", -1)): name for name in scales}
        axes = _scales_of(arrays)
        filled = {name: each for name, each in arrays.items() if not _is_bare(each)}
        variables = {name: _variable(each, numbered, axes.get(name, {})) for name, each in filled.items()}
        return xr.Dataset(variables, attrs=_attributes(file))


def undamaged(dataset: xr.Dataset) -> xr.Dataset:
    """The dataset without its digest. Errors: ValueError where the digest, if it has one, is that of other values."""
    noted = dataset.attrs.pop(DIGEST, None)
    if noted is not None and noted != digest_of_dataset(dataset):
        raise ValueError("its values are not those that were written: it is damaged")
    return dataset


def _opened(path: Path) -> h5py.File:
    """The file, after a look at what it declares."""
    import h5py

    if not path.is_file():
        raise ValueError("is no file")
    check_superblock(path)
    file = h5py.File(path, "r")
    try:
        check_heaps(path)
        check_declared(path, file)
    except BaseException:
        file.close()
        raise
    return file


def title_of(path: Path) -> str | None:
    """The title that a netCDF-4 file bears, or None. Errors: as of `open_dataset`."""
    with _opened(path) as file:
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


def check_declared(path: Path, file: h5py.File) -> None:
    """Refuse a file of arrays that it cannot hold, that stand in other files, or need another program.

    Errors: ValueError; InputError for more than this machine has memory for.
    """
    import h5py

    room = _DEFLATED * path.stat().st_size + _SMALL
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
        if array.dtype.kind == "O" and (begin := array.id.get_offset()) is not None:
            check_texts(path, begin, math.prod(array.shape))
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


def _is_scale(array: h5py.Dataset) -> bool:
    """Whether it stands for a dimension. HDF5's own look at it believes what type the attributes are said to have."""
    return str(_plain(array.attrs.get("CLASS", ""))) == "DIMENSION_SCALE"


def _is_bare(array: h5py.Dataset) -> bool:
    """Whether it stands for the length of a dimension alone."""
    return "DIMENSION_LIST" not in array.attrs and str(_plain(array.attrs.get("NAME", ""))).startswith(_BARE)


def _variable(
    array: Any, numbered: Mapping[int, str], scales: Mapping[int, str]
) -> tuple[tuple[str, ...], np.ndarray, dict[str, Any]]:
    """Dimensions (by their numbers, where the variable bears the name of one), values and attributes."""
    import h5py

    if _is_scale(array) and "_Netcdf4Coordinates" in array.attrs:
        dims = tuple(numbered[number] for number in array.attrs["_Netcdf4Coordinates"].tolist())
    else:
        name = _name_of(array.name)
        dims = tuple(scales.get(axis, name) for axis in range(array.ndim))
    text = h5py.check_string_dtype(array.dtype) is not None
    return dims, np.asarray(array.asstr()[()] if text else array[()]), _attributes(array)


def _scales_of(arrays: Mapping[str, h5py.Dataset]) -> dict[str, dict[int, str]]:
    """The scale of every axis of the arrays, by their names, as the scales themselves list them.

    The lists of the arrays say the same, but a damaged one can be of any length, and HDF5 believes whatever type it is
    said to have, to the point of a crash. Errors: ValueError for a list that is none.
    """
    import h5py

    found: dict[str, dict[int, str]] = {}
    for name, scale in arrays.items():
        if not _is_scale(scale) or "REFERENCE_LIST" not in scale.attrs:
            continue
        listed = scale.attrs.get_id("REFERENCE_LIST")
        is_one = listed.dtype.names == ("dataset", "dimension") and listed.dtype["dimension"].kind in "iu"
        if not is_one or h5py.check_ref_dtype(listed.dtype["dataset"]) is not h5py.Reference:
            raise ValueError(f"{name} has a list of arrays that is none")
        if len(listed.shape) != 1 or listed.shape[0] > _MOST_AXES * len(arrays):
            raise ValueError(f"{name} stands for {listed.shape} axes")
        for array, axis in np.asarray(scale.attrs["REFERENCE_LIST"]):
            found.setdefault(_name_of(h5py.h5r.get_name(array, scale.id)), {})[int(axis)] = name
    return found


def _name_of(path: Any) -> str:
    """The last part of the path of an array."""
    return str(_plain(path)).rpartition("/")[2]


def _attributes(owner: Any) -> dict[str, Any]:
    return {name: _plain(owner.attrs[name]) for name in owner.attrs if name not in _OF_HDF5}


def _plain(value: Any) -> Any:
    """A text or a number as one; netCDF-4 keeps numbers as arrays of one."""
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, np.ndarray | np.generic) and value.size == 1 else value
