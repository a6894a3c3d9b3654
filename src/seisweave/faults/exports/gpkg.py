"""GeoPackage: layers of fault outlines, planes, halos and events for QGIS, ArcGIS and GDAL. Written by GDAL (pyogrio).

Format: OGC GeoPackage 1.3, <https://www.geopackage.org/spec130/>. Longitude and latitude on WGS84, heights in metres.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.faults.exports.exported import ExportedFaults, on_the_map, within_180

_NOW = "OGR_CURRENT_DATE"

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write layers `faults` (outlines on the surface), `planes` (with height), `halos` and `events`.

    Across the date line outlines run on beyond ±180 degrees. Errors: InputError for a plate across a pole.
    """
    import shapely

    titles = [faults.title(k) for k in range(len(faults))]
    shadows = [shapely.Polygon(on_the_map(faults.network, ring, what=title)) for ring, title in _with(faults, titles)]
    planes = []
    for corners, title in zip(faults.corners_km, titles, strict=True):
        ring = on_the_map(faults.network, corners, what=title)
        planes.append(shapely.Polygon(np.column_stack([ring, -1000.0 * corners[:, 2]])))
    layers = {"faults": _layer(faults.table, shadows), "planes": _layer(faults.table, planes)}
    if len(faults.halos):
        rings = [on_the_map(faults.network, ring, what=f"halo {k}") for k, ring in enumerate(faults.halo_outlines())]
        layers["halos"] = _layer(faults.halos, [shapely.Polygon(ring) for ring in rings])
    if faults.events is not None:
        layers["events"] = _layer(faults.events, _points(faults))
    with _same_bytes():
        for name, layer in layers.items():
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
    return faults.notes


@contextmanager
def _same_bytes() -> Iterator[None]:
    """GDAL notes no time of writing, so that equal networks are equal files."""
    import pyogrio

    before = pyogrio.get_gdal_config_option(_NOW)
    pyogrio.set_gdal_config_options({_NOW: "1970-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_NOW: before})


def _with(faults: ExportedFaults, titles: list[str]) -> Any:
    return zip(faults.outlines(), titles, strict=True)


def _points(faults: ExportedFaults) -> Any:
    import shapely

    assert faults.events is not None
    xyz_km = faults.events[["x_km", "y_km", "depth_km"]].to_numpy(float)
    longitude, latitude = faults.network.to_geographic(xyz_km)
    return shapely.points(within_180(longitude), latitude, -1000.0 * xyz_km[:, 2])


def _layer(table: pd.DataFrame, shapes: Any) -> gpd.GeoDataFrame:
    """A table with shapes; columns that a GeoPackage has of its own, or twice in other cases, get another name."""
    import geopandas as gpd

    names: dict[str, str] = {}
    taken = {"fid", "geom", "geometry"}
    for name in map(str, table):
        new = name
        while new.lower() in taken:
            new = f"{new}_"
        taken.add(new.lower())
        names[name] = new
    return gpd.GeoDataFrame(table.rename(columns=names), geometry=list(shapes), crs="EPSG:4326")
