"""The result folder of new events that were given to the faults of a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.csv_text import csv_of
from seisweave.faults.assign import Assigned
from seisweave.storage import write_summary
from seisweave.version import __version__


def write_assigned(found: Assigned, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write assigned.csv (every event, with its fault), moved.csv (every fault that has new events) and the summary."""
    found.write(folder / "assigned.csv")
    (folder / "moved.csv").write_text(csv_of(found.moved()), encoding="utf-8")
    fresh = ~found.events.known
    content: dict[str, Any] = {
        "n_events": len(found),
        "n_known": int(found.events.known.sum()),
        "n_on_faults": int((fresh & (found.fault >= 0)).sum()),
        "n_in_halos": int((fresh & (found.halo >= 0)).sum()),
        "n_none": int((fresh & found.none).sum()),
        "n_faults_moved": len(np.unique(found.fault[fresh & (found.fault >= 0)])),
        "notes_of_network": list(found.events.notes),
    }
    write_summary(folder, {**content, **(told or {}), "version": __version__})
