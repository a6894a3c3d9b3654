"""The result folder of a declustered catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seisweave.catalog.declustering.compared import compare
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.report.declustering_figures import declustering_figure
from seisweave.storage import write_summary
from seisweave.version import __version__


def write_declustered(found: Declustered, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write declustered.csv (what is kept), events.csv (all events, with their cluster), a figure and the summary."""
    found.write(folder / "declustered.csv")
    found.write(folder / "events.csv", every_event=True)
    declustering_figure(found).savefig(folder / "figure.png")
    content: dict[str, Any] = {
        "n_events": len(found),
        "n_clusters": found.n_clusters,
        "n_background": int(found.is_background.sum()),
        "background_share": found.background_share,
        **asdict(compare(found)),
        "found": dict(found.found),
        "options": found.options.used(),
        "notes": list(found.notes),
    }
    write_summary(folder, {**content, **(told or {}), "version": __version__})
