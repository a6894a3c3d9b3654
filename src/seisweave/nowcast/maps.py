"""Weave a catalog into maps: what happened in every cell of a grid, step by step (a day, usually).

Source: Feng & Fox (2021), sections III-A, III-B and IV-B. The energy of an event of magnitude m, clipped to 0..10, is
10^(1.5 m) (eq. 1); a cell holds the sum over its events (eq. 2), or, by section IV-B, the mean of their magnitudes.
Three more are given: the compressed energy log10(Σ energy)/1.5, which reads like a magnitude, the largest magnitude,
and the count. Where nothing happened all of them are 0; the compressed energy of a single event of magnitude 0 is 0
too. Their longitudes "-120 to -140" are a slip for -120..-114, which has the 60 cells of 0.1° they name.

A cell holds its lower and western edges, not its upper and eastern ones, and so does the grid: neighbouring grids
share no event. Only the North Pole belongs to the cells south of it. A step begins with its first instant. Steps of
which any part lies in a gap are masked with NaN: nobody watched, which is not the same as quiet.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import as_time
from seisweave.errors import InputError
from seisweave.nowcast.chosen_maps import select_events, with_region
from seisweave.nowcast.map_options import MapOptions
from seisweave.nowcast.times import gaps_of
from seisweave.renamed import renamed_names
from seisweave.storage import write_dataset
from seisweave.stored_arrays import Rule, arrays_of, checked

if TYPE_CHECKING:
    import xarray as xr

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)

_DIMS = ("time", "latitude", "longitude")
_ON_THE_EDGE = 1e-9  # of a cell, 10 micrometres: what lies this near below an edge is on it, written in decimals
_LONG_NAMES = {
    "log_energy": "compressed energy of the events in a cell, log10(sum 10^(1.5 m))/1.5",
    "energy": "relative energy of the events in a cell, sum 10^(1.5 m)",
    "mean_magnitude": "mean magnitude of the events in a cell",
    "max_magnitude": "largest magnitude of the events in a cell",
    "count": "number of events in a cell",
}


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of a series of maps (t of them): when each begins, and whether somebody watched all of it."""

    start: Shaped[np.ndarray, " t"]
    step: np.timedelta64
    observed: Bool[np.ndarray, " t"]

    def __len__(self) -> int:
        return len(self.start)

    def position(self, time: np.datetime64) -> int:
        """Number of the step that holds a time, below 0 or above the last where none does."""
        return int(np.floor((time - self.start[0]) / self.step))


