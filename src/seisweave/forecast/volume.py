"""The volume a forecast is about: a box of longitude, latitude and depth, and its own local km.

Every density of `seisweave.forecast` is per km³ of the volume's projection and integrates to one over the volume.
Sides of the box that are parallels are arcs in the projection; they are followed by `_SEGMENTS` straight segments or
more, which leave the true arc by at most 16 m in a box of 600 × 400 km. A box may cross the date line, and near a pole
go all round: longitudes run on beyond 180 in it.

Where no depth is known a volume is flat: depths play no part, every place lies in the middle of a layer 1 km thick, and
a density per km³ is one per km².
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.region import around
from seisweave.errors import InputError

_SEGMENTS = 16  # a side of up to 12 degrees; longer ones have as many more
FLAT_KM = (0.0, 1.0)  # depths of a flat volume
_WIDEST_DEG, _POLAR_DEG, _FARTHEST_KM = 60.0, 60.0, 5000.0


@dataclass(frozen=True)
class Volume:
    """A box (west, east, south, north in degrees) between two depths (km, positive down).

    West above east crosses the date line; it is kept with the east beyond 180. Events on the west, south, upper and
    lower faces are inside, those on the east and north ones are not, as in `catalog.Selection`; flat volumes (depth 0
    to 1 km) take events of any depth or none. Errors: InputError for an invalid box, or one too wide for local km.

    >>> california = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
    >>> round(california.km3 / 1e6, 3)
    4.291
    >>> Volume((179.0, -179.0, -31.0, -30.0), (0.0, 20.0)).box
    (179.0, 181.0, -31.0, -30.0)
    """

    box: tuple[float, float, float, float]
    depth_km: tuple[float, float]
    flat: bool = False

    def __post_init__(self) -> None:
        numbers = (*map(float, self.box), *map(float, self.depth_km))
        given = " ".join(f"{number:g}" for number in numbers)
        if len(numbers) != 6 or not np.isfinite(numbers).all():
            raise InputError(f"volume {given}: give west east south north in degrees, top and bottom in km")
        west, east, south, north, top, bottom = numbers
        if not (-180 <= west <= 360 and -180 <= east <= 540 and west != east and -90 <= south < north <= 90):
            raise InputError(f"volume {given}: give west east south north in degrees, south below north")
        if not top < bottom:
            raise InputError(f"volume {given}: the top (km, positive down) must be above the bottom")
        west, east = (west - 360.0, east - 360.0) if west >= 180.0 else (west, east)
        east = east if east > west else east + 360.0
        object.__setattr__(self, "box", (west, east, south, north))
        object.__setattr__(self, "depth_km", (top, bottom))
        if self.flat and (top, bottom) != FLAT_KM:
            raise InputError(f"volume {given}: a flat one has depths from {FLAT_KM[0]:g} to {FLAT_KM[1]:g} km")
        self._check_width(given)

    def _check_width(self, given: str) -> None:
        west, east, south, north = self.box
        polar = max(south, -north) >= _POLAR_DEG  # all of it beyond 60 degrees: wide in degrees, not in km
        if east - west > 360 or (east - west > _WIDEST_DEG and not polar) or north - south > _WIDEST_DEG:
            raise InputError(
                f"volume {given}: is more than 60 degrees wide ({east - west:g} by {north - south:g}), where local km"
                " do not hold; give less (west must be below east unless the box crosses the date line)"
            )
        farthest = float(np.hypot(*self.outline_km.T).max())
        if farthest > _FARTHEST_KM:
            raise InputError(f"volume {given}: reaches {farthest:,.0f} km from its middle; local km do not hold there")

    @classmethod
    def of(cls, numbers: tuple[float, float, float, float, float, float]) -> Volume:
        """From west, east, south, north (degrees), top, bottom (km)."""
        west, east, south, north, top, bottom = numbers
        return cls((west, east, south, north), (top, bottom))

    def describe(self) -> str:
        """The box and its depths in words."""
        west, east, south, north = self.box
        deep = "any depth" if self.flat else "{:g} to {:g} km".format(*self.depth_km)
        return f"{west:g} to {east if east <= 180.0 else east - 360.0:g} east, {south:g} to {north:g} north, {deep}"

    @cached_property
    def projection(self) -> LocalProjection:
        """Local km about the middle of the box."""
        west, east, south, north = self.box
        if east - west > 180.0:  # round a pole
            return LocalProjection(0.0, np.copysign(90.0, south + north))
        return LocalProjection(float(around(np.array(0.5 * (west + east)), 0.0)), 0.5 * (south + north))

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
        within = (latitude >= south) & ((latitude < north) | (north == 90.0))
        if east - west < 360.0:
            lon = self.eastings(longitude)
            within &= (lon >= west) & (lon < east)
        return within if self.flat else within & (depth_km >= self.depth_km[0]) & (depth_km <= self.depth_km[1])

    def eastings(self, longitude: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The same longitudes within half a turn of the box's middle, as its edges are counted."""
        return around(np.asarray(longitude, float), 0.5 * (self.box[0] + self.box[1]))

    def xyz_km(
        self, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"], depth_km: Float[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n 3"]:
        """Places in local km (x_km east, y_km north, depth_km positive down)."""
        x_km, y_km = self.projection.to_local(longitude, latitude)
        depth = np.atleast_1d(np.asarray(depth_km, float))
        return np.stack([x_km, y_km, np.full(len(x_km), np.mean(FLAT_KM)) if self.flat else depth], axis=1)

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
    box: tuple[float, float, float, float], projection: LocalProjection, segments: int = 0
) -> Float[np.ndarray, "corners 2"]:
    """A box of degrees in local km: straight segments (of 0.75 degrees unless given) a side, counter-clockwise.

    It begins in the south-west.
    """
    west, east, south, north = box
    segments = segments or max(_SEGMENTS, int(np.ceil((east - west) / 0.75)))
    share = np.arange(segments) / segments
    up, right = south + (north - south) * share, west + (east - west) * share
    down, left = north + (south - north) * share, east + (west - east) * share
    lon = np.concatenate([right, np.full(segments, east), left, np.full(segments, west)])
    lat = np.concatenate([np.full(segments, south), up, np.full(segments, north), down])
    return np.stack(projection.to_local(lon, lat), axis=1)
