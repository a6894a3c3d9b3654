"""The result folder of a comparison of two networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seisweave.faults.matching import NetworkMatch
from seisweave.report.matching_figures import matching_figure
from seisweave.storage import write_summary
from seisweave.version import __version__


def write_match_folder(match: NetworkMatch, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write matches.csv (what became of each fault), pairs.csv, a figure and the summary."""
    match.table().to_csv(folder / "matches.csv", index=False)
    match.pairs.table().to_csv(folder / "pairs.csv", index=False)
    matching_figure(match).savefig(folder / "figure.png")
    content = {**match.summary(), "options": asdict(match.options), "notes": list(match.notes)}
    content["network_sha256"] = [match.first.input_sha256, match.second.input_sha256]
    write_summary(folder, {**content, **(told or {}), "version": __version__})
