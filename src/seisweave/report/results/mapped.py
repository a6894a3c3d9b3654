"""The result folder of a network beside mapped faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seisweave.faults.mapped.compare import MappedComparison
from seisweave.report.mapped_figures import mapped_figure
from seisweave.storage import write_summary
from seisweave.version import __version__


def write_mapped_folder(made: MappedComparison, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write agreement.csv (the network's faults), mapped.csv, chance.csv, the figure and the summary."""
    made.table().to_csv(folder / "agreement.csv", index=False)
    made.mapped_table().to_csv(folder / "mapped.csv", index=False)
    made.chance_table().to_csv(folder / "chance.csv", index=False)
    mapped_figure(made).savefig(folder / "figure.png")
    content = {"kind": "network compare", **made.summary(), "input_sha256": made.network.input_sha256}
    write_summary(folder, {**content, **(told or {}), "version": __version__})
