"""Files that appear whole or not at all, and records kept as netCDF, where every folder may use them."""

from __future__ import annotations

import ctypes
import errno
import json
import math
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from time import time
from typing import IO, TYPE_CHECKING, Any, TypeVar

from seisweave.errors import InputError
from seisweave.stored_files import refused, signed, stored_file, unsigned
from seisweave.stored_json import read_json

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

SUMMARY = "summary.json"
NO_REPLACE, EXCHANGE = 1, 2  # of Linux's renameat2
_AT_FDCWD = -100
_LONGEST = 150  # bytes of a name that is part of another
_LONG_AGO_S = 86400.0
_OPEN = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_CANNOT = (
    errno.EINVAL,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.ENOLCK,
    errno.EBADF,
)  # what a system lacks
Record = TypeVar("Record")


def write_whole(path: Path, write: Callable[[IO[bytes]], object], *, replace: bool = True) -> None:
    """Write a file beside its place, bring it to the disk, and only then put it in its place.

    What lies beside it meanwhile has a name that nobody can foresee; it follows no link, and what processes that were
    killed have left is cleared by the next one. Without `replace` a file that is there already stays, whenever it came.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "note"
    >>> write_whole(path, lambda file: file.write(b"all"))
    >>> path.read_bytes(), len(list(path.parent.iterdir()))
    (b'all', 1)

    Errors: OSError that names the file, for one that cannot be written; FileExistsError for one that may not be.
    """
    try:
        clear_parts(path)
        beside, handle = _new_part(path)
        try:
            with os.fdopen(handle, "w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                if os.name == "posix":  # while it is open nobody takes it for one that was left
                    _put(beside, path, replace=replace)
            if os.name != "posix":
                _put(beside, path, replace=replace)
        finally:
            beside.unlink(missing_ok=True)
        sync(path.parent)
    except OSError as error:  # a write that fails does not know where
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all; parts of names of files that are none are written as such."""
    write_whole(path, lambda file: file.write(text.encode(errors="backslashreplace")))


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet, whole or not at all."""
    write_whole(path, lambda file: table.to_parquet(file, engine="pyarrow", index=False))


def _new_part(path: Path) -> tuple[Path, int]:
    """A new file beside a path, and its number: with the permissions of any file, held as long as it is open."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _OPEN
    while True:
        beside = path.with_name(f"{hidden_name(path.name)}.{token_hex(8)}.part")
        handle = os.open(beside, flags, 0o666)
        if try_lock(handle) is not False and os.fstat(handle).st_nlink:
            return beside, handle
        os.close(handle)  # another process took it for one that was left


def clear_parts(path: Path) -> None:
    """Remove what processes that were killed have left of this file."""
    name = re.compile(rf"{re.escape(hidden_name(path.name))}\.[0-9a-f]{{16}}\.part")
    with os.scandir(path.parent) as entries:
        left = [entry.path for entry in entries if name.fullmatch(entry.name)]
    for part in left:
        with suppress(OSError):
            handle = os.open(part, os.O_RDWR | _OPEN)
            try:
                locked = try_lock(handle)
                if locked or (locked is None and time() - os.fstat(handle).st_mtime > _LONG_AGO_S):
                    os.unlink(part)  # noqa: PTH108
            finally:
                os.close(handle)


def _put(beside: Path, path: Path, *, replace: bool) -> None:
    if replace:
        beside.replace(path)
    elif not rename(beside, path, NO_REPLACE):
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        beside.replace(path)


def rename(one: Path, other: Path, how: int) -> bool:
    """Rename in one step, as Linux can: so that nothing is replaced, or each takes the other's place.

    Returns whether the system can. Errors: OSError, like FileExistsError for what would have been replaced.
    """
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), how) == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def hidden_name(name: str) -> str:
    """The beginning of the names of what lies beside a file or folder of this name meanwhile, never too long.

    >>> hidden_name("out"), len(hidden_name("a" * 255))
    ('.out', 33)
    """
    data = os.fsencode(name)
    return f".{name}" if len(data) <= _LONGEST else f".{sha256(data).hexdigest()[:32]}"


def try_lock(handle: int) -> bool | None:
    """Lock an open file or folder as long as it is open: whether that went; None where there are no such locks."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _CANNOT else False
    return True


def sync(path: Path) -> None:
    """Bring a file, or the entries of a folder, to the disk, where the file system can."""
    if os.name != "posix":
        return
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in (*_CANNOT, errno.EACCES, errno.EPERM):
            raise


def sync_tree(folder: Path) -> None:
    """Bring all that lies in a folder to the disk, files before the folders that name them."""
    for where, _, names in os.walk(folder, topdown=False):
        for name in sorted(names):
            sync(Path(where, name))
        sync(Path(where))


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it, all the way to the disk; gives those that were missing, the innermost first.

    >>> from tempfile import mkdtemp
    >>> [path.name for path in make_folder(Path(mkdtemp()) / "a" / "b")]
    ['b', 'a']
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync(path.parent)
    return missing


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
    write_text(folder / SUMMARY, text)


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


def write_dataset(
    dataset: xr.Dataset, path: str | Path, encoding: Mapping[str, Any] | None = None, *, replace: bool = True
) -> Path:
    """Save as netCDF-4 with a digest of all values; made in memory first, as HDF5 does not survive a full disk.

    Without `replace` a file that is there already stays. Errors: OSError, as of `write_whole`.
    """
    from seisweave.stored_netcdf import DIGEST, digest_of_dataset

    dataset = dataset.assign_attrs({name: _plain(value) for name, value in dataset.attrs.items()})
    signed = dataset.assign_attrs({DIGEST: digest_of_dataset(dataset)})
    path, data = Path(path), bytes(signed.to_netcdf(engine="h5netcdf", encoding=encoding))
    write_whole(path, lambda file: file.write(data), replace=replace)
    return path


def _plain(value: Any) -> Any:
    """A text that every library takes: names of files may hold what is not UTF-8."""
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


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
