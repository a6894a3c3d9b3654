"""What a region's nowcast takes from the catalog where nobody says: the region, its cells, what is extreme."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.nowcast.chosen_maps import choose_maps, select_events
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.thresholds import one_threshold


@dataclass(frozen=True)
class ChosenSettings:
    """Settings that name everything, and a line for each thing that was chosen."""

    settings: Settings
    lines: tuple[str, ...]


def choose_settings(catalog: Catalog, settings: Settings) -> ChosenSettings:
    """The settings with the catalog's own region, cells and threshold where they name none.

    Errors: InputError for a catalog without events that can be used.

    >>> from seisweave.synthetic import southern_california_like
    >>> choose_settings(southern_california_like(n_events=500).catalog, Settings()).settings.maps.box
    (-119.0, -115.2, 32.5, 35.5)
    """
    region = choose_maps(catalog, settings.maps)
    maps, nowcast, lines = region.options, settings.nowcast, [region.line]
    if not nowcast.threshold:
        events = select_events(catalog, maps).select(box=maps.edges, start=nowcast.start, end=nowcast.end)
        day = events.times.astype("datetime64[s]").astype(float) / 86400.0
        nowcast = replace(nowcast, threshold=one_threshold(events.magnitude, day))
        n = int(np.sum(events.magnitude >= nowcast.threshold))
        lines.append(f"threshold from the catalog: magnitude {nowcast.threshold:g} ({n:,} events)")
    return ChosenSettings(replace(settings, maps=maps, nowcast=nowcast), tuple(lines))
