"""The table and the GeoJSON of a network, as its result folder has them."""

from __future__ import annotations

import json
from pathlib import Path

from seisweave.csv_text import csv_of
from seisweave.faults.export import faults_geojson, faults_table
from seisweave.faults.exports.exported import ExportedFaults, on_the_map


def write_csv(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write a row for each fault: `faults.csv`."""
    table = faults_table(faults.network, faults.events)
    path.write_text(csv_of(table), encoding="utf-8")
    return ()


def write_geojson(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write outlines and planes of faults, and outlines of halos. Errors: InputError for one across a pole."""
    for k, corners in enumerate(faults.corners_km):
        on_the_map(faults.network, corners, what=faults.title(k))
    for k, ring in enumerate(faults.halo_outlines()):
        on_the_map(faults.network, ring, what=f"halo {k}")
    path.write_text(json.dumps(faults_geojson(faults.network), allow_nan=False) + "\n", encoding="utf-8")
    return ()
