"""GOCAD's TSurf: triangulated surfaces for structural modellers, as those of the Community Fault Models.

Format: GOCAD's ASCII file format, as SCEC's CFM writes it (<https://www.scec.org/research/cfm>). Coordinates are
metres, z up: in the UTM zone of the middle of the network (WGS84), beyond 84° N and 80° S in the polar stereographic
UPS, or local where the network has no place on Earth.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Float

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.exports.colours import colours
from seisweave.faults.exports.exported import ExportedFaults

_UTM = (-80.0, 84.0)  # latitudes


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write a surface for each fault, of two triangles where it has four corners; tells the coordinates."""
    projection = faults.network.projection
    name, told = "Local", "coordinates of the TSurf are local, in metres"
    if projection is not None:
        name = crs_name(projection)
        told = f"coordinates of the TSurf are metres in {name} (EPSG:{epsg_of(projection)})"
    ends = np.cumsum([len(corners) for corners in faults.corners_km])
    metres = np.split(in_metres(faults, np.concatenate(faults.corners_km)), ends[:-1])
    parts = [_surface(faults, k, name, metres[k], colour) for k, colour in enumerate(colours(faults))]
    path.write_text("".join(parts), encoding="ascii")
    return (*faults.notes, told)


def in_metres(faults: ExportedFaults, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
    """Local points as east, north and up, metres."""
    metres = xyz_km * np.array([1000.0, 1000.0, -1000.0])
    if faults.network.projection is not None:
        from pyproj import Transformer

        to_map = Transformer.from_crs(4326, epsg_of(faults.network.projection), always_xy=True)
        metres[:, 0], metres[:, 1] = to_map.transform(*faults.network.to_geographic(xyz_km))
    return metres


def epsg_of(projection: LocalProjection) -> int:
    """The map's code: UTM on WGS84, of the zone in which the middle lies; UPS beyond 84° N and 80° S.

    >>> epsg_of(LocalProjection(-117.0, 34.0)), epsg_of(LocalProjection(179.98, -18.0))
    (32611, 32760)
    """
    if projection.latitude >= _UTM[1]:
        return 5041
    if projection.latitude < _UTM[0]:
        return 5042
    return (32600 if projection.latitude >= 0 else 32700) + _zone(projection)


def crs_name(projection: LocalProjection) -> str:
    """The map's name, as EPSG has it.

    >>> crs_name(LocalProjection(-117.0, 34.0))
    'WGS 84 / UTM zone 11N'
    """
    if not _UTM[0] <= projection.latitude < _UTM[1]:
        return f"WGS 84 / UPS {'North' if projection.latitude > 0 else 'South'} (E,N)"
    return f"WGS 84 / UTM zone {_zone(projection)}{'N' if projection.latitude >= 0 else 'S'}"


def _zone(projection: LocalProjection) -> int:
    return int(((projection.longitude + 180.0) % 360.0) // 6.0) + 1


def _surface(faults: ExportedFaults, k: int, crs: str, metres: np.ndarray, colour: tuple[float, ...]) -> str:
    row = faults.table.iloc[k]
    name = faults.title(k).replace(" ", "_")
    lines = [
        "GOCAD TSurf 1",
        "HEADER {",
        f"name:{name}",
        "*visible:true",
        "*solid*color:{:.4f} {:.4f} {:.4f} 1".format(*colour),
        f"*strike_deg:{row['strike_deg']:.3f}",
        f"*dip_deg:{row['dip_deg']:.3f}",
        f"*system:{row['system']}",
        f"*n_events:{row['n_events']}",
        "}",
        "GOCAD_ORIGINAL_COORDINATE_SYSTEM",
        f'NAME "{crs}"',
        *('AXIS_NAME "X" "Y" "Z"', 'AXIS_UNIT "m" "m" "m"', "ZPOSITIVE Elevation"),
        "END_ORIGINAL_COORDINATE_SYSTEM",
        f"GEOLOGICAL_FEATURE {name}",
        "GEOLOGICAL_TYPE fault",
        "TFACE",
        *(f"VRTX {i + 1} {x:.3f} {y:.3f} {z:.3f}" for i, (x, y, z) in enumerate(metres)),
        *(f"TRGL 1 {i} {i + 1}" for i in range(2, len(metres))),
        "END\n",
    ]
    return "\n".join(lines)
