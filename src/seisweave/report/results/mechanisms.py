"""The result folder of focal mechanisms beside a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seisweave.faults.mechanisms.compare import MechanismComparison
from seisweave.report.mechanism_figures import mechanisms_figure
from seisweave.storage import write_summary
from seisweave.version import __version__


def write_mechanisms_folder(found: MechanismComparison, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write mechanisms.csv (each with its fault and preferred plane), by_fault.csv, a figure and the summary."""
    found.table().to_csv(folder / "mechanisms.csv", index=False)
    found.by_fault().to_csv(folder / "by_fault.csv", index=False)
    mechanisms_figure(found).savefig(folder / "figure.png")
    used = found.preferred_probability[found.used]
    content: dict[str, Any] = {
        "n_mechanisms": len(found.mechanisms),
        "n_rejected": len(found.mechanisms.rejected),
        "rejected": found.mechanisms.rejected.by_reason(),
        "n_on_faults": int(found.used.sum()),
        "misfit": asdict(found.misfit),
        "scatter_deg": found.scatter_deg,
        "mean_probability": float(used.mean()),
        "n_sure": int((used >= 0.9).sum()),
        "format": found.mechanisms.format,
        "options": asdict(found.options),
        "notes": list(found.notes),
        "network_sha256": found.network.input_sha256,
    }
    write_summary(folder, {**content, **(told or {}), "version": __version__})
