"""Files that appear whole or not at all, and records kept as netCDF, where every folder may use them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from seisweave.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

Record = TypeVar("Record")


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, bring it to the disk, and only then put it in its place.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "note"
    >>> write_whole(path, lambda file: file.write(b"all"))
    >>> path.read_bytes(), len(list(path.parent.iterdir()))
    (b'all', 1)
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":
        number = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write_dataset(dataset: xr.Dataset, path: str | Path, encoding: Mapping[str, Any] | None = None) -> Path:
    """Save as netCDF-4, made in memory first: HDF5 itself does not survive a disk that fills up under it."""
    path, data = Path(path), bytes(dataset.to_netcdf(engine="h5netcdf", encoding=encoding))
    write_whole(path, lambda file: file.write(data))
    return path


def read_record(path: str | Path, read: Callable[[xr.Dataset], Record], what: str, where: tuple[str, str]) -> Record:
    """Read a record from a netCDF file, or from the folder of results that holds it.

    Arguments:
        path: the file, or the folder.
        read: makes the record of the dataset.
        what: the record in words, like "fault network".
        where: name of the file in a folder of results, command that makes it.

    Errors: InputError for a path without such a file, or a file that is none.
    """
    import xarray as xr

    name, command = where
    file = Path(path) / name if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise InputError(f"{path}: no {what} there; give a folder made by `seisweave {command}`, or its {name}")
    try:
        with xr.open_dataset(file, engine="h5netcdf") as dataset:
            return read(dataset.load())
    except InputError:
        raise
    except (OSError, KeyError, ValueError, TypeError) as error:
        told = " ".join(str(error).split())[:120]
        raise InputError(f"{file}: not a {what} of seisweave ({told}); make one with `seisweave {command}`") from None
