"""What looks wrong in a catalog: reported, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.columns import Columns
from seisweave.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

SWAPPED = (
    "longitude and latitude look exchanged: latitudes beyond 90 degrees, longitudes within 90;"
    " exchange the column names, or read with columns={'longitude': ..., 'latitude': ...}"
)
_LARGEST = 10.0
_SEVERAL = 5  # events: of fewer, all may be at 0 km or at midnight
_DEEPEST_KM = 800.0  # no earthquake is known below about 750 km
_POLAR = 66.0  # degrees of latitude
_GREAT, _GREATEST_RATE = 7.0, 40.0  # a magnitude, and more events of it than any year has had on the whole Earth
_YEAR = np.timedelta64(365, "D")


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong: its kind (one word), a sentence, and how many events show it."""

    kind: str
    message: str
    n: int


def check(catalog: Columns) -> list[Finding]:
    """What looks wrong in a catalog, one finding each.

    Kinds: `depth-unit`, `depth-sign`, `depth-range`, `depth-year`, `depth-zero`, `magnitude-range`, `magnitude-scale`,
    `midnight`, `duplicates`, `future`, `zero`, `polar`, `radians`. All depths at zero, all times at midnight, and
    places that are exchanged or in radians, are told of five events and more.

    Repeated ids never get into a Catalog, nor exchanged coordinates with latitudes beyond 90 degrees.

    >>> from seisweave.catalog.catalog import Catalog
    >>> two = Catalog(np.array(["2020-01-01", "2020-02-01"], "datetime64[us]"), np.array([10.0, 11.0]),
    ...               np.array([45.0, 45.0]), np.array([8000.0, 12000.0]), np.ones(2), np.array(["a", "b"]))
    >>> [finding.kind for finding in check(two)]
    ['depth-unit']
    """
    return [
        *_depths(catalog.depth_km),
        *_magnitudes(catalog.magnitude, catalog.times),
        *_midnight(catalog.times),
        *_duplicates(catalog),
        *_future(catalog.times),
        *_origin(catalog),
        *_places(catalog),
    ]


def looks_swapped(longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]) -> bool:
    """Whether most latitudes lie beyond 90 degrees where the longitudes would be latitudes."""
    known = ~(np.isnan(longitude) | np.isnan(latitude))
    beyond = known & (np.abs(latitude) > 90) & (np.abs(latitude) <= 360) & (np.abs(longitude) <= 90)
    return bool(2 * beyond.sum() > known.sum() > 0)


def refuse_metres(catalog: Columns) -> None:
    """Refuse a catalog whose depths look like metres where they are to be kilometres.

    Errors: InputError for depths of which half and more are below all earthquakes.

    >>> from seisweave.catalog.catalog import Catalog
    >>> refuse_metres(Catalog(np.zeros(1, "datetime64[us]"), np.zeros(1), np.zeros(1), np.full(1, 9.0), np.ones(1),
    ...                       np.array(["a"])))
    """
    for finding in _depths(catalog.depth_km):
        if finding.kind == "depth-unit" and np.nanmedian(np.abs(catalog.depth_km)) <= 1000.0 * _DEEPEST_KM:
            raise InputError(f"{finding.message}; there is no earthquake below {_DEEPEST_KM:g} km")


def _depths(depth_km: np.ndarray) -> Iterator[Finding]:
    known = depth_km[~np.isnan(depth_km)]
    if not len(known):
        return
    years = int(((known >= 1800) & (known <= 2200) & (known == np.floor(known))).sum())
    if 2 * years > len(known):
        yield Finding("depth-year", f"{years} depths look like years, the first {known[0]:g}; name the columns", years)
        return
    if len(known) >= _SEVERAL and not known.any():
        yield Finding("depth-zero", f"all {len(known)} depths are 0, as where none is known", len(known))
    negative, deep = int((known < 0).sum()), int((np.abs(known) > _DEEPEST_KM).sum())
    if np.median(np.abs(known)) > _DEEPEST_KM or 2 * deep > len(known):
        yield Finding(
            "depth-unit",
            f"depths look like metres (median {np.median(known):g}); read with depth_unit='m'",
            deep,
        )
    elif deep:
        yield Finding("depth-range", f"{deep} depths are beyond {_DEEPEST_KM:g} km, where no earthquake happens", deep)
    if 2 * negative > len(known) and np.median(known) < -0.5 * (1000 if deep else 1):
        yield Finding("depth-sign", "most depths are negative; read with depth_positive='up'", negative)


