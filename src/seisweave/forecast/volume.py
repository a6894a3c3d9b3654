"""The volume a forecast is about: a box of longitude, latitude and depth, and its own local km.

Every density of `seisweave.forecast` is per km³ of the volume's projection and integrates to one over the volume.
Sides of the box that are parallels are arcs in the projection; they are followed by `_SEGMENTS` straight segments,
which leave the true arc by at most 16 m in a box of 600 × 400 km.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError

_SEGMENTS = 16  # a side


@dataclass(frozen=True)
class Volume:
    """A box (west, east, south, north in degrees) between two depths (km, positive down).

    Events on the west, south, upper and lower faces are inside, those on the east and north ones are not, as in
    `catalog.Selection`. Errors: InputError for an invalid box, or one that reaches over the date line or a pole.

    >>> california = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
    >>> round(california.km3 / 1e6, 3)
    4.291
    """

    box: tuple[float, float, float, float]
    depth_km: tuple[float, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", tuple(map(float, self.box)))
        object.__setattr__(self, "depth_km", tuple(map(float, self.depth_km)))
        numbers = (*self.box, *self.depth_km)
        given = " ".join(f"{number:g}" for number in numbers)
        if len(numbers) != 6 or not np.isfinite(numbers).all():
            raise InputError(f"volume {given}: give west east south north in degrees, top and bottom in km")
        west, east, south, north, top, bottom = numbers
        if not (-180 <= west < east <= 180 and -90 < south < north < 90):
            raise InputError(f"volume {given}: west must be below east (within -180..180), south below north")
        if east - west > 60 or north - south > 60:
            raise InputError(f"volume {given}: is more than 60 degrees wide; local km do not hold there, give less")
        if not top < bottom:
            raise InputError(f"volume {given}: the top (km, positive down) must be above the bottom")

    @classmethod
    def of(cls, numbers: tuple[float, float, float, float, float, float]) -> Volume:
        """From west, east, south, north (degrees), top, bottom (km)."""
        west, east, south, north, top, bottom = numbers
        return cls((west, east, south, north), (top, bottom))

    @cached_property
    def projection(self) -> LocalProjection:
        """Local km about the middle of the box."""
        west, east, south, north = self.box
        return LocalProjection(0.5 * (west + east), 0.5 * (south + north))

    @cached_property
    def outline_km(self) -> Float[np.ndarray, "corners 2"]:
        """The box seen from above in local km, counter-clockwise."""
        return outline_km(self.box, self.projection)

    @property
    def km3(self) -> float:
        """Volume in km³ of the projection (within 0.1 % of the true one for boxes up to 900 km wide)."""
        x, y = self.outline_km.T
        area = 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
        return area * (self.depth_km[1] - self.depth_km[0])

    def contains(
        self, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"], depth_km: Float[np.ndarray, " n"]
    ) -> Bool[np.ndarray, " n"]:
        """Which places are inside; unknown depths are not."""
        west, east, south, north = self.box
        across = (longitude >= west) & (longitude < east) & (latitude >= south) & (latitude < north)
        return across & (depth_km >= self.depth_km[0]) & (depth_km <= self.depth_km[1])

    def xyz_km(
        self, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"], depth_km: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 3"]:
        """Places in local km (x_km east, y_km north, depth_km positive down)."""
        x_km, y_km = self.projection.to_local(longitude, latitude)
        return np.stack([x_km, y_km, np.atleast_1d(np.asarray(depth_km, float))], axis=1)

    def sample(self, n: int, seed: int) -> Float[np.ndarray, "n 3"]:
        """Draw n places (longitude, latitude, depth) evenly spread over the km³ of the projection."""
        rng, places = np.random.default_rng(seed), np.zeros((0, 3))
        low, high = self.outline_km.min(axis=0), self.outline_km.max(axis=0)
        while len(places) < n:
            lon, lat = self.projection.to_geographic(*rng.uniform(low, high, (n, 2)).T)
            drawn = np.stack([lon, lat, rng.uniform(*self.depth_km, n)], axis=1)
            places = np.concatenate([places, drawn[self.contains(*drawn.T)]])
        return places[:n]


def outline_km(
    box: tuple[float, float, float, float], projection: LocalProjection, segments: int = _SEGMENTS
) -> Float[np.ndarray, "corners 2"]:
    """A box of degrees in local km: `segments` straight segments a side, counter-clockwise from the south-west."""
    west, east, south, north = box
    share = np.arange(segments) / segments
    up, right = south + (north - south) * share, west + (east - west) * share
    down, left = north + (south - north) * share, east + (west - east) * share
    lon = np.concatenate([right, np.full(segments, east), left, np.full(segments, west)])
    lat = np.concatenate([np.full(segments, south), up, np.full(segments, north), down])
    return np.stack(projection.to_local(lon, lat), axis=1)
