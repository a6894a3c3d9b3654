"""The tables beside a network in its result folder, read back: of as many rows as the network, and of numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Integer

from seisweave.faults.network import FaultNetwork
from seisweave.machine import check_memory
from seisweave.report.columns import COLUMNS
from seisweave.stored_arrays import LARGEST
from seisweave.stored_files import stored_file

if TYPE_CHECKING:
    import pandas as pd

AXES = ["x_km", "y_km", "depth_km"]
EVENTS, FAULTS = "events.parquet", "faults.csv"
_UNITS = ("_deg", "_km", "itude")  # what names of numbers end in
_COPIES = 3  # of a table, while it is made


def read_events(folder: Path, network: FaultNetwork) -> pd.DataFrame:
    """The events of a network: places that are known, numbers, and the fault, halo and segment the network gives them.

    Errors: ValueError for a table of another network, or that holds something else; what pyarrow raises for a damaged
    file; InputError for a link out of the folder.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    path = stored_file(folder, EVENTS)
    with pq.ParquetFile(path) as file:
        told = file.metadata
        rows = told.num_rows
        size = sum(told.row_group(k).total_byte_size for k in range(told.num_row_groups))
    if rows != network.n_events:
        raise ValueError(f"{rows} events beside {network.n_events} in network.nc")
    check_memory(_COPIES * size, f"reading {path}", "open it on a larger machine")
    events = pd.read_parquet(path)
    absent = [name for name in (*AXES, "fault") if name not in events]
    if absent:
        raise ValueError(f"{EVENTS} has no column {', '.join(absent)}")
    for name in AXES:
        _check_numbers(events, name, unknown=False)
    if "magnitude" in events:
        _check_numbers(events, "magnitude", unknown=True)
    for name in ("probability", "responsibility"):
        if name in events:
            _check_numbers(events, name, unknown=True)
            if ((events[name] < 0.0) | (events[name] > 1.0 + 1e-6)).any():
                raise ValueError(f"{name} of {EVENTS} is no share everywhere")
    given = {"fault": network.label, "halo": network.faults.halo_of_event, "segment": network.segment}
    for name, number in given.items():
        if name in events and not np.array_equal(events[name].to_numpy(), number):
            raise ValueError(f"{name} of {EVENTS} is not that of network.nc: its files are not of one run")
    return events


def read_faults(folder: Path, network: FaultNetwork) -> pd.DataFrame:
    """The table of a network's faults. Errors: ValueError for one of another network, or that holds something else."""
    import pandas as pd

    faults = pd.read_csv(stored_file(folder, FAULTS))
    if len(faults) != network.n_faults:
        raise ValueError(f"{len(faults)} faults beside {network.n_faults} in network.nc")
    for name in faults:
        if len(faults) and (name in COLUMNS or str(name).endswith(_UNITS)):
            _check_numbers(faults, str(name), unknown=True)
    if "fault" in faults and faults["fault"].tolist() != list(range(len(faults))):
        raise ValueError(f"{FAULTS} does not number its faults from 0")
    return faults


def check_largest(faults: pd.DataFrame, events: pd.DataFrame, label: Integer[np.ndarray, " n"]) -> None:
    """Refuse a table whose largest magnitudes are not those of the events on each fault. Errors: ValueError."""
    if "largest_magnitude" not in faults or "magnitude" not in events:
        return
    told, magnitude = faults["largest_magnitude"].to_numpy(dtype=float), events["magnitude"].to_numpy(dtype=float)
    largest, known = np.full(len(faults), -np.inf), (label >= 0) & np.isfinite(magnitude)
    np.maximum.at(largest, label[known], magnitude[known])
    largest[np.isinf(largest)] = np.nan
    if not np.allclose(told, largest, rtol=0.0, atol=0.01, equal_nan=True):
        raise ValueError(f"the largest magnitudes of {FAULTS} are not those of {EVENTS}: its files are not of one run")


def _check_numbers(table: pd.DataFrame, name: str, *, unknown: bool) -> None:
    kind = table[name].dtype
    if not isinstance(kind, np.dtype) or kind.kind not in "iuf":
        raise ValueError(f"{name} holds {kind}, wanted are numbers")
    values = table[name].to_numpy()
    fine = (np.abs(values) <= LARGEST) | (np.isnan(values) & unknown)
    if not fine.all():
        at = int(fine.argmin())
        raise ValueError(f"{name} of row {at} is {values[at]}, wanted are numbers from {-LARGEST:g} to {LARGEST:g}")
