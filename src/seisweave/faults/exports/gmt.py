"""GMT's multi-segment files: a closed polygon a fault, its strike as the segment's -Z, attributes as OGR/GMT has them.

Formats: GMT, *Multiple segment files* and *The GMT vector data format for OGR compatibility* (Wessel et al. 2019),
<https://docs.generic-mapping-tools.org/latest/reference/ogrgmt-format.html>. The third column is depth, km.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from seisweave.faults.exports.exported import ExportedFaults, on_the_map

_TYPES = {"i": "integer", "u": "integer", "f": "double", "M": "datetime"}


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write the plates' corners as polygons. Errors: InputError for a plate across a pole."""
    table = faults.table
    kinds = [getattr(table[name].dtype, "kind", "O") for name in table]
    rings = [on_the_map(faults.network, each, what=faults.title(k)) for k, each in enumerate(faults.corners_km)]
    places = np.concatenate(rings)
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    lines = [
        "# @VGMT1.0 @GPOLYGON",
        f"# @R{west:.8f}/{east:.8f}/{south:.8f}/{north:.8f}",
        "# @Je4326",
        '# @Jp"+proj=longlat +datum=WGS84 +no_defs"',
        f"# @N{'|'.join(map(str, table))}",
        f"# @T{'|'.join(_TYPES.get(kind, 'string') for kind in kinds)}",
        "# FEATURE_DATA",
    ]
    for k, (ring, corners) in enumerate(zip(rings, faults.corners_km, strict=True)):
        row = table.iloc[k]
        lines += [
            f'> -Z{row["strike_deg"]:.3f} -L"{faults.title(k)}"',
            "# @P",
            f"# @D{'|'.join(_text(value) for value in row)}",
        ]
        points = [f"{x:.8f}\t{y:.8f}\t{z:.5f}" for (x, y), z in zip(ring, corners[:, 2], strict=True)]
        lines += [*points, points[0]]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return faults.notes


def _text(value: Any) -> str:
    """A value between the bars of OGR/GMT; nothing where it is unknown."""
    if value is None or value != value:
        return ""
    if hasattr(value, "isoformat"):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.9g}"
    text = str(value).replace("\n", " ")
    return '"' + text.replace('"', r"\"") + '"' if set(text) & set(' |"') else text
