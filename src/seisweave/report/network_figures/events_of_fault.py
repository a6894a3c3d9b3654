"""The events of one fault: where, when and how large, as far as the network's events tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd

_PLACES = ["x_km", "y_km", "depth_km"]


@dataclass(frozen=True, eq=False)
class EventsOfFault:
    """The m events of a fault, local km. time is UTC (NaT: unknown), magnitude NaN where unknown; None: not told."""

    xyz_km: Float[np.ndarray, "m 3"]
    time: Shaped[np.ndarray, " m"] | None
    magnitude: Float[np.ndarray, " m"] | None

    @property
    def dated(self) -> Bool[np.ndarray, " m"]:
        """Which events have a time."""
        return np.zeros(len(self.xyz_km), bool) if self.time is None else ~np.isnat(self.time)

    @property
    def measured(self) -> Bool[np.ndarray, " m"]:
        """Which events have a magnitude."""
        return np.zeros(len(self.xyz_km), bool) if self.magnitude is None else np.isfinite(self.magnitude)


def events_of_fault(network: FaultNetwork, fault: int, events: pd.DataFrame | None = None) -> EventsOfFault:
    """Choose the events of a fault from those of the network, or from the table of them that is given.

    Errors: InputError for a fault that there is none of, a network without its events, a table of other events.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> len(events_of_fault(network, 0).xyz_km) - int(network.events_per_fault[0])
    0
    """
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

    if not 0 <= fault < network.n_faults:
        many = f"its faults are numbered from 0 to {network.n_faults - 1}" if network.n_faults else "it has no faults"
        raise InputError(f"the network has no fault {fault}: {many}; give one of them")
    table = network_events(network) if events is None else events
    if table is None:
        raise InputError("the network does not hold its events (network.nc has none); open the whole result folder")
    if len(table) != network.n_events or not set(_PLACES) <= set(table):
        raise InputError(
            f"a table of {len(table)} events with columns {', '.join(map(str, table))} for a network of"
            f" {network.n_events}; give that of its own events, with {', '.join(_PLACES)}"
        )
    mine = table[network.label == fault]
    time = magnitude = None
    if "time" in mine and is_datetime64_any_dtype(mine["time"]):
        naive = mine["time"] if mine["time"].dt.tz is None else mine["time"].dt.tz_convert("UTC").dt.tz_localize(None)
        time = naive.to_numpy(dtype="datetime64[ns]")
    if "magnitude" in mine and is_numeric_dtype(mine["magnitude"]):
        magnitude = mine["magnitude"].to_numpy(dtype=float)
    return EventsOfFault(mine[_PLACES].to_numpy(dtype=float), time, magnitude)
