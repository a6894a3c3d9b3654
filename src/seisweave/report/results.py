"""A result folder of `seisweave faults`, opened for the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork, open_network

if TYPE_CHECKING:
    import pandas as pd

_FILES = ("network.nc", "summary.json", "faults.csv", "events.parquet", "figure.png")
_AXES = ["x_km", "y_km", "depth_km"]


@dataclass(frozen=True, eq=False)
class Result:
    """What a result folder holds. name is that of the folder."""

    name: str
    network: FaultNetwork
    faults: pd.DataFrame
    events: pd.DataFrame
    summary: dict[str, Any]
    figure: bytes

    @property
    def xyz_km(self) -> Float[np.ndarray, "n 3"]:
        """Hypocentres, local km."""
        return self.events[_AXES].to_numpy(dtype=float)

    @property
    def background_share(self) -> float:
        """Weight of all backgrounds together."""
        return float(self.network.mixture.box_weight.sum())


def open_result(folder: str | Path) -> Result:
    """Open a result folder.

    Errors: InputError with one line for a folder that is none, or is damaged.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give a result folder made by `seisweave faults`")
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise InputError(
            f"{folder}: not a result folder (no {', '.join(missing)}); "
            f"make one with `seisweave faults INPUT --out {folder}`"
        )
    network = open_network(folder / "network.nc")
    try:
        return _read(folder, network)
    except (OSError, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{folder}: damaged result folder ({reason}); run `seisweave faults` again") from None


def _read(folder: Path, network: FaultNetwork) -> Result:
    import pandas as pd

    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    faults = pd.read_csv(folder / "faults.csv")
    events = pd.read_parquet(folder / "events.parquet")
    absent = [name for name in (*_AXES, "fault") if name not in events]
    if absent:
        raise ValueError(f"events.parquet has no column {', '.join(absent)}")
    if not isinstance(summary, dict):
        raise ValueError("summary.json is no object")
    if len(events) != network.n_events or len(faults) != network.n_faults:
        counts = f"{len(events)} events and {len(faults)} faults beside {network.n_events} and {network.n_faults}"
        raise ValueError(f"its files are not of one run: {counts} in network.nc")
    name = folder.resolve().name
    return Result(name, network, faults, events, summary, (folder / "figure.png").read_bytes())
