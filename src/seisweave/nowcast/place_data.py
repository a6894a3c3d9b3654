"""A catalog as the nowcast by place sees it: features and truths of every day, and the days that count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.nowcast.maps import Steps, as_time, lay_steps, select_events
from seisweave.nowcast.place_features import daily_counts, place_features, place_targets
from seisweave.nowcast.place_options import PlaceOptions

WARM_UP = np.timedelta64(365, "D")


@dataclass(frozen=True, eq=False)
class PlaceData:
    """Every day from the catalog's first (t of them).

    features are known at the begin of each day, counts are the neuron's; happened is what the day then brought, for
    each threshold; learnable says which days may be learned from: watched, and not before `learn_from`.
    """

    steps: Steps
    features: Float32[np.ndarray, "t f rows columns"]
    counts: Float[np.ndarray, "t rows columns"]
    happened: Bool[np.ndarray, "t m rows columns"]
    learnable: Bool[np.ndarray, " t"]

    def before(self, day: np.datetime64) -> Bool[np.ndarray, " t"]:
        """Days to learn from that end before a day."""
        return self.learnable & (self.steps.start + self.steps.step <= day)

    def between(self, first: np.datetime64, end: np.datetime64) -> Bool[np.ndarray, " t"]:
        """Watched days from one day to before another."""
        start = self.steps.start
        return self.steps.observed & (start >= first) & (start < end)


def place_data(
    catalog: Catalog, options: PlaceOptions, *, start: str | None = None, end: str | None = None
) -> PlaceData:
    """Look at a catalog, from the day of its first event or `start`, through the day before `end`.

    By default the last day is the one after the last event's: tomorrow, of which nothing is known but its features.

    Errors: InputError for a catalog without events near the grid, or an end before it begins.
    """
    events = select_events(catalog, options.maps)
    if not len(events):
        raise InputError("no event of the catalog has a time, a magnitude and a wanted type; give one with such events")
    if end is None:
        end = str(events.times.max().astype("datetime64[D]") + np.timedelta64(2, "D"))
    steps = lay_steps(events, options.maps, start, end)
    first = steps.start[0] + WARM_UP if options.learn_from is None else as_time("learn_from", options.learn_from)
    return PlaceData(
        steps=steps,
        features=place_features(events, options, steps),
        counts=daily_counts(events, options, steps),
        happened=place_targets(events, options, steps),
        learnable=steps.observed & (steps.start >= first),
    )
