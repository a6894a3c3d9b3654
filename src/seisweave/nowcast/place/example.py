"""A small catalog, and cells and a network that are fitted to it in a second, for examples and tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, PlaceSettings

_BOX = (-118.0, -117.0, 33.0, 34.0)
_DAYS, _A_DAY = 1200, 2  # from 1990 on, and events
_B = 1.0


@dataclass(frozen=True, eq=False)
class PlaceExample:
    """Events without aftershocks, and settings of two by two cells and one epoch."""

    catalog: Catalog
    settings: PlaceSettings


def example_place(end: str | None = None, *, seed: int = 1) -> PlaceExample:
    """A small catalog, and settings for learning from all of it, or from the days before one.

    >>> small = example_place()
    >>> len(small.catalog), small.settings.place.maps.shape
    (2400, (2, 2))
    """
    rng, n = np.random.default_rng(seed), _DAYS * _A_DAY
    west, east, south, north = _BOX
    days = np.sort(rng.uniform(0.0, _DAYS, n)) * 86_400e6
    catalog = Catalog(
        times=np.datetime64("1990-01-01", "us") + days.astype("timedelta64[us]"),
        longitude=rng.uniform(west, east, n),
        latitude=rng.uniform(south, north, n),
        depth_km=np.full(n, 8.0),
        magnitude=(2.0 + rng.exponential(1.0 / (_B * np.log(10.0)), n)).round(2),
        ids=np.arange(n).astype(str),
    )
    cells = PlaceOptions(magnitudes=(2.5, 3.0, 3.5, 4.0), box=_BOX)
    network = PlaceNetworkOptions(epochs=1, calibration_years=1, calibration_fits=1, rates="sums")
    return PlaceExample(catalog, PlaceSettings(cells, network, end=end))
