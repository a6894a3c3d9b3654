"""The result folder of a condensed catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from seisweave.condensation import tables
from seisweave.condensation.condensed import CondensedCatalog
from seisweave.errors import InputError
from seisweave.machine import peak_memory_mb
from seisweave.report.condensation import condensation_figure
from seisweave.storage import write_summary, write_table


def write_condensed(
    condensed: CondensedCatalog, folder: Path, told: Mapping[str, Any] | None = None, *, points: str = "assigned"
) -> dict[str, Any]:
    """Write all files of a condensed catalog's result folder, which must be there; returns what summary.json holds.

    condensed.parquet, which `seisweave faults` reads, holds the centres that hold events (`assigned`), or as many
    points as events, drawn from the condensed density (`drawn`). Errors: InputError without the catalog.
    """
    start, catalog = perf_counter(), condensed.catalog
    if catalog is None:
        raise InputError("the condensed catalog does not hold the catalog it was made of; condense a Catalog again")
    condensed.write(folder / "condensed.nc")
    table = tables.reduced_table if points == "assigned" else tables.drawn_table
    write_table(folder / "condensed.parquet", table(condensed, catalog))
    write_table(folder / "events.parquet", tables.assigned_table(condensed, catalog))
    condensation_figure(condensed).savefig(folder / "figure.png")
    summary = summarize(condensed, dict(told or {}) | {"points": points}, perf_counter() - start)
    write_summary(folder, summary)
    return summary


def summarize(condensed: CondensedCatalog, told: dict[str, Any], seconds_writing: float) -> dict[str, Any]:
    """What summary.json holds of a condensed catalog: its own numbers, and what was told beside them."""
    before, after = condensed.effective_numbers()
    points = {"points": told.pop("points")}
    return {
        "n_events": condensed.n_events,
        "n_gaussians": len(condensed.gaussians),
        "n_with_weight": int(condensed.weighted.sum()),
        "n_holding": len(condensed.holding),
        "n_widened": condensed.n_widened,
        "total_weight": float(condensed.weight.sum()),
        "effective_number_before": before,
        "effective_number_after": after,
        "seconds": {**told.pop("seconds", {}), **condensed.seconds, "write": round(seconds_writing, 4)},
        "peak_memory_mb": peak_memory_mb(),
        "options": asdict(condensed.options),
        "version": condensed.version,
        "input_sha256": condensed.input_sha256,
        **points,
        **told,
    }
