"""A catalog as an xarray Dataset."""

from __future__ import annotations

import xarray as xr

from seisweave.catalog.columns import Columns
from seisweave.catalog.table import to_frame

_UNITS = {"longitude": "degrees_east", "latitude": "degrees_north", "depth_km": "km"}


def to_dataset(catalog: Columns) -> xr.Dataset:
    """Columns of `Catalog.to_pandas` over the dimension event; times, places and ids are coordinates.

    >>> from seisweave.synthetic import southern_california_like
    >>> dataset = to_dataset(southern_california_like(n_events=20).catalog)
    >>> dict(dataset.sizes), dataset.depth_km.attrs["units"]
    ({'event': 20}, 'km')
    """
    frame = to_frame(catalog)
    columns = {str(name): ("event", frame[name].to_numpy(), _attributes(str(name))) for name in frame.columns}
    places = [name for name in ("time", "longitude", "latitude", "depth_km", "id") if name in columns]
    return xr.Dataset(columns).set_coords(places)


def _attributes(name: str) -> dict[str, str]:
    unit = _UNITS.get(name, "km" if name.endswith("_km") else "")
    attributes = {"units": unit} if unit else {}
    return attributes | ({"positive": "down"} if name == "depth_km" else {})