def _magnitudes(magnitude: np.ndarray, times: np.ndarray) -> Iterator[Finding]:
    large = int((magnitude > _LARGEST).sum())
    if large:
        yield Finding(
            "magnitude-range",
            f"{large} magnitudes are above {_LARGEST:g}, which no earthquake has; check the column",
            large,
        )
    great, known = int((magnitude >= _GREAT).sum()), times[~np.isnat(times)]
    years = max(1.0, float(np.ptp(known) / _YEAR)) if len(known) else np.inf
    if great > _GREATEST_RATE * years:
        message = (
            f"{great} magnitudes are {_GREAT:g} or more, above {_GREATEST_RATE:g} a year, as many as the whole Earth"
            " never has; are they energy classes, or logarithms of moments? turn them into magnitudes"
        )
        yield Finding("magnitude-scale", message, great)


def _midnight(times: np.ndarray) -> Iterator[Finding]:
    known = times[~np.isnat(times)]
    if len(known) >= _SEVERAL and (known == known.astype("datetime64[D]")).all():
        message = f"all {len(known)} times are at midnight: the source gives days only, or its hours were not found"
        yield Finding("midnight", message, len(known))


def _duplicates(catalog: Columns) -> Iterator[Finding]:
    """Events whose neighbour in time is within 0.01 s, 0.0005 degree and 0.05 km (or has no depth)."""
    order = np.argsort(catalog.times, kind="stable")
    order = order[~np.isnat(catalog.times[order])]
    gap = np.diff(catalog.times[order]) <= np.timedelta64(10_000, "us")
    for name, limit in (("longitude", 5e-4), ("latitude", 5e-4), ("depth_km", 0.05)):
        gap &= ~(np.abs(np.diff(getattr(catalog, name)[order])) > limit)
    if gap.any():
        first, second = order[int(np.argmax(gap))], order[int(np.argmax(gap)) + 1]
        names = f"{catalog.ids[first]} and {catalog.ids[second]}"
        message = f"{int(gap.sum())} events repeat another within 0.01 s at the same place, the first {names}"
        yield Finding("duplicates", message, int(gap.sum()))


def _future(times: np.ndarray) -> Iterator[Finding]:
    later = int((times > np.datetime64("now") + np.timedelta64(1, "D")).sum())
    if later:
        yield Finding("future", f"{later} events lie in the future; check the clock and the order of the date", later)


def _origin(catalog: Columns) -> Iterator[Finding]:
    zero = int(((catalog.longitude == 0) & (catalog.latitude == 0)).sum())
    if zero:
        yield Finding("zero", f"{zero} events lie at longitude 0, latitude 0: often a place that is unknown", zero)


def _places(catalog: Columns) -> Iterator[Finding]:
    """Coordinates that are exchanged, and both may be latitudes; those in radians."""
    longitude, latitude = catalog.longitude, catalog.latitude
    if len(latitude) < _SEVERAL:
        return
    polar = int((np.abs(latitude) > _POLAR).sum())
    if polar == len(latitude) and (np.abs(longitude) <= 90).all():
        message = (
            f"all events are beyond the polar circle, at latitudes of {latitude.min():.4g}..{latitude.max():.4g} and"
            f" longitudes of {longitude.min():.4g}..{longitude.max():.4g}: if that is not so, they are exchanged;"
            " read with columns={'longitude': ..., 'latitude': ...}"
        )
        yield Finding("polar", message, polar)
    if (np.abs(longitude) <= np.pi).all() and (np.abs(latitude) <= 0.5 * np.pi).all() and latitude.any():
        message = (
            f"all events are within {np.abs(longitude).max():.3g} degrees of longitude 0 and"
            f" {np.abs(latitude).max():.3g} of the equator, in the open Atlantic: are places in radians? give degrees"
        )
        yield Finding("radians", message, len(latitude))
