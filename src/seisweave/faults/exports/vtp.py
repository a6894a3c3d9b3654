"""VTK's PolyData in XML (.vtp), and the multi-block file (.vtm) that holds several: for ParaView and PyVista.

Formats: VTK File Formats, <https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html>. Written by pyevtk.
Coordinates are local km: x east, y north, z up.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.export import halos_table
from seisweave.faults.exports.exported import ExportedFaults
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd

_ROUND, _ACROSS = 24, 12  # faces of an ellipsoid round and from pole to pole
_SIGMAS = 2.0  # standard deviations to the surface of a halo


@dataclass(frozen=True, eq=False)
class PolyData:
    """Points (local km, depth positive down), and p polygons by their numbers of corners; 1 makes points of them.

    Corners are the points in their order, or those that `corner` names.
    """

    xyz_km: Float[np.ndarray, "m 3"]
    size: Int[np.ndarray, " p"]
    of_cells: dict[str, np.ndarray]
    corner: Int[np.ndarray, " c"] | None = None


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write the faults alone as PolyData, a quadrilateral each, with what is known of them as cell data."""
    _write(path, plates(faults))
    return faults.notes


def write_folder(faults: ExportedFaults, folder: Path) -> tuple[str, ...]:
    """Write faults, halos and events, and a multi-block file that opens all three."""
    blocks = {"faults": plates(faults)}
    if faults.network.faults.n_halos:
        blocks["halos"] = ellipsoids(faults.network)
    if faults.events is not None:
        blocks["events"] = hypocentres(faults.events)
    for name, made in blocks.items():
        _write(folder / f"{name}.vtp", made)
    root = ET.Element("VTKFile", type="vtkMultiBlockDataSet", version="1.0")
    parts = ET.SubElement(root, "vtkMultiBlockDataSet")
    for k, name in enumerate(blocks):
        ET.SubElement(parts, "DataSet", index=str(k), name=name, file=f"{name}.vtp")
    ET.indent(root)
    ET.ElementTree(root).write(folder / "network.vtm", encoding="utf-8", xml_declaration=True)
    return faults.notes


def plates(faults: ExportedFaults) -> PolyData:
    """Faults as quadrilaterals."""
    size = np.array([len(corners) for corners in faults.corners_km])
    return PolyData(np.concatenate(faults.corners_km), size, numbers_of(faults.table))


def ellipsoids(network: FaultNetwork) -> PolyData:
    """Halos as ellipsoids of two standard deviations."""
    round_, across = np.arange(_ROUND) * 2.0 * np.pi / _ROUND, np.arange(_ACROSS + 1) * np.pi / _ACROSS
    theta, phi = np.repeat(across, _ROUND), np.tile(round_, _ACROSS + 1)
    sphere = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=1)
    first = (np.arange(_ACROSS)[:, None] * _ROUND + np.arange(_ROUND)).ravel()
    second = (np.arange(_ACROSS)[:, None] * _ROUND + (np.arange(_ROUND) + 1) % _ROUND).ravel()
    faces = np.stack([first, second, second + _ROUND, first + _ROUND], axis=1)
    values, vectors = np.linalg.eigh(network.faults.halo_covariance_km2)
    roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None]
    points = network.faults.halo_mean_km[:, None] + _SIGMAS * np.einsum("hij,mj->hmi", roots, sphere)
    h = network.faults.n_halos
    corner = (np.arange(h)[:, None, None] * len(sphere) + faces).ravel()
    of_cells = {name: np.repeat(values, len(faces)) for name, values in numbers_of(halos_table(network)).items()}
    return PolyData(points.reshape(-1, 3), np.full(h * len(faces), 4), of_cells, corner)


def hypocentres(events: pd.DataFrame) -> PolyData:
    """Events as points."""
    xyz_km = events[["x_km", "y_km", "depth_km"]].to_numpy(float)
    return PolyData(xyz_km, np.ones(len(events), int), numbers_of(events))


def numbers_of(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The columns of a table that are numbers, and its times as years with decimals."""
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype, is_numeric_dtype

    made: dict[str, np.ndarray] = {}
    for name in map(str, table):
        column = table[name]
        if is_datetime64_any_dtype(column):
            made[f"{name}_year"] = decimal_years(column)
        elif is_bool_dtype(column) or not is_numeric_dtype(column):
            continue
        elif is_integer_dtype(column) and not column.isna().any():
            made[name] = column.to_numpy(np.int64)
        else:
            made[name] = column.to_numpy(np.float64, na_value=np.nan)
    return made


def decimal_years(times: pd.Series) -> Float[np.ndarray, " n"]:
    """Instants as years with decimals, NaN where unknown."""
    import pandas as pd

    utc = pd.to_datetime(times, utc=True).dt.tz_localize(None).to_numpy("datetime64[us]")
    year = utc.astype("datetime64[Y]")
    start, end = year.astype("datetime64[us]"), (year + np.timedelta64(1, "Y")).astype("datetime64[us]")
    share = (utc - start) / (end - start)
    return np.where(np.isnat(utc), np.nan, year.astype(np.int64) + 1970.0 + share)


def _write(path: Path, data: PolyData) -> None:
    from pyevtk.vtk import VtkFile, VtkPolyData

    kind, group = ("nverts", "Verts") if (data.size == 1).all() else ("npolys", "Polys")
    x, y, depth = np.ascontiguousarray(data.xyz_km.T)
    corner = np.arange(len(data.xyz_km)) if data.corner is None else data.corner
    connectivity, offsets = corner.astype(np.int64), np.cumsum(data.size, dtype=np.int64)
    file: Any = VtkFile(str(path.with_suffix("")), VtkPolyData)
    file.openGrid()
    file.openPiece(npoints=len(data.xyz_km), **{kind: len(data.size)})
    file.openElement("Points")
    file.addData("Points", (x, y, -depth))
    file.closeElement("Points")
    file.openElement(group)
    file.addData("connectivity", connectivity)
    file.addData("offsets", offsets)
    file.closeElement(group)
    file.openData("Cell")
    for name, values in data.of_cells.items():
        file.addData(escape(name, {'"': "&quot;"}), values)
    file.closeData("Cell")
    file.closePiece()
    file.closeGrid()
    for values in ((x, y, -depth), connectivity, offsets, *data.of_cells.values()):
        file.appendData(values)
    file.save()
