"""Events as the methods want them: in order of time, on a sphere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError

RADIUS_KM = 6371.0
_DAY_US = 86_400e6


@dataclass(frozen=True, eq=False)
class TimedEvents:
    """n events in order of time: days since the first, and km from the Earth's centre, at the surface."""

    t_days: Float[np.ndarray, " n"]
    xyz_km: Float[np.ndarray, "n 3"]
    depth_km: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]


def timed(catalog: Catalog, *, depths: bool = False) -> Catalog:
    """The events that have a time and a magnitude, and a depth where it is needed, in order of time.

    `history` says how many were left out. Errors: InputError where none is left.
    """
    kept = catalog.with_depth() if depths else catalog
    usable = ~np.isnat(kept.times) & np.isfinite(kept.magnitude)
    if not usable.any():
        wanted = "a time, a magnitude and a depth" if depths else "a time and a magnitude"
        raise InputError(f"none of {len(catalog):,} events has {wanted}; give a catalog with them")
    order = np.argsort(kept.times, kind="stable")  # NaT comes last
    return kept.take(order[usable[order]])


def left_out(catalog: Catalog, *, depths: bool = False) -> tuple[str, ...]:
    """A line for each reason that `timed` leaves events out for."""
    unknown = [("time", np.isnat(catalog.times)), ("magnitude", ~np.isfinite(catalog.magnitude))]
    unknown += [("depth", ~catalog.has_depth)] if depths else []
    return tuple(
        f"{int(missing.sum()):,} of {len(catalog):,} events left out: their {name} is unknown"
        for name, missing in unknown
        if missing.any()
    )


def events_of(catalog: Catalog) -> TimedEvents:
    """The numbers of a catalog that `timed` gave."""
    longitude, latitude = np.radians(catalog.longitude), np.radians(catalog.latitude)
    axes = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    days = (catalog.times - catalog.times[0]).astype(np.int64) / _DAY_US
    return TimedEvents(days, RADIUS_KM * np.stack(axes, axis=1), catalog.depth_km.copy(), catalog.magnitude.copy())
