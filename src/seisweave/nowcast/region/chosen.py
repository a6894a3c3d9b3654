"""What a region's nowcast takes from the catalog where nobody says: the region, its cells, what is extreme."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.nowcast.chosen_maps import choose_maps, select_events
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.split import TRAIN_SHARE, VAL_SHARE
from seisweave.nowcast.thresholds import one_threshold


@dataclass(frozen=True)
class ChosenSettings:
    """Settings that name everything, and a line for each thing that was chosen."""

    settings: Settings
    lines: tuple[str, ...]


def choose_settings(catalog: Catalog, settings: Settings, *, complete_until: Instant | None = None) -> ChosenSettings:
    """The settings with the catalog's own region, cells and threshold where they name none.

    Only what comes before the end of validation has a say: `val_end`, or 80 % of the days; nothing after
    `complete_until`.

    Errors: InputError for a catalog without events that can be used.

    >>> from seisweave.synthetic import southern_california_like
    >>> choose_settings(southern_california_like(n_events=500).catalog, Settings()).settings.maps.box
    (-118.9, -115.2, 32.5, 35.5)
    """
    if complete_until is not None:
        catalog = catalog.take(catalog.times < as_time("complete_until", complete_until))
    known = _before_test(catalog, settings)
    region = choose_maps(catalog, settings.maps, known=known)
    maps, nowcast, lines = region.options, settings.nowcast, [region.line]
    if nowcast.threshold is None:
        events = select_events(known, maps).select(box=maps.edges)
        day = events.times.astype("datetime64[s]").astype(float) / 86400.0
        nowcast = replace(nowcast, threshold=one_threshold(events.magnitude, day))
        n = int(np.sum(events.magnitude >= nowcast.extreme_from))
        lines.append(f"threshold from the catalog: magnitude {nowcast.extreme_from:g} ({n:,} events before the test)")
    return ChosenSettings(replace(settings, maps=maps, nowcast=nowcast), tuple(lines))


def _before_test(catalog: Catalog, settings: Settings) -> Catalog:
    """Events from the first day on, before the days that are only tested on."""
    nowcast = settings.nowcast
    events = select_events(catalog, settings.maps).select(start=nowcast.start, end=nowcast.end)
    if not len(events) or nowcast.val_end is not None:
        return events.select(end=nowcast.val_end)
    first = events.times.min() if nowcast.start is None else as_time("start", nowcast.start)
    last = events.times.max() if nowcast.end is None else as_time("end", nowcast.end)
    return events.take(events.times <= first + (TRAIN_SHARE + VAL_SHARE) * (last - first))
