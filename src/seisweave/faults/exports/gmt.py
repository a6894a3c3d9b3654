"""GMT's multi-segment files: a closed polygon a fault, its strike as the segment's -Z, its name as -L.

Format: GMT, *Multiple segment files* (Wessel et al. 2019, Geochem. Geophys. Geosyst. 20, 5556-5564),
<https://docs.generic-mapping-tools.org/latest/reference/file-formats.html>. The third column is depth, km. The metadata
of OGR/GMT are left out: GMT 6.4 takes no -Z from files that have them.
"""

from __future__ import annotations

from pathlib import Path

from seisweave.faults.exports.exported import ExportedFaults, on_the_map

_HEAD = "# longitude latitude depth_km (WGS84); -Z is the strike in degrees\n"


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write the plates' corners as polygons. Errors: InputError for a plate across a pole."""
    parts = [_HEAD, *(_segment(faults, k) for k in range(len(faults)))]
    path.write_text("".join(parts), encoding="ascii")
    return faults.notes


def _segment(faults: ExportedFaults, k: int) -> str:
    row, corners = faults.table.iloc[k], faults.corners_km[k]
    ring = on_the_map(faults.network, corners, what=faults.title(k))
    points = [f"{x:.8f}\t{y:.8f}\t{z:.5f}" for (x, y), z in zip(ring, corners[:, 2], strict=True)]
    name = f"{faults.title(k)}, dip {row['dip_deg']:.0f}, {row['n_events']} events"
    return "\n".join([f'> -Z{row["strike_deg"]:.3f} -L"{name}"', *points, points[0], ""])
