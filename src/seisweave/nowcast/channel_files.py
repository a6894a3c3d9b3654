"""Channels read from netCDF-4 files by the CF conventions, also from files of strangers.

A file holds one variable over (time, latitude, longitude), in any order, or over time alone; where it holds several,
the one with the channel's name is taken. Times are those of CF, with bounds where it has some: without, a value is of
the time from its own instant to the next. A variable `known_from` over time says from which instant on each value was
known; without it that is the end of the value's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.errors import InputError
from seisweave.nowcast.channels import NAME, Channel, check_names
from seisweave.stored_files import refused
from seisweave.stored_netcdf import open_decoded

if TYPE_CHECKING:
    import xarray as xr

KNOWN_FROM = "known_from"
_AXES = {
    "latitude": ({"latitude", "lat"}, {"degrees_north", "degree_north", "degrees_n", "degree_n"}),
    "longitude": ({"longitude", "lon"}, {"degrees_east", "degree_east", "degrees_e", "degree_e"}),
}
_ADVICE = "give netCDF-4 with one variable over (time, latitude, longitude) or (time), by the CF conventions"
_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 720.0
_LARGEST = 1e30


def read_channels(given: Sequence[str]) -> tuple[Channel, ...]:
    """The channels that flags of the form name=file.nc name.

    Errors: InputError for another form, a name that is there twice, and what `read_channel` refuses.

    >>> read_channels(["tide"])
    Traceback (most recent call last):
    seisweave.errors.InputError: --channel is 'tide'; write NAME=FILE.nc, ...
    """
    pairs = [text.partition("=") for text in given]
    for text, (name, _, path) in zip(given, pairs, strict=True):
        if not (NAME.fullmatch(name) and path):
            raise InputError(
                f"--channel is {text[:80]!r}; write NAME=FILE.nc, the name of letters, digits, - and _, at most 40"
            )
    check_names([name for name, _, _ in pairs])
    return tuple(read_channel(Path(path), name) for name, _, path in pairs)


def read_channel(path: str | Path, name: str) -> Channel:
    """Read one channel; nothing but numbers, times and text is ever read.

    Errors: InputError with one line for a file that is missing, damaged, or holds no channel.

    >>> import xarray as xr
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "level.nc"
    >>> time = np.array(["2020-01-01", "2020-02-01"], "datetime64[ns]")
    >>> known = np.array(["2020-02-10", "2020-03-10"], "datetime64[ns]")
    >>> level = xr.Dataset({"level": ("time", [1.0, 2.0]), "known_from": ("time", known)}, {"time": time})
    >>> _ = level.to_netcdf(path, engine="h5netcdf")
    >>> [str(instant)[:10] for instant in read_channel(path, "level").known_from]
    ['2020-02-10', '2020-03-10']
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise InputError(f"{path}: is no file; give the netCDF file of the channel {name}")
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return _channel(open_decoded(path), name, digest)
    except InputError:
        raise
    except Exception as error:
        raise refused(path, error, _ADVICE, f"no channel {name}") from None


def _channel(data: xr.Dataset, name: str, digest: str) -> Channel:
    """Errors: ValueError for what is no channel."""
    found = _variable(data, name)
    axes = {kind: _axis(data, found.dims, kind) for kind in _AXES}
    begin, end = _spans(data)
    latitude = longitude = None
    if None not in axes.values():
        found = found.transpose("time", axes["latitude"], axes["longitude"])
        latitude, longitude = (_degrees(data, str(axes[kind]), kind) for kind in _AXES)
    values = _numbers(found)
    if latitude is not None and longitude is not None:
        south_first, west_first = np.argsort(latitude), _from_the_west(longitude)
        latitude, longitude = latitude[south_first], longitude[west_first]
        longitude = longitude + 360.0 * (longitude < longitude[0])
        values = values[:, south_first][:, :, west_first]
    elif found.dims != ("time",):
        raise ValueError(f"{found.name} has the dimensions {', '.join(map(str, found.dims))[:80]}")
    known = _times(data, KNOWN_FROM, ("time",)) if KNOWN_FROM in data else end
    values = values.reshape(len(begin), *(values.shape[1:] or (1, 1)))
    return Channel(name, begin, known, values, latitude, longitude, digest, stated=KNOWN_FROM in data)


