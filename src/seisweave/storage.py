"""Files that appear whole or not at all, and records kept as netCDF, where every folder may use them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from seisweave.errors import InputError
from seisweave.stored_files import refused, signed, stored_file, unsigned
from seisweave.stored_json import read_json

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "summary.json"
Record = TypeVar("Record")


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, bring it to the disk, and only then put it in its place.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "note"
    >>> write_whole(path, lambda file: file.write(b"all"))
    >>> path.read_bytes(), len(list(path.parent.iterdir()))
    (b'all', 1)

    Errors: OSError that names the file, for one that cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:  # a write that fails does not know where
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":
        number = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write a result folder's summary.json, last of all: with the digests of the other files and of itself.

    There is null for what is no finite number.

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> write_summary(folder, {"n_events": 3, "gain": float("nan")})
    >>> read_summary(folder)
    {'n_events': 3, 'gain': None}
    """
    text = json.dumps(signed(finite(dict(summary)), folder, SUMMARY), indent=2, allow_nan=False) + "\n"
    write_whole(folder / SUMMARY, lambda file: file.write(text.encode()))


def read_summary(folder: Path, files: Sequence[str] = (), every: str = "") -> dict[str, Any]:
    """Read a result folder's summary.json, and see that it and the files named are those that were written together.

    Of files whose names end in `every` all that were written must be there.

    Errors: OSError where there is none, InputError for a link out of the folder, ValueError for what is not a JSON
    object, and for a file that is not as it was written.
    """
    return unsigned(read_json(stored_file(folder, SUMMARY)), folder, SUMMARY, files, every)


def finite(value: Any) -> Any:
    """The same with None for numbers that JSON does not have.

    >>> finite({"a": [1.0, float("inf")], "b": (float("nan"), "text")})
    {'a': [1.0, None], 'b': [None, 'text']}
    """
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_dataset(dataset: xr.Dataset, path: str | Path, encoding: Mapping[str, Any] | None = None) -> Path:
    """Save as netCDF-4 with a digest of all values; made in memory first, as HDF5 does not survive a full disk."""
    from seisweave.stored_netcdf import DIGEST, digest_of_dataset

    signed = dataset.assign_attrs({DIGEST: digest_of_dataset(dataset)})
    path, data = Path(path), bytes(signed.to_netcdf(engine="h5netcdf", encoding=encoding))
    write_whole(path, lambda file: file.write(data))
    return path


def read_record(path: str | Path, read: Callable[[xr.Dataset], Record], what: str, where: tuple[str, str]) -> Record:
    """Read a record from a netCDF file, or from the folder of results that holds it.

    The file may come from a stranger: what it declares is looked at before it is loaded, its digest is checked where it
    has one, and whatever goes wrong becomes one line.

    Arguments:
        path: the file, or the folder.
        read: makes the record of the dataset, and refuses values that cannot be.
        what: the record in words, like "fault network".
        where: name of the file in a folder of results, command that makes it.

    Errors: InputError for a path without such a file, or a file that does not hold one.
    """
    name, command = where
    file = stored_file(Path(path), name) if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise InputError(f"{path}: no {what} there; give a folder made by `seisweave {command}`, or its {name}")
    try:
        from seisweave.stored_netcdf import open_dataset

        return read(open_dataset(file))
    except Exception as error:
        advice = f"make one with `seisweave {command}`"
        raise refused(file, error, advice, f"not a {what} of seisweave") from None
