"""Two result folders compared, file by file and number by number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seisweave.stored_netcdf import digest_of_dataset, open_dataset

RUN = "run.toml"  # in a result folder: the command that made it
_NOT_COMPARED = ("peak_memory_mb", "sha256_of_files")


def differences(one: Path, other: Path) -> Iterator[str]:
    """What differs between two result folders, a line each: seconds, memory and digests do not count."""
    names = [{path.relative_to(each).as_posix() for path in each.rglob("*") if path.is_file()} for each in (one, other)]
    for name in sorted(names[0] | names[1]):
        if name.startswith(".") or name == RUN:
            continue
        if name not in names[0] or name not in names[1]:
            yield f"{name} is in one of them only"
        elif name.endswith(".json"):
            values = [_compared(json.loads((each / name).read_bytes())) for each in (one, other)]
            yield from (f"{name}: {told}" for told in _differing(*values))
        elif (one / name).read_bytes() != (other / name).read_bytes() and not _same_values(one / name, other / name):
            yield f"{name} differs"


def _same_values(one: Path, other: Path) -> bool:
    """Whether two netCDF files hold the same; some versions of HDF5 write down when."""
    if one.suffix != ".nc":
        return False
    first, second = (digest_of_dataset(open_dataset(path)) for path in (one, other))
    return first == second


def _compared(value: Any) -> Any:
    if isinstance(value, dict):
        own = {k: v for k, v in value.items() if "seconds" not in k and k not in _NOT_COMPARED}
        if isinstance(own.get("sha256"), dict):  # that of a model is of all that is compared here, paths with it
            own["sha256"] = {k: v for k, v in own["sha256"].items() if k != "model"}
        return {key: _compared(each) for key, each in own.items()}
    return value


def _differing(one: Any, other: Any, name: str = "") -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from _differing(one.get(key), other.get(key), f"{name}.{key}" if name else key)
    elif one != other and not _is_one_path(one, other):
        yield f"{name} was {json.dumps(one)[:60]}, is {json.dumps(other)[:60]}"


def _is_one_path(one: Any, other: Any) -> bool:
    """Whether a path was written in another way: inputs are compared by what they hold."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    return Path(other).is_absolute() and Path(other).parts[-len(Path(one).parts) :] == Path(one).parts
