"""What a nowcast by place takes from the catalog where nobody says: region, cells, thresholds, calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.nowcast.chosen_maps import Cells, choose_maps, select_events
from seisweave.nowcast.known import known_of
from seisweave.nowcast.place.options import USUAL_CALIBRATION_YEARS, USUAL_CELL_DEG, PlaceOptions, PlaceSettings
from seisweave.nowcast.thresholds import four_thresholds

WARM_UP = np.timedelta64(365, "D")
_CELLS = Cells(usual_deg=USUAL_CELL_DEG, fewest=4, most=400)


@dataclass(frozen=True)
class ChosenPlace:
    """Settings that name everything, and a line for each thing that was chosen."""

    settings: PlaceSettings
    lines: tuple[str, ...]


def choose_place(catalog: Catalog, settings: PlaceSettings, *, complete_until: Instant | None = None) -> ChosenPlace:
    """The settings with the catalog's own region, cells and thresholds where they name none.

    Of the five years to calibrate on half of a shorter past are left. Only what comes before `settings.end` has a say,
    or before the first day that is not known whole: that of the last event, or of `complete_until`.

    Errors: InputError for a catalog without events that can be used.

    >>> from seisweave.synthetic import southern_california_like
    >>> chosen = choose_place(southern_california_like(n_events=3000).catalog, PlaceSettings())
    >>> chosen.settings.place.magnitudes, chosen.settings.place.cell_deg
    ((2.5, 3.0, 3.5, 4.0), 0.5)
    """
    place = settings.place
    if settings.end is None and len(catalog):
        known = known_of(catalog, complete_until).whole_steps(catalog)
    else:
        known = catalog.select(end=settings.end)
    region = choose_maps(catalog, place.maps, _CELLS, known=known)
    place, lines = replace(place, box=region.options.box, cell_deg=region.options.cell_deg), [region.line]
    events = select_events(known, region.options).select(box=region.options.edges)
    if place.magnitudes is None:
        place = replace(place, magnitudes=four_thresholds(events.magnitude))
        told = ", ".join(f"{magnitude:g}" for magnitude in place.thresholds)
        highest = int((events.magnitude >= place.thresholds[-1] - 1e-9).sum())
        lines.append(f"magnitudes from the catalog: {told} ({highest:,} events of the highest)")
    years = _years_to_learn_from(events, place, settings.end)
    network = settings.network
    if network.calibration_years is None:
        left = USUAL_CALIBRATION_YEARS if years >= USUAL_CALIBRATION_YEARS + 1 else max(1, int(years / 2))
        network = replace(network, calibration_years=left)
        if left < USUAL_CALIBRATION_YEARS and years > 0:
            lines.append(f"calibrated on the last {left} of {years:.1f} years to learn from, not on the usual 5")
    return ChosenPlace(replace(settings, place=place, network=network), tuple(lines))


def _years_to_learn_from(events: Catalog, place: PlaceOptions, end: str | None) -> float:
    if not len(events):
        return 0.0
    first = events.times.min() + WARM_UP if place.learn_from is None else as_time("learn_from", place.learn_from)
    last = events.times.max() if end is None else as_time("end", end)
    return float((last - first) / np.timedelta64(1, "D")) / 365.25