def lay_steps(catalog: Catalog, options: MapOptions, start: str | None = None, end: str | None = None) -> Steps:
    """Steps from `start` to before `end`; by default from the first event's day through the last event's.

    A last step that `end` would cut is left out: half a step is no step.

    Errors: InputError for a catalog without events, or no whole step.
    """
    times = catalog.times[~np.isnat(catalog.times)]
    if not len(times) and (start is None or end is None):
        raise InputError("the catalog has no event that can be used (time, magnitude, type); give one with events")
    first = np.datetime64(times.min(), "D").astype("datetime64[us]") if start is None else as_time("start", start)
    if end is None:
        last = np.datetime64(times.max(), "D").astype("datetime64[us]") + np.timedelta64(1, "D")
    else:
        last = as_time("end", end)
    n = int((last - first) // options.step)
    if n < 1:
        raise InputError(
            f"there is no whole step of {options.step_hours:g} hours from {first} to {last}; give a longer span"
        )
    begins = first + options.step * np.arange(n)
    observed = np.ones(n, bool)
    for gap_start, gap_end in gaps_of(options.gaps):
        observed &= (begins + options.step <= gap_start) | (begins >= gap_end)
    return Steps(begins, options.step, observed)


def weave(catalog: CatalogLike, options: MapOptions | None = None, steps: Steps | None = None) -> xr.DataArray:
    """Maps of a catalog: (time, latitude, longitude), float32, NaN in steps nobody watched; one pass, O(events).

    `steps` are those of `lay_steps`; without a box the maps are of the catalog's region (`choose_maps`). Attributes say
    how many events lie on the maps, outside, and in gaps.

    Errors: InputError for a catalog without events where no steps are given.

    >>> one = Catalog(times=np.array(["2019-07-06T03:19:53"], "datetime64[us]"), longitude=np.array([-117.599]),
    ...     latitude=np.array([35.77]), depth_km=np.array([8.0]), magnitude=np.array([7.1]), ids=np.array(["a"]))
    >>> maps = weave(one, MapOptions(box=(-120.0, -114.0, 32.0, 36.0)))
    >>> maps.shape, round(float(maps.sel(latitude=35.75, longitude=-117.55, method="nearest").max()), 3)
    ((1, 40, 60), 7.1)
    """
    catalog = as_catalog(catalog)
    options = with_region(catalog, options or MapOptions())
    events = select_events(catalog, options)
    steps = steps or lay_steps(events, options)
    values, counts = weave_values(catalog, options, steps)
    return _as_array(values, options, steps, counts)


def weave_values(
    catalog: Catalog, options: MapOptions, steps: Steps
) -> tuple[Float[np.ndarray, "t rows columns"], dict[str, int]]:
    """The bare values of `weave`, and the counts of its attributes."""
    options = with_region(catalog, options)
    events = select_events(catalog, options)
    rows, where = _placed(events, options, steps)
    values = _filled(options.value, where, np.clip(events.magnitude[rows], 0.0, 10.0), (len(steps), *options.shape))
    values[~steps.observed] = np.nan
    inside = steps.observed[where // (options.shape[0] * options.shape[1])]
    counts = {
        "n_events": int(inside.sum()),
        "n_events_in_gaps": int((~inside).sum()),
        "n_events_outside": len(events) - len(rows),
        "n_events_unusable": len(catalog) - len(events),
    }
    return values, counts


def largest_magnitudes(catalog: Catalog, options: MapOptions, steps: Steps) -> Float[np.ndarray, " t"]:
    """Largest magnitude on the grid in each step, -inf where nothing happened, NaN where nobody watched."""
    options = with_region(catalog, options)
    events = select_events(catalog, options)
    rows, where = _placed(events, options, steps)
    largest = np.full(len(steps), -np.inf)
    np.maximum.at(largest, where // (options.shape[0] * options.shape[1]), events.magnitude[rows])
    largest[~steps.observed] = np.nan
    return largest


def write_maps(maps: xr.DataArray, path: str | Path) -> Path:
    """Save maps as netCDF-4 with CF names and units, compressed; the quiet takes next to no room.

    >>> from tempfile import mkdtemp
    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> maps = weave(etas_world(EtasOptions(days=100), seed=1).catalog, MapOptions(value="count"))
    >>> write_maps(maps, Path(mkdtemp()) / "maps.nc").stat().st_size < maps.nbytes / 10
    True
    """
    encoding = {str(maps.name): {"zlib": True, "complevel": 4, "_FillValue": np.float32(np.nan)}}
    return write_dataset(maps.to_dataset(), path, encoding)


def maps_of(dataset: xr.Dataset) -> xr.DataArray:
    """The maps that `write_maps` wrote, from what such a file holds. Errors: ValueError for what cannot be maps."""
    names = list(dataset.data_vars)
    if len(names) != 1 or "observed" not in dataset.coords or dataset[names[0]].dims != _DIMS:
        raise ValueError("it holds no maps")
    maps = dataset[names[0]]
    rules = {"latitude": Rule(("latitude",), -90, 90), "longitude": Rule(("longitude",), -360, 720)}
    for name, middles in arrays_of(dataset, rules).items():
        if len(middles) > 1 and not np.allclose(np.diff(middles), np.diff(middles)[0], rtol=1e-6, atol=0.0):
            raise ValueError(f"the {name}s of its cells are not evenly spaced")
    checked("maps", maps.values, Rule(_DIMS, -1e30, 1e30, unknown=True))
    time, observed = maps["time"].values, maps["observed"].values
    if time.dtype.kind != "M" or observed.dtype != bool or not (np.diff(time) > np.timedelta64(0, "s")).all():
        raise ValueError("its times do not rise, or it does not say what was observed")
    if not (np.isfinite(maps.values) == observed[:, None, None]).all():
        raise ValueError("a step that was watched has a cell without a number, or one that was not has numbers")
    return maps


def _placed(events: Catalog, options: MapOptions, steps: Steps) -> tuple[Int[np.ndarray, " m"], Int[np.ndarray, " m"]]:
    """Rows of the events on the maps, and the place of each in the flattened (time, latitude, longitude)."""
    west, _, south, north = options.edges
    n_rows, n_columns = options.shape
    row = np.floor((events.latitude - south) / options.side_deg + _ON_THE_EDGE).astype(np.int64)
    row[(events.latitude == 90) & (north == 90)] = n_rows - 1
    east = np.mod(events.longitude - west, 360.0)
    east[360.0 - east < _ON_THE_EDGE * options.side_deg] = 0.0
    column = np.floor(east / options.side_deg + _ON_THE_EDGE).astype(np.int64)
    step = np.floor_divide(events.times - steps.start[0], steps.step).astype(np.int64)
    on = (row >= 0) & (row < n_rows) & (column < n_columns) & (step >= 0) & (step < len(steps))
    return np.flatnonzero(on), ((step * n_rows + row) * n_columns + column)[on]


def _filled(
    value: str, where: Int[np.ndarray, " m"], magnitude: Float[np.ndarray, " m"], shape: tuple[int, int, int]
) -> Float[np.ndarray, "t rows columns"]:
    """Maps of one kind of value from the place and magnitude of each event."""
    maps = np.zeros(int(np.prod(shape)), np.float32)
    if value == "max_magnitude":
        np.maximum.at(maps, where, magnitude.astype(np.float32))
        return maps.reshape(shape)
    cells, cell = np.unique(where, return_inverse=True)  # most cells are empty: sums are taken in the others only
    n = np.bincount(cell, minlength=len(cells))
    if value == "count":
        sums = n.astype(float)
    elif value == "mean_magnitude":
        sums = np.bincount(cell, magnitude, minlength=len(cells)) / np.maximum(n, 1)
    else:
        sums = np.bincount(cell, 10.0 ** (1.5 * magnitude), minlength=len(cells))
        if value == "log_energy":
            sums = np.log10(np.maximum(sums, 1.0)) / 1.5
    maps[cells] = sums
    return maps.reshape(shape)


def _as_array(
    values: Float[np.ndarray, "t rows columns"], options: MapOptions, steps: Steps, counts: dict[str, int]
) -> xr.DataArray:
    """With coordinates and attributes by the CF conventions; longitudes run on beyond 180 where the grid does."""
    import json

    import xarray as xr

    west, _, south, _ = options.edges
    half = options.side_deg / 2
    latitude = south + options.side_deg * np.arange(options.shape[0]) + half
    longitude = west + options.side_deg * np.arange(options.shape[1]) + half
    coordinates = {
        "time": (
            "time",
            steps.start.astype("datetime64[us]"),
            {"standard_name": "time", "long_name": "begin of the step"},
        ),
        "latitude": ("latitude", latitude, {"standard_name": "latitude", "units": "degrees_north"}),
        "longitude": ("longitude", longitude, {"standard_name": "longitude", "units": "degrees_east"}),
        "observed": ("time", steps.observed, {"long_name": "whether the whole step was watched"}),
    }
    attributes = {
        "long_name": _LONG_NAMES[options.value],
        "units": "1",
        "cell_methods": "time: sum" if options.value in ("energy", "count") else "time: point",
        "Conventions": "CF-1.11",
        "options": json.dumps(asdict(options)),
        **counts,
    }
    return xr.DataArray(values, coordinates, _DIMS, options.value, attributes)
