"""The volume of a forecast that names none: about the events of the catalog, in depth too; and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.region import range_about, region_about
from seisweave.errors import InputError
from seisweave.forecast.options import ForecastOptions
from seisweave.forecast.volume import FLAT_KM, Volume


@dataclass(frozen=True)
class ChosenVolume:
    """A volume, and the line that says what it is, where it comes from, and how many events lie outside and why."""

    volume: Volume
    line: str


def choose_volume(catalog: Catalog, options: ForecastOptions) -> ChosenVolume:
    """The volume of the options, or else the box of tenths of a degree and whole km that holds all events but strays.

    A catalog without any depth has a flat volume, see `Volume`.

    Errors: InputError for a catalog without events, or one too wide for local km.

    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(seed=1, n_events=800).catalog
    >>> choose_volume(past, ForecastOptions()).line.startswith("volume from the catalog: -119 to -115 east")
    True
    """
    if len(catalog) == 0:
        raise InputError("a catalog without events has no volume; give --volume, or events")
    flat = not catalog.has_depth.any()
    if options.volume is not None:
        west, east, south, north, *depths = options.volume
        volume = Volume((west, east, south, north), FLAT_KM if flat else (depths[0], depths[1]), flat=flat)
        return ChosenVolume(volume, f"volume as given: {_told(volume, catalog)}")
    region = region_about(catalog.longitude, catalog.latitude)
    depth_km = FLAT_KM if flat else range_about(catalog.depth_km)[:2]
    try:
        volume = Volume(region.box, depth_km, flat=flat)
    except InputError as error:
        raise InputError(
            f"the events reach from {region.box[0]:g} to {region.box[1]:g} east and {region.box[2]:g} to"
            f" {region.box[3]:g} north, wider than local km hold ({error}); select a part with --box, or give --volume"
        ) from None
    return ChosenVolume(volume, f"volume from the catalog: {_told(volume, catalog)}")


def volume_of(catalog: Catalog, options: ForecastOptions) -> Volume:
    """The volume of `choose_volume` alone."""
    return choose_volume(catalog, options).volume


def _told(volume: Volume, catalog: Catalog) -> str:
    west, east, south, north = volume.box
    deep = "no depths known, so in two dimensions" if volume.flat else "{:g} to {:g} km deep".format(*volume.depth_km)
    within = Volume(volume.box, FLAT_KM, flat=True).contains(catalog.longitude, catalog.latitude, catalog.depth_km)
    n_place, n_depth = int((~within).sum()), 0
    if not volume.flat:
        n_depth = int((within & ~volume.contains(catalog.longitude, catalog.latitude, catalog.depth_km)).sum())
    outside = f"{n_place:,} of {len(catalog):,} events outside it" if n_place else ""
    beside = f"{n_depth:,} of {len(catalog):,} above or below it, or without depth" if n_depth else ""
    told = ", ".join(text for text in (outside, beside) if text) or f"all {len(catalog):,} events inside"
    east = east - 360.0 if east > 180.0 else east
    return f"{west:g} to {np.round(east, 9):g} east, {south:g} to {north:g} north, {deep}; {told}"
