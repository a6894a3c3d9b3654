"""A fault network as tables and GeoJSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.local_xyz import LocalPoints
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd


def faults_table(network: FaultNetwork) -> pd.DataFrame:
    """One row a fault, heaviest first: centre, strike, dip, sides, weight and number of events."""
    import pandas as pd

    mean, planes = network.mixture.mean_km, network.planes
    longitude, latitude = network.to_geographic(mean)
    return pd.DataFrame(
        {
            "fault": np.arange(network.n_faults),
            "longitude": longitude,
            "latitude": latitude,
            "x_km": mean[:, 0],
            "y_km": mean[:, 1],
            "depth_km": mean[:, 2],
            "strike_deg": planes.strike_deg,
            "dip_deg": planes.dip_deg,
            "length_km": planes.length_km,
            "width_km": planes.width_km,
            "thickness_km": planes.thickness_km,
            "weight": network.mixture.weight,
            "n_events": network.events_per_fault,
            **({} if network.sureness is None else network.sureness.columns()),
        }
    )


def events_table(network: FaultNetwork, rows: pd.DataFrame, xyz_km: Float[np.ndarray, "n 3"]) -> pd.DataFrame:
    """The input rows with local coordinates, the fault of each event (-1: background) and its responsibility.

    Columns of the input that bear one of our names stay under that name with `input_` before it.
    """
    own = {"x_km": xyz_km[:, 0], "y_km": xyz_km[:, 1], "depth_km": xyz_km[:, 2]}
    own |= {"fault": network.label, "responsibility": network.responsibility}
    same = {"depth_km"} if "depth_km" in rows and np.array_equal(rows["depth_km"], xyz_km[:, 2]) else set()
    same |= {name for name in ("x_km", "y_km") if name in rows and np.array_equal(rows[name], own[name])}
    renamed = {name: f"input_{name}" for name in own if name in rows and name not in same}
    return rows.reset_index(drop=True).rename(columns=renamed).assign(**own)


def network_events(network: FaultNetwork) -> pd.DataFrame | None:
    """The events of a network as its result folder keeps them; None where it does not hold them."""
    import pandas as pd

    source = network.source
    if source is None or isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, Catalog):
        return events_table(network, source.to_pandas(), source.xyz_km(network.projection))
    if isinstance(source, LocalPoints):
        return events_table(network, source.rows, source.xyz_km)
    xyz_km = np.asarray(source, dtype=float)
    return events_table(network, pd.DataFrame(xyz_km, columns=["x_km", "y_km", "depth_km"]), xyz_km)


def faults_geojson(network: FaultNetwork) -> dict[str, Any]:
    """Two features a fault: its outline on the surface (polygon), and its plane (polygon with height in m).

    The plate of a fault has sides √12 σ; its surface outline is the shadow of the whole plate. Without a projection
    the coordinates are local km, and the collection says so.
    """
    table = faults_table(network)
    corners = network.planes.corners_km
    features = []
    for row, plane in zip(table.to_dict("records"), corners, strict=True):
        attributes = {name: _plain(value) for name, value in row.items()}
        c = int(row["fault"])
        outline = _shadow(_plate_corners(network, c))
        features.append(_feature(network, outline, {"kind": "surface projection", **attributes}, height=False))
        features.append(_feature(network, plane, {"kind": "plane", **attributes}, height=True))
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if network.projection is None:
        collection["note"] = "coordinates are local: x_km east, y_km north, height in m"
    return collection


def _feature(network: FaultNetwork, ring: np.ndarray, properties: dict, *, height: bool) -> dict[str, Any]:
    horizontal = _horizontal(network, ring)
    rows = np.round(horizontal, 6)
    if height:
        rows = np.column_stack([rows, np.round(-1000.0 * ring[:, 2], 1)])
    if _area(horizontal) < 0:  # GeoJSON wants outer rings counterclockwise
        rows = rows[::-1]
    coordinates = [*rows.tolist(), rows[0].tolist()]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [coordinates]},
        "properties": properties,
    }


def _horizontal(network: FaultNetwork, ring: np.ndarray) -> np.ndarray:
    """Longitude and latitude of a ring, or local km; longitudes run on beyond ±180 where it crosses the date line."""
    if network.projection is None:
        return ring[:, :2]
    longitude, latitude = network.to_geographic(ring)
    longitude = longitude[0] + np.mod(longitude - longitude[0] + 180.0, 360.0) - 180.0
    return np.stack([longitude, latitude], axis=1)


def _plate_corners(network: FaultNetwork, c: int) -> np.ndarray:
    """Eight corners of a fault's plate: √3 σ to both sides of the centre along each axis."""
    values, vectors = np.linalg.eigh(network.mixture.covariance_km2[c])
    signs = np.stack(np.meshgrid([-1, 1], [-1, 1], [-1, 1]), axis=-1).reshape(-1, 3)
    return network.mixture.mean_km[c] + (signs * np.sqrt(3.0 * np.maximum(values, 0.0))) @ vectors.T


def _shadow(corners: np.ndarray) -> np.ndarray:
    """Convex outline of points seen from above, in order."""
    from scipy.spatial import ConvexHull

    return corners[ConvexHull(corners[:, :2]).vertices]


def _area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def _plain(value: Any) -> Any:
    """A JSON value: numbers rounded to six decimals, NaN as null."""
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else round(float(value), 6)
    return int(value) if isinstance(value, (int, np.integer)) else value
