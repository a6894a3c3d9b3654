"""Tables with a shape in each row, for GeoPandas: points and cells in degrees on WGS84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def geo_frame(table: pd.DataFrame, shapes: Any) -> gpd.GeoDataFrame:
    """A table with its shapes, in longitude and latitude. Errors: InputError where GeoPandas is not there."""
    check_geopandas()
    import geopandas as gpd

    return gpd.GeoDataFrame(table, geometry=list(shapes), crs="EPSG:4326")


def points(longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]) -> np.ndarray:
    """Points in degrees. Errors: InputError where GeoPandas is not there.

    >>> points(np.array([-116.4]), np.array([34.2]))[0].wkt
    'POINT (-116.4 34.2)'
    """
    check_geopandas()
    import shapely

    return np.asarray(shapely.points(longitude, latitude))


def cells(
    west: Float[np.ndarray, " n"],
    south: Float[np.ndarray, " n"],
    east: Float[np.ndarray, " n"],
    north: Float[np.ndarray, " n"],
) -> np.ndarray:
    """Rectangles in degrees. Errors: InputError where GeoPandas is not there.

    >>> float(cells(*(np.array([edge]) for edge in (-117.0, 34.0, -116.5, 34.5)))[0].area)
    0.25
    """
    check_geopandas()
    import shapely

    return shapely.box(west, south, east, north)


def check_geopandas() -> None:
    """Errors: InputError where GeoPandas is not there."""
    try:
        import geopandas as gpd  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("to_geodataframe needs GeoPandas; install it with: pip install 'seisweave[export]'") from None
