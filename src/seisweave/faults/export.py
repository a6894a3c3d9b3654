"""A fault network as tables and GeoJSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.local_xyz import LocalPoints
from seisweave.faults.activity import activity_of
from seisweave.faults.geometry import clipped_corners, planarity
from seisweave.faults.network import FaultNetwork
from seisweave.faults.plane_columns import KINDS, plate_columns, segment_columns, segment_kinds
from seisweave.gaussians.orientation import FaultPlanes

if TYPE_CHECKING:
    import pandas as pd

_OUTLINE = 48  # corners of a halo's ellipse
_FACES = np.array([[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]])  # of a plate
OWN_COLUMNS = ("fault", "halo", "segment", "probability", "responsibility")  # of events, beside places


def faults_table(network: FaultNetwork, events: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a fault, the one of most events first: its whole plate, system, events, and corners in order around it.

    The plate is that of centre, strike_deg (from the local y axis; strike_true_deg is from true north), dip_deg,
    turn_deg, length_km and width_km; corners follow from these and are not cut at the surface, top_km and bottom_km
    are. Standard errors (strike_error_deg, ...) are those of `plane_errors`. Where the events (those of the network,
    unless given) have times or magnitudes, there are the first and last time and the largest magnitude of each fault.
    Corners are in degrees, or in local km without a projection.
    """
    import pandas as pd

    faults, planes = network.faults, network.planes
    active = activity_of(network, events)
    held = faults.fault_of_segment[faults.fault_of_segment >= 0]
    n_events = network.events_per_fault
    columns = {"fault": np.arange(network.n_faults)}
    columns |= {} if network.register is None else network.register.columns()
    columns |= {"kind": "plane", **_places(network, faults.plates.centre_km), **plate_columns(network)}
    meets = [np.sort(faults.links[(faults.links == k).any(axis=1)].ravel()) for k in range(network.n_faults)]
    linked = [" ".join(str(other) for other in met[met != k]) for k, met in enumerate(meets)]
    columns |= {"system": faults.system, "meets": linked, "n_segments": np.bincount(held, minlength=network.n_faults)}
    columns |= {"n_events": n_events, "weight": faults.plates.weight, "share": n_events / network.n_events}
    columns |= {} if network.sureness is None else network.sureness.columns()
    columns |= {} if active is None else active.faults.columns()
    return pd.DataFrame(columns | _corners(network, planes.corners_km))


