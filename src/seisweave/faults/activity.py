"""When the parts of a network were active: first and last event and largest magnitude of faults, segments and halos."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int, Shaped

from seisweave.catalog.catalog import Catalog
from seisweave.faults.stored_variable import Variable
from seisweave.stored_arrays import Rule, arrays_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

SECONDS = "seconds since 1970-01-01T00:00:00Z"
_FARTHEST = 1e12  # seconds: no time of an event is more


@dataclass(frozen=True, eq=False)
class Activity:
    """Of m faults, segments or halos: events, first and last time (UTC, NaT: unknown), largest magnitude (NaN)."""

    n_events: Int[np.ndarray, " m"]
    first_time: Shaped[np.ndarray, " m"]
    last_time: Shaped[np.ndarray, " m"]
    largest_magnitude: Float[np.ndarray, " m"]

    def columns(self) -> dict[str, Any]:
        """Columns for a table; without those of which nothing is known."""
        import pandas as pd

        made: dict[str, Any] = {}
        if not np.isnat(self.first_time).all():
            both = {"first_time": self.first_time, "last_time": self.last_time}
            made |= {name: pd.Series(pd.to_datetime(each, utc=True)) for name, each in both.items()}
        if not np.isnan(self.largest_magnitude).all():
            made["largest_magnitude"] = self.largest_magnitude
        return made


@dataclass(frozen=True, eq=False)
class NetworkActivity:
    """The same of all parts of a network."""

    faults: Activity
    segments: Activity
    halos: Activity


def activity_of(network: Any, events: pd.DataFrame | None = None) -> NetworkActivity | None:
    """When the parts of a `FaultNetwork` were active, by the events given, those it holds, or else what its file says.

    None where events have neither times nor magnitudes, and where a file says it of other parts than these.

    >>> import pandas as pd, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> events = pd.DataFrame({"magnitude": np.linspace(1.0, 4.0, 200)})
    >>> activity_of(network, events).faults.largest_magnitude.round(1).tolist()
    [4.0]
    """
    groups = {
        "faults": (network.label, network.n_faults),
        "segments": (network.segment, network.n_segments),
        "halos": (network.faults.halo_of_event, network.faults.n_halos),
    }
    times, magnitude = _told(network.source if events is None else events)
    if times is not None or magnitude is not None:
        return NetworkActivity(**{name: _active(times, magnitude, *group) for name, group in groups.items()})
    kept = network.activity
    if kept is None or events is not None:
        return None
    counted = {name: np.bincount(label + 1, minlength=m + 1)[1:] for name, (label, m) in groups.items()}
    same = all(np.array_equal(getattr(kept, name).n_events, n) for name, n in counted.items())
    return kept if same else None


def activity_variables(activity: NetworkActivity | None) -> dict[str, Variable]:
    """Variables for the dataset of a network; none where nothing is known. `activity_from` reads them back."""
    if activity is None:
        return {}
    variables = {}
    for part in fields(activity):
        dim, one = part.name.removesuffix("s"), getattr(activity, part.name)
        for name in ("first_time", "last_time"):
            variables[f"{dim}_{name}"] = Variable((dim,), _seconds(getattr(one, name)))
        variables[f"{dim}_largest_magnitude"] = Variable((dim,), one.largest_magnitude)
    return variables


def activity_from(dataset: xr.Dataset, n_events: dict[str, Int[np.ndarray, " m"]]) -> NetworkActivity | None:
    """The activity that a dataset holds, or None; n_events are those of faults, segments and halos.

    Errors: ValueError for what cannot be one.
    """
    if "fault_first_time" not in dataset:
        return None
    made = {}
    for part in fields(NetworkActivity):
        dim = part.name.removesuffix("s")
        rules = {f"{dim}_{name}": Rule((dim,), -_FARTHEST, _FARTHEST, unknown=True) for name in _STORED}
        values = [arrays_of(dataset, rules)[f"{dim}_{name}"] for name in _STORED]
        made[part.name] = Activity(n_events[part.name], _times(values[0]), _times(values[1]), values[2])
    return NetworkActivity(**made)


_STORED = ("first_time", "last_time", "largest_magnitude")


def _told(events: Any) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Times (datetime64[us]) and magnitudes of events, each None where they have none."""
    import pandas as pd

    if isinstance(events, Catalog):
        return events.times, events.magnitude
    rows = getattr(events, "rows", events)
    if not isinstance(rows, pd.DataFrame):
        return None, None
    times, magnitude = rows.get("time"), rows.get("magnitude")
    if times is not None and pd.api.types.is_datetime64_any_dtype(times):
        times = pd.to_datetime(times, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")
    else:
        times = None
    if magnitude is not None and pd.api.types.is_numeric_dtype(magnitude):
        return times, magnitude.to_numpy(dtype=float, na_value=np.nan)
    return times, None


def _active(times: np.ndarray | None, magnitude: np.ndarray | None, label: np.ndarray, m: int) -> Activity:
    n, label = len(label), np.asarray(label)
    times = np.full(n, np.datetime64("NaT", "us")) if times is None else times.astype("datetime64[us]")
    magnitude = np.full(n, np.nan) if magnitude is None else magnitude
    first, last = np.full(m, np.iinfo(np.int64).max), np.full(m, np.iinfo(np.int64).min)
    timed = (label >= 0) & ~np.isnat(times)
    np.minimum.at(first, label[timed], times[timed].astype(np.int64))
    np.maximum.at(last, label[timed], times[timed].astype(np.int64))
    none = first > last
    largest = np.full(m, -np.inf)
    sized = (label >= 0) & ~np.isnan(magnitude)
    np.maximum.at(largest, label[sized], magnitude[sized])
    return Activity(
        n_events=np.bincount(label + 1, minlength=m + 1)[1:],
        first_time=np.where(none, np.datetime64("NaT"), first.astype("datetime64[us]")),
        last_time=np.where(none, np.datetime64("NaT"), last.astype("datetime64[us]")),
        largest_magnitude=np.where(np.isinf(largest), np.nan, largest),
    )


def _seconds(times: np.ndarray) -> Float[np.ndarray, " m"]:
    known = ~np.isnat(times)
    return np.where(known, np.where(known, times, np.datetime64(0, "us")).astype(np.int64) / 1e6, np.nan)


def _times(seconds: Float[np.ndarray, " m"]) -> Shaped[np.ndarray, " m"]:
    known = ~np.isnan(seconds)
    whole = np.round(np.where(known, seconds, 0.0) * 1e6).astype(np.int64).astype("datetime64[us]")
    return np.where(known, whole, np.datetime64("NaT", "us"))
