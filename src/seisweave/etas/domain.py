"""Where an ETAS model knows events, and from which magnitude on: what turns a catalog into `EtasEvents`.

The events of a catalog that lie within a polygon and reach the smallest magnitude are laid on a plane, in days since
1970. What is left out is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.catalog.polygon import inside
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.provenance import Provenance
from seisweave.errors import InputError
from seisweave.etas.events import EtasEvents
from seisweave.etas.incompleteness import ShortTerm, hidden, recorded
from seisweave.etas.magnitude_law import MagnitudeLaw
from seisweave.etas.options import EtasOptions

_SIDE_DEG = 0.25  # of the pieces that the polygon's sides are laid on the plane by
_FARTHEST_KM = 2500.0  # from the middle: beyond, distances of the projection are more than 2.6 % too long
_DAY = np.timedelta64(1, "D").astype("timedelta64[us]")
_EPOCH = np.datetime64("1970-01-01", "us")


@dataclass(frozen=True, eq=False)
class EtasDomain:
    """A polygon (longitude, latitude of k corners, degrees) and the smallest magnitude that counts there.

    Magnitudes given in steps of `bin_width` stand for all within half of it, so they count from half of it below
    `min_magnitude` on. Sides are straight in longitude and latitude. With `short` (constants of `ShortTerm`) events
    that larger ones before them hide are left out. Errors: InputError for a polygon that is too wide for one plane, or
    has no area.

    >>> domain = EtasDomain.of_box((-118.0, -116.0, 33.0, 35.0), 2.5)
    >>> round(domain.area_km2, -2)
    41000.0
    >>> corners = np.array([[179.0, -31.0], [-179.0, -31.0], [-179.0, -30.0], [179.0, -30.0]])
    >>> round(EtasDomain(corners, 2.5).area_km2, -2)  # across the date line
    21300.0
    """

    corners: Float[np.ndarray, "k 2"]
    min_magnitude: float
    bin_width: float = 0.0
    short: ShortTerm | None = None

    def __post_init__(self) -> None:
        farthest = float(np.hypot(*self.outline_km.T).max())
        if farthest > _FARTHEST_KM:
            raise InputError(
                f"the region reaches {farthest:,.0f} km from its middle, and one plane holds {_FARTHEST_KM:,.0f};"
                " select a part of it with --box or --polygon"
            )
        if not self.area_km2 > 1e-6:
            raise InputError(f"the region has an area of {self.area_km2:g} km²; give corners that enclose one")

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float], min_magnitude: float, bin_width: float = 0.0) -> EtasDomain:
        """Within west, east, south, north (degrees); west above east crosses the date line."""
        return cls(corners_of(box), min_magnitude, bin_width)

    @cached_property
    def projection(self) -> LocalProjection:
        """The plane, about the middle of the polygon."""
        return LocalProjection.centred_on(*self._fine.T)

    @cached_property
    def outline_km(self) -> Float[np.ndarray, "s 2"]:
        """The polygon on the plane, by pieces of its sides."""
        return np.stack(self.projection.to_local(*self._fine.T), axis=1)

    @property
    def area_km2(self) -> float:
        """Of the polygon, km²."""
        x, y = self.outline_km.T
        return 0.5 * abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))

    def counts(self, catalog: Catalog) -> Bool[np.ndarray, " n"]:
        """Which events of a catalog count: with a time, of the magnitude, in the region."""
        low = self.min_magnitude - 0.5 * self.bin_width - 1e-9
        known = ~np.isnat(catalog.times) & (catalog.magnitude >= low)
        return known & inside(self.corners, catalog.longitude, catalog.latitude)

    def events(self, catalog: Catalog, start: Instant, end: Instant) -> EtasEvents:
        """The events before `end` that count, in order of time; those from `start` on are targets."""
        first, last = (day_of(as_time(name, t)) for name, t in (("start", start), ("end", end)))
        kept = catalog.take(self.counts(catalog) & (days_of(catalog.times) < last))
        kept, record = kept.take(np.argsort(kept.times, kind="stable")), None
        if self.short is not None:
            kept = kept.take(~self.hides(kept))
            span = (days_of(kept.times), kept.magnitude, (first, last))
            record = recorded(self.short, *span, self.min_magnitude, self.bin_width)
        x_km, y_km = self.projection.to_local(kept.longitude, kept.latitude)
        return EtasEvents(
            days_of(kept.times), x_km, y_km, kept.magnitude, first, last, self.area_km2, self.min_magnitude,
            recorded=record,
        )  # fmt: skip

    def hides(self, counted: Catalog) -> Bool[np.ndarray, " n"]:
        """Which of events that count, in order of time, are hidden by larger ones before them."""
        if self.short is None:
            return np.zeros(len(counted), bool)
        return hidden(self.short, days_of(counted.times), counted.magnitude, self.min_magnitude)

    @cached_property
    def _fine(self) -> Float[np.ndarray, "s 2"]:
        """Corners, and points between them; longitudes run on across the date line."""
        steps = np.diff(self.corners[:, 0], prepend=self.corners[0, 0])
        turned = self.corners - [360.0, 0.0] * np.cumsum(np.floor((steps + 180.0) / 360.0))[:, None]
        pieces = []
        for one, other in zip(turned, np.roll(turned, -1, axis=0), strict=True):
            n = max(1, int(np.ceil(np.abs(other - one).max() / _SIDE_DEG)))
            pieces.append(one + (other - one) * np.arange(n)[:, None] / n)
        return np.concatenate(pieces)


@dataclass(frozen=True, eq=False)
class FittedTo:
    """Which events of which catalog a model was fitted to: domain, span (UTC), law of their magnitudes, options.

    >>> law = MagnitudeLaw(2.0, b=1.0, corner_magnitude=8.0)
    >>> FittedTo(EtasDomain.of_box((12.0, 14.0, 42.0, 44.0), 2.0), "2009-01-01", "2017-01-01", law).options.form
    'full'
    """

    domain: EtasDomain
    start: str
    end: str
    magnitudes: MagnitudeLaw
    options: EtasOptions = field(default_factory=EtasOptions)
    provenance: Provenance = field(default_factory=Provenance)


def corners_of(box: tuple[float, float, float, float]) -> Float[np.ndarray, "4 2"]:
    """Corners of west, east, south, north (degrees); west above east crosses the date line.

    Errors: InputError for half of the Earth or more.

    >>> corners_of((179.0, -179.0, -31.0, -30.0))[:, 0].tolist()
    [179.0, 181.0, 181.0, 179.0]
    """
    west, east, south, north = box
    east = east if east > west else east + 360.0
    if east - west >= 180.0:
        raise InputError(
            f"the region is {east - west:g} degrees wide, and one plane holds {_FARTHEST_KM:,.0f} km from its middle;"
            " select a part of it with --box or --polygon"
        )
    return np.array([[west, south], [east, south], [east, north], [west, north]])


def days_of(times: np.ndarray) -> Float[np.ndarray, " n"]:
    """Days since 1970 of instants; NaN where there is none."""
    return (times - _EPOCH) / _DAY


def day_of(time: np.datetime64) -> float:
    """Days since 1970 of an instant."""
    return float((time - _EPOCH) / _DAY)


def instant_of(days: float) -> np.datetime64:
    """The instant so many days after 1970, to a microsecond."""
    return _EPOCH + np.timedelta64(round(days * 86_400e6), "us")


def instants_of(days: Float[np.ndarray, " n"]) -> np.ndarray:
    """The same for many, as datetime64[us]."""
    return _EPOCH + np.rint(days * 86_400e6).astype("timedelta64[us]")
