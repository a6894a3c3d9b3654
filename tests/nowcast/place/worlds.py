"""Small catalogs, cells and networks for the nowcast by place."""

import numpy as np

from seisweave.catalog import Catalog
from seisweave.nowcast.place.options import (
    PlaceNetworkOptions,
    PlaceOptions,
)

BOX = (-118.0, -116.0, 33.0, 35.0)


PLACE = PlaceOptions(magnitudes=(3.0, 3.5, 4.0, 4.5), box=BOX)


SMALL = PlaceNetworkOptions(
    filters=8, epochs=6, batch=128, learning_rate=5e-3, quiet_share=0.5, calibration_years=2, rates="sums"
)


def few_events(times, magnitude, longitude=None, latitude=None):
    n = len(times)
    return Catalog(
        times=np.array(times, "datetime64[us]"),
        longitude=np.full(n, -117.2) if longitude is None else np.array(longitude, float),
        latitude=np.full(n, 34.3) if latitude is None else np.array(latitude, float),
        depth_km=np.full(n, 8.0),
        magnitude=np.array(magnitude, float),
        ids=np.arange(n).astype(str),
        event_type=np.full(n, "eq"),
    )


def with_another_future(catalog, day):
    """The same catalog before a day, and quite another from its first instant on."""
    future = np.flatnonzero(catalog.times >= np.datetime64(day))
    rng, columns = np.random.default_rng(1), {}
    for name in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids"):
        columns[name] = getattr(catalog, name).copy()
    columns["magnitude"][future] = rng.uniform(2, 7, len(future))
    columns["longitude"][future] = rng.uniform(-118, -116, len(future))
    columns["latitude"][future] = rng.uniform(33, 35, len(future))
    columns["times"][future] = np.datetime64(day) + rng.integers(0, 10**13, len(future)).astype("timedelta64[us]")
    return Catalog(**columns)