def _variable(data: xr.Dataset, name: str) -> xr.DataArray:
    """The variable that is the channel."""
    if "time" not in data.dims or "time" not in data.coords:
        raise ValueError("it has no time")
    beside = {KNOWN_FROM, str(data["time"].attrs.get("bounds", data["time"].encoding.get("bounds", "")))}
    names = [str(each) for each in data.data_vars if "time" in data[each].dims and each not in beside]
    if name in names or len(names) == 1:
        return data[name if name in names else names[0]]
    raise ValueError(
        f"it holds {', '.join(names)[:80]}; name the channel as one of them"
        if names
        else "no variable of it is over time"
    )


def _axis(data: xr.Dataset, dims: tuple, kind: str) -> str | None:
    """The dimension that is latitude or longitude, by its name or its units."""
    names, units = _AXES[kind]
    for dim in map(str, dims):
        told = data[dim].attrs if dim in data.coords else {}
        unit = str(told.get("units", "")).lower()
        if dim.lower() in names or told.get("standard_name") == kind or unit in units:
            return dim
    return None


def _degrees(data: xr.Dataset, axis: str, kind: str) -> np.ndarray:
    if axis not in data.coords or data[axis].dtype.kind not in "iuf" or data.sizes[axis] < 2:
        raise ValueError(f"its {kind}s are not two or more numbers")
    middle = data[axis].values.astype(np.float64)
    most = _MOST_LATITUDE if kind == "latitude" else _MOST_LONGITUDE
    if not (np.abs(middle) <= most).all() or len(np.unique(middle)) < len(middle):
        raise ValueError(f"its {kind}s are not different numbers up to {most:g}")
    if kind == "longitude" and np.ptp(middle) > 361.0:
        raise ValueError("its longitudes go more than once around")
    return middle


def _from_the_west(longitude: np.ndarray) -> np.ndarray:
    """Their order from west to east: of a grid that crosses the date line, from the place east of its one wide gap."""
    order = np.argsort(longitude)
    gaps = np.diff(longitude[order], append=longitude[order[0]] + 360.0)
    widest, second = np.sort(gaps)[:-3:-1]
    return np.roll(order, -1 - int(gaps.argmax())) if widest > 2.0 * second else order


def _numbers(found: xr.DataArray) -> np.ndarray:
    if found.dtype.kind not in "iufb":
        raise ValueError(f"{found.name} holds {found.dtype}, wanted are numbers")
    with np.errstate(over="ignore"):
        values = found.values.astype(np.float32)
    if (np.abs(values) > _LARGEST).any():
        raise ValueError(f"{found.name} holds numbers beyond {_LARGEST:g}; mark what is missing by _FillValue")
    if np.isnan(values).all():
        raise ValueError(f"{found.name} holds no number")
    return values


def _spans(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """First and last instant of the time of each value."""
    begin = _times(data, "time", ("time",))
    if len(begin) < 2 or not (np.diff(begin) > np.timedelta64(0, "us")).all():
        raise ValueError("its times are fewer than two, or do not rise")
    name = str(data["time"].attrs.get("bounds", data["time"].encoding.get("bounds", "")))
    if name and name in data:
        bounds = _times(data, name, None)
        if bounds.shape != (len(begin), 2) or not (bounds[:, 0] <= bounds[:, 1]).all():
            raise ValueError(f"{name} are no bounds of its times")
        if not (np.diff(bounds[:, 0]) > np.timedelta64(0, "us")).all():
            raise ValueError(f"{name} do not rise")
        return bounds[:, 0], bounds[:, 1]
    return begin, np.append(begin[1:], begin[-1] + (begin[-1] - begin[-2]))


def _times(data: xr.Dataset, name: str, dims: tuple | None) -> np.ndarray:
    variable = data[name]
    if variable.dtype.kind != "M" or (dims is not None and variable.dims != dims):
        raise ValueError(f"{name} holds no times of the standard calendar, one a value")
    times = variable.values.astype("datetime64[us]")
    if np.isnat(times).any():
        raise ValueError(f"{name} lacks some times")
    return times