def segments_table(network: FaultNetwork, events: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a segment, heaviest first: its Gaussian as a plate of sides √12 σ, and its fault (-1: none).

    kind says what most of its events lie on: a fault's plane, a halo, or the background. Other columns are those of
    `faults_table`.
    """
    import pandas as pd

    active = activity_of(network, events)
    kinds = np.array(KINDS, dtype=object)[segment_kinds(network)]
    columns = {"segment": np.arange(network.n_segments), "fault": network.faults.fault_of_segment, "kind": kinds}
    columns |= {**_places(network, network.mixture.mean_km), **segment_columns(network)}
    columns |= {"weight": network.mixture.weight, "n_events": network.events_per_segment}
    columns |= {} if active is None else active.segments.columns()
    return pd.DataFrame(columns | _corners(network, network.segment_planes.corners_km))


def halos_table(network: FaultNetwork, events: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a halo, the one of most events first: centre, standard deviations (longest first), weight and events."""
    import pandas as pd

    faults, active = network.faults, activity_of(network, events)
    variances = np.linalg.eigvalsh(faults.halo_covariance_km2)[:, ::-1] if faults.n_halos else np.zeros((0, 3))
    sigma = np.sqrt(np.maximum(variances, 0.0))
    columns = {"halo": np.arange(faults.n_halos), "kind": "halo", **_places(network, faults.halo_mean_km)}
    columns |= {f"sigma{k + 1}_km": sigma[:, k] for k in range(3)}
    columns |= {"planarity": planarity(variances)}
    columns |= {"weight": faults.halo_weight, "n_events": faults.events_per_halo}
    columns |= {"share": faults.events_per_halo / network.n_events}
    return pd.DataFrame(columns | ({} if active is None else active.halos.columns()))


def events_table(network: FaultNetwork, rows: pd.DataFrame, xyz_km: Float[np.ndarray, "n 3"]) -> pd.DataFrame:
    """The input rows with local coordinates, the fault, halo and segment of each event (-1: none), how likely.

    An event that has neither fault nor halo is background. probability is that of its fault, halo or background;
    responsibility that of its segment or the segments' background. Columns of the input that bear one of our names stay
    under that name with `input_` before it.
    """
    own = {"x_km": xyz_km[:, 0], "y_km": xyz_km[:, 1], "depth_km": xyz_km[:, 2]}
    own |= {"fault": network.label, "halo": network.faults.halo_of_event, "segment": network.segment}
    own |= {"probability": network.faults.probability, "responsibility": network.responsibility}
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
    """Two features a fault, its outline on the surface (polygon) and its plane (polygon with height in m); one a halo.

    The surface outline of a fault is the shadow of its plate with its thickness; that of a halo is the ellipse of two
    standard deviations of its horizontal spread. Both features of a fault hold what lies of it at the surface or below,
    no geometry where nothing does; the corners of the whole plate are among the properties. Without a projection the
    coordinates are local km, and the collection says so.
    """
    plates, planes = plate_corners(network.planes), clipped_corners(network.planes.corners_km)
    features = []
    for c, row in enumerate(faults_table(network).to_dict("records")):
        attributes = {str(name): _plain(value) for name, value in row.items() if name != "kind"}
        features.append(
            _feature(network, _shadow(plates[c]), {"kind": "surface projection", **attributes}, height=False)
        )
        features.append(_feature(network, planes[c], {"kind": "plane", **attributes}, height=True))
    for row, ring in zip(halos_table(network).to_dict("records"), halo_outlines(network), strict=True):
        attributes = {str(name): _plain(value) for name, value in row.items()}
        features.append(_feature(network, ring, attributes, height=False))
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if network.projection is None:
        collection["note"] = "coordinates are local: x_km east, y_km north, height in m"
    return collection


def plate_corners(planes: FaultPlanes) -> Float[np.ndarray, "f 8 3"]:
    """The eight corners of each plate with its thickness: round its footwall face, then round its hanging wall."""
    middle = planes.corners_km
    normal = np.cross(middle[:, 1] - middle[:, 0], middle[:, 3] - middle[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
    half = 0.5 * (planes.thickness_km[:, None] * normal)[:, None]
    return np.concatenate([middle - half, middle + half], axis=1)


def halo_outlines(network: FaultNetwork, across: Float[np.ndarray, "2 3"] | None = None) -> Float[np.ndarray, "h m 3"]:
    """Ellipse of two standard deviations of each halo, in the plane of two unit vectors (by default the map's)."""
    across = np.eye(3)[:2] if across is None else across
    angle = np.linspace(0.0, 2.0 * np.pi, _OUTLINE, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    rings = np.zeros((network.faults.n_halos, _OUTLINE, 3))
    for k, covariance in enumerate(network.faults.halo_covariance_km2):
        values, vectors = np.linalg.eigh(across @ covariance @ across.T)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        rings[k] = network.faults.halo_mean_km[k] + (2.0 * root @ circle).T @ across
    return rings


def _places(network: FaultNetwork, xyz_km: Float[np.ndarray, "m 3"]) -> dict[str, np.ndarray]:
    longitude, latitude = network.to_geographic(xyz_km)
    local = dict(zip(("x_km", "y_km", "depth_km"), xyz_km.T, strict=True))
    return {"longitude": longitude, "latitude": latitude, **local}


def _corners(network: FaultNetwork, corners_km: Float[np.ndarray, "f 4 3"]) -> dict[str, np.ndarray]:
    """Columns of four corners: in degrees, or in local km without a projection."""
    unused = ("x_km", "y_km") if network.projection is not None else ("longitude", "latitude")
    columns = {}
    for k in range(4):
        place = _places(network, corners_km[:, k])
        columns |= {f"corner{k + 1}_{name}": value for name, value in place.items() if name not in unused}
    return columns


def _feature(network: FaultNetwork, ring: np.ndarray, properties: dict, *, height: bool) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [_ring(network, ring, height=height)]} if len(ring) else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _ring(network: FaultNetwork, ring: np.ndarray, *, height: bool) -> list[list[float]]:
    horizontal = _horizontal(network, ring)
    rows = np.round(horizontal, 6)
    if height:
        rows = np.column_stack([rows, np.round(-1000.0 * ring[:, 2], 1)])
    if _area(horizontal) < 0:  # GeoJSON wants outer rings counterclockwise
        rows = rows[::-1]
    return [*rows.tolist(), rows[0].tolist()]


def _horizontal(network: FaultNetwork, ring: np.ndarray) -> np.ndarray:
    """Longitude and latitude of a ring, or local km; longitudes run on beyond ±180 where it crosses the date line."""
    if network.projection is None:
        return ring[:, :2]
    longitude, latitude = network.to_geographic(ring)
    longitude = longitude[0] + np.mod(longitude - longitude[0] + 180.0, 360.0) - 180.0
    return np.stack([longitude, latitude], axis=1)


def _shadow(corners: Float[np.ndarray, "8 3"]) -> np.ndarray:
    """Convex outline, seen from above and in order, of what of a plate lies at the surface or below; or nothing."""
    from scipy.spatial import ConvexHull

    below = np.concatenate(clipped_corners(corners[_FACES]))
    return below[ConvexHull(below[:, :2]).vertices] if len(below) else below


def _area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def _plain(value: Any) -> Any:
    """A JSON value: numbers rounded to six decimals, times in ISO 8601, NaN as null."""
    if hasattr(value, "isoformat"):
        return value.isoformat() if value == value else None
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else round(float(value), 6)
    return int(value) if isinstance(value, (int, np.integer)) else value
