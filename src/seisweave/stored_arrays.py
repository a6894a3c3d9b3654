"""Arrays of ours read back: each is what its rule says, or it is refused."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.stored_json import parse_json

if TYPE_CHECKING:
    import xarray as xr

_SIZES = {"axis": 3, "axis2": 3, "bound": 2, "end": 2}
LARGEST = 1e9  # km, or any other unit of ours
LEAST = 1e-9  # of what is divided by: sides, widths
_SYMMETRY = 1e-9  # of a covariance's largest element
_TURNED = {"axes": 1e-6, "moved axes": 0.05}  # of unit vectors at right angles
_SUM = 1e-5  # shares may each have a floor of 1e-6
_DEFLATED = 1100  # what DEFLATE saves at most, as a factor
_PARSING = Lock()  # NumPy parses headers as Python: two threads at once may fail in CPython 3.11 (gh-106905)


@dataclass(frozen=True)
class Rule:
    """What an array must hold: numbers from `low` to `high`, one for each place of its dimensions.

    whole: integers. below: the dimension that they number; they lie below its size then. unknown: NaN is a value too.
    form: "covariance" for symmetric matrices without negative eigenvalues, "axes" for three unit vectors at right
    angles, a row each, "moved axes" for such as a change of projection has bent a little. source: the field of the
    record, where it has another name than the variable.

    >>> import xarray as xr
    >>> data = xr.Dataset({"weight": ("segment", [0.5, 0.6]), "label": ("event", [0, 2])})
    >>> arrays_of(data, {"weight": Rule(("segment",), 0, 1)})["weight"]
    array([0.5, 0.6])
    >>> arrays_of(data, {"label": Rule(("event",), -1, whole=True, below="segment")})
    Traceback (most recent call last):
    ValueError: label of place 1 is 2, wanted are numbers from -1 to 1
    """

    dims: tuple[str, ...]
    low: float = -LARGEST
    high: float = LARGEST
    whole: bool = False
    below: str = ""
    unknown: bool = False
    form: str = ""
    source: str = ""


def arrays_of(
    dataset: xr.Dataset, rules: Mapping[str, Rule], sizes: Mapping[str, int] | None = None
) -> dict[str, np.ndarray]:
    """Variables of a dataset by name, each as its rule wants it: float64 or int64 in the machine's own order.

    sizes are those of dimensions of one size; places have three axes unless they say something else.

    Errors: ValueError for the first that is missing, of other dimensions or another type, or breaks its rule.
    """
    made, sizes = {}, sizes or _SIZES
    for name, rule in rules.items():
        if name not in dataset:
            raise ValueError(f"it has no {name}")
        variable = dataset[name]
        shape = [sizes.get(dim, size) for dim, size in zip(rule.dims, variable.shape, strict=False)]
        if tuple(variable.dims) != rule.dims or variable.shape != tuple(shape):
            raise ValueError(f"{name} has the dimensions {dict(variable.sizes)}")
        if rule.below:
            rule = replace(rule, high=float(dataset.sizes.get(rule.below, 0) - 1))
        made[name] = checked(name, np.asarray(variable.values), rule)
    return made


def checked(name: str, values: np.ndarray, rule: Rule) -> np.ndarray:
    """The same numbers, where they are what the rule says. Errors: ValueError where they are not."""
    if values.dtype.kind not in ("iu" if rule.whole else "f"):
        raise ValueError(f"{name} holds {values.dtype}, wanted are {'whole ' if rule.whole else ''}numbers")
    fine = (values >= rule.low) & (values <= rule.high)
    if rule.unknown:
        fine |= np.isnan(values)
    if not fine.all():
        at = int(np.argmin(fine))
        wanted = f"numbers from {rule.low:g} to {rule.high:g}"
        raise ValueError(f"{name} of place {at} is {values.ravel()[at]}, wanted are {wanted}")
    if values.dtype == np.float16 or (rule.whole and values.dtype.kind == "u"):
        raise ValueError(f"{name} holds {values.dtype}")
    values = np.ascontiguousarray(values, dtype=np.int64 if rule.whole else np.float64)
    if rule.form == "covariance":
        _check_covariances(name, values)
    if rule.form in _TURNED:
        _check_axes(name, values, _TURNED[rule.form])
    return values


def check_shares(name: str, *weights: np.ndarray) -> None:
    """Refuse weights of parts that are more together than the whole, or nothing. Errors: ValueError."""
    total = sum(float(each.sum()) for each in weights)
    if not 0.0 < total <= 1.0 + _SUM:
        raise ValueError(f"{name} sum to {total:.6g}, more than the whole or nothing")


def check_whole(name: str, shares: np.ndarray) -> None:
    """Refuse shares that do not sum to one. Errors: ValueError."""
    if abs(float(shares.sum()) - 1.0) > _SUM:
        raise ValueError(f"{name} sum to {float(shares.sum()):.6g}, not to one")


def number_of(attributes: Mapping[Any, Any], name: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number from low to high among attributes. Errors: ValueError for anything else."""
    value = np.asarray(attributes[name])
    if value.ndim or value.dtype.kind not in "iuf" or not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} is {str(attributes[name])[:60]}, wanted is a number from {low:g} to {high:g}")
    return value.item()


