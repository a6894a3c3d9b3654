"""The region and cells of maps that name none: the catalog's own; and what a region holds, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.region import region_about
from seisweave.errors import InputError
from seisweave.nowcast.map_options import USUAL_CELL_DEG, MapOptions

_SIDES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # of cells to choose from, degrees


@dataclass(frozen=True)
class Cells:
    """How large cells are by default, in degrees, and how few and how many of them a region may have then."""

    usual_deg: float = USUAL_CELL_DEG
    fewest: int = 64
    most: int = 4000


@dataclass(frozen=True)
class ChosenMaps:
    """Options with a region and a cell, and the line that says which, whence, and how many events lie outside."""

    options: MapOptions
    line: str


class TooFewEventsError(InputError):
    """The region has no event, or too few, of the magnitudes that are to be nowcast."""


def select_events(catalog: Catalog, options: MapOptions) -> Catalog:
    """Events that maps are made of: those wanted, with a time and a magnitude."""
    chosen = catalog.select(
        min_magnitude=options.min_magnitude, event_type=options.event_type, not_event_type=options.not_event_type
    )
    return chosen.take(~np.isnat(chosen.times) & ~np.isnan(chosen.magnitude))


def choose_maps(
    catalog: Catalog, options: MapOptions, cells: Cells | None = None, *, known: Catalog | None = None
) -> ChosenMaps:
    """The options as they are where they name a box; else with one of whole cells about all events but strays.

    A cell that is not given is the usual one, or as much larger or smaller as the region is. `known` are the events
    that have a say, where not all of the catalog may: those before what is to be nowcast.

    Errors: InputError for a catalog without events that can be used.

    >>> from seisweave.synthetic import southern_california_like
    >>> chosen = choose_maps(southern_california_like(n_events=300).catalog, MapOptions())
    >>> chosen.options.box, chosen.options.cell_deg
    ((-119.0, -115.2, 32.6, 35.5), 0.1)
    """
    if options.box is not None:
        return ChosenMaps(options, f"region as given: {_told(catalog, options)}")
    events = select_events(catalog if known is None else known, options)
    if not len(events):
        raise InputError("the catalog has no event that can be used (time, magnitude, type); give one with events")
    side = options.cell_deg or _side(events, cells or Cells())
    region = region_about(events.longitude, events.latitude, side)
    chosen = replace(options, box=region.box, cell_deg=side)
    return ChosenMaps(chosen, f"region from the catalog: {_told(catalog, chosen)}")


def with_region(catalog: Catalog, options: MapOptions) -> MapOptions:
    """The options of `choose_maps` alone."""
    return options if options.box is not None else choose_maps(catalog, options).options


def held(catalog: Catalog, options: MapOptions) -> str:
    """How many events the region of some options holds and how large they are; names --box where it leaves some out."""
    events = select_events(catalog, options)
    within = events.select(box=options.edges)
    another = "; give another --box west east south north" if len(within) < len(events) else ""
    if not len(within):
        largest = f" (the largest has magnitude {events.magnitude.max():g})" if len(events) else ""
        return f"none of {len(events):,} events lies in the region {_box_words(options)}{largest}{another}"
    beyond = f" (of all: {events.magnitude.max():g})" if another else ""
    return (
        f"the region {_box_words(options)} holds {len(within):,} of {len(events):,} events, the largest of magnitude"
        f" {within.magnitude.max():g}{beyond}{another}"
    )


def _told(catalog: Catalog, options: MapOptions) -> str:
    events = select_events(catalog, options)
    rows, columns = options.shape
    outside = len(events) - len(events.select(box=options.edges))
    where = f"{outside:,} of {len(events):,} events outside it" if outside else f"all {len(events):,} events inside"
    left = len(catalog) - len(events)
    unused = f", {left:,} without time, magnitude or a wanted type" if left else ""
    return f"{_box_words(options)}, {rows} by {columns} cells of {options.side_deg:g} degrees; {where}{unused}"


def _box_words(options: MapOptions) -> str:
    west, east, south, north = options.edges
    return f"{west:g} to {east:g} east, {south:g} to {north:g} north"


def _side(events: Catalog, cells: Cells) -> float:
    """The usual side; a larger one where that gives too many cells, a smaller one where it gives too few."""
    number = {side: _number_of_cells(events, side) for side in _SIDES}
    larger = [side for side in _SIDES if side >= cells.usual_deg and number[side] <= cells.most]
    side = larger[0] if larger else _SIDES[-1]
    smaller = [s for s in _SIDES if s < side and cells.fewest <= number[s] <= cells.most]
    return smaller[-1] if number[side] < cells.fewest and smaller else side


def _number_of_cells(events: Catalog, side: float) -> int:
    west, east, south, north = region_about(events.longitude, events.latitude, side).box
    return round(((east - west) % 360.0 or 360.0) / side) * round((north - south) / side)
