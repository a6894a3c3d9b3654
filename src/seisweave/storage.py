"""Files that appear whole or not at all, and records kept as netCDF, where every folder may use them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from seisweave.errors import InputError
from seisweave.stored_json import digest_of, read_json

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "summary.json"
_DIGESTS = "sha256_of_files"  # in it
_DATA = {".nc", ".json", ".csv", ".parquet", ".geojson", ".dat", ".safetensors"}  # pictures and pages may be changed
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
    written = sorted(path for path in folder.iterdir() if path.suffix in _DATA and path.name != SUMMARY)
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in written}
    content = {**finite(dict(summary)), _DIGESTS: digests}
    content[_DIGESTS][SUMMARY] = digest_of(json.loads(json.dumps(content)))
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    write_whole(folder / SUMMARY, lambda file: file.write(text.encode()))


def read_summary(folder: Path, files: Sequence[str] = ()) -> dict[str, Any]:
    """Read a result folder's summary.json, and see that it and the files named are those that were written together.

    Summaries of earlier versions have no digests: of them nothing is checked.

    Errors: OSError where there is none, InputError for a link out of the folder, ValueError for what is not a JSON
    object, and for a file that is not as it was written.
    """
    summary = read_json(stored_file(folder, SUMMARY))
    if not isinstance(summary, dict):
        raise ValueError(f"{SUMMARY} is no object")
    digests = summary.pop(_DIGESTS, None)
    if digests is None:
        return summary
    if not isinstance(digests, dict):
        raise ValueError(f"{SUMMARY} tells no digests")
    own = digests.pop(SUMMARY, None)
    changed = [] if own == digest_of({**summary, _DIGESTS: digests}) else [SUMMARY]
    changed += [
        name
        for name in files
        if name in digests and sha256(stored_file(folder, name).read_bytes()).hexdigest() != digests[name]
    ]
    if changed:
        raise ValueError(f"{changed[0]} is not what was written there")
    return summary


def stored_file(folder: Path, name: str) -> Path:
    """The path of a file in a result folder.

    Folders may come from strangers: a name that leads out of its folder is refused, and so is a link that does.

    Errors: InputError for those.

    >>> from tempfile import mkdtemp
    >>> stored_file(Path(mkdtemp()), "../x")
    Traceback (most recent call last):
    seisweave.errors.InputError: ...: a file '../x' would lie outside of it; give a folder as it was written
    """
    place, root = folder / name, os.path.realpath(folder)
    if Path(name).name != name or name in ("", ".", ".."):
        raise InputError(f"{folder}: a file {name[:60]!r} would lie outside of it; give a folder as it was written")
    if place.is_symlink() and not Path(os.path.realpath(place)).is_relative_to(root):
        raise InputError(f"{place}: is a link that leads out of its folder; put the file itself there")
    return place


def refused(path: Path, error: Exception, advice: str, what: str = "damaged") -> InputError:
    """The one line about a stored file that cannot be taken: its path, what it is not, why, what to do.

    >>> print(refused(Path("network.nc"), KeyError("bic"), "make it again"))
    network.nc: damaged (KeyError: 'bic'); make it again
    """
    told = f"{error}" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return InputError(f"{path}: {what} ({in_a_line(told)}); {advice}")


def in_a_line(value: object, most: int = 200) -> str:
    """Any value as text of one line that can be printed, not longer than `most`.

    >>> in_a_line("a   b"), in_a_line("x" * 300, 5)
    ('a b', 'xx...')
    """
    text = str(value)
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * most]).split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


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
