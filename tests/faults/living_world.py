"""A small world that goes on: three planted plates and a background, in degrees and times, and a fourth that comes."""

from dataclasses import dataclass

import numpy as np
from tests.faults.plate_sets import on_plate

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.uncertainty import LocationUncertainty

HERE = LocalProjection(-117.5, 35.7)
BEGUN = np.datetime64("2019-07-04T00:00:00", "us")
PLATES = (
    {"strike": 320.0, "dip": 85.0, "centre": (0.0, 0.0, 8.0), "sides": (24.0, 9.0)},
    {"strike": 45.0, "dip": 80.0, "centre": (14.0, -14.0, 7.0), "sides": (14.0, 8.0)},
    {"strike": 100.0, "dip": 60.0, "centre": (-18.0, 18.0, 9.0), "sides": (12.0, 8.0)},
    {"strike": 10.0, "dip": 70.0, "centre": (20.0, 20.0, 8.0), "sides": (12.0, 8.0)},  # comes later
)


@dataclass(frozen=True, eq=False)
class World:
    """Events in the order of their times, in local km about `HERE`, and the plate of each (-1: background)."""

    catalog: Catalog
    truth: np.ndarray

    def __getitem__(self, rows):
        return World(self.catalog.take(rows), self.truth[rows])


def world_of(counts, *, noise=40, seed=0, days=4.0, after=0.0, name="a", error_km=None):
    """So many events of each plate, and noise, over some days from a day on."""
    rng = np.random.default_rng(seed)
    points = [on_plate(rng, n, **plate) for n, plate in zip(counts, PLATES, strict=False)]
    points.append(rng.uniform((-30, -30, 1), (30, 30, 17), (noise, 3)))
    xyz = np.concatenate(points)
    truth = np.concatenate([np.full(len(p), k) for k, p in enumerate(points)])
    truth[truth == len(points) - 1] = -1
    order = rng.permutation(len(xyz))
    xyz, truth, n = xyz[order], truth[order], len(xyz)
    seconds = np.sort(rng.uniform(86400 * after, 86400 * (after + days), n))
    longitude, latitude = HERE.to_geographic(xyz[:, 0], xyz[:, 1])
    errors = None if error_km is None else LocationUncertainty(np.full(n, error_km), np.full(n, error_km))
    catalog = Catalog(
        times=BEGUN + (1e6 * seconds).astype("timedelta64[us]"),
        longitude=longitude,
        latitude=latitude,
        depth_km=xyz[:, 2],
        magnitude=rng.exponential(0.5, n) + 1.0,
        ids=np.array([f"{name}{k}" for k in range(n)]),
        uncertainty=errors,
    )
    return World(catalog, truth)