def whole_of(attributes: Mapping[Any, Any], name: str, low: int = 0) -> int:
    """A whole number from `low` on among attributes. Errors: ValueError for anything else."""
    value = number_of(attributes, name, low, 2.0**53)
    if value != int(value):
        raise ValueError(f"{name} is {value}, wanted is a whole number")
    return int(value)


def text_of(attributes: Mapping[Any, Any], name: str) -> str:
    """A text among attributes. Errors: ValueError for anything else."""
    value = attributes[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is {str(value)[:60]}, wanted is a text")
    return value


def json_of(attributes: Mapping[Any, Any], name: str) -> Any:
    """What an attribute holds as JSON. Errors: ValueError for anything else."""
    try:
        return parse_json(text_of(attributes, name))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file of `numpy.savez`; no pickle is read, and nothing is made room for that is not there.

    Errors: ValueError for a damaged file, for arrays of objects, and for sizes that the file cannot hold.
    """
    if not path.is_file():
        raise ValueError("is no file")
    try:
        with _PARSING, path.open("rb") as file, zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                _check_member(archive, member)
            file.seek(0)
            with np.load(file, allow_pickle=False) as kept:
                return dict(kept)
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(str(error)) from None
    except Exception as error:  # zipfile and numpy raise what comes: damaged bytes are no reason to end
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse an array whose header declares another size than its member has, or that grew out of next to nothing."""
    if member.file_size > _DEFLATED * member.compress_size + 1_000_000:
        raise ValueError(f"{member.filename} declares {member.file_size:,} bytes in {member.compress_size:,}")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"{member.filename} is of another format of arrays")
        reading = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = reading(file)
        if dtype.hasobject or math.prod(shape) * dtype.itemsize != member.file_size - file.tell():
            raise ValueError(f"{member.filename} declares {shape} of {dtype}, which it does not hold")


def _check_covariances(name: str, values: np.ndarray) -> None:
    if not len(values):
        return
    scale = np.abs(values).max(axis=(1, 2))
    skew = np.abs(values - values.swapaxes(1, 2)).max(axis=(1, 2)) > _SYMMETRY * scale
    wrong = skew | (np.linalg.eigvalsh(values)[:, 0] < -_SYMMETRY * scale)
    if wrong.any():
        at = int(wrong.argmax())
        why = "is not symmetric" if skew[at] else "has a negative eigenvalue"
        raise ValueError(f"{name} {at} {why}: no covariance")


def _check_axes(name: str, values: np.ndarray, most: float) -> None:
    off = np.abs(values @ values.swapaxes(-1, -2) - np.eye(3)).max(axis=(1, 2), initial=0.0) > most
    if off.any():
        raise ValueError(f"{name} {int(off.argmax())} are no three unit vectors at right angles")
