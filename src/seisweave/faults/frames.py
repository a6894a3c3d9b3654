"""A network as tables in memory: pandas, and GeoPandas with shapes on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from seisweave.errors import InputError
from seisweave.faults.export import faults_table, halos_table, network_events, segments_table
from seisweave.faults.exports.exported import exported_faults, on_the_map, within_180
from seisweave.faults.network import FaultNetwork, Shapes, Table
from seisweave.geo_frames import check_geopandas, geo_frame, points

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd


def network_frame(network: FaultNetwork, of: Table = "faults") -> pd.DataFrame:
    """One row a fault (as `faults.csv`), segment, halo or event of a network.

    Errors: InputError for another table, and for events that the network does not hold.

    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> len(network_frame(network)), network_frame(network, "events").fault.value_counts().to_dict()
    (1, {0: 182, -1: 18})
    """
    _check(of, get_args(Table))
    if of == "events":
        return _events(network)
    return {"faults": faults_table, "segments": segments_table, "halos": halos_table}[of](
        network, network_events(network)
    )


def network_shapes(network: FaultNetwork, of: Shapes = "faults") -> gpd.GeoDataFrame:
    """The shadows of faults on the surface, their planes (with height in m), ellipses of halos, or events as points.

    Plates are cut at the surface; one wholly above sea level is left out. Outlines across the date line run on beyond
    ±180 degrees.

    Errors: InputError for other shapes, a network in local km, one across a pole, and without GeoPandas.
    """
    _check(of, get_args(Shapes))
    if network.projection is None:
        raise InputError("the network is in local km, without a place on Earth; make it from a Catalog")
    if of == "events":
        events = _events(network)
        xyz_km = events[["x_km", "y_km", "depth_km"]].to_numpy(float)
        longitude, latitude = network.to_geographic(xyz_km)
        return geo_frame(events, points(within_180(longitude), latitude))
    if of == "halos":
        return _halos(network)
    return _faults(network, of)


def _faults(network: FaultNetwork, of: Shapes) -> gpd.GeoDataFrame:
    import numpy as np

    faults = exported_faults(network)
    if of == "faults":
        rings = [on_the_map(network, ring, what=faults.title(k)) for k, ring in enumerate(faults.outlines())]
    else:
        rings = [
            np.column_stack([on_the_map(network, ring, what=faults.title(k)), -1000.0 * ring[:, 2]])
            for k, ring in enumerate(faults.corners_km)
        ]
    return geo_frame(faults.table, _polygons(rings))


def _halos(network: FaultNetwork) -> gpd.GeoDataFrame:
    from seisweave.faults.export import halo_outlines

    rings = [on_the_map(network, ring, what=f"halo {k}") for k, ring in enumerate(halo_outlines(network))]
    return geo_frame(halos_table(network, network_events(network)), _polygons(rings))


def _polygons(rings: list[np.ndarray]) -> list:
    check_geopandas()
    import shapely

    return [shapely.Polygon(ring) for ring in rings]


def _events(network: FaultNetwork) -> pd.DataFrame:
    events = network_events(network)
    if events is None:
        raise InputError("the network does not hold its events (network.nc has none); open the whole result folder")
    return events


def _check(of: str, known: tuple[str, ...]) -> None:
    if of not in known:
        raise InputError(f"of is {of!r}; give one of {', '.join(known)}")
